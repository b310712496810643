// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * For every public call: its nth system call or allocation fails, for each n
 * there is and each of some errnos. Afterwards nothing more is held than
 * before, the result says what failed, and the same call then works.
 */
#include <stdio.h>

#include "env.h"

/* One call; what it gave is undone by @undo. */
struct scenario {
	const char *name;
	int (*run)(struct env *env);
	void (*undo)(struct env *env);
	bool connected;		/* starts with an open device */
};

/* What the scenarios made. */
static struct uvfio_group *group;
static struct uvfio_device *dev;
static struct uvfio_region *region;
static struct vfio_region_info *region_info;
static struct vfio_iommu_type1_info *iommu_info;
static struct uvfio_address_space *as;
static uint64_t value;

static const struct {
	struct vfio_region_info_cap_type type;
	struct vfio_region_info_cap_sparse_mmap sparse;
	struct vfio_region_sparse_mmap_area areas[2];
} caps = {
	.type = {
		.header = { VFIO_REGION_INFO_CAP_TYPE, 1, 32 + 16 },
		.type = 1, .subtype = 2,
	},
	.sparse = {
		.header = { VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 0 },
		.nr_areas = 2,
	},
	.areas = { { 0, 0x1000 }, { 0x2000, 0x1000 } },
};

static int run_get_address_space(struct env *env)
{
	static int memory;

	return uvfio_get_address_space(env->ctx, &memory, &as, &env->err);
}

static void undo_get_address_space(struct env *env)
{
	(void)env;
	uvfio_put_address_space(as);
}

static int run_get_group(struct env *env)
{
	return uvfio_get_group(env->as, 12, &group, &env->err);
}

static void undo_get_group(struct env *env)
{
	(void)env;
	assert_int_equal(uvfio_put_group(group, NULL), 0);
}

static int run_join_group(struct env *env)
{
	return uvfio_get_group(env->as, 11, &group, &env->err);
}

static int run_group_of_device(struct env *env)
{
	return uvfio_group_of_device(env->ctx, "/sys/x", &env->err);
}

static int run_get_device(struct env *env)
{
	return uvfio_get_device(env->group, "dev2", NULL, &dev, &env->err);
}

static void undo_get_device(struct env *env)
{
	(void)env;
	assert_int_equal(uvfio_put_base_device(dev, NULL), 0);
}

static int run_reset(struct env *env)
{
	return uvfio_device_reset(env->dev, &env->err);
}

static int run_get_region_info(struct env *env)
{
	return uvfio_get_region_info(env->dev, 0, &region_info, &env->err);
}

static void undo_region_info(struct env *env)
{
	uvfio_free_region_info(env->dev, region_info);
}

static int run_get_dev_region_info(struct env *env)
{
	return uvfio_get_dev_region_info(env->dev, 1, 2, &region_info, &env->err);
}

static int run_get_irq_info(struct env *env)
{
	struct vfio_irq_info info;

	return uvfio_get_irq_info(env->dev, 0, &info, &env->err);
}

static int run_get_iommu_info(struct env *env)
{
	return uvfio_get_iommu_info(env->container, &iommu_info, &env->err);
}

static void undo_iommu_info(struct env *env)
{
	uvfio_free_iommu_info(env->container, iommu_info);
}

static int run_dma_avail(struct env *env)
{
	uint32_t avail;

	return uvfio_container_dma_avail(env->container, &avail, &env->err);
}

static int run_check_extension(struct env *env)
{
	int ret = uvfio_container_check_extension(env->container, 1);

	env->err.code = ret;	/* it has no struct uvfio_error */
	env->err.message[0] = 'x';
	return ret;
}

static int run_dma_map(struct env *env)
{
	return uvfio_dma_map(env->container, 0, 4096, (void *)4096, false,
			     &env->err);
}

static void undo_dma_map(struct env *env)
{
	assert_int_equal(uvfio_dma_unmap(env->container, 0, 4096, NULL), 0);
}

static int run_dma_unmap(struct env *env)
{
	int ret = uvfio_dma_map(env->container, 0, 4096, (void *)4096, false,
				&env->err);

	/* Left from a failed unmap. */
	if (ret && ret != -EEXIST)
		return ret;
	return uvfio_dma_unmap(env->container, 0, 4096, &env->err);
}

static int run_dma_unmap_range(struct env *env)
{
	return uvfio_dma_unmap_range(env->container, 0, 1 << 20, NULL, &env->err);
}

static int run_host_win_add(struct env *env)
{
	return uvfio_host_win_add(env->container, 1ull << 50, 1ull << 51, 4096,
				  &env->err);
}

static void undo_host_win_add(struct env *env)
{
	assert_int_equal(uvfio_host_win_del(env->container, 1ull << 50, 1ull << 51,
					    NULL), 0);
}

static int run_region_setup(struct env *env)
{
	return uvfio_region_setup(env->dev, 0, NULL, &region, &env->err);
}

static void undo_region(struct env *env)
{
	(void)env;
	uvfio_region_finalize(region);
	region = NULL;
}

static int run_region_mmap(struct env *env)
{
	int ret = region ? 0 : run_region_setup(env);

	return ret ? ret : uvfio_region_mmap(region, &env->err);
}

static int run_region_read(struct env *env)
{
	int ret = region ? 0 : run_region_setup(env);

	return ret ? ret : uvfio_region_read(region, 0, 4, &value, &env->err);
}

static int run_region_write(struct env *env)
{
	int ret = region ? 0 : run_region_setup(env);

	return ret ? ret : uvfio_region_write(region, 0, 4, 1, &env->err);
}

static int run_disable(struct env *env)
{
	return uvfio_disable_irqindex(env->dev, 1, &env->err);
}

static int run_mask(struct env *env)
{
	return uvfio_mask_single_irqindex(env->dev, 0, &env->err);
}

static int run_unmask(struct env *env)
{
	return uvfio_unmask_single_irqindex(env->dev, 0, &env->err);
}

static int run_signaling(struct env *env)
{
	return uvfio_set_irq_signaling(env->dev, 0, 0,
				       VFIO_IRQ_SET_ACTION_TRIGGER, 0, &env->err);
}

static int run_vectors(struct env *env)
{
	const int32_t fds[] = { 1, 2 };

	return uvfio_set_irq_vectors(env->dev, 1, 0, 2,
				     VFIO_IRQ_SET_ACTION_TRIGGER, fds, &env->err);
}

static int run_resample(struct env *env)
{
	return uvfio_set_irq_resample(env->dev, 0, 0, 1, 2, &env->err);
}

static const struct scenario scenarios[] = {
	{ "get_address_space", run_get_address_space, undo_get_address_space, true },
	{ "get_group", run_get_group, undo_get_group, false },
	{ "join_group", run_join_group, undo_get_group, true },
	{ "group_of_device", run_group_of_device, NULL, true },
	{ "get_device", run_get_device, undo_get_device, true },
	{ "device_reset", run_reset, NULL, true },
	{ "get_region_info", run_get_region_info, undo_region_info, true },
	{ "get_dev_region_info", run_get_dev_region_info, undo_region_info, true },
	{ "get_irq_info", run_get_irq_info, NULL, true },
	{ "get_iommu_info", run_get_iommu_info, undo_iommu_info, true },
	{ "container_dma_avail", run_dma_avail, NULL, true },
	{ "container_check_extension", run_check_extension, NULL, true },
	{ "dma_map", run_dma_map, undo_dma_map, true },
	{ "dma_unmap", run_dma_unmap, NULL, true },
	{ "dma_unmap_range", run_dma_unmap_range, NULL, true },
	{ "host_win_add", run_host_win_add, undo_host_win_add, true },
	{ "region_setup", run_region_setup, undo_region, true },
	{ "region_mmap", run_region_mmap, undo_region, true },
	{ "region_read", run_region_read, undo_region, true },
	{ "region_write", run_region_write, undo_region, true },
	{ "disable_irqindex", run_disable, NULL, true },
	{ "mask_single_irqindex", run_mask, NULL, true },
	{ "unmask_single_irqindex", run_unmask, NULL, true },
	{ "set_irq_signaling", run_signaling, NULL, true },
	{ "set_irq_vectors", run_vectors, NULL, true },
	{ "set_irq_resample", run_resample, NULL, true },
};

static const int errnos[] = { EIO, EINTR, ENOMEM, EBUSY, EINVAL, EPERM };

static void start(struct env *env, const struct scenario *scenario)
{
	env->fake = fake_new();
	env->fake->type1.model = TYPE1_IOMMU;
	env->fake->devices[0].regions[0].caps = &caps;
	env->fake->devices[0].regions[0].caps_size = sizeof(caps);
	env_new_context(env, NULL);
	if (scenario->connected)
		env_open_device(env);
	else
		assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as,
							 NULL), 0);
}

/* Failures the library is meant to get over. */
static bool is_survivable(const struct env *env, int error)
{
	const struct fake_call *last = NULL;
	unsigned int i;

	for (i = 0; i < env->fake->nr_calls; i++)
		if (env->fake->calls[i].ret < 0)
			last = &env->fake->calls[i];
	if (env->fake->fail_op != FAKE_IOCTL)
		return false;
	switch (last->request) {
	case VFIO_CHECK_EXTENSION:	/* the next model is tried */
	case VFIO_GROUP_SET_CONTAINER:	/* the next container is tried */
	case VFIO_DEVICE_GET_REGION_INFO: /* while searching: the next region */
		return true;
	case VFIO_IOMMU_GET_INFO:	/* there are defaults */
		return error != ENOMEM;
	case VFIO_IOMMU_MAP_DMA:
		return error == EBUSY;
	default:
		return false;
	}
}

/* True when the nth point exists. */
static bool sweep_point(const struct scenario *scenario, unsigned int n, int error)
{
	struct env *env = calloc(1, sizeof(*env));
	unsigned int files, mmaps;
	bool fired;
	int ret, expected;
	void *state = env;

	start(env, scenario);
	files = fake_held_files(env->fake);
	mmaps = fake_held_mmaps(env->fake);
	fake_forget_calls(env->fake);
	env->fake->fail_errno = error;
	env->fake->fail_nth = n;
	errno = 0;
	ret = scenario->run(env);
	fired = env->fake->fail_fired;
	env->fake->fail_nth = 0;
	if (ret < 0) {
		expected = env->fake->fail_op == FAKE_ALLOC ? ENOMEM : error;
		assert_true(fired);
		/* Searching regions, a failed read is as good as no match. */
		if (ret != -ENODEV || scenario->run != run_get_dev_region_info)
			assert_int_equal(ret, -expected);
		assert_int_equal(errno, -ret);
		assert_int_equal(env->err.code, ret);
		assert_true(env->err.message[0]);
		assert_int_equal(fake_held_files(env->fake), files);
		assert_int_equal(fake_held_mmaps(env->fake), mmaps);
		ret = scenario->run(env);
	} else if (fired && !is_survivable(env, error)) {
		fail_msg("%s: point %u (errno %d) went unnoticed",
			 scenario->name, n, error);
	}
	assert_true(ret >= 0);
	if (scenario->undo)
		scenario->undo(env);
	undo_region(env);
	assert_int_equal(env_end(&state), 0);
	return fired;
}

static void sweep(void **state)
{
	unsigned int n, points = 0;
	size_t i, e;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(scenarios); i++) {
		for (e = 0; e < ARRAY_SIZE(errnos); e++) {
			for (n = 1; sweep_point(&scenarios[i], n, errnos[e]); n++)
				points++;
			assert_true(n > 1);
		}
	}
	printf("# swept %u points in %zu calls\n", points, ARRAY_SIZE(scenarios));
}

/* The context itself, which the scenarios start from. */
static void sweep_new(void **state)
{
	struct fake *fake = fake_new();
	struct uvfio_options opts = fake_options(fake);
	struct uvfio_error err;
	struct uvfio *ctx;

	(void)state;
	fake->fail_nth = 1;
	assert_int_equal(uvfio_new(&opts, &ctx, &err), -ENOMEM);
	assert_int_equal(uvfio_new(&opts, &ctx, &err), 0);
	assert_int_equal(uvfio_free(ctx), 0);
	assert_true(fake_free(fake));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sweep),
		cmocka_unit_test(sweep_new),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Address spaces, containers and groups: who shares what, and what is left
 * after a failure.
 */
#include "env.h"

static int memory_a, memory_b;

static void get_as(struct env *env)
{
	assert_int_equal(uvfio_get_address_space(env->ctx, &memory_a, &env->as,
						 &env->err), 0);
}

static struct uvfio_group *get_group(struct env *env, int id)
{
	struct uvfio_group *group;

	assert_int_equal(uvfio_get_group(env->as, id, &group, &env->err), 0);
	return group;
}

static void address_spaces_are_one_per_memory(void **state)
{
	struct uvfio_address_space *a, *b, *again;
	struct env *env = *state;

	assert_int_equal(uvfio_get_address_space(env->ctx, &memory_a, &a, NULL), 0);
	assert_int_equal(uvfio_get_address_space(env->ctx, &memory_b, &b, NULL), 0);
	assert_int_equal(uvfio_get_address_space(env->ctx, &memory_a, &again, NULL),
			 0);
	assert_ptr_equal(a, again);
	assert_ptr_not_equal(a, b);
	uvfio_put_address_space(a);
	uvfio_put_address_space(b);
	uvfio_put_address_space(again);
	uvfio_put_address_space(NULL);
}

static void sequence_of_a_first_group(void **state)
{
	static const unsigned long expected[] = {
		VFIO_GROUP_GET_STATUS, VFIO_GET_API_VERSION,
		VFIO_CHECK_EXTENSION, VFIO_GROUP_SET_CONTAINER, VFIO_SET_IOMMU,
		VFIO_IOMMU_GET_INFO,
	};
	struct env *env = *state;
	unsigned int i, n = 0;

	get_as(env);
	env->group = get_group(env, 10);
	for (i = 0; i < env->fake->nr_calls; i++) {
		if (env->fake->calls[i].op != FAKE_IOCTL)
			continue;
		/* GET_INFO is asked again with more room. */
		if (n == ARRAY_SIZE(expected))
			n--;
		assert_int_equal(env->fake->calls[i].request, expected[n++]);
	}
	assert_int_equal(n, ARRAY_SIZE(expected));
	env->container = uvfio_group_container(env->group);
	assert_int_equal(uvfio_container_iommu_type(env->container),
			 VFIO_TYPE1v2_IOMMU);
	assert_int_equal(uvfio_group_id(env->group), 10);
	/* The first file that was opened: a descriptor of 0 is as good as any. */
	assert_int_equal(uvfio_group_fd(env->group), 0);
	assert_int_equal(uvfio_container_fd(env->container), 1);
}

static void same_group_twice(void **state)
{
	struct env *env = *state;
	struct uvfio_group *again;

	get_as(env);
	env->group = get_group(env, 10);
	again = get_group(env, 10);
	assert_ptr_equal(env->group, again);
	assert_int_equal(fake_count_calls(env->fake, FAKE_OPEN, 0), 2);
	assert_int_equal(uvfio_put_group(again, NULL), 0);
	assert_int_equal(fake_held_files(env->fake), 2);
	assert_int_equal(uvfio_put_group(NULL, NULL), 0);
}

static void one_put_too_many_is_refused(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;

	get_as(env);
	group = get_group(env, 10);
	assert_int_equal(uvfio_get_device(group, "dev", NULL, &env->dev, NULL), 0);
	assert_int_equal(uvfio_put_group(group, NULL), 0);
	assert_failed(env, uvfio_put_group(group, &env->err), -EINVAL);
	assert_string_equal(env->err.path, "/dev/vfio/10");
	assert_int_equal(uvfio_put_group(group, NULL), -EINVAL);
	assert_contains(env->log, "group 10: a reference too many");
	/* The device still works, and takes the group along when it goes. */
	assert_int_equal(fake_held_files(env->fake), 3);
	assert_int_equal(uvfio_device_reset(env->dev, NULL), 0);
	assert_int_equal(uvfio_put_base_device(env->dev, NULL), 0);
	env->dev = NULL;
	assert_int_equal(fake_held_files(env->fake), 0);
}

static void group_in_two_address_spaces(void **state)
{
	struct env *env = *state;
	struct uvfio_address_space *other;
	struct uvfio_group *group;

	get_as(env);
	env->group = get_group(env, 10);
	assert_int_equal(uvfio_get_address_space(env->ctx, &memory_b, &other, NULL),
			 0);
	assert_failed(env, uvfio_get_group(other, 10, &group, &env->err), -EINVAL);
	assert_contains(env->err.message, "used in multiple address spaces");
	uvfio_put_address_space(other);
}

/* The second group joins and must not set the IOMMU again (libvfn 4f6fed3). */
static void groups_share_a_container(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;

	get_as(env);
	env->group = get_group(env, 10);
	fake_forget_calls(env->fake);
	second = get_group(env, 11);
	assert_ptr_equal(uvfio_group_container(second),
			 uvfio_group_container(env->group));
	assert_int_equal(fake_count_calls(env->fake, FAKE_IOCTL, VFIO_SET_IOMMU), 0);
	assert_int_equal(fake_held_files(env->fake), 3);
	/* The container stays for the other group, whichever goes first. */
	uvfio_put_group(env->group, NULL);
	env->group = second;
	assert_int_equal(uvfio_dma_map(uvfio_group_container(second), 0x1000,
				       0x1000, (void *)0x1000, false, NULL), 0);
}

static void group_that_cannot_join_gets_its_own(void **state)
{
	struct env *env = *state;
	struct uvfio_group *alone;

	get_as(env);
	env->group = get_group(env, 10);
	alone = get_group(env, 12);
	assert_ptr_not_equal(uvfio_group_container(alone),
			     uvfio_group_container(env->group));
	assert_int_equal(fake_held_files(env->fake), 4);
	assert_int_equal(uvfio_put_group(alone, NULL), 0);
	assert_int_equal(fake_held_files(env->fake), 2);
}

static void address_spaces_do_not_share(void **state)
{
	struct uvfio_address_space *other;
	struct env *env = *state;
	struct uvfio_group *group;

	get_as(env);
	env->group = get_group(env, 10);
	assert_int_equal(uvfio_get_address_space(env->ctx, &memory_b, &other, NULL),
			 0);
	assert_int_equal(uvfio_get_group(other, 11, &group, NULL), 0);
	uvfio_put_address_space(other);	/* the container keeps it */
	assert_ptr_not_equal(uvfio_group_container(group),
			     uvfio_group_container(env->group));
	uvfio_put_group(group, NULL);
}

static void order_of_disconnecting(void **state)
{
	struct env *env = *state;
	const struct fake_call *calls;

	get_as(env);
	env->group = get_group(env, 10);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_put_group(env->group, &env->err), 0);
	env->group = NULL;
	calls = env->fake->calls;
	assert_int_equal(env->fake->nr_calls, 3);
	assert_int_equal(calls[0].request, VFIO_GROUP_UNSET_CONTAINER);
	assert_int_equal(calls[1].op, FAKE_CLOSE);	/* the container */
	assert_int_equal(calls[1].fd, 1);
	assert_int_equal(calls[2].op, FAKE_CLOSE);	/* the group */
	assert_int_equal(calls[2].fd, 0);
	assert_contains(env->trace, "vfio_disconnect_container close container->fd=1\n");
	assert_contains(env->trace, "vfio_put_group close group->fd=0\n");
}

static void failing_unset_is_reported(void **state)
{
	struct env *env = *state;

	get_as(env);
	env->group = get_group(env, 10);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_GROUP_UNSET_CONTAINER, 0, 1, -EBUSY);
	assert_failed(env, uvfio_put_group(env->group, &env->err), -EBUSY);
	assert_string_equal(env->err.ioctl, "VFIO_GROUP_UNSET_CONTAINER");
	env->group = NULL;
	assert_int_equal(fake_held_files(env->fake), 0);
}

static void wrong_api_version(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;

	get_as(env);
	env->fake->api_version = 1;
	assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err),
		      -EINVAL);
	assert_contains(env->err.message, "API version 1");
	assert_int_equal(fake_held_files(env->fake), 0);
}

static void choice_of_the_iommu_type(void **state)
{
	static const struct {
		uint32_t offered;
		unsigned int preferred[3];
		unsigned int chosen;
	} cases[] = {
		{ 1 << VFIO_TYPE1_IOMMU | 1 << VFIO_TYPE1v2_IOMMU, { 0 },
		  VFIO_TYPE1v2_IOMMU },
		{ 1 << VFIO_TYPE1_IOMMU, { 0 }, VFIO_TYPE1_IOMMU },
		{ 1 << VFIO_TYPE1_IOMMU | 1 << VFIO_TYPE1v2_IOMMU,
		  { VFIO_TYPE1_IOMMU, VFIO_TYPE1v2_IOMMU }, VFIO_TYPE1_IOMMU },
		{ 1 << VFIO_TYPE1_IOMMU, { VFIO_TYPE1v2_IOMMU }, 0 },
		{ 0, { 0 }, 0 },
	};
	struct env *env = *state;
	struct uvfio_group *group;
	bool default_types;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		env->fake->type1.types = cases[i].offered;
		default_types = !cases[i].preferred[0];
		env_new_context(env, default_types ? NULL : cases[i].preferred);
		get_as(env);
		if (cases[i].chosen) {
			group = get_group(env, 10);
			assert_int_equal(uvfio_container_iommu_type(uvfio_group_container(group)),
					 cases[i].chosen);
			uvfio_put_group(group, NULL);
		} else {
			assert_failed(env, uvfio_get_group(env->as, 10, &group,
							   &env->err), -ENODEV);
			assert_string_equal(env->err.message,
					    "No available IOMMU models");
		}
		env_close(env);
	}
}

/* Each step fails in turn: the right code, and nothing is left. */
static void every_step_can_fail(void **state)
{
	static const struct {
		enum fake_op op;
		unsigned long request;
		unsigned int skip;
		int code;
		unsigned int unsets;	/* had it joined the container? */
	} steps[] = {
		{ FAKE_OPEN, 0, 0, -EBUSY, 0 },
		{ FAKE_IOCTL, VFIO_GROUP_GET_STATUS, 0, -EFAULT, 0 },
		{ FAKE_OPEN, 0, 1, -EACCES, 0 },
		{ FAKE_IOCTL, VFIO_GET_API_VERSION, 0, -EINTR, 0 },
		{ FAKE_IOCTL, VFIO_GROUP_SET_CONTAINER, 0, -EPERM, 0 },
		{ FAKE_IOCTL, VFIO_SET_IOMMU, 0, -ENODEV, 1 },
		{ FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, -ENOMEM, 1 },
	};
	struct env *env = *state;
	struct uvfio_group *group;
	size_t i;

	get_as(env);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		env->fake->nr_rules = 0;
		fake_forget_calls(env->fake);
		fake_fail(env->fake, steps[i].op, steps[i].request,
			  steps[i].skip, 1, steps[i].code);
		assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err),
			      steps[i].code);
		assert_string_equal(env->err.operation,
				    "uvfio_get_group");
		assert_int_equal(fake_held_files(env->fake), 0);
		assert_int_equal(fake_count_calls(env->fake, FAKE_IOCTL,
						  VFIO_GROUP_UNSET_CONTAINER),
				 steps[i].unsets);
	}
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
}

/* The window and the one range that a kernel without ranges has. */
static void every_allocation_can_fail(void **state)
{
	struct env *env = *state;
	unsigned int n = 0;

	get_as(env);
	do {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, -1, -ENOTTY);
		fake_fail(env->fake, FAKE_ALLOC, 0, n++, 1, -ENOMEM);
		if (!uvfio_get_group(env->as, 10, &env->group, &env->err))
			break;
		assert_int_equal(env->err.code, -ENOMEM);
		assert_int_equal(fake_held_files(env->fake), 0);
	} while (true);
	assert_in_range(n, 5, 10);
}

/* Descriptor 0 becomes free when the group has been opened. */
static void free_descriptor_0(struct fake *fake, unsigned long request, void *arg)
{
	(void)arg;
	if (request == VFIO_GROUP_GET_STATUS)
		fake->files[0].type = FAKE_FREE;
}

static void fd_0_is_a_container(void **state)
{
	struct env *env = *state;

	get_as(env);
	env->fake->files[0].type = FAKE_DEVICE;
	env->fake->spoil = free_descriptor_0;
	env->group = get_group(env, 10);
	assert_int_equal(uvfio_container_fd(uvfio_group_container(env->group)), 0);
}

/* EVE 5670, VPP 3448: a group open elsewhere has a hint of its own. */
static void busy_group(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;

	get_as(env);
	env->fake->groups[0].open = true;
	assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err), -EBUSY);
	assert_string_equal(env->err.path, "/dev/vfio/10");
	assert_contains(env->err.hint, "in use");
	assert_failed(env, uvfio_get_group(env->as, 99, &group, &env->err), -ENOENT);
	assert_string_equal(env->err.hint, "");
	env->fake->groups[0].open = false;
}

static struct uvfio_container *connect(struct env *env)
{
	env_new_context(env, NULL);
	get_as(env);
	env->group = get_group(env, 10);
	env->container = uvfio_group_container(env->group);
	return env->container;
}

static void pgsizes_default_to_4k(void **state)
{
	struct env *env = *state;

	env->fake->type1.quirks = TYPE1_QUIRK(NO_PGSIZES);
	assert_int_equal(uvfio_container_pgsizes(connect(env)), 4096);
}

static void clear_info_flags(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;

	(void)fake;
	if (request == VFIO_IOMMU_GET_INFO)
		info->flags = 0;
}

static void pgsizes_without_the_flag_mean_nothing(void **state)
{
	struct env *env = *state;

	env->fake->type1.pgsizes = 0x10000;
	env->fake->spoil = clear_info_flags;
	assert_int_equal(uvfio_container_pgsizes(connect(env)), 4096);
}

static void pgsizes_of_zero_are_no_pgsizes(void **state)
{
	struct env *env = *state;

	env->fake->type1.quirks = TYPE1_QUIRK(ZERO_PGSIZES);
	assert_int_equal(uvfio_container_pgsizes(connect(env)), 4096);
}

static void pgsizes_as_reported(void **state)
{
	struct env *env = *state;

	env->fake->type1.pgsizes = 0x40210000;
	assert_int_equal(uvfio_container_pgsizes(connect(env)), 0x40210000);
}

static void get_info_may_fail(void **state)
{
	const struct uvfio_iova_range *ranges;
	struct env *env = *state;
	size_t nr;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, -1, -ENOTTY);
	assert_int_equal(uvfio_container_pgsizes(connect(env)), 4096);
	ranges = uvfio_container_iova_ranges(env->container, &nr);
	assert_int_equal(nr, 1);
	assert_int_equal(ranges[0].first, 0);
	assert_true(ranges[0].last == UINT64_MAX);
	assert_contains(env->log, "warning");
}

/* Also where the 12 bytes long DMA_AVAIL leaves the ranges misaligned. */
static void iova_ranges(void **state)
{
	const struct uvfio_iova_range *ranges;
	struct env *env = *state;
	uint32_t avail;
	size_t nr;

	env->fake->type1.quirks = TYPE1_QUIRK(CAPS_UNALIGNED);
	env->fake->type1.model = TYPE1_IOMMU;
	env->fake->type1.dma_avail = 3;
	connect(env);
	ranges = uvfio_container_iova_ranges(env->container, &nr);
	assert_int_equal(nr, 2);
	assert_true(ranges[0].first == 0 && ranges[0].last == 0xfedfffff);
	assert_true(ranges[1].first == 0xfef00000 &&
		    ranges[1].last == 0xffffffffffff);
	assert_int_equal(uvfio_container_dma_avail(env->container, &avail, NULL), 0);
	assert_int_equal(avail, 3);
	assert_int_equal(uvfio_dma_map(env->container, 0, 4096, (void *)4096,
				       false, NULL), 0);
	assert_int_equal(uvfio_container_dma_avail(env->container, &avail, NULL), 0);
	assert_int_equal(avail, 2);
}

static void no_dma_avail(void **state)
{
	struct env *env = *state;
	uint32_t avail;

	env->fake->type1.quirks = TYPE1_QUIRK(NO_DMA_AVAIL_CAP);
	connect(env);
	assert_failed(env, uvfio_container_dma_avail(env->container, &avail,
						     &env->err), -ENOENT);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -EFAULT);
	assert_failed(env, uvfio_container_dma_avail(env->container, &avail,
						     &env->err), -EFAULT);
}

/* What a hostile kernel may put into the ranges capability. */
enum spoil {
	TOO_MANY_RANGES, NO_RANGES, BACKWARD_RANGE, OVERLAPPING_RANGES,
	LOOPING_CHAIN, ARGSZ_0, CUT_RANGES, NO_END,
};

static void spoil_info(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;
	struct vfio_iommu_type1_info_cap_iova_range *ranges;

	if (request != VFIO_IOMMU_GET_INFO || !info->cap_offset)
		return;
	ranges = (void *)((char *)info + info->cap_offset);
	while (ranges->header.id != VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
		ranges = (void *)((char *)info + ranges->header.next);
	switch (*(enum spoil *)fake->spoil_data) {
	case TOO_MANY_RANGES:
		ranges->nr_iovas = 0x10000000;
		break;
	case NO_RANGES:
		ranges->nr_iovas = 0;
		break;
	case BACKWARD_RANGE:
		ranges->iova_ranges[0].start = ranges->iova_ranges[0].end + 1;
		break;
	case OVERLAPPING_RANGES:
		ranges->iova_ranges[1].start = ranges->iova_ranges[0].end;
		break;
	case LOOPING_CHAIN:
		ranges->header.id = 77;
		ranges->header.next = info->cap_offset;
		break;
	case ARGSZ_0:
		info->argsz = 0;
		break;
	case CUT_RANGES:
		info->argsz = (char *)ranges - (char *)info + sizeof(*ranges) - 1;
		break;
	case NO_END:
		info->argsz += 8;
		break;
	}
}

static void hostile_iommu_info(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;
	enum spoil spoil;

	env->fake->type1.model = TYPE1_IOMMU;
	env->fake->spoil = spoil_info;
	env->fake->spoil_data = &spoil;
	env_new_context(env, NULL);
	get_as(env);
	for (spoil = TOO_MANY_RANGES; spoil <= NO_END; spoil++) {
		assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err),
			      spoil == NO_END ? -E2BIG : -EPROTO);
		assert_int_equal(fake_held_files(env->fake), 0);
	}
}

static void cut_dma_avail(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;
	struct vfio_iommu_type1_info_dma_avail *avail;

	(void)fake;
	if (request != VFIO_IOMMU_GET_INFO || !info->cap_offset)
		return;
	avail = (void *)((char *)info + info->cap_offset);
	while (avail->header.id != VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL)
		avail = (void *)((char *)info + avail->header.next);
	info->argsz = (char *)avail - (char *)info + sizeof(*avail) - 1;
}

static void dma_avail_cut_short(void **state)
{
	struct env *env = *state;
	uint32_t avail = 77;

	connect(env);
	env->fake->spoil = cut_dma_avail;
	assert_failed(env, uvfio_container_dma_avail(env->container, &avail, &env->err),
		      -EPROTO);
	assert_contains(env->err.message, "DMA-available capability");
	assert_int_equal(avail, 77);
}

/* What a second IOMMU does to the container of the first. */
static void narrow_info(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;
	struct vfio_iommu_type1_info_cap_iova_range *ranges;

	if (request != VFIO_IOMMU_GET_INFO || fake->containers[0].groups < 2)
		return;
	info->iova_pgsizes = 0x200000;
	if (!info->cap_offset)
		return;
	ranges = (void *)((char *)info + info->cap_offset);
	while (ranges->header.id != VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
		ranges = (void *)((char *)info + ranges->header.next);
	ranges->iova_ranges[1].end = 0xffffffffff;
}

#define REACH	0xffffffffffffull	/* of the first IOMMU */

static void assert_limits(struct env *env, uint64_t reach, uint64_t pgsizes)
{
	const struct uvfio_iova_range *ranges;
	struct uvfio_host_window window;
	size_t nr;

	assert_true(uvfio_container_pgsizes(env->container) == pgsizes);
	ranges = uvfio_container_iova_ranges(env->container, &nr);
	assert_int_equal(nr, 2);
	assert_true(ranges[1].last == reach);
	assert_int_equal(uvfio_host_win_lookup(env->container, 0xfef00000, reach, &window,
					       NULL), 0);
	assert_true(window.max_iova == reach && window.pgsizes == pgsizes);
}

static uint64_t connect_first(struct env *env)
{
	env->fake->type1.model = TYPE1_IOMMU;
	connect(env);
	env->fake->spoil = narrow_info;
	return uvfio_container_pgsizes(env->container);
}

static void a_second_iommu_narrows_the_container(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;
	uint64_t pgsizes = connect_first(env);

	assert_limits(env, REACH, pgsizes);
	second = get_group(env, 11);
	assert_ptr_equal(uvfio_group_container(second), env->container);
	assert_limits(env, 0xffffffffff, 0x200000);
	/* And takes that along. */
	assert_int_equal(uvfio_put_group(second, NULL), 0);
	assert_limits(env, REACH, pgsizes);
}

/* What is different with two groups: one thing at a time. */
enum difference { PAGE_SIZES, END_OF_A_RANGE, NUMBER_OF_RANGES };

static void differ(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;
	struct vfio_iommu_type1_info_cap_iova_range *ranges;

	if (request != VFIO_IOMMU_GET_INFO || fake->containers[0].groups < 2 ||
	    !info->cap_offset)
		return;
	ranges = (void *)((char *)info + info->cap_offset);
	while (ranges->header.id != VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
		ranges = (void *)((char *)info + ranges->header.next);
	switch (*(enum difference *)fake->spoil_data) {
	case PAGE_SIZES:
		info->iova_pgsizes = 0x200000;
		break;
	case END_OF_A_RANGE:
		ranges->iova_ranges[1].end = 0xffffffffff;
		break;
	case NUMBER_OF_RANGES:
		ranges->nr_iovas = 1;
		break;
	}
}

static void any_difference_counts(void **state)
{
	struct uvfio_host_window window;
	struct env *env = *state;
	enum difference difference;
	struct uvfio_group *second;
	uint64_t pgsizes = connect_first(env);
	size_t nr;
	int ret;

	env->fake->spoil = differ;
	env->fake->spoil_data = &difference;
	for (difference = PAGE_SIZES; difference <= NUMBER_OF_RANGES; difference++) {
		second = get_group(env, 11);
		uvfio_container_iova_ranges(env->container, &nr);
		assert_int_equal(nr, difference == NUMBER_OF_RANGES ? 1 : 2);
		ret = uvfio_host_win_lookup(env->container, 0xfef00000, 0xfef00fff, &window,
					    NULL);
		assert_int_equal(ret, difference == NUMBER_OF_RANGES ? -ENXIO : 0);
		if (difference == PAGE_SIZES)
			assert_int_equal(window.pgsizes, 0x200000);
		if (difference == END_OF_A_RANGE)
			assert_true(window.max_iova == 0xffffffffff);
		assert_int_equal(uvfio_put_group(second, NULL), 0);
		assert_limits(env, REACH, pgsizes);
	}
}

static void a_group_that_changes_nothing_leaves_the_windows(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;

	connect_first(env);
	env->fake->spoil = NULL;
	assert_int_equal(uvfio_host_win_del(env->container, 0xfef00000, REACH, NULL), 0);
	second = get_group(env, 11);
	assert_failed(env, uvfio_host_win_lookup(env->container, 0xfef00000, REACH, NULL,
						 &env->err), -ENXIO);
	uvfio_put_group(second, NULL);
}

/* Every allocation, and an answer that makes no sense. */
static void a_join_that_learns_nothing_is_undone(void **state)
{
	enum spoil spoil = LOOPING_CHAIN;
	struct env *env = *state;
	uint64_t pgsizes = connect_first(env);
	struct uvfio_group *second;
	unsigned int n;

	for (n = 0; n < 5; n++) {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_ALLOC, 0, n, 1, -ENOMEM);
		assert_failed(env, uvfio_get_group(env->as, 11, &second, &env->err),
			      -ENOMEM);
		assert_limits(env, REACH, pgsizes);
		/* All but the first, of the group itself, had joined. */
		assert_int_equal(fake_count_calls(env->fake, FAKE_IOCTL,
						  VFIO_GROUP_UNSET_CONTAINER), n);
		assert_int_equal(env->fake->containers[0].groups, 1);
		assert_int_equal(fake_held_files(env->fake), 2);
		assert_int_equal(uvfio_balloon_inhibitors(env->ctx), 1);
	}
	env->fake->nr_rules = 0;
	env->fake->spoil = spoil_info;
	env->fake->spoil_data = &spoil;
	assert_failed(env, uvfio_get_group(env->as, 11, &second, &env->err), -EPROTO);
	assert_limits(env, REACH, pgsizes);
	env->fake->spoil = narrow_info;
	uvfio_put_group(get_group(env, 11), NULL);
}

static void limits_stay_when_the_kernel_does_not_tell(void **state)
{
	struct env *env = *state;
	uint64_t pgsizes = connect_first(env);
	struct uvfio_group *second;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -EFAULT);
	second = get_group(env, 11);
	assert_limits(env, REACH, pgsizes);
	assert_contains(env->log, "keeping what it said before");
	/* Leaving cannot fail of it. */
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -ENOMEM);
	assert_int_equal(uvfio_put_group(second, &env->err), 0);
	assert_limits(env, REACH, pgsizes);
	assert_contains(env->log, "the container keeps its limits");
}

static void check_extension(void **state)
{
	struct env *env = *state;

	connect(env);
	assert_int_equal(uvfio_container_check_extension(env->container,
							 VFIO_UNMAP_ALL), 1);
	assert_int_equal(uvfio_container_check_extension(env->container, 999), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_CHECK_EXTENSION, 0, 1, -EINTR);
	errno = 0;
	assert_int_equal(uvfio_container_check_extension(env->container, 1),
			 -EINTR);
	assert_int_equal(errno, EINTR);
}

/* libvfn cef9f6d, d897c0e: nothing stale, also after a failed open. */
static void open_and_close_again(void **state)
{
	struct env *env = *state;
	struct uvfio_group *group;
	int i;

	get_as(env);
	for (i = 0; i < 3; i++)
		uvfio_put_group(get_group(env, 10), NULL);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_SET_IOMMU, 0, 1, -ENODEV);
	assert_failed(env, uvfio_get_group(env->as, 10, &group, &env->err), -ENODEV);
	uvfio_put_group(get_group(env, 10), NULL);
	assert_int_equal(fake_held_files(env->fake), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_context, address_spaces_are_one_per_memory),
		test_on(env_context, sequence_of_a_first_group),
		test_on(env_context, same_group_twice),
		test_on(env_context, one_put_too_many_is_refused),
		test_on(env_context, group_in_two_address_spaces),
		test_on(env_context, groups_share_a_container),
		test_on(env_context, group_that_cannot_join_gets_its_own),
		test_on(env_context, address_spaces_do_not_share),
		test_on(env_context, order_of_disconnecting),
		test_on(env_context, failing_unset_is_reported),
		test_on(env_context, wrong_api_version),
		test_on(env_fake, choice_of_the_iommu_type),
		test_on(env_context, every_step_can_fail),
		test_on(env_context, every_allocation_can_fail),
		test_on(env_context, fd_0_is_a_container),
		test_on(env_context, busy_group),
		test_on(env_fake, pgsizes_default_to_4k),
		test_on(env_fake, pgsizes_without_the_flag_mean_nothing),
		test_on(env_fake, pgsizes_of_zero_are_no_pgsizes),
		test_on(env_fake, pgsizes_as_reported),
		test_on(env_fake, get_info_may_fail),
		test_on(env_fake, iova_ranges),
		test_on(env_fake, no_dma_avail),
		test_on(env_fake, hostile_iommu_info),
		test_on(env_fake, dma_avail_cut_short),
		test_on(env_fake, a_second_iommu_narrows_the_container),
		test_on(env_fake, any_difference_counts),
		test_on(env_fake, a_group_that_changes_nothing_leaves_the_windows),
		test_on(env_fake, a_join_that_learns_nothing_is_undone),
		test_on(env_fake, limits_stay_when_the_kernel_does_not_tell),
		test_on(env_fake, check_extension),
		test_on(env_context, open_and_close_again),
	};

	return cmocka_run_group_tests_name("connect", tests, NULL, NULL);
}

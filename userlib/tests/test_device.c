// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Devices: opening, INFO answers of any size, reset, and who holds the group.
 */
#include "env.h"

static void what_it_says(void **state)
{
	struct env *env = *state;
	struct vfio_irq_info irq;

	assert_string_equal(uvfio_device_name(env->dev), "dev");
	assert_ptr_equal(uvfio_device_group(env->dev), env->group);
	assert_int_equal(uvfio_device_flags(env->dev),
			 VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
	assert_int_equal(uvfio_device_num_regions(env->dev), VFIO_PCI_NUM_REGIONS);
	assert_int_equal(uvfio_device_num_irqs(env->dev), VFIO_PCI_NUM_IRQS);
	assert_true(uvfio_device_reset_works(env->dev));
	assert_int_equal(uvfio_device_info(env->dev)->argsz,
			 sizeof(struct vfio_device_info));
	assert_int_equal(uvfio_device_fd(env->dev), 2);
	assert_int_equal(uvfio_get_irq_info(env->dev, VFIO_PCI_MSI_IRQ_INDEX, &irq,
					    NULL), 0);
	assert_int_equal(irq.count, 8);
	assert_failed(env, uvfio_get_irq_info(env->dev, 99, &irq, &env->err),
		      -EINVAL);
	assert_contains(env->trace, "vfio_get_device Device dev flags");
}

static void reset(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_device_reset(env->dev, NULL), 0);
	assert_int_equal(env->fake->devices[0].resets, 1);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_RESET, 0, 1, -EIO);
	assert_failed(env, uvfio_device_reset(env->dev, &env->err), -EIO);
}

static void reset_without_one(void **state)
{
	struct env *env = *state;

	env->fake->devices[0].flags = VFIO_DEVICE_FLAGS_PCI;
	env_open_device(env);
	assert_failed(env, uvfio_device_reset(env->dev, &env->err), -ENOTTY);
	assert_int_equal(env->fake->nr_calls, 0);
}

static void wrong_name(void **state)
{
	struct env *env = *state;
	struct uvfio_device *dev;

	assert_failed(env, uvfio_get_device(env->group, "nope", NULL, &dev,
					    &env->err), -ENODEV);
	assert_string_equal(env->err.path, "nope");
	assert_string_equal(env->err.ioctl, "VFIO_GROUP_GET_DEVICE_FD");
	assert_true(env->err.hint[0]);
	/* In another group. */
	assert_failed(env, uvfio_get_device(env->group, "other", NULL, &dev,
					    &env->err), -ENODEV);
	assert_int_equal(fake_held_files(env->fake), 3);
}

static void open_that_fails_leaves_nothing(void **state)
{
	struct uvfio_device_options opts = { .size = 0 };
	struct env *env = *state;
	struct uvfio_device *dev;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_GET_INFO, 0, 1, -EFAULT);
	assert_failed(env, uvfio_get_device(env->group, "dev2", NULL, &dev,
					    &env->err), -EFAULT);
	assert_failed(env, uvfio_get_device(env->group, "dev2", &opts, &dev,
					    &env->err), -EINVAL);
	assert_int_equal(fake_held_files(env->fake), 3);
}

/* DPDK a9c349e3a1, libvfn ec0580d: devices keep their group, in any order. */
static void devices_hold_their_group(void **state)
{
	struct env *env = *state;
	struct uvfio_device *second;

	assert_int_equal(uvfio_get_device(env->group, "dev2", NULL, &second, NULL),
			 0);
	assert_int_equal(uvfio_put_group(env->group, NULL), 0);
	env->group = NULL;
	assert_int_equal(uvfio_put_base_device(env->dev, NULL), 0);
	env->dev = NULL;
	assert_int_equal(fake_held_files(env->fake), 3);
	assert_int_equal(uvfio_dma_map(env->container, 0, 4096, (void *)4096, false,
				       NULL), 0);
	/* The first group's fd was 0, and so is a device's when it is free. */
	fake_forget_calls(env->fake);
	env->trace[0] = '\0';
	assert_int_equal(uvfio_put_base_device(second, NULL), 0);
	assert_int_equal(fake_held_files(env->fake), 0);
	/* Each closed once: device, container and group. */
	assert_int_equal(fake_count_calls(env->fake, FAKE_CLOSE, 0), 3);
	assert_contains(env->trace, "vfio_put_base_device close vdev->fd=");
	assert_int_equal(uvfio_put_base_device(NULL, NULL), 0);
}

static void fd_0_is_a_device(void **state)
{
	struct env *env = *state;
	struct uvfio_region *region;
	uint64_t value;

	/* Make room at 0: the group is opened as 0, so move it away first. */
	env->fake->files[0].type = FAKE_DEVICE;
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL), 0);
	assert_int_equal(uvfio_get_group(env->as, 10, &env->group, NULL), 0);
	assert_int_equal(uvfio_group_fd(env->group), 1);
	env->fake->files[0].type = FAKE_FREE;
	assert_int_equal(uvfio_get_device(env->group, "dev", NULL, &env->dev, NULL),
			 0);
	assert_int_equal(uvfio_device_fd(env->dev), 0);
	assert_int_equal(uvfio_region_setup(env->dev, 0, NULL, &region, NULL), 0);
	assert_int_equal(uvfio_region_read(region, 0, 4, &value, NULL), 0);
	uvfio_region_finalize(region);
}

static void options_of_newer_programs(void **state)
{
	struct {
		struct uvfio_device_options known;
		uint64_t newer;
	} opts = { .known = { .size = sizeof(opts) }, .newer = 1 };
	struct env *env = *state;
	struct uvfio_device *dev;

	assert_failed(env, uvfio_get_device(env->group, "dev2", &opts.known, &dev,
					    &env->err), -E2BIG);
}

/* --- region info ---------------------------------------------------------- */

static void region_info_grows(void **state)
{
	struct env *env = *state;
	struct fake_region *bar = &env->fake->devices[0].regions[0];
	struct vfio_region_info *info;
	unsigned char caps[64] = { 0 };
	const struct vfio_info_cap_header head = { .id = 5 };

	memcpy(caps, &head, sizeof(head));
	bar->caps = caps;
	bar->caps_size = sizeof(caps);
	assert_int_equal(uvfio_get_region_info(env->dev, 0, &info, NULL), 0);
	assert_int_equal(env->fake->nr_calls, 2);
	assert_int_equal(info->argsz, sizeof(*info) + 64);
	assert_non_null(uvfio_get_region_info_cap(info, 5, NULL));
	uvfio_free_region_info(env->dev, info);
	assert_true(uvfio_has_region_cap(env->dev, 0, 5));
	assert_false(uvfio_has_region_cap(env->dev, 0, 6));
	assert_false(uvfio_has_region_cap(env->dev, 99, 5));
	bar->caps = NULL;
}

static int greed;	/* what spoil_argsz() does to argsz */

static void spoil_argsz(struct fake *fake, unsigned long request, void *arg)
{
	uint32_t *argsz = arg;

	(void)fake;
	if (request == VFIO_DEVICE_GET_REGION_INFO)
		*argsz += greed;
}

/* Eight bytes more for ever; more than anybody has; less than the header. */
static void region_info_growth_is_bounded(void **state)
{
	struct env *env = *state;
	struct vfio_region_info *info;

	env->fake->spoil = spoil_argsz;
	greed = 8;
	assert_failed(env, uvfio_get_region_info(env->dev, 0, &info, &env->err),
		      -E2BIG);
	assert_int_equal(env->fake->nr_calls, 8);
	assert_contains(env->err.message, "keeps asking");

	fake_forget_calls(env->fake);
	greed = 1 << 21;
	assert_failed(env, uvfio_get_region_info(env->dev, 0, &info, &env->err),
		      -E2BIG);
	assert_int_equal(env->fake->nr_calls, 1);

	greed = -1 - (int)sizeof(*info);	/* 0xffffffff */
	assert_failed(env, uvfio_get_region_info(env->dev, 0, &info, &env->err),
		      -E2BIG);

	greed = -4;
	assert_failed(env, uvfio_get_region_info(env->dev, 0, &info, &env->err),
		      -EPROTO);
	greed = -(int)sizeof(*info);
	assert_failed(env, uvfio_get_region_info(env->dev, 0, &info, &env->err),
		      -EPROTO);
}

/* Smaller than the buffer, but not than the structure: what counts is smaller. */
static void region_info_that_shrinks(void **state)
{
	struct env *env = *state;
	struct fake_region *bar = &env->fake->devices[0].regions[0];
	const struct vfio_info_cap_header caps[2] = {
		{ .id = 5, .next = sizeof(struct vfio_region_info) + 8 },
		{ .id = 6 },
	};
	struct vfio_region_info *info;

	bar->caps = caps;
	bar->caps_size = sizeof(caps);
	assert_int_equal(uvfio_get_region_info(env->dev, 0, &info, NULL), 0);
	assert_int_equal(info->argsz, sizeof(*info) + sizeof(caps));
	info->argsz -= sizeof(caps[1]);
	assert_non_null(uvfio_get_region_info_cap(info, 5, NULL));
	assert_null(uvfio_get_region_info_cap(info, 6, NULL));
	assert_int_equal(errno, EPROTO);
	uvfio_free_region_info(env->dev, info);
	bar->caps = NULL;
}

/* The kernel decides which indexes exist, not the number announced at open. */
static void index_beyond_the_number_announced(void **state)
{
	struct env *env = *state;
	struct vfio_region_info *info;

	env->fake->devices[0].regions[9].size = 4096;
	assert_int_equal(uvfio_get_region_info(env->dev, 9, &info, NULL), 0);
	assert_int_equal(info->size, 4096);
	uvfio_free_region_info(env->dev, info);
	assert_failed(env, uvfio_get_region_info(env->dev, 10, &info, &env->err),
		      -EINVAL);
	assert_failed(env, uvfio_get_region_info(env->dev, UINT32_MAX, &info,
						 &env->err), -EINVAL);
}

static void dev_region_by_type(void **state)
{
	struct vfio_region_info_cap_type cap = {
		.header = { .id = VFIO_REGION_INFO_CAP_TYPE },
		.type = 0x80008086, .subtype = 1,
	};
	struct env *env = *state;
	struct fake_region *regions = env->fake->devices[0].regions;
	struct vfio_region_info *info;

	fake_forget_calls(env->fake);
	assert_failed(env, uvfio_get_dev_region_info(env->dev, 1, 1, &info, &env->err),
		      -ENODEV);
	assert_int_equal(env->fake->nr_calls, env->fake->devices[0].num_regions);
	assert_contains(env->trace, "vfio_get_dev_region dev index 0, wanted 00000001/00000001\n");
	regions[1].caps = &cap.header;	/* cut short: passed over */
	regions[1].caps_size = sizeof(cap.header);
	regions[3].caps = &cap;
	regions[3].caps_size = sizeof(cap);
	assert_int_equal(uvfio_get_dev_region_info(env->dev, 0x80008086, 1, &info,
						   NULL), 0);
	assert_int_equal(info->index, 3);
	uvfio_free_region_info(env->dev, info);
	assert_failed(env, uvfio_get_dev_region_info(env->dev, 0x80008086, 2, &info,
						     &env->err), -ENODEV);
	assert_failed(env, uvfio_get_dev_region_info(env->dev, 1, 1, &info,
						     &env->err), -ENODEV);
	/* A region that cannot be read is passed over as well. */
	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_GET_REGION_INFO, 0, 1, -EIO);
	assert_int_equal(uvfio_get_dev_region_info(env->dev, 0x80008086, 1, &info,
						   NULL), 0);
	uvfio_free_region_info(env->dev, info);
	fake_fail(env->fake, FAKE_ALLOC, 0, 0, 1, -ENOMEM);
	assert_failed(env, uvfio_get_dev_region_info(env->dev, 1, 1, &info,
						     &env->err), -ENOMEM);
	regions[1].caps = NULL;
	regions[3].caps = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_device, what_it_says),
		test_on(env_device, reset),
		test_on(env_context, reset_without_one),
		test_on(env_device, wrong_name),
		test_on(env_device, open_that_fails_leaves_nothing),
		test_on(env_device, devices_hold_their_group),
		test_on(env_context, fd_0_is_a_device),
		test_on(env_device, options_of_newer_programs),
		test_on(env_device, region_info_grows),
		test_on(env_device, region_info_growth_is_bounded),
		test_on(env_device, region_info_that_shrinks),
		test_on(env_device, index_beyond_the_number_announced),
		test_on(env_device, dev_region_by_type),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}

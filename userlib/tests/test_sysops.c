// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The real system calls, as far as they go without VFIO: on files that are no
 * devices. What a device would answer to ioctls is made up.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env.h"

/* Beyond what 32 bits can say, as most regions are. */
#define BAR_OFFSET	0x100000000ull
#define BAR_SIZE	0x2000

/* The descriptor that GET_DEVICE_FD gives: memory, as a file. */
static int device_fd = -1;

static int open_null(void *opaque, const char *path, int flags)
{
	(void)opaque;
	(void)path;
	return open("/dev/null", flags);
}

static int answer(void *opaque, int fd, unsigned long request, void *arg)
{
	struct vfio_region_info *region = arg;
	struct vfio_device_info *device = arg;
	struct vfio_group_status *group = arg;

	(void)opaque;
	(void)fd;
	switch (request) {
	case VFIO_GROUP_GET_STATUS:
		group->flags = VFIO_GROUP_FLAGS_VIABLE;
		return 0;
	case VFIO_CHECK_EXTENSION:
		return 1;
	case VFIO_GROUP_GET_DEVICE_FD:
		return device_fd;
	case VFIO_DEVICE_GET_INFO:
		device->num_regions = 1;
		return 0;
	case VFIO_DEVICE_GET_REGION_INFO:
		region->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
				VFIO_REGION_INFO_FLAG_MMAP;
		region->size = BAR_SIZE;
		region->offset = BAR_OFFSET;
		return 0;
	default:
		return 0;
	}
}

static struct uvfio *context_on(const struct uvfio_sysops *sysops)
{
	const struct uvfio_options opts = { .size = sizeof(opts), .sysops = sysops };
	struct uvfio *ctx;

	assert_int_equal(uvfio_new(&opts, &ctx, NULL), 0);
	return ctx;
}

static int get_group(struct uvfio *ctx, struct uvfio_group **group)
{
	struct uvfio_address_space *as;
	struct uvfio_error err;
	int ret;

	assert_int_equal(uvfio_get_address_space(ctx, NULL, &as, NULL), 0);
	ret = uvfio_get_group(as, 2147483647, group, &err);
	uvfio_put_address_space(as);
	return ret;
}

static void a_group_that_is_not_there(void **state)
{
	struct uvfio *ctx = context_on(NULL);
	struct uvfio_group *group;

	(void)state;
	assert_int_equal(get_group(ctx, &group), -ENOENT);
	assert_int_equal(uvfio_free(ctx), 0);
}

static void a_file_that_is_no_group(void **state)
{
	static const struct uvfio_sysops sysops = { .size = sizeof(sysops), .open = open_null };
	struct uvfio *ctx = context_on(&sysops);
	struct uvfio_group *group;
	int ret = get_group(ctx, &group);

	(void)state;
	/* Not even an ioctl to qemu-user, which says ENOSYS. */
	assert_true(ret == -ENOTTY || ret == -ENOSYS);
	assert_int_equal(uvfio_free(ctx), 0);
}

/* Whether there is anything at a page. */
static bool is_mapped(char *page)
{
	unsigned char in_core;

	return !mincore(page, 0x1000, &in_core);
}

/* As the device's file is the memory, what is written can be seen there. */
static void access_to_a_real_file(void **state)
{
	static const struct uvfio_sysops sysops = {
		.size = sizeof(sysops), .open = open_null, .ioctl = answer,
	};
	struct uvfio *ctx = context_on(&sysops);
	struct uvfio_region *region;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	uint64_t value;
	char *memory;
	FILE *file = tmpfile();

	(void)state;
	device_fd = dup(fileno(file));
	assert_int_equal(ftruncate(device_fd, BAR_OFFSET + BAR_SIZE), 0);
	assert_int_equal(get_group(ctx, &group), 0);
	assert_int_equal(uvfio_get_device(group, "file", NULL, &dev, NULL), 0);
	assert_int_equal(uvfio_region_setup(dev, 0, NULL, &region, NULL), 0);

	assert_int_equal(uvfio_region_write(region, 0x1004, 4, 0x12345678, NULL), 0);
	assert_int_equal(uvfio_region_read(region, 0x1004, 4, &value, NULL), 0);
	assert_true(value == 0x12345678);
	assert_int_equal(uvfio_region_mmap(region, NULL), 0);
	assert_int_equal(uvfio_region_store(region, 0x1004, 1, 0x9a, NULL), 0);
	assert_int_equal(uvfio_region_read(region, 0x1004, 4, &value, NULL), 0);
	assert_true(value == 0x1234569a);

	memory = uvfio_region_ptr(region, 0, BAR_SIZE);
	assert_true(is_mapped(memory) && is_mapped(memory + BAR_SIZE / 2));
	uvfio_region_finalize(region);
	assert_false(is_mapped(memory) || is_mapped(memory + BAR_SIZE / 2));
	assert_int_equal(uvfio_put_base_device(dev, NULL), 0);
	assert_int_equal(fcntl(device_fd, F_GETFD), -1);
	assert_int_equal(uvfio_put_group(group, NULL), 0);
	assert_int_equal(uvfio_free(ctx), 0);
	fclose(file);
}

static void a_link_in_sysfs(void **state)
{
	static const struct uvfio_sysops sysops = { .size = sizeof(sysops), .open = open_null };
	char directory[] = "/tmp/uvfio-XXXXXX";
	struct uvfio *ctx = context_on(&sysops);
	char link[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(link, sizeof(link), "%s/iommu_group", directory);
	assert_int_equal(symlink("../../kernel/iommu_groups/42", link), 0);
	assert_int_equal(uvfio_group_of_device(ctx, directory, NULL), 42);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(uvfio_group_of_device(ctx, directory, NULL), -ENOENT);
	rmdir(directory);
	assert_int_equal(uvfio_free(ctx), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_that_is_not_there),
		cmocka_unit_test(a_file_that_is_no_group),
		cmocka_unit_test(access_to_a_real_file),
		cmocka_unit_test(a_link_in_sysfs),
	};

	return cmocka_run_group_tests_name("sysops", tests, NULL, NULL);
}

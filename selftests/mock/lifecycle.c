// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of instances: making and removing them, also while they are open,
 * and what must be refused while anything is in use.
 */
#include <fcntl.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "selftest.h"

FIXTURE(lifecycle) {
	struct target target;
	struct mock *mock;
};

FIXTURE_SETUP(lifecycle)
{
	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, NULL);
	self->mock = &self->target.mock;
}

FIXTURE_TEARDOWN(lifecycle)
{
	TARGET_CLOSE(&self->target);
}

static int delete_module(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/*
 * The module cannot be removed while a profile exists, whether it is live, has
 * instances or not: rmmod with instances dereferenced a null pointer in the
 * kernel's mdev core (c777b11d34e0) and must not get that far.
 */
TEST_F(lifecycle, module_in_use)
{
	EXPECT_EQ(-EWOULDBLOCK, delete_module("mock_vfio"));
	ASSERT_EQ(0, uvfio_put_base_device(self->target.dev, NULL));
	self->target.dev = NULL;
	ASSERT_EQ(0, uvfio_put_group(self->target.group, NULL));
	self->target.group = NULL;
	EXPECT_EQ(-EWOULDBLOCK, delete_module("mock_vfio"));
	ASSERT_EQ(0, mockvfio_instance_remove(self->mock->ctx, self->target.name, NULL));
	EXPECT_EQ(-EWOULDBLOCK, delete_module("mock_vfio"));
	ASSERT_EQ(0, mockvfio_profile_set_live(self->mock->profile, false, NULL));
	EXPECT_EQ(-EWOULDBLOCK, delete_module("mock_vfio"));
}

/*
 * A profile with instances can be neither switched off nor removed: both are
 * EBUSY at once rather than waiting with locks held.
 */
TEST_F(lifecycle, profile_in_use)
{
	EXPECT_EQ(-EBUSY, mockvfio_profile_set_live(self->mock->profile, false, NULL));
	EXPECT_EQ(-EBUSY, mockvfio_rmdir(self->mock->profile, "", NULL));
}

/*
 * max_instances bounds how many there are, a UUID can be used once, and a
 * removed instance makes room for another.
 */
TEST_F(lifecycle, instances_are_bounded)
{
	struct mockvfio_instance instances[8], more;
	uint64_t max;
	uint64_t i;

	ASSERT_EQ(0, mockvfio_get_u64(self->mock->profile, "max_instances", &max, NULL));
	ASSERT_EQ(8, max);
	EXPECT_EQ(-EEXIST, mockvfio_instance_create(self->mock->profile, self->target.name, &more,
						    NULL));
	for (i = 1; i < max; i++)
		ASSERT_EQ(0, mockvfio_instance_create(self->mock->profile, NULL, &instances[i],
						      NULL));
	EXPECT_GT(0, mockvfio_instance_create(self->mock->profile, NULL, &more, NULL));
	EXPECT_EQ(max, mock_counter(self->mock, "instances"));
	ASSERT_EQ(0, mockvfio_instance_remove(self->mock->ctx, instances[1].uuid, NULL));
	EXPECT_EQ(0, mockvfio_instance_create(self->mock->profile, NULL, &more, NULL));
}

/*
 * Two instances are two devices: each has its group, its registers and its
 * memory.
 */
TEST_F(lifecycle, instances_are_separate)
{
	struct uvfio_region *first, *second;
	struct mockvfio_instance other;
	struct uvfio_address_space *as;
	struct uvfio_device *dev;
	struct uvfio_group *group;
	uint64_t value;

	ASSERT_EQ(0, mockvfio_instance_create(self->mock->profile, NULL, &other, NULL));
	EXPECT_NE(other.group, self->target.group_id);
	ASSERT_EQ(0, uvfio_get_address_space(self->target.ctx, NULL, &as, NULL));
	ASSERT_EQ(0, uvfio_get_group(as, other.group, &group, NULL));
	uvfio_put_address_space(as);
	ASSERT_EQ(0, uvfio_get_device(group, other.uuid, NULL, &dev, NULL));
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, 0, NULL, &first, NULL));
	ASSERT_EQ(0, uvfio_region_setup(dev, 0, NULL, &second, NULL));
	EXPECT_EQ(0, uvfio_region_write(first, MOCK_VFIO_REG_SCRATCH, 8, 1, NULL));
	EXPECT_EQ(0, uvfio_region_write(second, MOCK_VFIO_REG_SCRATCH, 8, 2, NULL));
	EXPECT_EQ(0, uvfio_region_write(second, MOCK_VFIO_BUF_OFFSET, 8, 3, NULL));
	EXPECT_EQ(0, uvfio_region_read(first, MOCK_VFIO_REG_SCRATCH, 8, &value, NULL));
	EXPECT_EQ(1, value);
	EXPECT_EQ(0, uvfio_region_read(first, MOCK_VFIO_BUF_OFFSET, 8, &value, NULL));
	EXPECT_EQ(0, value);
	/* The second group joins the first one's container: SET_IOMMU is not repeated. */
	EXPECT_EQ(uvfio_group_container(group), self->target.container);
	uvfio_region_finalize(first);
	uvfio_region_finalize(second);
	EXPECT_EQ(0, uvfio_put_base_device(dev, NULL));
	EXPECT_EQ(0, uvfio_put_group(group, NULL));
}

static void *remove_instance(void *data)
{
	struct target *target = data;

	return (void *)(intptr_t)mockvfio_instance_remove(target->mock.ctx, target->name, NULL);
}

/*
 * Removing an instance that is open asks its user through the REQ interrupt,
 * again and again, waits for the close, and then is done: this is how a host's
 * administrator takes a device from a guest.
 */
TEST_F(lifecycle, removed_while_open)
{
	int req = eventfd_new();
	pthread_t thread;
	void *result;

	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_REQ_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, req, NULL));
	ASSERT_EQ(0, pthread_create(&thread, NULL, remove_instance, &self->target));
	EXPECT_LE(1, eventfd_wait(req, IRQ_TIMEOUT_MS));
	EXPECT_EQ(1, mock_counter(self->mock, "open"));
	ASSERT_EQ(0, uvfio_put_base_device(self->target.dev, NULL));
	self->target.dev = NULL;
	ASSERT_EQ(0, pthread_join(thread, &result));
	EXPECT_EQ(0, (intptr_t)result);
	/*
	 * The group has left its container with its last device: there is none to
	 * leave any more. Only now, for vfio_device_remove_group() does not wait for
	 * calls on the container, and KASAN sees one that is under way meanwhile use
	 * the IOMMU that goes with the group (Linux 6.12).
	 */
	EXPECT_EQ(-EINVAL, uvfio_put_group(self->target.group, NULL));
	self->target.group = NULL;
	EXPECT_EQ(0, mock_counter(self->mock, "instances"));
	close(req);
}

/*
 * A device opened and closed many times, mapped and with interrupts each time,
 * leaves nothing behind.
 */
TEST_F(lifecycle, open_close)
{
	struct target *target = &self->target;
	struct uvfio_region *region;
	struct uvfio_device *dev;
	int fd = eventfd_new(), i;

	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	for (i = 0; i < 200; i++) {
		ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &dev, NULL));
		ASSERT_EQ(0, uvfio_region_setup(dev, 0, NULL, &region, NULL));
		ASSERT_EQ(0, uvfio_region_mmap(region, NULL));
		ASSERT_EQ(0, uvfio_set_irq_signaling(dev, VFIO_PCI_MSI_IRQ_INDEX, 0,
						     VFIO_IRQ_SET_ACTION_TRIGGER, fd, NULL));
		uvfio_region_finalize(region);
		ASSERT_EQ(0, uvfio_put_base_device(dev, NULL));
	}
	EXPECT_EQ(0, mock_counter(&target->mock, "open"));
	EXPECT_EQ(0, mock_counter(&target->mock, "eventfds"));
	EXPECT_EQ(0, mock_counter(&target->mock, "mmaps"));
	close(fd);
}

/*
 * What is in the device's memory goes with the last descriptor: who opens it next
 * finds none of it, neither by read() nor in a mapping.
 */
TEST_F(lifecycle, memory_is_not_passed_on)
{
	static const uint64_t offsets[] = {
		MOCK_VFIO_BUF_AREA0_OFFSET, MOCK_VFIO_BUF_AREA1_OFFSET,
	};
	struct target *target = &self->target;
	struct uvfio_region *region;
	uint64_t *mapped, value;
	size_t i;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		ASSERT_EQ(0, uvfio_region_setup(target->dev, 0, NULL, &region, NULL));
		ASSERT_EQ(0, uvfio_region_mmap(region, NULL));
		for (i = 0; i < ARRAY_SIZE(offsets); i++) {
			/* BAR 0 is at the beginning of the device's file. */
			ASSERT_EQ(8, pread(uvfio_device_fd(target->dev), &value, 8, offsets[i]));
			EXPECT_EQ(0, value);
			mapped = uvfio_region_ptr(region, offsets[i], 8);
			ASSERT_NE(NULL, mapped);
			EXPECT_EQ(0, *mapped);
			*mapped = i + 1;
		}
		uvfio_region_finalize(region);
		ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
		target->dev = NULL;
		ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &target->dev,
					      NULL));
	}
}

/* Kernel memory that cannot be reclaimed, in bytes, once what waits for RCU is freed. */
static int64_t kernel_memory(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long long kib = 0;
	char line[128];

	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	while (fgets(line, sizeof(line), file) &&
	       sscanf(line, "SUnreclaim: %llu kB", &kib) != 1)
		;
	fclose(file);
	return kib * 1024;
}

/* It takes ten times as long, keeps freed memory for a while, and sees a single leak. */
static bool kernel_watches_itself(void)
{
	return !access("/sys/kernel/debug/kmemleak", F_OK);
}

/*
 * A hundred thousand opens, each tenth with an eventfd that the close has to give
 * back as it was not torn down: no descriptor, no counter and no kernel memory
 * grows. Samples of mediated devices lost an eventfd each time.
 */
TEST_F(lifecycle, opened_100000_times)
{
	struct target *target = &self->target;
	int group = uvfio_group_fd(target->group), fd = eventfd_new(), lowest, dev, i;
	const int n = kernel_watches_itself() ? 10000 : 100000;
	int64_t before, grown;

	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	lowest = dup(0);
	close(lowest);
	before = kernel_memory();
	for (i = 0; i < n; i++) {
		dev = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, target->name);
		ASSERT_EQ(lowest, dev);
		if (i % 10 == 0)
			ASSERT_EQ(0, raw_set_irqs(dev, VFIO_IRQ_SET_DATA_EVENTFD |
						  VFIO_IRQ_SET_ACTION_TRIGGER,
						  VFIO_PCI_MSI_IRQ_INDEX, 0, 1, &fd, sizeof(fd)));
		close(dev);
	}
	grown = kernel_memory() - before;
	/* The smallest thing that could be lost has more than 32 bytes. */
	if (!kernel_watches_itself())
		EXPECT_GT(n * 32, grown)
			TH_LOG("%lld bytes", (long long)grown);
	EXPECT_EQ(0, mock_counter(&target->mock, "open"));
	EXPECT_EQ(0, mock_counter(&target->mock, "eventfds"));
	close(fd);
}

/*
 * An open that the device refuses comes back with its errno and the device's
 * name, leaves nothing open, and the next one works: libvfn 10bb164 kept a
 * stale group after such a failure.
 */
TEST_F(lifecycle, open_fails)
{
	const struct mockvfio_rule rule = {
		.name = "open", .site = "device.open", .error = "ENOMEM", .times = 1,
	};
	struct target *target = &self->target;
	struct uvfio_error err;

	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	ASSERT_EQ(0, mockvfio_fault_add(target->mock.profile, &rule, NULL));
	/* It stays in target, which the teardown closes, should there be one. */
	ASSERT_EQ(-ENOMEM, uvfio_get_device(target->group, target->name, NULL, &target->dev,
					    &err));
	EXPECT_NE(NULL, strstr(err.message, target->name))
		TH_LOG("%s", err.message);
	EXPECT_EQ(0, mock_counter(&target->mock, "open"));
	EXPECT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &target->dev, &err))
		TH_LOG("%s", err.message);
}

/*
 * A GET_INFO that fails after the device was opened closes it again: the
 * library's unwinding leaks no descriptor.
 */
TEST_F(lifecycle, get_info_fails)
{
	const struct mockvfio_rule rule = {
		.name = "info", .site = "device.get_info", .error = "EPERM", .times = 1,
	};
	struct target *target = &self->target;
	struct uvfio_error err;

	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	ASSERT_EQ(0, mockvfio_fault_add(target->mock.profile, &rule, NULL));
	EXPECT_EQ(-EPERM, uvfio_get_device(target->group, target->name, NULL, &target->dev, &err));
	EXPECT_STREQ("VFIO_DEVICE_GET_INFO", err.ioctl);
	EXPECT_EQ(0, mock_counter(&target->mock, "open"));
	EXPECT_EQ(NULL, target->dev);
}

/* A profile without the reset that the default device has. */
FIXTURE(no_reset) {
	struct target target;
};

static int shape_no_reset(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_set(profile, "reset", "0", err);
}

FIXTURE_SETUP(no_reset)
{
	static const struct target_options options = { .shape = shape_no_reset };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
}

FIXTURE_TEARDOWN(no_reset)
{
	TARGET_CLOSE(&self->target);
}

/*
 * Where the profile switches reset off the device does not announce one, the
 * ioctl is refused by the kernel and the library does not even ask: edu has
 * none either.
 */
TEST_F(no_reset, refused)
{
	EXPECT_FALSE(uvfio_device_reset_works(self->target.dev));
	EXPECT_EQ(-ENOTTY, uvfio_device_reset(self->target.dev, NULL));
	EXPECT_EQ(-EINVAL, raw_ioctl_value(uvfio_device_fd(self->target.dev), VFIO_DEVICE_RESET,
					   0));
}

TEST_HARNESS_MAIN

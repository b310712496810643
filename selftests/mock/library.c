// SPDX-License-Identifier: GPL-2.0-only
/*
 * What libuvfio does around its calls, on real descriptors: the machine's reset, the
 * hook that ends an interrupt, who is whose, and the end of direct access. Its host
 * tests see to every way in which these can fail.
 */
#include <mock_vfio.h>

#include "selftest.h"

#define NR_SIDES	3

/* One of the devices, and what its hooks were asked. */
struct side {
	struct calls *log;
	struct mockvfio_instance instance;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	struct uvfio_region *bar0;
	bool needs_reset;
	int computed, resets, eois;
};

/* Who was called in which order, one letter a call. */
struct calls {
	char text[64];
	struct side *sides;
	struct uvfio_group *other;	/* of a device on the same bus that is not open */
};

FIXTURE(library) {
	struct target target;
	struct uvfio_address_space *as;
	struct calls log;
	struct side side[NR_SIDES];
};

static void note(struct side *side, char what)
{
	size_t length = strlen(side->log->text);

	if (length < sizeof(side->log->text) - 1)
		side->log->text[length] = what;
}

static bool compute_needs_reset(struct uvfio_device *dev, void *opaque)
{
	struct side *side = opaque;

	(void)dev;
	note(side, 'c');
	side->computed++;
	return side->needs_reset;
}

/* Resets the bus, which all of the devices are on, and strikes the others off. */
static int hot_reset_multi(struct uvfio_device *dev, void *opaque)
{
	struct side *side = opaque, *sides = side->log->sides;
	struct {
		struct vfio_pci_hot_reset reset;
		int32_t groups[NR_SIDES + 1];
	} request = { .reset = { .argsz = sizeof(request), .count = NR_SIDES + 1 } };
	int i;

	note(side, 'r');
	side->resets++;
	for (i = 0; i < NR_SIDES; i++) {
		request.groups[i] = uvfio_group_fd(sides[i].group);
		uvfio_device_set_needs_reset(sides[i].dev, false);
	}
	request.groups[NR_SIDES] = uvfio_group_fd(side->log->other);
	return raw_ioctl(uvfio_device_fd(dev), VFIO_DEVICE_PCI_HOT_RESET, &request);
}

static void end_of_interrupt(struct uvfio_device *dev, void *opaque)
{
	struct side *side = opaque;

	(void)dev;
	side->eois++;
}

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_set(profile, "hot_reset", "1", err);
}

static int open_side(struct target *target, struct uvfio_address_space *as, struct side *side)
{
	const struct uvfio_device_options options = {
		.size = sizeof(options), .opaque = side, .eoi = end_of_interrupt,
		.compute_needs_reset = compute_needs_reset, .hot_reset_multi = hot_reset_multi,
	};
	int ret;

	ret = mockvfio_instance_create(target->mock.profile, NULL, &side->instance, NULL);
	if (!ret)
		ret = uvfio_get_group(as, side->instance.group, &side->group, NULL);
	if (!ret)
		ret = uvfio_get_device(side->group, side->instance.uuid, &options, &side->dev,
				       NULL);
	return ret ? ret : uvfio_region_setup(side->dev, 0, NULL, &side->bar0, NULL);
}

FIXTURE_SETUP(library)
{
	/* The devices of this fixture have hooks; the target's own would have none. */
	static const struct target_options options = {
		.level = TARGET_OPEN_GROUP, .shape = shape,
	};
	struct target *target = &self->target;
	int i;

	TARGET_OPEN(target, TARGET_MOCK_TYPE1, &options);
	ASSERT_EQ(0, uvfio_get_address_space(target->ctx, NULL, &self->as, NULL));
	self->log.sides = self->side;
	self->log.other = target->group;
	for (i = 0; i < NR_SIDES; i++) {
		self->side[i].log = &self->log;
		ASSERT_EQ(0, open_side(target, self->as, &self->side[i]));
	}
}

FIXTURE_TEARDOWN(library)
{
	int i;

	for (i = 0; i < NR_SIDES; i++) {
		uvfio_region_finalize(self->side[i].bar0);
		EXPECT_EQ(0, uvfio_put_base_device(self->side[i].dev, NULL));
		EXPECT_EQ(0, uvfio_put_group(self->side[i].group, NULL));
	}
	uvfio_put_address_space(self->as);
	TARGET_CLOSE(&self->target);
}

static uint64_t resets_of(const struct side *side)
{
	uint64_t value;

	return uvfio_region_read(side->bar0, MOCK_VFIO_REG_RESETS, 4, &value, NULL) ? UINT64_MAX :
										      value;
}

/*
 * When the machine is reset every device that is set up says whether it needs it,
 * before any is reset, and one that was reset with its bus is not reset again. One
 * that is not set up yet is not asked: QEMU 7da624e26a found it half made.
 */
TEST_F(library, reset_of_the_machine)
{
	struct side *side = self->side;

	side[0].needs_reset = true;
	side[1].needs_reset = true;
	side[2].needs_reset = true;
	uvfio_device_set_realized(side[0].dev, true);
	uvfio_device_set_realized(side[1].dev, true);
	ASSERT_EQ(0, uvfio_reset_handler(self->target.ctx, NULL));
	EXPECT_STREQ("ccr", self->log.text);
	EXPECT_EQ(1, side[0].resets + side[1].resets);
	EXPECT_EQ(0, side[2].computed + side[2].resets);
	EXPECT_EQ(1, resets_of(&side[0]));
	EXPECT_EQ(1, resets_of(&side[1]));
	EXPECT_EQ(1, resets_of(&side[2]));

	side[0].needs_reset = false;
	side[1].needs_reset = false;
	ASSERT_EQ(0, uvfio_reset_handler(self->target.ctx, NULL));
	EXPECT_STREQ("ccrcc", self->log.text);
	EXPECT_EQ(1, resets_of(&side[0]));
}

/*
 * A reset that the kernel refuses is reported, and the other devices are reset all
 * the same.
 */
TEST_F(library, reset_fails)
{
	const struct mockvfio_rule rule = {
		.name = "stuck", .site = "device.hot_reset", .error = "EIO", .times = 1,
	};
	struct side *side = self->side;

	side[0].needs_reset = true;
	side[1].needs_reset = true;
	uvfio_device_set_realized(side[0].dev, true);
	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	EXPECT_EQ(-EIO, uvfio_reset_handler(self->target.ctx, NULL));
	EXPECT_EQ(0, resets_of(&side[0]));
	EXPECT_EQ(0, uvfio_reset_handler(self->target.ctx, NULL));
	EXPECT_EQ(1, resets_of(&side[0]));
}

/*
 * Any access to a BAR may have serviced a level interrupt: the hook runs after each
 * write, failed ones too, and after each read that brought a value. QEMU forgot it
 * in one place and the interrupt never came back.
 */
TEST_F(library, end_of_interrupt)
{
	static const struct mockvfio_rule faults[] = {
		{ .name = "read", .site = "region.read", .error = "EIO", .times = 1 },
		{ .name = "write", .site = "region.write", .error = "EIO", .times = 1 },
	};
	struct mockvfio_profile *profile = self->target.mock.profile;
	struct side *side = &self->side[0];
	uint64_t value = 0;

	side->eois = 0;
	EXPECT_EQ(0, uvfio_region_write(side->bar0, MOCK_VFIO_REG_SCRATCH, 8, 1, NULL));
	EXPECT_EQ(1, side->eois);
	EXPECT_EQ(0, uvfio_region_read(side->bar0, MOCK_VFIO_REG_SCRATCH, 8, &value, NULL));
	EXPECT_EQ(2, side->eois);
	ASSERT_EQ(0, mockvfio_fault_add(profile, &faults[1], NULL));
	EXPECT_EQ(-EIO, uvfio_region_write(side->bar0, MOCK_VFIO_REG_SCRATCH, 8, 2, NULL));
	EXPECT_EQ(3, side->eois);
	ASSERT_EQ(0, mockvfio_fault_add(profile, &faults[0], NULL));
	EXPECT_EQ(-EIO, uvfio_region_read(side->bar0, MOCK_VFIO_REG_SCRATCH, 8, &value, NULL));
	EXPECT_EQ(UINT64_MAX, value);
	EXPECT_EQ(3, side->eois);
	EXPECT_EQ(0, self->side[1].eois);
}

/*
 * A group that is held already is the same object with one more reference, and
 * cannot be in two address spaces; its descriptor is closed with the last of them.
 */
TEST_F(library, a_group_twice)
{
	struct side *side = &self->side[0];
	struct uvfio_address_space *other;
	struct uvfio_group *group;
	struct uvfio_error err;

	ASSERT_EQ(0, uvfio_get_group(self->as, side->instance.group, &group, NULL));
	EXPECT_EQ(side->group, group);
	ASSERT_EQ(0, uvfio_get_address_space(self->target.ctx, &other, &other, NULL));
	EXPECT_EQ(-EINVAL, uvfio_get_group(other, side->instance.group, &group, &err));
	EXPECT_NE(NULL, strstr(err.message, "used in multiple address spaces"))
		TH_LOG("%s", err.message);
	uvfio_put_address_space(other);
	ASSERT_EQ(0, uvfio_put_group(side->group, NULL));
	EXPECT_EQ(0, resets_of(side));
}

/*
 * A device that is opened a second time, and the group put before its devices, are
 * no trouble: the device keeps what it needs, in either order of closing.
 */
TEST_F(library, a_device_twice)
{
	struct side *side = &self->side[0];
	struct uvfio_device *again;
	uint64_t value;

	ASSERT_EQ(0, uvfio_get_device(side->group, side->instance.uuid, NULL, &again, NULL));
	EXPECT_NE(uvfio_device_fd(side->dev), uvfio_device_fd(again));
	ASSERT_EQ(0, uvfio_region_write(side->bar0, MOCK_VFIO_REG_SCRATCH, 8, 5, NULL));
	uvfio_region_finalize(side->bar0);
	ASSERT_EQ(0, uvfio_put_base_device(side->dev, NULL));
	side->dev = again;
	ASSERT_EQ(0, uvfio_region_setup(again, 0, NULL, &side->bar0, NULL));
	/* It is the same device, and has been open all the time. */
	ASSERT_EQ(0, uvfio_region_read(side->bar0, MOCK_VFIO_REG_SCRATCH, 8, &value, NULL));
	EXPECT_EQ(5, value);
}

/*
 * After the end of direct access a region hands out no pointers, and accesses are
 * trapped; the mappings stay until the region goes, for whoever is in the middle of
 * an access.
 */
TEST_F(library, region_exit)
{
	struct side *side = &self->side[0];
	volatile uint32_t *mapped;
	uint64_t value;

	ASSERT_EQ(0, uvfio_region_mmap(side->bar0, NULL));
	mapped = uvfio_region_ptr(side->bar0, MOCK_VFIO_BUF_OFFSET, 4);
	ASSERT_NE(NULL, mapped);
	*mapped = 1;
	uvfio_region_exit(side->bar0);
	EXPECT_EQ(NULL, uvfio_region_ptr(side->bar0, MOCK_VFIO_BUF_OFFSET, 4));
	uvfio_region_mmaps_set_enabled(side->bar0, true);
	EXPECT_EQ(NULL, uvfio_region_ptr(side->bar0, MOCK_VFIO_BUF_OFFSET, 4));
	*mapped = 2;
	ASSERT_EQ(0, uvfio_region_read(side->bar0, MOCK_VFIO_BUF_OFFSET, 4, &value, NULL));
	EXPECT_EQ(2, value);
	EXPECT_EQ(2, mock_counter(&self->target.mock, "mmaps"));
	uvfio_region_finalize(side->bar0);
	side->bar0 = NULL;
	EXPECT_EQ(0, mock_counter(&self->target.mock, "mmaps"));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * For every public call: its nth system call or allocation fails, for each n there
 * is and each errno that call may say. Afterwards exactly as much is held as before,
 * the result says what failed, and the same call then works.
 */
#include <stdio.h>

#include "space.h"
#include "sweep.h"

/* One call; what it gave is undone by @undo. */
struct scenario {
	const char *name;
	int (*run)(struct env *env);
	void (*undo)(struct env *env);
	void (*prepare)(struct env *env);	/* what it needs; not swept */
	bool disconnected;	/* starts without a group */
	bool consumes;		/* what it ends is gone, even when it fails */
	const struct sweep_survival *survives;
	int instead;		/* what it says when an ioctl fails; 0 = what that said */
};

/* What the scenarios made, or work on. */
static struct uvfio_address_space *as;
static struct uvfio_group *group;
static struct uvfio_device *dev;
static struct uvfio_region *region;
static struct vfio_region_info *region_info;
static struct vfio_iommu_type1_info *iommu_info;
static struct vfio_irq_info irq_info;
static struct uvfio_memory *memory;
static struct uvfio_listener *listener;
static struct uvfio_iommu_notifier *notifier;
static struct uvfio_dirty_limits limits;
static uint64_t value;
static uint32_t avail;
static char feature[8];

static const struct uvfio_device_options device_options = {
	.size = sizeof(device_options),
};

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

#define IOVA	0x100000
#define PAGE	0x1000

/* A call, with everything at hand. */
#define RUN(name, ...) \
	static int run_##name(struct env *env) \
	{ \
		return __VA_ARGS__; \
	}

/* What is to be done before a call, or after it; must work. */
#define DO(name, ...) \
	static void name(struct env *env) \
	{ \
		(void)env; \
		__VA_ARGS__; \
	}

/* Address spaces, groups and devices. */
RUN(get_address_space, uvfio_get_address_space(env->ctx, &value, &as, &env->err))
DO(undo_get_address_space, uvfio_put_address_space(as))
RUN(get_group, uvfio_get_group(env->as, 12, &group, &env->err))
RUN(join_group, uvfio_get_group(env->as, 11, &group, &env->err))
DO(undo_get_group, assert_int_equal(uvfio_put_group(group, NULL), 0))
RUN(put_group, uvfio_put_group(group, &env->err))
DO(get_alone, assert_int_equal(uvfio_get_group(env->as, 12, &group, NULL), 0))
RUN(group_of_device, uvfio_group_of_device(env->ctx, "/sys/x", &env->err))
RUN(get_device, uvfio_get_device(env->group, "dev2", &device_options, &dev, &env->err))
DO(undo_get_device, assert_int_equal(uvfio_put_base_device(dev, NULL), 0))

/* A group whose limits come with its devices. */
static void get_late(struct env *env)
{
	env->fake->ranges_come_late = true;
	assert_int_equal(space_connect(env), 0);
}

static void get_late_device(struct env *env)
{
	get_late(env);
	assert_int_equal(run_get_device(env), 0);
}

RUN(put_base_device, uvfio_put_base_device(dev, &env->err))

static void get_last_device(struct env *env)
{
	get_alone(env);
	assert_int_equal(uvfio_get_device(group, "alone", NULL, &dev, NULL), 0);
	assert_int_equal(uvfio_put_group(group, NULL), 0);
}

RUN(device_reset, uvfio_device_reset(env->dev, &env->err))
RUN(get_region_info, uvfio_get_region_info(env->dev, 0, &region_info, &env->err))
RUN(get_dev_region_info, uvfio_get_dev_region_info(env->dev, 1, 2, &region_info, &env->err))
DO(undo_region_info, uvfio_free_region_info(env->dev, region_info))
RUN(get_irq_info, uvfio_get_irq_info(env->dev, 0, &irq_info, &env->err))
RUN(probe_feature, uvfio_device_probe_feature(env->dev, 1, VFIO_DEVICE_FEATURE_GET, &env->err))
RUN(get_feature, uvfio_device_get_feature(env->dev, 1, feature, sizeof(feature), &env->err))
RUN(set_feature, uvfio_device_set_feature(env->dev, 1, feature, sizeof(feature), &env->err))

static int reset_device(struct uvfio_device *device, void *opaque)
{
	struct env *env = opaque;

	return uvfio_device_reset(device, &env->err);
}

static bool always(struct uvfio_device *device, void *opaque)
{
	(void)device;
	(void)opaque;
	return true;
}

static void get_resettable(struct env *env)
{
	const struct uvfio_device_options opts = {
		.size = sizeof(opts), .opaque = env, .compute_needs_reset = always,
		.hot_reset_multi = reset_device,
	};

	assert_int_equal(uvfio_get_device(env->group, "dev2", &opts, &dev, NULL), 0);
	uvfio_device_set_realized(dev, true);
}

/* The hook's own words stay where it put them: the result is the same code. */
static int run_reset_handler(struct env *env)
{
	struct uvfio_error err;
	int ret = uvfio_reset_handler(env->ctx, &err);

	assert_int_equal(ret, ret ? err.code : 0);
	return ret;
}

/* Containers. */
RUN(get_iommu_info, uvfio_get_iommu_info(env->container, &iommu_info, &env->err))
DO(undo_iommu_info, uvfio_free_iommu_info(env->container, iommu_info))
RUN(container_dma_avail, uvfio_container_dma_avail(env->container, &avail, &env->err))

/* It has no struct uvfio_error. */
static int run_check_extension(struct env *env)
{
	int ret = uvfio_container_check_extension(env->container, 1);

	if (ret < 0)
		env->err = (struct uvfio_error){
			.code = ret, .operation = "", .ioctl = "VFIO_CHECK_EXTENSION",
			.message = "VFIO_CHECK_EXTENSION",
		};
	return ret;
}

RUN(host_win_add, uvfio_host_win_add(env->container, 1ull << 50, 1ull << 51, PAGE, &env->err))
DO(undo_host_win_add, assert_int_equal(uvfio_host_win_del(env->container, 1ull << 50,
							  1ull << 51, NULL), 0))

/* DMA. */
RUN(dma_map, uvfio_dma_map(env->container, IOVA, PAGE, VADDR(PAGE), false, &env->err))
DO(map, assert_int_equal(run_dma_map(env), 0))
DO(undo_map, assert_int_equal(uvfio_dma_unmap(env->container, IOVA, PAGE, NULL), 0))
RUN(dma_unmap, uvfio_dma_unmap(env->container, IOVA, PAGE, &env->err))
RUN(dma_unmap_range, uvfio_dma_unmap_range(env->container, 0, 1 << 30, &value, &env->err))
RUN(dma_unmap_all, uvfio_dma_unmap_all(env->container, &value, &env->err))
RUN(dirty_limits, uvfio_dirty_limits(env->container, &limits, &env->err))
RUN(dirty_start, uvfio_dirty_start(env->container, &env->err))
RUN(dirty_stop, uvfio_dirty_stop(env->container, &env->err))

static const struct uvfio_dirty_bitmap bitmap = {
	.pgsize = PAGE, .bits = &value, .size = sizeof(value),
};

RUN(dirty_get, uvfio_dirty_get(env->container, IOVA, PAGE, &bitmap, &env->err))
RUN(dma_unmap_dirty, uvfio_dma_unmap_dirty(env->container, IOVA, PAGE, &bitmap, &env->err))

static void map_and_track(struct env *env)
{
	map(env);
	assert_int_equal(uvfio_dirty_start(env->container, NULL), 0);
}

/* Memory objects, sections and listeners. */
static int run_memory_new(struct env *env)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .bytes = { .lo = PAGE },
	};

	return uvfio_memory_new(env->ctx, &opts, &memory, &env->err);
}

DO(undo_memory_new, uvfio_memory_put(memory))

static int add_section(struct env *env)
{
	const struct uvfio_section section = {
		.start = IOVA, .size = { .lo = PAGE }, .memory = memory,
	};

	return uvfio_section_add(env->as, &section, &env->err);
}

DO(new_ram, memory = space_memory(env, UVFIO_MEMORY_RAM, PAGE, PAGE))
DO(new_bar, memory = space_memory(env, UVFIO_MEMORY_RAM_DEVICE, PAGE, PAGE))
RUN(section_add, add_section(env))

static void del_section(struct env *env)
{
	assert_int_equal(uvfio_section_del(env->as, IOVA, NULL), 0);
	uvfio_memory_put(memory);
}

static void add_ram(struct env *env)
{
	assert_int_equal(space_add_ram(env, IOVA, PAGE, PAGE), 0);
}

DO(del_ram, assert_int_equal(uvfio_section_del(env->as, IOVA, NULL), 0))
RUN(section_del, uvfio_section_del(env->as, IOVA, &env->err))

/* A group whose container finds RAM and an IOMMU with a translation. */
static int replay(void *opaque, struct uvfio_iommu_notifier *n, struct uvfio_error *err)
{
	const struct uvfio_iommu_entry entry = {
		.iova = 0x2000, .translated = IOVA, .addr_mask = PAGE - 1,
		.access = UVFIO_IOMMU_READ_WRITE,
	};

	(void)opaque;
	return uvfio_iommu_replay_entry(n, &entry, err);
}

static void new_iommu(struct env *env)
{
	static const struct uvfio_iommu_ops ops = { .size = sizeof(ops), .replay = replay };
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_IOMMU, .bytes = { .lo = 1 << 20 },
		.iommu = &ops,
	};

	add_ram(env);
	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &memory, NULL), 0);
}

static int run_iommu_section_add(struct env *env)
{
	const struct uvfio_section section = {
		.start = 1ull << 32, .size = { .lo = 1 << 20 }, .memory = memory,
	};

	return uvfio_section_add(env->as, &section, &env->err);
}

static void del_iommu(struct env *env)
{
	assert_int_equal(uvfio_section_del(env->as, 1ull << 32, NULL), 0);
	uvfio_memory_put(memory);
	del_ram(env);
}

static void add_iommu(struct env *env)
{
	new_iommu(env);
	assert_int_equal(run_iommu_section_add(env), 0);
}

/* The context's reference of the memory goes with the section. */
static void add_iommu_only(struct env *env)
{
	add_iommu(env);
	uvfio_memory_put(memory);
}

RUN(iommu_section_del, uvfio_section_del(env->as, 1ull << 32, &env->err))

static int notify(struct env *env, enum uvfio_iommu_access access)
{
	const struct uvfio_iommu_entry entry = {
		.iova = 0x8000, .translated = IOVA, .addr_mask = PAGE - 1,
		.access = access,
	};

	return uvfio_iommu_notify(memory, &entry, &env->err);
}

RUN(iommu_notify_map, notify(env, UVFIO_IOMMU_READ))
RUN(iommu_notify_unmap, notify(env, UVFIO_IOMMU_NONE))

static int run_listener_register(struct env *env)
{
	return uvfio_listener_register(env->as, &sweep_listener, NULL, &listener, &env->err);
}

DO(undo_listener_register, assert_int_equal(uvfio_listener_unregister(listener, NULL), 0))

static int on_entry(void *opaque, const struct uvfio_iommu_entry *entry,
		    struct uvfio_error *err)
{
	struct env *env = opaque;

	return uvfio_dma_map(env->container, IOVA + entry->iova, PAGE, VADDR(PAGE), false,
			     err);
}

static int run_notifier_register(struct env *env)
{
	const struct uvfio_iommu_notifier_options opts = {
		.size = sizeof(opts), .last = 0xffff, .events = UVFIO_IOMMU_MAP,
		.notify = on_entry, .opaque = env,
	};

	return uvfio_iommu_notifier_register(memory, &opts, &notifier, &env->err);
}

static void undo_notifier_register(struct env *env)
{
	uvfio_iommu_notifier_unregister(notifier);
	uvfio_memory_put(memory);
	del_ram(env);
}

static void register_notifier(struct env *env)
{
	new_iommu(env);
	assert_int_equal(run_notifier_register(env), 0);
}

RUN(iommu_replay, uvfio_iommu_replay(notifier, &env->err))

static void undo_iommu_replay(struct env *env)
{
	assert_int_equal(uvfio_dma_unmap(env->container, IOVA + 0x2000, PAGE, NULL), 0);
	undo_notifier_register(env);
}

/* Regions. */
RUN(region_setup, uvfio_region_setup(env->dev, 0, NULL, &region, &env->err))
DO(set_up, assert_int_equal(run_region_setup(env), 0))
DO(undo_region, uvfio_region_finalize(region))
RUN(region_mmap, uvfio_region_mmap(region, &env->err))
RUN(region_read, uvfio_region_read(region, 0, 4, &value, &env->err))
RUN(region_write, uvfio_region_write(region, 0, 4, 1, &env->err))
RUN(region_load, uvfio_region_load(region, 0, 4, &value, &env->err))
RUN(region_store, uvfio_region_store(region, 0, 4, 1, &env->err))

/* Interrupts. */
RUN(disable_irqindex, uvfio_disable_irqindex(env->dev, 1, &env->err))
RUN(mask, uvfio_mask_single_irqindex(env->dev, 0, &env->err))
RUN(unmask, uvfio_unmask_single_irqindex(env->dev, 0, &env->err))
RUN(signaling, uvfio_set_irq_signaling(env->dev, 0, 0, VFIO_IRQ_SET_ACTION_TRIGGER, 0,
				       &env->err))
RUN(resample, uvfio_set_irq_resample(env->dev, 0, 0, 1, 2, &env->err))

static int run_vectors(struct env *env)
{
	const int32_t fds[] = { 1, 2 };

	return uvfio_set_irq_vectors(env->dev, 1, 0, 2, VFIO_IRQ_SET_ACTION_TRIGGER, fds,
				     &env->err);
}

static void connect_with_ram(struct env *env)
{
	add_ram(env);
	get_alone(env);
}

/* What the library gets over. */
#define SURVIVES(name, ...) \
	static const struct sweep_survival name[] = { __VA_ARGS__, { .request = 0 } }

#define IOCTL(name, ...)	{ .op = FAKE_IOCTL, .request = name, ##__VA_ARGS__ }

/* The next model is tried; there are defaults. */
#define CONNECTING \
	IOCTL(VFIO_CHECK_EXTENSION), IOCTL(VFIO_IOMMU_GET_INFO, .but = ENOMEM)

SURVIVES(connecting, CONNECTING);
SURVIVES(mapping_and_connecting, CONNECTING, IOCTL(VFIO_IOMMU_MAP_DMA, .error = EBUSY));
/* The container does not want the group: it gets its own; or keeps its limits. */
SURVIVES(joining, IOCTL(VFIO_GROUP_SET_CONTAINER),
	 IOCTL(VFIO_IOMMU_GET_INFO, .but = ENOMEM));
/* The container keeps its limits. */
SURVIVES(opening, IOCTL(VFIO_IOMMU_GET_INFO, .but = ENOMEM));
SURVIVES(closing, IOCTL(VFIO_IOMMU_GET_INFO), { .op = FAKE_ALLOC });
SURVIVES(mapping, IOCTL(VFIO_IOMMU_MAP_DMA, .error = EBUSY));
SURVIVES(peer_to_peer, IOCTL(VFIO_IOMMU_MAP_DMA));
SURVIVES(unmapping, IOCTL(VFIO_IOMMU_UNMAP_DMA, .error = ENOENT));
SURVIVES(unmapping_all, IOCTL(VFIO_CHECK_EXTENSION));
/* Unmapping the sections goes to the log. */
SURVIVES(leaving, IOCTL(VFIO_IOMMU_UNMAP_DMA));

#define CALL(name_, call_, undo_, prepare_, ...) \
	{ \
		.name = (name_), .run = run_##call_, .undo = (undo_), \
		.prepare = (prepare_), ##__VA_ARGS__ \
	}

static const struct scenario scenarios[] = {
	CALL("get_address_space", get_address_space, undo_get_address_space, NULL),
	CALL("get_group", get_group, undo_get_group, NULL, .disconnected = true,
	     .survives = connecting),
	CALL("get_group with RAM", get_group, undo_get_group, add_ram, .disconnected = true,
	     .survives = mapping_and_connecting),
	CALL("join_group", join_group, undo_get_group, NULL, .survives = joining),
	CALL("put_group", put_group, NULL, get_alone, .consumes = true),
	CALL("put_group with RAM", put_group, del_ram, connect_with_ram, .disconnected = true,
	     .consumes = true, .survives = leaving),
	CALL("group_of_device", group_of_device, NULL, NULL),
	CALL("get_device", get_device, undo_get_device, NULL, .survives = opening),
	CALL("get_device of one with limits", get_device, undo_get_device, get_late,
	     .disconnected = true, .survives = opening),
	CALL("put_base_device", put_base_device, NULL, get_last_device, .consumes = true),
	CALL("put_base_device of one with limits", put_base_device, NULL, get_late_device,
	     .disconnected = true, .survives = closing),
	CALL("device_reset", device_reset, NULL, NULL),
	CALL("reset_handler", reset_handler, undo_get_device, get_resettable),
	CALL("get_region_info", get_region_info, undo_region_info, NULL),
	/* A region that cannot be read is not the one; but no memory is no memory. */
	CALL("get_dev_region_info", get_dev_region_info, undo_region_info, NULL,
	     .instead = ENODEV),
	CALL("get_irq_info", get_irq_info, NULL, NULL),
	CALL("device_probe_feature", probe_feature, NULL, NULL),
	CALL("device_get_feature", get_feature, NULL, NULL),
	CALL("device_set_feature", set_feature, NULL, NULL),
	CALL("get_iommu_info", get_iommu_info, undo_iommu_info, NULL),
	CALL("container_dma_avail", container_dma_avail, NULL, NULL),
	CALL("container_check_extension", check_extension, NULL, NULL),
	CALL("host_win_add", host_win_add, undo_host_win_add, NULL),
	CALL("dma_map", dma_map, undo_map, NULL, .survives = mapping),
	CALL("dma_unmap", dma_unmap, NULL, map),
	CALL("dma_unmap_range", dma_unmap_range, NULL, map, .survives = unmapping),
	CALL("dma_unmap_all", dma_unmap_all, NULL, map, .survives = unmapping_all),
	CALL("dirty_limits", dirty_limits, NULL, NULL),
	CALL("dirty_start", dirty_start, NULL, NULL),
	CALL("dirty_stop", dirty_stop, NULL, NULL),
	CALL("dirty_get", dirty_get, undo_map, map_and_track),
	CALL("dma_unmap_dirty", dma_unmap_dirty, NULL, map_and_track),
	CALL("memory_new", memory_new, undo_memory_new, NULL),
	CALL("section_add of RAM", section_add, del_section, new_ram, .survives = mapping),
	CALL("section_add of a RAM device", section_add, del_section, new_bar,
	     .survives = peer_to_peer),
	CALL("section_add of an IOMMU", iommu_section_add, del_iommu, new_iommu,
	     .survives = mapping),
	CALL("section_del of RAM", section_del, NULL, add_ram, .consumes = true),
	CALL("section_del of an IOMMU", iommu_section_del, del_ram, add_iommu_only,
	     .consumes = true, .survives = unmapping),
	CALL("iommu_notify of a map", iommu_notify_map, del_iommu, add_iommu,
	     .survives = mapping),
	CALL("iommu_notify of an unmap", iommu_notify_unmap, del_iommu, add_iommu,
	     .survives = unmapping),
	CALL("iommu_notifier_register", notifier_register, undo_notifier_register, new_iommu),
	CALL("iommu_replay", iommu_replay, undo_iommu_replay, register_notifier,
	     .survives = mapping),
	CALL("listener_register", listener_register, undo_listener_register, NULL),
	CALL("region_setup", region_setup, undo_region, NULL),
	CALL("region_mmap", region_mmap, undo_region, set_up),
	CALL("region_read", region_read, undo_region, set_up),
	CALL("region_write", region_write, undo_region, set_up),
	CALL("region_load", region_load, undo_region, set_up),
	CALL("region_store", region_store, undo_region, set_up),
	CALL("disable_irqindex", disable_irqindex, NULL, NULL),
	CALL("mask_single_irqindex", mask, NULL, NULL),
	CALL("unmask_single_irqindex", unmask, NULL, NULL),
	CALL("set_irq_signaling", signaling, NULL, NULL),
	CALL("set_irq_vectors", vectors, NULL, NULL),
	CALL("set_irq_resample", resample, NULL, NULL),
};

static void start(struct env *env, const struct scenario *scenario)
{
	struct fake_device *device;

	env->fake = fake_new();
	env->fake->type1.model = TYPE1_IOMMU;
	device = fake_device(env->fake, "dev");
	device->regions[0].caps = &caps;
	device->regions[0].caps_size = sizeof(caps);
	device->features[1] = (struct fake_feature){
		.ways = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET, .size = 8,
	};
	env_new_context(env, NULL);
	if (scenario->disconnected)
		space_open(env);
	else
		env_open_device(env);
	if (scenario->prepare)
		scenario->prepare(env);
}

/* The failure has shown. Exactly as much is there as before, and it works now. */
static int try_again(struct env *env, const struct scenario *scenario,
		     const struct sweep_held *before)
{
	struct sweep_held after = sweep_count(env);

	sweep_assert_same(before, &after);
	return sweep_run(env, scenario->run);
}

static void check_told(const struct env *env, const struct scenario *scenario, int ret,
		       const struct sweep_call *hit, int error)
{
	if (scenario->instead && hit->op == FAKE_IOCTL && error != ENOMEM)
		assert_int_equal(ret, -scenario->instead);
	else
		sweep_assert_told(env, ret, hit, error);
}

static const struct sweep_call *point(const void *subject, unsigned int n, int error)
{
	const struct scenario *scenario = subject;
	struct env *env = calloc(1, sizeof(*env));
	const struct sweep_call *hit = NULL;
	struct sweep_held before;
	void *state = env;
	int ret;

	sweep_at("%s: call %u fails with errno %d", scenario->name, n, error);
	start(env, scenario);
	before = sweep_count(env);
	env->fake->fail_errno = error;
	env->fake->fail_nth = n;
	ret = sweep_run(env, scenario->run);
	env->fake->fail_nth = 0;
	if (env->fake->fail_fired) {
		hit = sweep_hit(env->fake);
		if (sweep_survives(scenario->survives, hit, error)) {
			assert_true(ret >= 0);
		} else {
			assert_int_equal(errno, -ret);
			check_told(env, scenario, ret, hit, error);
			ret = scenario->consumes ? 0 : try_again(env, scenario, &before);
		}
	}
	assert_true(ret >= 0);
	if (scenario->undo)
		scenario->undo(env);
	assert_int_equal(env_end(&state), 0);
	sweep_passed();
	return hit;
}

static void sweep(void **state)
{
	(void)state;
	sweep_scenarios(point, scenarios, sizeof(scenarios[0]), ARRAY_SIZE(scenarios));
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
		cmocka_unit_test_teardown(sweep, sweep_tell_where),
		cmocka_unit_test(sweep_new),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}

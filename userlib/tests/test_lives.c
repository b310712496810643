// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whole lives: everything there is to have is opened, mapped and connected, and torn
 * down in any order that makes sense. In the sweep each call on the way fails once
 * with each errno it may say; then the same step is tried again, and at the end a
 * second life, in the same context, must be as good as the first.
 */
#include <stdio.h>
#include <stdlib.h>

#include "space.h"
#include "sweep.h"

#define RAM_AT	0x100000
#define BAR_AT	0x800000
#define MMU_AT	0x100000000ull
#define MAP_AT	0x40000000
#define BYTES	0x10000

/* What a life has, and the bit that says so. */
enum asset {
	AS, RAM, RAM_SECTION, BAR, BAR_SECTION, MMU, MMU_SECTION, FIRST, JOINING, ALONE,
	DEVICE, SECOND_DEVICE, REGION, REGION_MMAP, VECTORS, RESAMPLE, LISTENER, TRANSLATION,
	MAPPING, TRACKING, NR_ASSETS
};

#define BIT_OF(asset)	(1u << (asset))

struct life {
	struct env *env;
	unsigned int has;	/* assets, a bit each */
	struct uvfio_memory *ram, *bar, *mmu;
	struct uvfio_group *first, *joining, *alone;
	struct uvfio_device *device, *second;
	struct uvfio_region *region;
	struct uvfio_listener *listener;
};

static struct uvfio_error *err_of(struct life *life)
{
	return &life->env->err;
}

static int new_memory(struct life *life, struct uvfio_memory **memory,
		      const struct uvfio_memory_options *what)
{
	struct uvfio_memory_options opts = *what;

	opts.size = sizeof(opts);
	opts.bytes.lo = BYTES;
	return uvfio_memory_new(life->env->ctx, &opts, memory, err_of(life));
}

static int add_section(struct life *life, struct uvfio_memory *memory, uint64_t start)
{
	const struct uvfio_section section = {
		.start = start, .size = { .lo = BYTES }, .memory = memory,
	};

	return uvfio_section_add(life->env->as, &section, err_of(life));
}

/* The IOMMU has one translation from the start. */
static int replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		  struct uvfio_error *err)
{
	const struct uvfio_iommu_entry entry = {
		.iova = 0x1000, .translated = RAM_AT, .addr_mask = 0xfff,
		.access = UVFIO_IOMMU_READ_WRITE,
	};

	(void)opaque;
	return uvfio_iommu_replay_entry(notifier, &entry, err);
}

static int translate(struct life *life, enum uvfio_iommu_access access)
{
	const struct uvfio_iommu_entry entry = {
		.iova = 0x4000, .translated = RAM_AT + 0x2000, .addr_mask = 0xfff,
		.access = access,
	};

	return uvfio_iommu_notify(life->mmu, &entry, err_of(life));
}

static int make_listener(struct life *life)
{
	return uvfio_listener_register(life->env->as, &sweep_listener, NULL, &life->listener,
				       err_of(life));
}

static int make_mmu(struct life *life)
{
	static const struct uvfio_iommu_ops ops = { .size = sizeof(ops), .replay = replay };

	return new_memory(life, &life->mmu, &(const struct uvfio_memory_options){
		.type = UVFIO_MEMORY_IOMMU, .iommu = &ops });
}

static int make_vectors(struct life *life)
{
	static const int32_t fds[] = { 5, 6, 7 };

	return uvfio_set_irq_vectors(life->device, VFIO_PCI_MSI_IRQ_INDEX, 0,
				     ARRAY_SIZE(fds), VFIO_IRQ_SET_ACTION_TRIGGER, fds,
				     err_of(life));
}

static int make_mapping(struct life *life)
{
	return uvfio_dma_map(uvfio_group_container(life->first), MAP_AT, 0x1000,
			     VADDR(0x1000), false, err_of(life));
}

/* A model that could not be asked for is not the one that is used. */
static int switch_tracking(struct life *life,
			   int (*fn)(struct uvfio_container *, struct uvfio_error *))
{
	struct uvfio_container *container = uvfio_group_container(life->first);

	if (uvfio_container_iommu_type(container) != VFIO_TYPE1v2_IOMMU)
		return 0;
	return fn(container, err_of(life));
}

#define STEP(name, ...) \
	static int name(struct life *life) \
	{ \
		return __VA_ARGS__; \
	}

#define GONE(name, ...) \
	static int name(struct life *life) \
	{ \
		__VA_ARGS__; \
		return 0; \
	}

STEP(make_as, uvfio_get_address_space(life->env->ctx, NULL, &life->env->as, err_of(life)))
STEP(make_ram, new_memory(life, &life->ram, &(const struct uvfio_memory_options){
	.type = UVFIO_MEMORY_RAM, .vaddr = VADDR(0x1000) }))
STEP(make_bar, new_memory(life, &life->bar, &(const struct uvfio_memory_options){
	.type = UVFIO_MEMORY_RAM_DEVICE, .vaddr = VADDR(0x1000) }))
STEP(add_ram, add_section(life, life->ram, RAM_AT))
STEP(add_bar, add_section(life, life->bar, BAR_AT))
STEP(add_mmu, add_section(life, life->mmu, MMU_AT))
STEP(make_first, uvfio_get_group(life->env->as, 10, &life->first, err_of(life)))
STEP(make_joining, uvfio_get_group(life->env->as, 11, &life->joining, err_of(life)))
STEP(make_alone, uvfio_get_group(life->env->as, 12, &life->alone, err_of(life)))
STEP(make_device, uvfio_get_device(life->first, "dev", NULL, &life->device, err_of(life)))
STEP(make_second, uvfio_get_device(life->alone, "alone", NULL, &life->second, err_of(life)))
STEP(make_region, uvfio_region_setup(life->device, 0, NULL, &life->region, err_of(life)))
STEP(make_mmap, uvfio_region_mmap(life->region, err_of(life)))
STEP(make_resample, uvfio_set_irq_resample(life->device, VFIO_PCI_INTX_IRQ_INDEX, 0, 8, 9,
					   err_of(life)))
STEP(make_tracking, switch_tracking(life, uvfio_dirty_start))
STEP(end_tracking, switch_tracking(life, uvfio_dirty_stop))
STEP(make_translation, translate(life, UVFIO_IOMMU_READ))

GONE(end_as, uvfio_put_address_space(life->env->as); life->env->as = NULL)
GONE(end_ram, uvfio_memory_put(life->ram))
GONE(end_bar, uvfio_memory_put(life->bar))
GONE(end_mmu, uvfio_memory_put(life->mmu))
GONE(end_region, uvfio_region_finalize(life->region))
GONE(end_mmap, uvfio_region_exit(life->region))
STEP(del_ram, uvfio_section_del(life->env->as, RAM_AT, err_of(life)))
STEP(del_bar, uvfio_section_del(life->env->as, BAR_AT, err_of(life)))
STEP(del_mmu, uvfio_section_del(life->env->as, MMU_AT, err_of(life)))
STEP(end_first, uvfio_put_group(life->first, err_of(life)))
STEP(end_joining, uvfio_put_group(life->joining, err_of(life)))
STEP(end_alone, uvfio_put_group(life->alone, err_of(life)))
STEP(end_device, uvfio_put_base_device(life->device, err_of(life)))
STEP(end_second, uvfio_put_base_device(life->second, err_of(life)))
STEP(end_vectors, uvfio_disable_irqindex(life->device, VFIO_PCI_MSI_IRQ_INDEX, err_of(life)))
STEP(end_resample, uvfio_disable_irqindex(life->device, VFIO_PCI_INTX_IRQ_INDEX,
					  err_of(life)))
STEP(end_listener, uvfio_listener_unregister(life->listener, err_of(life)))
STEP(end_translation, translate(life, UVFIO_IOMMU_NONE))
STEP(end_mapping, uvfio_dma_unmap(uvfio_group_container(life->first), MAP_AT, 0x1000,
				  err_of(life)))

/*
 * How each comes and goes. What it is @in must be there for it to go: otherwise it
 * has gone with that. What @holds it back has to go before.
 */
static const struct {
	int (*make)(struct life *life);
	int (*end)(struct life *life);
	unsigned int in;
	unsigned int holds;
} assets[NR_ASSETS] = {
	[AS] = { make_as, end_as, 0, 0 },
	[RAM] = { make_ram, end_ram, 0, 0 },
	[RAM_SECTION] = { add_ram, del_ram, BIT_OF(AS), 0 },
	[BAR] = { make_bar, end_bar, 0, 0 },
	[BAR_SECTION] = { add_bar, del_bar, BIT_OF(AS), 0 },
	[MMU] = { make_mmu, end_mmu, 0, 0 },
	[MMU_SECTION] = { add_mmu, del_mmu, BIT_OF(AS), 0 },
	[FIRST] = { make_first, end_first, 0, 0 },
	[JOINING] = { make_joining, end_joining, 0, 0 },
	[ALONE] = { make_alone, end_alone, 0, 0 },
	[DEVICE] = { make_device, end_device, 0, BIT_OF(REGION) },
	[SECOND_DEVICE] = { make_second, end_second, 0, 0 },
	[REGION] = { make_region, end_region, 0, 0 },
	[REGION_MMAP] = { make_mmap, end_mmap, BIT_OF(REGION), 0 },
	[VECTORS] = { make_vectors, end_vectors, BIT_OF(DEVICE), 0 },
	[RESAMPLE] = { make_resample, end_resample, BIT_OF(DEVICE), 0 },
	[LISTENER] = { make_listener, end_listener, 0, 0 },
	[TRANSLATION] = { make_translation, end_translation, BIT_OF(MMU), 0 },
	[MAPPING] = { make_mapping, end_mapping, BIT_OF(FIRST), 0 },
	[TRACKING] = { make_tracking, end_tracking, BIT_OF(FIRST), 0 },
};

/* What may be got over, depending on where it happens. */
static const struct sweep_survival beginnings[] = {
	{ .op = FAKE_IOCTL, .request = VFIO_CHECK_EXTENSION },
	{ .op = FAKE_IOCTL, .request = VFIO_IOMMU_GET_INFO, .but = ENOMEM },
	{ .op = FAKE_IOCTL, .request = VFIO_GROUP_SET_CONTAINER },
	{ .op = FAKE_IOCTL, .request = VFIO_IOMMU_MAP_DMA },	/* of the BAR; EBUSY */
	{ .op = FAKE_IOCTL, .request = VFIO_IOMMU_UNMAP_DMA },	/* with the group */
	{ .request = 0 },
};

/* At an end, the groups that stay make do with what is known of their container. */
static const struct sweep_survival endings[] = {
	{ .op = FAKE_IOCTL, .request = VFIO_IOMMU_GET_INFO },
	{ .op = FAKE_IOCTL, .request = VFIO_IOMMU_UNMAP_DMA },	/* with the group */
	{ .op = FAKE_ALLOC },
	{ .request = 0 },
};

/* One step. A failure must be the one that was asked for. */
static int take_step(struct life *life, int (*step)(struct life *life),
		     const struct sweep_survival *survivals)
{
	struct fake *fake = life->env->fake;
	bool had_fired = fake->fail_fired;
	int ret;

	errno = 0;
	life->env->err = (struct uvfio_error){ .code = 0 };
	ret = step(life);
	if (ret < 0) {
		assert_true(fake->fail_fired && !had_fired);
		assert_int_equal(errno, -ret);
		sweep_assert_told(life->env, ret, sweep_hit(fake), fake->fail_errno);
		return ret;
	}
	sweep_assert_quiet(life->env);
	if (fake->fail_fired && !had_fired)
		assert_true(sweep_survives(survivals, sweep_hit(fake), fake->fail_errno));
	return ret;
}

static void live(struct life *life)
{
	struct sweep_held before, after;
	unsigned int i;

	for (i = 0; i < NR_ASSETS; i++) {
		before = sweep_count(life->env);
		if (take_step(life, assets[i].make, beginnings) < 0) {
			after = sweep_count(life->env);
			sweep_assert_same(&before, &after);
			assert_int_equal(take_step(life, assets[i].make, beginnings), 0);
		}
		life->has |= BIT_OF(i);
	}
}

/* In an order that @seed decides. What ends is gone, even when it failed. */
static void die(struct life *life, unsigned int seed)
{
	unsigned int i;

	while (life->has) {
		i = rand_r(&seed) % NR_ASSETS;
		if (!(life->has & BIT_OF(i)) || life->has & assets[i].holds)
			continue;
		if ((life->has & assets[i].in) == assets[i].in)
			take_step(life, assets[i].end, endings);
		life->has &= ~BIT_OF(i);
	}
}

static struct env *born(void)
{
	struct env *env = calloc(1, sizeof(*env));

	env->fake = fake_new();
	env->fake->type1.model = TYPE1_IOMMU;
	env_new_context(env, NULL);
	uvfio_set_trace(env->ctx, NULL, NULL);
	return env;
}

static void assert_nothing_left(struct env *env, const struct sweep_held *at_birth)
{
	struct sweep_held left = sweep_count(env);

	/* Eventfds go with the device's file, which is not the library's to count. */
	left.eventfds = 0;
	sweep_assert_same(at_birth, &left);
}

static const struct sweep_call *point(const void *subject, unsigned int n, int error)
{
	struct life life = { .env = born() }, again = { .env = life.env };
	const struct sweep_held at_birth = sweep_count(life.env);
	struct fake *fake = life.env->fake;
	const struct sweep_call *hit;
	void *state = life.env;

	(void)subject;
	sweep_at("call %u fails with errno %d", n, error);
	fake->fail_errno = error;
	fake->fail_nth = n;
	live(&life);
	die(&life, n);
	assert_nothing_left(life.env, &at_birth);
	hit = fake->fail_fired ? sweep_hit(fake) : NULL;

	fake->fail_nth = 0;
	live(&again);
	die(&again, n + 1);
	assert_nothing_left(life.env, &at_birth);
	assert_int_equal(env_end(&state), 0);
	sweep_passed();
	return hit;
}

static void lives(void **state)
{
	(void)state;
	printf("# swept %u points in the life of %d things\n", sweep_all(point, NULL),
	       NR_ASSETS);
}

static void any_order(void **state)
{
	const unsigned int orders = 2000;
	struct env *env = born();
	const struct sweep_held at_birth = sweep_count(env);
	struct life life = { .env = env };
	unsigned int seed;
	void *end = env;

	(void)state;
	for (seed = 0; seed < orders; seed++) {
		sweep_at("order %u", seed);
		live(&life);
		die(&life, seed);
		assert_nothing_left(env, &at_birth);
	}
	assert_int_equal(env_end(&end), 0);
	sweep_passed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lives, sweep_tell_where),
		cmocka_unit_test_teardown(any_order, sweep_tell_where),
	};

	return cmocka_run_group_tests_name("lives", tests, NULL, NULL);
}

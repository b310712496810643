// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a container makes of the sections of its address space.
 */
#include "space.h"

/* A container in an empty address space. */
static int env_space(void **state)
{
	struct env *env;

	env_context(state);
	env = *state;
	space_open(env);
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	return 0;
}

/* The same, for a fake that a test has configured. */
static void connect(struct env *env)
{
	env_new_context(env, NULL);
	space_open(env);
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
}

static void ram_is_mapped_and_unmapped(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add_ram(env, 0x100000, 0x200000, 0x7000000), 0);
	assert_int_equal(space_maps(env), 1);
	assert_map(env, 0, 0x100000, 0x200000, 0x7000000);
	assert_contains(env->trace,
			"vfio_listener_region_add_ram [ram] 0x100000 - 0x2fffff [0x7000000]\n");
	assert_int_equal(space_del(env, 0x100000), 0);
	assert_unmap(env, 0, 0x100000, 0x200000);
	assert_contains(env->trace, "vfio_listener_region_del 0x100000 - 0x2fffff\n");
	assert_int_equal(space_unmaps(env), 1);
}

static void what_is_neither_ram_nor_iommu_is_skipped(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_OTHER, 0, 0x1000),
				   0x1000, 0x1000, 0), 0);
	assert_contains(env->trace,
			"vfio_listener_region_add_skip SKIPPING 0x1000 - 0x1fff\n");
	/* It goes without what is below it. */
	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	assert_int_equal(space_del(env, 0x1000), 0);
	assert_contains(env->trace,
			"vfio_listener_region_del_skip SKIPPING 0x1000 - 0x1fff\n");
	assert_int_equal(space_maps(env), 1);
	assert_int_equal(env->fake->nr_calls, 1);
}

/* QEMU d3a2fd9b29: while a 64-bit BAR is sized it is there for a moment. */
static void sections_from_2_63_on_are_skipped(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add_ram(env, 1ull << 63, 0x1000, 0x1000), 0);
	assert_int_equal(space_add_ram(env, -0x1000ull, 0x1000, 0x1000), 0);
	assert_contains(env->trace, "vfio_listener_region_add_skip");
	assert_int_equal(space_del(env, 1ull << 63), 0);
	assert_contains(env->trace, "vfio_listener_region_del_skip");
	assert_int_equal(space_add_ram(env, (1ull << 63) - 0x1000, 0x1000, 0x1000), 0);
	assert_int_equal(space_maps(env), 1);
	assert_int_equal(space_unmaps(env), 0);
}

static void other_places_in_the_page_are_reported_and_ignored(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM, 0x10000,
						     0x10000), 0x1800, 0x4000, 0x400), 0);
	assert_contains(env->log, "warning RAM: section at 0x1800 starts at 0x400");
	assert_int_equal(space_del(env, 0x1800), 0);
	assert_int_equal(env->fake->nr_calls, 0);
}

static void edges_are_rounded_to_target_pages(void **state)
{
	static const struct {
		uint64_t page, start, size, offset, iova, bytes;
	} cases[] = {
		{ 0x1000, 0x1800, 0x3000, 0x800, 0x2000, 0x2000 },
		{ 0x1000, 0x1000, 0x1fff, 0, 0x1000, 0x1000 },
		{ 0x1000, 0x1001, 0x1fff, 1, 0x2000, 0x1000 },
		{ 0x10000, 0x18000, 0x30000, 0x8000, 0x20000, 0x20000 },
	};
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		opts.target_page_size = cases[i].page;
		assert_int_equal(uvfio_new(&opts, &env->ctx, NULL), 0);
		space_open(env);
		assert_int_equal(space_connect(env), 0);
		fake_forget_calls(env->fake);
		assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM,
							     0x700000, 0x100000),
					   cases[i].start, cases[i].size,
					   cases[i].offset), 0);
		assert_map(env, 0, cases[i].iova, cases[i].bytes,
			   0x700000 + cases[i].offset + (cases[i].iova - cases[i].start));
		assert_int_equal(space_del(env, cases[i].start), 0);
		assert_unmap(env, 0, cases[i].iova, cases[i].bytes);
		env_close(env);
	}
}

static void less_than_a_page_is_left_out_silently(void **state)
{
	static const struct {
		uint64_t start, size;
	} cases[] = { { 0, 0xfff }, { 0x1001, 0xffe }, { 0x1800, 0x1000 }, { 0x1fff, 1 } };
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM,
							     0x10000, 0x10000),
					   cases[i].start, cases[i].size,
					   cases[i].start & 0xfff), 0);
		assert_int_equal(space_del(env, cases[i].start), 0);
	}
	assert_int_equal(env->fake->nr_calls, 0);
	assert_string_equal(env->log, "");
}

/* Half a process; of 64 bits, all addresses that are not skipped but for the last byte. */
static void largest_ram(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add_ram(env, 0, UINTPTR_MAX >> 1, 0x1000), 0);
	assert_map(env, 0, 0, (UINTPTR_MAX >> 1) - 0xfff, 0x1000);
}

static void mapped_as_writable_as_it_is(void **state)
{
	static const struct {
		bool memory, section;
		uint32_t flags;
	} cases[] = {
		{ false, false, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE },
		{ true, false, VFIO_DMA_MAP_FLAG_READ },
		{ false, true, VFIO_DMA_MAP_FLAG_READ },
	};
	struct env *env = *state;
	struct type1_mapping *mapping;
	struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_RAM, .bytes = { .lo = 0x1000 },
		.vaddr = VADDR(0x1000),
	};
	struct uvfio_section section = { .size = { .lo = 0x1000 } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		opts.readonly = cases[i].memory;
		section.readonly = cases[i].section;
		assert_int_equal(uvfio_memory_new(env->ctx, &opts, &section.memory, NULL),
				 0);
		assert_int_equal(uvfio_section_add(env->as, &section, NULL), 0);
		uvfio_memory_put(section.memory);
		mapping = rb_entry(rb_first(&env->fake->containers[0].type1.mappings),
				   struct type1_mapping, node);
		assert_int_equal(mapping->prot, cases[i].flags);
		assert_int_equal(space_del(env, 0), 0);
	}
}

static void outside_every_window(void **state)
{
	struct env *env = *state;

	env->fake->type1.model = TYPE1_IOMMU;	/* with a hole at 0xfee00000 */
	connect(env);
	assert_failed(env, space_add_ram(env, 0xfed00000, 0x200000, 0x1000), -ENXIO);
	assert_string_equal(env->err.message,
			    "can't map guest IOVA region 0xfed00000..0xfeefffff");
	assert_string_equal(env->err.operation, "uvfio_section_add");
	assert_int_equal(space_maps(env), 0);
	assert_failed(env, space_del(env, 0xfed00000), -ENOENT);
}

static void ram_devices_by_whole_iommu_pages(void **state)
{
	static const struct {
		uint64_t start, size;
		bool mapped;
	} cases[] = {
		{ 0x20000, 0x10000, true },
		{ 0x21000, 0x1000, false },
		{ 0x21000, 0x10000, false },
		{ 0x20000, 0x11000, false },
	};
	struct env *env = *state;
	size_t i;

	env->fake->type1.pgsizes = 0x10000 | 0x1000000;
	connect(env);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		env->trace[0] = '\0';
		fake_forget_calls(env->fake);
		assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM_DEVICE,
							     0x10000, 0x20000),
					   cases[i].start, cases[i].size, 0), 0);
		assert_int_equal(space_maps(env), cases[i].mapped);
		assert_int_equal(!strstr(env->trace, "vfio_listener_region_add_no_dma_map"),
				 cases[i].mapped);
		assert_int_equal(space_del(env, cases[i].start), 0);
		assert_int_equal(space_unmaps(env), cases[i].mapped);
	}
	assert_contains(env->trace,
			"vfio_listener_region_add_no_dma_map Region \"RAM device\" 0x20000 size=0x11000 is not aligned to 0x10000");
	assert_string_equal(env->log, "");
}

static void a_ram_device_that_fails_is_a_warning(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, 0, 1, -EFAULT);
	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM_DEVICE,
						     0x10000, 0x1000),
				   0x1000, 0x1000, 0), 0);
	assert_contains(env->log, "warning RAM device: VFIO_IOMMU_MAP_DMA iova 0x1000");
	assert_contains(env->log, "PCI peer-to-peer may not work");
	/* What is not mapped is not unmapped. */
	assert_int_equal(space_del(env, 0x1000), 0);
	assert_int_equal(space_unmaps(env), 0);
}

static void a_ram_device_outside_every_window_is_a_warning(void **state)
{
	struct env *env = *state;

	env->fake->type1.model = TYPE1_IOMMU;
	connect(env);
	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM_DEVICE,
						     0x10000, 0x1000),
				   0xfee00000, 0x1000, 0), 0);
	assert_contains(env->log, "can't map guest IOVA region 0xfee00000..0xfee00fff");
	assert_contains(env->log, "peer-to-peer");
}

/* The first error, which undoes what was mapped before it. */
static void ram_that_fails_ends_the_set_up(void **state)
{
	struct env *env = *state;

	space_open(env);
	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	assert_int_equal(space_add_ram(env, 0x1000, 0x1000, 0x8000), 0);
	assert_int_equal(space_add_ram(env, 0x4000, 0x1000, 0x9000), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, 1, 1, -ENOMEM);
	assert_failed(env, space_connect(env), -ENOMEM);
	assert_string_equal(env->err.operation, "uvfio_get_group");
	assert_contains(env->err.message, "iova 0x1000 size 0x1000 vaddr 0x8000");
	assert_contains(env->err.hint, "ulimit");
	assert_int_equal(space_maps(env), 2);
	assert_int_equal(space_unmaps(env), 1);
	assert_unmap(env, 0, 0, 0x1000);
	assert_int_equal(fake_held_files(env->fake), 0);
	assert_int_equal(uvfio_balloon_inhibitors(env->ctx), 0);

	fake_forget_calls(env->fake);
	assert_int_equal(space_connect(env), 0);
	assert_int_equal(space_maps(env), 3);
}

static void ram_that_fails_later_is_an_error(void **state)
{
	struct env *env = *state;
	struct uvfio_section section;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, 0, 1, -EFAULT);
	assert_failed(env, space_add_ram(env, 0, 0x1000, 0x1000), -EFAULT);
	assert_string_equal(env->err.ioctl, "VFIO_IOMMU_MAP_DMA");
	assert_int_equal(uvfio_section_find(env->as, 0, &section), -ENOENT);
	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
}

/* One container has it, the next cannot: it is taken back. */
static void every_container_or_none(void **state)
{
	struct env *env = *state;
	struct uvfio_group *alone;

	assert_int_equal(uvfio_get_group(env->as, 12, &alone, NULL), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	assert_int_equal(space_maps(env), 2);
	fake_forget_calls(env->fake);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, 1, 1, -EFAULT);
	assert_failed(env, space_add_ram(env, 0x1000, 0x1000, 0x1000), -EFAULT);
	assert_int_equal(space_maps(env), 2);
	assert_int_equal(space_unmaps(env), 1);
	assert_unmap(env, 0, 0x1000, 0x1000);
	assert_int_equal(uvfio_put_group(alone, NULL), 0);
}

static void an_unmap_that_fails_is_reported(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, 0, 1, -EIO);
	assert_failed(env, space_del(env, 0), -EIO);
	assert_string_equal(env->err.operation, "uvfio_section_del");
	assert_int_equal(env->err.length, 0x1000);
	/* Gone all the same. */
	assert_failed(env, space_del(env, 0), -ENOENT);
}

static void a_second_container_gets_the_sections_there_are(void **state)
{
	struct env *env = *state;
	struct uvfio_group *alone;

	assert_int_equal(space_add_ram(env, 0x8000, 0x1000, 0x1000), 0);
	assert_int_equal(space_add_ram(env, 0x2000, 0x1000, 0x5000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_get_group(env->as, 12, &alone, NULL), 0);
	assert_int_equal(space_maps(env), 2);
	assert_map(env, 0, 0x2000, 0x1000, 0x5000);
	assert_map(env, 1, 0x8000, 0x1000, 0x1000);
	assert_int_equal(uvfio_put_group(alone, NULL), 0);
}

/* A group that joins finds everything mapped. */
static void a_joining_group_maps_nothing(void **state)
{
	struct env *env = *state;
	struct uvfio_group *other;

	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_get_group(env->as, 11, &other, NULL), 0);
	assert_int_equal(space_maps(env), 0);
	assert_int_equal(uvfio_put_group(other, NULL), 0);
	assert_int_equal(space_unmaps(env), 0);
}

/* QEMU 369686267a: without its last group a container has nothing to unmap with. */
static void sections_are_unmapped_before_the_container_is_unset(void **state)
{
	static const unsigned long expected[] = {
		VFIO_IOMMU_UNMAP_DMA, VFIO_IOMMU_UNMAP_DMA, VFIO_GROUP_UNSET_CONTAINER,
	};
	struct env *env = *state;
	size_t i;

	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	assert_int_equal(space_add_ram(env, 0x4000, 0x1000, 0x1000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_put_group(env->group, &env->err), 0);
	env->group = NULL;
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(env->fake->calls[i].request, expected[i]);
		assert_int_equal(env->fake->calls[i].ret, 0);
	}
	assert_unmap(env, 0, 0x4000, 0x1000);
	assert_unmap(env, 1, 0, 0x1000);
	assert_int_equal(env->fake->calls[i].op, FAKE_CLOSE);
	/* Nobody listens any more. */
	fake_forget_calls(env->fake);
	assert_int_equal(space_del(env, 0), 0);
	assert_int_equal(env->fake->nr_calls, 0);
}

static void an_unmap_that_fails_while_closing_is_logged(void **state)
{
	struct env *env = *state;

	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, 0, 1, -EIO);
	assert_int_equal(uvfio_put_group(env->group, &env->err), 0);
	env->group = NULL;
	assert_contains(env->log, "warning unmapping the sections of a container");
	assert_int_equal(fake_held_files(env->fake), 0);
}

static void two_address_spaces_have_their_own_sections(void **state)
{
	static int memory;
	struct env *env = *state;
	struct uvfio_address_space *other;
	struct uvfio_group *group;

	assert_int_equal(uvfio_get_address_space(env->ctx, &memory, &other, NULL), 0);
	assert_int_equal(uvfio_get_group(other, 12, &group, NULL), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(space_add_ram(env, 0, 0x1000, 0x1000), 0);
	assert_int_equal(space_maps(env), 1);
	assert_int_equal(env->fake->calls[0].fd, uvfio_container_fd(env->container));
	assert_int_equal(uvfio_put_group(group, NULL), 0);
	uvfio_put_address_space(other);
}

static unsigned int releases;

static void on_release(void *opaque)
{
	(void)opaque;
	releases++;
}

static void memory_stays_as_long_as_a_section_of_it(void **state)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_RAM, .bytes = { .lo = 0x2000 },
		.vaddr = VADDR(0x1000), .release = on_release,
	};
	struct env *env = *state;
	struct uvfio_memory *memory;

	releases = 0;
	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &memory, NULL), 0);
	uvfio_memory_get(memory);
	assert_int_equal(space_add(env, memory, 0, 0x1000, 0), 0);
	assert_int_equal(space_add(env, memory, 0x1000, 0x1000, 0x1000), 0);
	assert_int_equal(space_del(env, 0), 0);
	assert_int_equal(releases, 0);
	assert_int_equal(space_del(env, 0x1000), 0);
	assert_int_equal(releases, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_space, ram_is_mapped_and_unmapped),
		test_on(env_space, what_is_neither_ram_nor_iommu_is_skipped),
		test_on(env_space, sections_from_2_63_on_are_skipped),
		test_on(env_space, other_places_in_the_page_are_reported_and_ignored),
		test_on(env_fake, edges_are_rounded_to_target_pages),
		test_on(env_space, less_than_a_page_is_left_out_silently),
		test_on(env_space, largest_ram),
		test_on(env_space, mapped_as_writable_as_it_is),
		test_on(env_fake, outside_every_window),
		test_on(env_fake, ram_devices_by_whole_iommu_pages),
		test_on(env_space, a_ram_device_that_fails_is_a_warning),
		test_on(env_fake, a_ram_device_outside_every_window_is_a_warning),
		test_on(env_context, ram_that_fails_ends_the_set_up),
		test_on(env_space, ram_that_fails_later_is_an_error),
		test_on(env_space, every_container_or_none),
		test_on(env_space, an_unmap_that_fails_is_reported),
		test_on(env_space, a_second_container_gets_the_sections_there_are),
		test_on(env_space, a_joining_group_maps_nothing),
		test_on(env_space, sections_are_unmapped_before_the_container_is_unset),
		test_on(env_space, an_unmap_that_fails_while_closing_is_logged),
		test_on(env_space, two_address_spaces_have_their_own_sections),
		test_on(env_space, memory_stays_as_long_as_a_section_of_it),
	};

	return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}

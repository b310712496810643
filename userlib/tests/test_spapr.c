// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sPAPR: bringing containers up, registering memory, and windows.
 */
#include <linux/kvm.h>

#include "spapr_env.h"

static unsigned int count(struct env *env, unsigned long request)
{
	return fake_count_calls(env->fake, FAKE_IOCTL, request);
}

static const struct fake_call *nth(struct env *env, unsigned long request, unsigned int n)
{
	const struct fake_call *call = fake_nth_call(env->fake, FAKE_IOCTL, request, n);

	assert_non_null(call);
	return call;
}

static bool is_window(struct env *env, uint64_t first, uint64_t last, uint64_t pgsizes)
{
	struct uvfio_host_window window;

	return !uvfio_host_win_lookup(env->container, first, last, &window, NULL) &&
	       window.min_iova == first && window.max_iova == last &&
	       window.pgsizes == pgsizes;
}

/* What set-up asks the kernel for, in order. */
static void assert_requests(struct env *env, const unsigned long *expected, size_t nr)
{
	unsigned int i;
	size_t n = 0;

	for (i = 0; i < env->fake->nr_calls; i++)
		if (env->fake->calls[i].op == FAKE_IOCTL)
			assert_true(n < nr && env->fake->calls[i].request == expected[n++]);
	assert_int_equal(n, nr);
}

static void v2_set_up(void **state)
{
	static const unsigned long expected[] = {
		VFIO_GROUP_GET_STATUS, VFIO_GET_API_VERSION, VFIO_CHECK_EXTENSION,
		VFIO_CHECK_EXTENSION, VFIO_CHECK_EXTENSION, VFIO_GROUP_SET_CONTAINER,
		VFIO_SET_IOMMU, VFIO_IOMMU_SPAPR_REGISTER_MEMORY,
		VFIO_IOMMU_SPAPR_TCE_GET_INFO, VFIO_IOMMU_SPAPR_TCE_REMOVE,
	};
	struct env *env = *state;
	size_t nr = 1;

	assert_int_equal(space_connect(env), 0);
	assert_requests(env, expected, ARRAY_SIZE(expected));
	assert_int_equal(uvfio_container_iommu_type(env->container),
			 VFIO_SPAPR_TCE_v2_IOMMU);
	assert_null(uvfio_container_iova_ranges(env->container, &nr));
	assert_int_equal(nr, 0);
	/* All RAM is registered, DDW's page sizes are known, no window is left. */
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0)->a, RAM_VADDR);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0)->b, RAM_SIZE);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0)->a, 0);
	assert_int_equal(uvfio_container_pgsizes(env->container), 0x40211000);
	assert_int_equal(uvfio_host_win_lookup(env->container, 0, 0xfff, NULL, &env->err),
			 -ENXIO);
}

/* Offered, and refused when set: not every machine has dynamic windows. */
static void v2_falls_back_to_v1(void **state)
{
	static const unsigned long expected[] = {
		VFIO_GROUP_GET_STATUS, VFIO_GET_API_VERSION, VFIO_CHECK_EXTENSION,
		VFIO_CHECK_EXTENSION, VFIO_CHECK_EXTENSION, VFIO_GROUP_SET_CONTAINER,
		VFIO_SET_IOMMU, VFIO_SET_IOMMU, VFIO_IOMMU_ENABLE,
		VFIO_IOMMU_SPAPR_TCE_GET_INFO,
	};
	struct env *env = *state;

	env->fake->spapr.no_ddw = true;
	assert_int_equal(space_connect(env), 0);
	assert_requests(env, expected, ARRAY_SIZE(expected));
	assert_int_equal(nth(env, VFIO_SET_IOMMU, 0)->a, VFIO_SPAPR_TCE_v2_IOMMU);
	assert_int_equal(nth(env, VFIO_SET_IOMMU, 1)->a, VFIO_SPAPR_TCE_IOMMU);
	assert_int_equal(uvfio_container_iommu_type(env->container), VFIO_SPAPR_TCE_IOMMU);
	/* Version 1: 4 KiB pages in the default window. */
	assert_int_equal(uvfio_container_pgsizes(env->container), 0x1000);
	assert_true(is_window(env, 0, 2 * GIB - 1, 0x1000));
	assert_int_equal(env->fake->locked, 2 * GIB);
	assert_int_equal(uvfio_dma_map(env->container, 0x1000, 0x2000, VADDR(RAM_VADDR),
				       false, &env->err), 0);
	assert_int_equal(uvfio_dma_unmap(env->container, 0x1000, 0x2000, &env->err), 0);
}

/* What is not in the program's list is not fallen back to. */
static void v2_alone_does_not_fall_back(void **state)
{
	const unsigned int only[] = { VFIO_SPAPR_TCE_v2_IOMMU, 0 };
	struct env *env = *state;

	spapr_close();
	env_close(env);
	env->fake->spapr.no_ddw = true;
	env_new_context(env, only);
	spapr_open(env);
	assert_int_equal(space_connect(env), -EINVAL);
	assert_string_equal(env->err.ioctl, "VFIO_SET_IOMMU");
	assert_int_equal(count(env, VFIO_SET_IOMMU), 1);
	assert_int_equal(fake_held_files(env->fake), 0);
}

static void unmapping_all_is_for_type1(void **state)
{
	struct env *env = *state;
	uint64_t unmapped = 1;

	assert_failed(env, uvfio_dma_unmap_all(env->container, &unmapped, &env->err),
		      -EOPNOTSUPP);
	assert_string_equal(env->err.operation, "uvfio_dma_unmap_all");
	assert_contains(env->err.message, "spapr_tce_v2 unmaps what is in one window only");
	assert_int_equal(unmapped, 0);
	assert_int_equal(env->fake->nr_calls, 0);
}

/* By the numbers of type1's calls sPAPR has others, with other structures. */
static void asking_is_for_type1(void **state)
{
	uint64_t bits = 0;
	const struct uvfio_dirty_bitmap bitmap = { 0x1000, &bits, sizeof(bits) };
	struct vfio_iommu_type1_info *info = NULL;
	struct uvfio_dirty_limits limits;
	struct env *env = *state;
	uint32_t avail;

	assert_failed(env, uvfio_get_iommu_info(env->container, &info, &env->err),
		      -EOPNOTSUPP);
	assert_contains(env->err.message, "spapr_tce_v2 has no such call");
	assert_null(info);
	assert_failed(env, uvfio_container_dma_avail(env->container, &avail, &env->err),
		      -EOPNOTSUPP);
	assert_failed(env, uvfio_dirty_limits(env->container, &limits, &env->err),
		      -EOPNOTSUPP);
	assert_failed(env, uvfio_dirty_start(env->container, &env->err), -EOPNOTSUPP);
	assert_string_equal(env->err.operation, "uvfio_dirty_start");
	assert_failed(env, uvfio_dirty_stop(env->container, &env->err), -EOPNOTSUPP);
	assert_failed(env, uvfio_dirty_get(env->container, 0, 0x1000, &bitmap, &env->err),
		      -EOPNOTSUPP);
	assert_failed(env, uvfio_dma_unmap_dirty(env->container, 0, 0x1000, &bitmap,
						 &env->err), -EOPNOTSUPP);
	assert_int_equal(env->fake->nr_calls, 0);
}

/* A guest's IOMMU has to be inside version 1's one window. */
static void v1_sections_are_in_the_window(void **state)
{
	struct env *env = *state;
	struct uvfio_memory *iommu;

	env->fake->spapr.no_ddw = true;
	assert_int_equal(space_connect(env), 0);
	assert_int_equal(spapr_add_iommu(env, 0, GIB, &iommu), 0);
	assert_int_equal(spapr_translate(env, iommu), 0);
	assert_int_equal(space_del(env, 0), 0);
	assert_failed(env, spapr_add_iommu(env, 0, 4 * GIB, NULL), -ENXIO);
	assert_failed(env, spapr_add_iommu(env, SECOND, GIB, NULL), -ENXIO);
	assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), 0);
}

/* Each step's failure ends the set-up, is named, and leaves nothing behind. */
static void set_up_failures(void **state)
{
	static const struct {
		bool v1;
		unsigned long request;
		const char *name;
	} rows[] = {
		{ true, VFIO_SET_IOMMU, "VFIO_SET_IOMMU spapr_tce" },
		{ true, VFIO_IOMMU_ENABLE, "VFIO_IOMMU_ENABLE" },
		{ true, VFIO_IOMMU_SPAPR_TCE_GET_INFO, "VFIO_IOMMU_SPAPR_TCE_GET_INFO" },
		{ false, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, "VFIO_IOMMU_SPAPR_REGISTER_MEMORY" },
		{ false, VFIO_IOMMU_SPAPR_TCE_GET_INFO, "VFIO_IOMMU_SPAPR_TCE_GET_INFO" },
		{ false, VFIO_IOMMU_SPAPR_TCE_REMOVE, "VFIO_IOMMU_SPAPR_TCE_REMOVE" },
	};
	struct env *env = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		env->fake->spapr.no_ddw = rows[i].v1;
		fake_forget_calls(env->fake);
		fake_fail(env->fake, FAKE_IOCTL, rows[i].request,
			  rows[i].request == VFIO_SET_IOMMU, 1, -EIO);
		assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err),
			      -EIO);
		assert_contains(env->err.message, rows[i].name);
		assert_int_equal(fake_held_files(env->fake), 0);
		assert_int_equal(env->fake->locked, 0);
	}
}

/* No hint is as good as the right one. */
static void locked_memory_hint(void **state)
{
	struct env *env = *state;

	env->fake->locked_limit = RAM_SIZE - 1;
	assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err), -ENOMEM);
	assert_contains(env->err.hint, "ulimit -l");
	env->fake->spapr.no_ddw = true;
	assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err), -ENOMEM);
	assert_contains(env->err.hint, "ulimit -l");
}

static void spoil_info(struct fake *fake, unsigned long request, void *arg)
{
	const struct vfio_iommu_spapr_tce_info *lie = fake->spoil_data;
	struct vfio_iommu_spapr_tce_info *info = arg;

	if (request != VFIO_IOMMU_SPAPR_TCE_GET_INFO)
		return;
	info->flags = lie->flags;
	info->ddw = lie->ddw;
	info->dma32_window_start = lie->dma32_window_start;
	info->dma32_window_size = lie->dma32_window_size;
}

/* A kernel that says nothing of windows has 4 KiB pages; 0 bits are no answer. */
static void info_without_dynamic_windows(void **state)
{
	static const struct vfio_iommu_spapr_tce_info lies[] = {
		{ .flags = 0, .ddw.pgsizes = 0x10000 },
		{ .flags = VFIO_IOMMU_SPAPR_INFO_DDW },
	};
	struct env *env = *state;
	unsigned int i;

	env->fake->spoil = spoil_info;
	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		env->fake->spoil_data = (void *)&lies[i];
		assert_int_equal(space_connect(env), 0);
		assert_int_equal(uvfio_container_pgsizes(env->container), 0x1000);
		uvfio_put_group(env->group, NULL);
	}
	/* An empty window would end before it starts. */
	env->fake->spapr.no_ddw = true;
	assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err), -EPROTO);
	env->group = NULL;
	env->fake->spoil = NULL;
}

/* Start and size have 32 bits each, the end may have 33. */
static void v1_window_beyond_4_gib(void **state)
{
	struct vfio_iommu_spapr_tce_info lie = {
		.dma32_window_start = 0xc0000000, .dma32_window_size = 0x80000000,
	};
	struct env *env = *state;

	env->fake->spapr.no_ddw = true;
	env->fake->spoil = spoil_info;
	env->fake->spoil_data = &lie;
	assert_int_equal(space_connect(env), 0);
	assert_int_equal(uvfio_host_win_lookup(env->container, 0xc0000000, 0x13fffffff, NULL,
					       &env->err), 0);
	env->fake->spoil = NULL;
}

static void v1_groups_get_containers_of_their_own(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;

	env->fake->spapr.no_ddw = true;
	assert_int_equal(space_connect(env), 0);
	assert_int_equal(uvfio_get_group(env->as, 11, &second, &env->err), 0);
	assert_ptr_not_equal(uvfio_group_container(second), env->container);
	uvfio_put_group(second, NULL);
}

/* Sections that come and go after set-up. */
static void memory_is_registered_as_it_changes(void **state)
{
	struct env *env = *state;
	struct uvfio_address_space *bus = env->as;

	assert_int_equal(spapr_add_ram(env, 0x1000000, 0x3000, 0x9000000), 0);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0)->a, 0x9000000);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0)->b, 0x3000);
	assert_contains(env->trace, "vfio_prereg_register va=0x9000000 size=0x3000 ret=0");
	assert_int_equal(env->fake->locked, RAM_SIZE + 0x3000);
	assert_int_equal(uvfio_section_del(spapr.system, 0x1000000, &env->err), 0);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, 0)->a, 0x9000000);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, 0)->b, 0x3000);
	assert_contains(env->trace, "vfio_prereg_unregister va=0x9000000 size=0x3000 ret=0\n");

	/* A part of a memory object, from where it starts. */
	fake_forget_calls(env->fake);
	env->as = spapr.system;
	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM, 0x9000000,
						     0x3000), 0x1000000, 0x1000, 0x2000), 0);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0)->a, 0x9002000);
	assert_int_equal(space_del(env, 0x1000000), 0);

	/* What is no RAM is none of its business, however it is aligned. */
	fake_forget_calls(env->fake);
	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM_DEVICE, 0x9000000,
						     0x1800), 0x1000000, 0x1800, 0), 0);
	assert_contains(env->trace, "vfio_prereg_listener_region_add_skip 0x1000000 - 0x10017ff");
	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_OTHER, 0, 0x10),
				   0x2000000, 0x10, 0), 0);
	assert_int_equal(space_del(env, 0x1000000), 0);
	assert_contains(env->trace,
			"vfio_prereg_listener_region_del_skip 0x1000000 - 0x10017ff\n");
	assert_int_equal(space_del(env, 0x2000000), 0);
	env->as = bus;
	assert_int_equal(env->fake->nr_calls, 0);
}

/* Memory of which a page is something else cannot be pinned by the page. */
static void misaligned_memory(void **state)
{
	struct uvfio_address_space *bus;
	struct env *env = *state;

	/* In set-up it is the end of that ... */
	assert_int_equal(spapr_add_ram(env, 0x1000000, 0x1800, 0x9000000), 0);
	assert_failed(env, uvfio_get_group(env->as, 10, &env->group, &env->err), -EINVAL);
	assert_contains(env->err.message, "multiples of the page to be registered");
	assert_int_equal(env->fake->locked, 0);
	assert_int_equal(uvfio_section_del(spapr.system, 0x1000000, NULL), 0);

	/* ... and later of the section. */
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	assert_failed(env, spapr_add_ram(env, 0x1000800, 0x1000, 0x9000000), -EINVAL);
	bus = env->as;
	env->as = spapr.system;
	assert_failed(env, space_add(env, space_memory(env, UVFIO_MEMORY_RAM, 0x9000000,
						       0x2000), 0x1000000, 0x1000, 0x800),
		      -EINVAL);
	env->as = bus;
	assert_int_equal(env->fake->nr_calls, 0);
}

/* Also that of the system's address space, when the program has none. */
static void every_allocation_can_fail(void **state)
{
	struct env *env = *state;
	unsigned int n = 0;

	spapr_close();
	do {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_ALLOC, 0, n++, 1, -ENOMEM);
		if (!space_connect(env))
			break;
		assert_int_equal(env->err.code, -ENOMEM);
		assert_int_equal(fake_held_files(env->fake), 0);
	} while (true);
	assert_in_range(n, 5, 10);
}

static void misaligned_to_a_large_host_page(void **state)
{
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);

	spapr_close();
	env_close(env);
	opts.host_page_size = 0x10000;
	assert_int_equal(uvfio_new(&opts, &env->ctx, &env->err), 0);
	spapr_open(env);
	assert_int_equal(space_connect(env), 0);
	assert_failed(env, spapr_add_ram(env, 0x1000000, 0x1000, 0x9000000), -EINVAL);
	assert_int_equal(spapr_add_ram(env, 0x1000000, 0x10000, 0x9000000), 0);
}

static void registration_failures_are_returned(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0, 1, -EFAULT);
	assert_failed(env, spapr_add_ram(env, 0x1000000, 0x1000, 0x9000000), -EFAULT);
	assert_contains(env->err.message,
			"VFIO_IOMMU_SPAPR_REGISTER_MEMORY RAM vaddr 0x9000000 size 0x1000");
	assert_string_equal(env->err.hint, "");
	assert_int_equal(spapr_add_ram(env, 0x1000000, 0x1000, 0x9000000), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, 0, 1, -EBUSY);
	assert_failed(env, uvfio_section_del(spapr.system, 0x1000000, &env->err), -EBUSY);
	assert_contains(env->err.message, "VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY RAM");
}

/* All memory is given back while the kernel still knows the container. */
static void tear_down(void **state)
{
	struct env *env = *state;
	const struct fake_call *unregister, *unset;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, 0, 1, -EIO);
	assert_int_equal(uvfio_put_group(env->group, &env->err), 0);
	env->group = NULL;
	assert_contains(env->log, "warning unregistering a container's memory: VFIO_IOMMU_SPAPR");
	assert_int_equal(env->fake->locked, 0);
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_put_group(env->group, &env->err), 0);
	env->group = NULL;
	unregister = nth(env, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, 0);
	unset = nth(env, VFIO_GROUP_UNSET_CONTAINER, 0);
	assert_int_equal(unregister->ret, 0);
	assert_true(unregister < unset);
}

/* A window is made where the section is, and goes with it. */
static void window_of_a_section(void **state)
{
	struct env *env = *state;
	struct uvfio_memory *iommu;

	assert_int_equal(spapr_add_iommu(env, 0, GIB, &iommu), 0);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_CREATE, 0)->a, 12);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_CREATE, 0)->b, GIB);
	assert_true(is_window(env, 0, GIB - 1, 0x1000));
	assert_int_equal(spapr_add_iommu(env, SECOND, 2 * GIB, NULL), 0);
	assert_true(is_window(env, SECOND, SECOND + 2 * GIB - 1, 0x1000));
	assert_contains(env->trace, "vfio_spapr_create_window pageshift=0xc levels=1");
	assert_contains(env->trace, "winsize=0x80000000 offset=0x800000000000000");

	assert_int_equal(spapr_translate(env, iommu), 0);
	assert_int_equal(nth(env, VFIO_IOMMU_MAP_DMA, 0)->a, 0);
	assert_int_equal(nth(env, VFIO_IOMMU_MAP_DMA, 0)->c, RAM_VADDR);
	fake_forget_calls(env->fake);
	assert_int_equal(space_del(env, 0), 0);
	assert_contains(env->trace, "vfio_spapr_remove_window offset=0x0\n");
	/* What is mapped goes first. */
	assert_int_equal(nth(env, VFIO_IOMMU_UNMAP_DMA, 0)->b, GIB);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0)->a, 0);
	assert_true(nth(env, VFIO_IOMMU_UNMAP_DMA, 0) <
		    nth(env, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0));
	assert_int_equal(uvfio_host_win_lookup(env->container, 0, 0xfff, NULL, &env->err),
			 -ENXIO);
	assert_int_equal(space_del(env, SECOND), 0);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_REMOVE, 1)->a, SECOND);
	assert_int_equal(env->fake->locked, RAM_SIZE);
}

/* As large as the guest's IOMMU, the host's memory and the kernel allow. */
static void page_of_a_window(void **state)
{
	static const struct {
		uint64_t iommu, host, kernel;
		unsigned int shift;	/* 0: none */
	} rows[] = {
		{ 0x1000, 0x1000, 0, 12 },
		{ 0x10000, 0x1000, 0, 12 },
		{ 0x1000, 0x10000, 0, 12 },
		{ 0x10000, 0x10000, 0, 16 },
		{ 0x11000, 0x10000, 0, 12 },
		{ 0x200000, 0x200000, 0, 21 },
		{ 0x100000, 0x200000, 0, 16 },
		{ 0x10000, 0x10000, 0x1000, 12 },
		{ 0x1000, 0x10000, 0x10000, 0 },
		{ 0, 0x10000, 0, 0 },
	};
	struct env *env = *state;
	unsigned int i;
	int ret;

	spapr_close();
	env_close(env);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct uvfio_options opts = fake_options(env->fake);

		opts.host_page_size = rows[i].host;
		env->fake->spapr.pgsizes = rows[i].kernel;
		spapr.pgsizes = rows[i].iommu;
		assert_int_equal(uvfio_new(&opts, &env->ctx, &env->err), 0);
		space_open(env);
		assert_int_equal(space_add_ram(env, 0, 0x200000, 0x8000000), 0);
		spapr.system = env->as;
		assert_int_equal(uvfio_get_address_space(env->ctx, env, &env->as, NULL), 0);
		assert_int_equal(space_connect(env), 0);
		fake_forget_calls(env->fake);
		ret = spapr_add_iommu(env, 0, GIB, NULL);
		if (rows[i].shift) {
			assert_int_equal(ret, 0);
			assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_CREATE, 0)->a,
					 rows[i].shift);
			assert_true(is_window(env, 0, GIB - 1, 1ull << rows[i].shift));
			assert_int_equal(space_del(env, 0), 0);
		} else {
			assert_int_equal(ret, -EINVAL);
			assert_contains(env->err.message, "no page size in common");
			assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), 0);
		}
		spapr_close();
		env_close(env);
	}
}

/* Tables that are too large for one level get another (QEMU 1610799876). */
static void levels_of_a_window(void **state)
{
	struct env *env = *state;
	unsigned int levels;

	/* 2^28 entries of 8 bytes: 2^31, 2^17, 2^13 and 2^10 a part. */
	static const struct {
		uint64_t part;
		unsigned int levels;	/* 0: even the most are too few */
	} rows[] = {
		{ 1ull << 31, 1 }, { (1ull << 31) - 1, 2 }, { 1ull << 17, 2 },
		{ 1ull << 13, 3 }, { 1ull << 10, 4 }, { 1ull << 4, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		env->fake->containers[0].spapr.config.level_bytes = rows[i].part;
		fake_forget_calls(env->fake);
		if (!rows[i].levels) {
			assert_failed(env, spapr_add_iommu(env, 0, 1ull << 40, NULL), -ENOMEM);
			assert_contains(env->err.message, "levels 5");
			assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), 5);
			continue;
		}
		assert_int_equal(spapr_add_iommu(env, 0, 1ull << 40, NULL), 0);
		assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), rows[i].levels);
		for (levels = 1; levels <= rows[i].levels; levels++)
			assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_CREATE, levels - 1)->c,
					 levels);
		assert_int_equal(space_del(env, 0), 0);
	}
}

/* In the answer; more than 64 levels have no bits of an address to resolve. */
static void too_many_levels(struct fake *fake, unsigned long request, void *arg)
{
	(void)fake;
	if (request == VFIO_IOMMU_SPAPR_TCE_GET_INFO)
		((struct vfio_iommu_spapr_tce_info *)arg)->ddw.levels = 1000;
}

static void attempts_are_bounded(void **state)
{
	struct env *env = *state;

	env->fake->spoil = too_many_levels;
	assert_int_equal(space_connect(env), 0);
	fake_forget_calls(env->fake);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_SPAPR_TCE_CREATE, 0, -1, -ENOMEM);
	assert_failed(env, spapr_add_iommu(env, 0, GIB, NULL), -ENOMEM);
	assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), 64);
}

/* The kernel decides where a window goes. Elsewhere it is of no use. */
static void window_in_the_wrong_place(void **state)
{
	struct env *env = *state;

	assert_failed(env, spapr_add_iommu(env, SECOND, GIB, NULL), -EINVAL);
	assert_contains(env->err.message, "has the DMA window at 0x0, not at 0x800000000000000");
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0)->a, 0);
	assert_int_equal(nth(env, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0)->ret, 0);
	assert_int_equal(env->fake->locked, RAM_SIZE);
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(space_del(env, 0), 0);
}

static void window_that_cannot_be(void **state)
{
	struct env *env = *state;

	/* One that is there by other means, and is only found out by looking. */
	assert_int_equal(uvfio_host_win_add(env->container, GIB - 0x1000, GIB, 0x1000, NULL),
			 0);
	assert_failed(env, spapr_add_iommu(env, 0, GIB, NULL), -EEXIST);
	assert_contains(env->err.message, "DMA window for tce at 0x0: overlaps another");
	assert_failed(env, spapr_add_iommu(env, 0, 0, NULL), -EINVAL);
	assert_contains(env->err.message, "as large as the address space");
	assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), 0);
	/* Not a power of two. */
	assert_failed(env, spapr_add_iommu(env, 2 * GIB, 3 * GIB, NULL), -EINVAL);
	assert_contains(env->err.message,
			"VFIO_IOMMU_SPAPR_TCE_CREATE size 0xc0000000 page shift 12 levels 5");
}

/* No memory for our own record of it: the kernel's goes as well. */
static void window_is_undone(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_ALLOC, 0, 4, 1, -ENOMEM);
	assert_failed(env, spapr_add_iommu(env, 0, GIB, NULL), -ENOMEM);
	assert_int_equal(env->fake->locked, RAM_SIZE);
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(space_del(env, 0), 0);
}

static void removal_failures_are_returned(void **state)
{
	struct env *env = *state;

	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0, 1, -EIO);
	assert_failed(env, space_del(env, 0), -EIO);
	assert_contains(env->err.message, "VFIO_IOMMU_SPAPR_TCE_REMOVE of the window at 0x0");
	/* It is out of the list all the same. */
	assert_int_equal(uvfio_host_win_lookup(env->container, 0, 0xfff, NULL, &env->err),
			 -ENXIO);
}

static void missing_window_is_an_error(void **state)
{
	struct env *env = *state;

	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(uvfio_host_win_del(env->container, 0, GIB - 1, NULL), 0);
	assert_failed(env, space_del(env, 0), -ENOENT);
	assert_contains(env->err.message, "host DMA window 0x0..0x3fffffff does not exist");
}

static void the_second_removal_failure_is_logged(void **state)
{
	struct env *env = *state;

	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(uvfio_host_win_del(env->container, 0, GIB - 1, NULL), 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_SPAPR_TCE_REMOVE, 0, 1, -EIO);
	assert_failed(env, space_del(env, 0), -EIO);
	assert_contains(env->log, "host DMA window 0x0..0x3fffffff does not exist");
}

/* RAM is never in a window by itself. */
static void only_iommus_have_windows(void **state)
{
	struct env *env = *state;

	assert_failed(env, space_add_ram(env, 0x1000, 0x1000, RAM_VADDR), -ENXIO);
	assert_contains(env->err.message, "can't map guest IOVA region 0x1000..0x1fff");
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_CREATE), 1);
	assert_int_equal(space_del(env, 0), 0);
	/* A BAR in a window of the program's own leaves that where it is. */
	assert_int_equal(uvfio_host_win_add(env->container, 0, GIB - 1, 0x10000, NULL), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(space_add(env, space_memory(env, UVFIO_MEMORY_RAM_DEVICE, 0x1000,
						     0x1800), 0x1000, 0x1000, 0), 0);
	assert_int_equal(space_del(env, 0x1000), 0);
	assert_int_equal(count(env, VFIO_IOMMU_SPAPR_TCE_REMOVE), 0);
	assert_contains(env->trace, "vfio_listener_region_del 0x1000 - 0x1fff\n");
	assert_true(is_window(env, 0, GIB - 1, 0x10000));
}

static int replay_nothing(void *opaque, struct uvfio_iommu_notifier *notifier,
			  struct uvfio_error *err)
{
	(void)opaque;
	(void)notifier;
	(void)err;
	return 0;
}

/* It has pages of 4 KiB, even where larger ones would do, and no table for KVM. */
static void an_iommu_that_says_nothing(void **state)
{
	static const struct uvfio_iommu_ops ops = {
		.size = sizeof(ops), .replay = replay_nothing,
	};
	const struct uvfio_memory_options memory = {
		.size = sizeof(memory), .type = UVFIO_MEMORY_IOMMU, .bytes = { .lo = GIB },
		.iommu = &ops,
	};
	struct uvfio_section section = { .start = 0, .size = { .lo = GIB } };
	struct env *env = *state;
	struct uvfio_options opts = fake_options(env->fake);
	int vm = fake_open_vm(env->fake);

	spapr_close();
	env_close(env);
	opts.host_page_size = 0x10000;
	assert_int_equal(uvfio_new(&opts, &env->ctx, &env->err), 0);
	spapr_open(env);
	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	assert_int_equal(space_connect(env), 0);
	assert_int_equal(uvfio_memory_new(env->ctx, &memory, &section.memory, NULL), 0);
	assert_int_equal(uvfio_section_add(env->as, &section, &env->err), 0);
	assert_true(is_window(env, 0, GIB - 1, 0x1000));
	assert_int_equal(space_del(env, 0), 0);
	uvfio_memory_put(section.memory);
	assert_int_equal(uvfio_set_kvm(env->ctx, -1, NULL), 0);
	fake_close_fd(env->fake, vm);
}

/* Each group's table, so that the kernel maps what the guest asks it to. */
static void kvm_learns_the_tables(void **state)
{
	struct env *env = *state;
	struct uvfio_group *second;
	int vm = fake_open_vm(env->fake);

	spapr.tce_table = fake_open_tce_table(env->fake);
	/* Without KVM nobody asks for it. */
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(spapr.tables_asked_for, 0);
	assert_int_equal(space_del(env, 0), 0);
	assert_int_equal(uvfio_set_kvm(env->ctx, vm, &env->err), 0);
	assert_int_equal(uvfio_get_group(env->as, 11, &second, &env->err), 0);
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(env->fake->groups[0].tce_table, spapr.tce_table);
	assert_int_equal(env->fake->groups[1].tce_table, spapr.tce_table);
	assert_contains(env->trace, "vfio_spapr_group_attach Attached groupfd 0 to liobn fd");
	assert_int_equal(space_del(env, 0), 0);

	/* It works without, too. */
	fake_fail(env->fake, FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 1, -EINVAL);
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_contains(env->log, "group 10: KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE: Invalid argument");
	assert_int_equal(space_del(env, 0), 0);

	fake_forget_calls(env->fake);
	fake_close_fd(env->fake, spapr.tce_table);
	spapr.tce_table = -ENODEV;
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(count(env, KVM_SET_DEVICE_ATTR), 0);
	assert_int_equal(space_del(env, 0), 0);
	uvfio_put_group(second, NULL);

	/* A group that KVM would not have gets no table: one call, not two. */
	spapr.tce_table = fake_open_tce_table(env->fake);
	fake_fail(env->fake, FAKE_IOCTL, KVM_SET_DEVICE_ATTR, 0, 1, -EIO);
	assert_int_equal(uvfio_get_group(env->as, 11, &second, &env->err), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(spapr_add_iommu(env, 0, GIB, NULL), 0);
	assert_int_equal(count(env, KVM_SET_DEVICE_ATTR), 1);
	assert_int_equal(space_del(env, 0), 0);
	uvfio_put_group(second, NULL);
	fake_close_fd(env->fake, spapr.tce_table);
	assert_int_equal(uvfio_set_kvm(env->ctx, -1, NULL), 0);
	fake_close_fd(env->fake, vm);
}

#define test(stage, function) \
	cmocka_unit_test_setup_teardown(function, stage, spapr_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(env_spapr, v2_set_up),
		test(env_spapr, v2_falls_back_to_v1),
		test(env_spapr, v2_alone_does_not_fall_back),
		test(env_spapr_group, unmapping_all_is_for_type1),
		test(env_spapr_group, asking_is_for_type1),
		test(env_spapr, v1_sections_are_in_the_window),
		test(env_spapr, set_up_failures),
		test(env_spapr, locked_memory_hint),
		test(env_spapr, info_without_dynamic_windows),
		test(env_spapr, v1_window_beyond_4_gib),
		test(env_spapr, v1_groups_get_containers_of_their_own),
		test(env_spapr_group, memory_is_registered_as_it_changes),
		test(env_spapr, misaligned_memory),
		test(env_spapr, misaligned_to_a_large_host_page),
		test(env_spapr, every_allocation_can_fail),
		test(env_spapr_group, registration_failures_are_returned),
		test(env_spapr_group, tear_down),
		test(env_spapr_group, window_of_a_section),
		test(env_spapr, page_of_a_window),
		test(env_spapr_group, levels_of_a_window),
		test(env_spapr, attempts_are_bounded),
		test(env_spapr_group, window_in_the_wrong_place),
		test(env_spapr_group, window_that_cannot_be),
		test(env_spapr_group, window_is_undone),
		test(env_spapr_group, removal_failures_are_returned),
		test(env_spapr_group, missing_window_is_an_error),
		test(env_spapr_group, the_second_removal_failure_is_logged),
		test(env_spapr_group, only_iommus_have_windows),
		test(env_spapr, an_iommu_that_says_nothing),
		test(env_spapr_group, kvm_learns_the_tables),
	};

	return cmocka_run_group_tests_name("spapr", tests, NULL, NULL);
}

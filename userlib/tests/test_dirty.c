// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Dirty pages of type1, and unmapping everything.
 */
#include "env.h"

#define PAGE	0x1000
#define IOVA	0x100000

/* 130 pages mapped: two words of bits, and two bits. */
#define PAGES	130

static int env_mapped(void **state)
{
	struct env *env;

	env_device(state);
	env = *state;
	assert_int_equal(uvfio_dma_map(env->container, IOVA, PAGES * PAGE,
				       (void *)PAGE, false, &env->err), 0);
	fake_forget_calls(env->fake);
	return 0;
}

static int mapped_end(void **state)
{
	struct env *env = *state;

	if (env->dev)
		assert_int_equal(uvfio_dma_unmap_all(env->container, NULL, NULL), 0);
	return env_end(state);
}

static void touch(struct env *env, uint64_t page)
{
	struct type1 *type1 = &env->fake->containers[0].type1;
	struct type1_mapping *mapping;
	u64 offset, size = 1;

	assert_int_equal(type1_access(type1, IOVA + page * PAGE, true, &mapping, &offset,
				      &size), 0);
	type1_mark_dirty(type1, mapping, offset, size);
}

static uint64_t bits[3];
static const struct uvfio_dirty_bitmap bitmap = {
	.pgsize = PAGE, .bits = bits, .size = sizeof(bits),
};

static int get(struct env *env)
{
	memset(bits, 0, sizeof(bits));
	return uvfio_dirty_get(env->container, IOVA, PAGES * PAGE, &bitmap, &env->err);
}

static void limits(void **state)
{
	struct uvfio_dirty_limits limits;
	struct env *env = *state;

	assert_int_equal(uvfio_dirty_limits(env->container, &limits, &env->err), 0);
	assert_int_equal(limits.pgsizes, PAGE);
	assert_int_equal(limits.max_bitmap_size, 1ull << 28);
}

/* What a kernel may put where the migration capability is. */
enum spoil { ABSENT, CUT, LOOP };

static void spoil_info(struct fake *fake, unsigned long request, void *arg)
{
	struct vfio_iommu_type1_info *info = arg;
	struct vfio_info_cap_header *cap;

	if (request != VFIO_IOMMU_GET_INFO || !info->cap_offset)
		return;
	cap = (void *)((char *)info + info->cap_offset);
	assert_int_equal(cap->id, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION);
	switch (*(enum spoil *)fake->spoil_data) {
	case ABSENT:
		cap->id = 77;
		break;
	case CUT:
		info->argsz = info->cap_offset +
			      sizeof(struct vfio_iommu_type1_info_cap_migration) - 1;
		break;
	case LOOP:
		cap->id = 77;
		cap->next = info->cap_offset;
		break;
	}
}

static void limits_of_a_hostile_kernel(void **state)
{
	static const int codes[] = { [ABSENT] = -ENOENT, [CUT] = -EPROTO, [LOOP] = -EPROTO };
	struct uvfio_dirty_limits limits = { .pgsizes = 1 };
	struct env *env = *state;
	enum spoil spoil;

	env->fake->spoil = spoil_info;
	env->fake->spoil_data = &spoil;
	for (spoil = ABSENT; spoil <= LOOP; spoil++)
		assert_failed(env, uvfio_dirty_limits(env->container, &limits, &env->err),
			      codes[spoil]);
	assert_int_equal(limits.pgsizes, 1);
	env->fake->spoil = NULL;
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_GET_INFO, 0, 1, -EFAULT);
	assert_failed(env, uvfio_dirty_limits(env->container, &limits, &env->err), -EFAULT);
}

static void what_was_written(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_dirty_start(env->container, &env->err), 0);
	assert_int_equal(uvfio_dirty_start(env->container, &env->err), 0);
	assert_int_equal(get(env), 0);
	assert_true(!bits[0] && !bits[1] && !bits[2]);
	touch(env, 3);
	touch(env, 64);
	touch(env, 129);
	assert_int_equal(get(env), 0);
	assert_true(bits[0] == 1 << 3 && bits[1] == 1 && bits[2] == 2);
	assert_contains(env->trace, "vfio_get_dirty_bitmap iova 0x100000 size 0x82000");
	/* And it is forgotten. */
	assert_int_equal(get(env), 0);
	assert_true(!bits[0] && !bits[1] && !bits[2]);
	assert_int_equal(uvfio_dirty_stop(env->container, &env->err), 0);
	assert_int_equal(uvfio_dirty_stop(env->container, &env->err), 0);
	assert_failed(env, get(env), -EINVAL);
}

static void unmap_with_the_bitmap(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_dirty_start(env->container, &env->err), 0);
	touch(env, 65);
	memset(bits, 0, sizeof(bits));
	assert_int_equal(uvfio_dma_unmap_dirty(env->container, IOVA, PAGES * PAGE, &bitmap,
					       &env->err), 0);
	assert_true(!bits[0] && bits[1] == 2 && !bits[2]);
	assert_failed(env, uvfio_dma_unmap(env->container, IOVA, PAGES * PAGE, &env->err),
		      -EIO);
}

static void short_unmap_with_the_bitmap(void **state)
{
	struct env *env = *state;

	assert_int_equal(uvfio_dirty_start(env->container, &env->err), 0);
	assert_failed(env, uvfio_dma_unmap_dirty(env->container, IOVA,
						 (PAGES + 1) * PAGE, &bitmap, &env->err),
		      -EIO);
	assert_string_equal(env->err.operation, "uvfio_dma_unmap_dirty");
	assert_contains(env->err.message, "iova 0x100000 size 0x83000");
}

static void not_while_it_is_off(void **state)
{
	static const unsigned int v1[] = { VFIO_TYPE1_IOMMU, 0 };
	struct env *env = *state;

	assert_failed(env, get(env), -EINVAL);
	assert_string_equal(env->err.operation, "uvfio_dirty_get");
	assert_failed(env, uvfio_dma_unmap_dirty(env->container, IOVA, PAGES * PAGE,
						 &bitmap, &env->err), -EINVAL);
	assert_int_equal(uvfio_dma_unmap_all(env->container, NULL, NULL), 0);
	env_close(env);
	env_new_context(env, v1);
	env_open_device(env);
	assert_failed(env, uvfio_dirty_start(env->container, &env->err), -EACCES);
	assert_failed(env, uvfio_dirty_stop(env->container, &env->err), -EACCES);
	assert_string_equal(env->err.ioctl, "VFIO_IOMMU_DIRTY_PAGES");
}

/* Kernels shift by the place of its lowest bit, which there is not. */
static void page_sizes_of_0(void **state)
{
	const struct uvfio_dirty_bitmap none = { .bits = bits, .size = sizeof(bits) };
	struct env *env = *state;

	assert_int_equal(uvfio_dirty_start(env->container, &env->err), 0);
	fake_forget_calls(env->fake);
	assert_failed(env, uvfio_dirty_get(env->container, IOVA, PAGES * PAGE, &none,
					   &env->err), -EINVAL);
	assert_failed(env, uvfio_dma_unmap_dirty(env->container, IOVA, PAGES * PAGE, &none,
						 &env->err), -EINVAL);
	assert_int_equal(env->fake->nr_calls, 0);
}

static void unmap_all_in_one_call(void **state)
{
	struct env *env = *state;
	uint64_t unmapped;

	assert_int_equal(uvfio_dma_map(env->container, -0x1000ull, 0x1000, (void *)PAGE,
				       false, NULL), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_dma_unmap_all(env->container, &unmapped, &env->err), 0);
	assert_int_equal(unmapped, (PAGES + 1) * PAGE);
	assert_int_equal(fake_count_calls(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA), 1);
	assert_int_equal(uvfio_dma_unmap_all(env->container, &unmapped, &env->err), 0);
	assert_int_equal(unmapped, 0);
	assert_contains(env->trace, "uvfio_dma_unmap_all unmapped 0x0 = 0\n");
}

/* Before 5.12. */
static void unmap_all_in_two_calls(void **state)
{
	const struct fake_call *call;
	struct env *env = *state;
	uint64_t unmapped;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_CHECK_EXTENSION, 0, -1, 0);
	assert_int_equal(uvfio_dma_map(env->container, 1ull << 63, 0x1000, (void *)PAGE,
				       false, NULL), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_dma_unmap_all(env->container, &unmapped, &env->err), 0);
	assert_int_equal(unmapped, (PAGES + 1) * PAGE);
	assert_int_equal(fake_count_calls(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA), 2);
	call = fake_nth_call(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, 1);
	assert_true(call->a == 1ull << 63 && call->b == 1ull << 63);
}

static void unmap_all_that_fails(void **state)
{
	struct env *env = *state;
	uint64_t unmapped = 1;
	unsigned int skip;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, 0, 1, -EIO);
	assert_failed(env, uvfio_dma_unmap_all(env->container, &unmapped, &env->err), -EIO);
	assert_string_equal(env->err.operation, "uvfio_dma_unmap_all");
	assert_int_equal(unmapped, 0);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, 0, 1, 1);
	assert_failed(env, uvfio_dma_unmap_all(env->container, NULL, &env->err), -EPROTO);
	for (skip = 0; skip < 2; skip++) {
		env->fake->nr_rules = 0;
		fake_fail(env->fake, FAKE_IOCTL, VFIO_CHECK_EXTENSION, 0, -1, 0);
		fake_fail(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, skip, 1, -EIO);
		unmapped = 1;
		assert_failed(env, uvfio_dma_unmap_all(env->container, &unmapped, &env->err),
			      -EIO);
		assert_string_equal(env->err.operation, "uvfio_dma_unmap_all");
		assert_int_equal(unmapped, 0);
	}
}

#define test_mapped(function) \
	cmocka_unit_test_setup_teardown(function, env_mapped, mapped_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_mapped(limits),
		test_mapped(limits_of_a_hostile_kernel),
		test_mapped(what_was_written),
		test_mapped(unmap_with_the_bitmap),
		test_mapped(short_unmap_with_the_bitmap),
		test_mapped(not_while_it_is_off),
		test_mapped(page_sizes_of_0),
		test_mapped(unmap_all_in_one_call),
		test_mapped(unmap_all_in_two_calls),
		test_mapped(unmap_all_that_fails),
	};

	return cmocka_run_group_tests_name("dirty", tests, NULL, NULL);
}

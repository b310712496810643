// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Mapping and unmapping: the EBUSY retry, the end of the address space, short
 * unmaps; each with the exact sequence of ioctls.
 */
#include "env.h"

#define PAGE	0x1000ull
#define VADDR	((void *)0x10000)

/* What the kernel was asked, in order: map or unmap, iova, size, result. */
struct expected {
	unsigned long request;
	uint64_t iova;
	uint64_t size;
	int ret;
};

#define MAP	VFIO_IOMMU_MAP_DMA
#define UNMAP	VFIO_IOMMU_UNMAP_DMA

#define assert_calls(env, ...) \
	check_calls(env, (const struct expected[]){ __VA_ARGS__ }, \
		    ARRAY_SIZE(((const struct expected[]){ __VA_ARGS__ })))

static void check_calls(const struct env *env, const struct expected *expected,
			unsigned int nr)
{
	const struct fake_call *call = env->fake->calls;
	unsigned int i;

	assert_int_equal(env->fake->nr_calls, nr);
	for (i = 0; i < nr; i++) {
		assert_int_equal(call[i].request, expected[i].request);
		assert_true(call[i].a == expected[i].iova);
		assert_true(call[i].b == expected[i].size);
		assert_int_equal(call[i].ret, expected[i].ret);
	}
}

static int map(struct env *env, uint64_t iova, uint64_t size)
{
	return uvfio_dma_map(env->container, iova, size, VADDR, false, &env->err);
}

static int unmap(struct env *env, uint64_t iova, uint64_t size)
{
	return uvfio_dma_unmap(env->container, iova, size, &env->err);
}

static void open_with(struct env *env, uint64_t quirks, unsigned int type)
{
	const unsigned int types[] = { type, 0 };

	env->fake->type1.quirks = quirks;
	env_new_context(env, types);
	env_open_device(env);
}

static void flags_follow_readonly(void **state)
{
	struct env *env = *state;
	struct type1_mapping *m;

	assert_int_equal(map(env, PAGE, PAGE), 0);
	assert_int_equal(uvfio_dma_map(env->container, 2 * PAGE, PAGE, VADDR, true,
				       NULL), 0);
	m = rb_entry(rb_first(&env->fake->containers[0].type1.mappings),
		     struct type1_mapping, node);
	assert_int_equal(m->prot,
			 VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	assert_true(m->vaddr == (uintptr_t)VADDR);
	m = rb_entry(rb_next(&m->node), struct type1_mapping, node);
	assert_int_equal(m->prot, VFIO_DMA_MAP_FLAG_READ);
	assert_calls(env, { MAP, PAGE, PAGE, 0 }, { MAP, 2 * PAGE, PAGE, 0 });
}

/* QEMU 12af134487. */
static void busy_once_is_retried(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 1, -EBUSY);
	assert_int_equal(map(env, 0x100000, 0x3000), 0);
	assert_calls(env, { MAP, 0x100000, 0x3000, -EBUSY },
		     { UNMAP, 0x100000, 0x3000, 0 },
		     { MAP, 0x100000, 0x3000, 0 });
	assert_contains(env->trace,
			"uvfio_dma_map_busy iova 0x100000 size 0x3000: unmapping and trying once more\n");
	/* Both tries are traced. */
	assert_contains(env->trace,
			"uvfio_dma_map iova 0x100000 size 0x3000 vaddr 0x10000 flags 0x3 = -16\n");
	assert_contains(env->trace,
			"uvfio_dma_map iova 0x100000 size 0x3000 vaddr 0x10000 flags 0x3 = 0\n");
}

static void busy_twice_is_busy(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, MAP, 0, -1, -EBUSY);
	assert_failed(env, map(env, 0x100000, 0x3000), -EBUSY);
	assert_calls(env, { MAP, 0x100000, 0x3000, -EBUSY },
		     { UNMAP, 0x100000, 0x3000, 0 },
		     { MAP, 0x100000, 0x3000, -EBUSY });
}

/* The kernel the retry was written for: a mapping that is there is replaced. */
static void busy_of_an_old_type1(void **state)
{
	struct env *env = *state;

	open_with(env, TYPE1_QUIRK(OVERLAP_EBUSY), VFIO_TYPE1v2_IOMMU);
	assert_int_equal(map(env, PAGE, PAGE), 0);
	assert_int_equal(map(env, PAGE, 2 * PAGE), 0);
	assert_calls(env, { MAP, PAGE, PAGE, 0 },
		     { MAP, PAGE, 2 * PAGE, -EBUSY },
		     { UNMAP, PAGE, 2 * PAGE, 0 },
		     { MAP, PAGE, 2 * PAGE, 0 });
}

static void unmap_of_the_retry_may_fail(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 1, -EBUSY);
	fake_fail(env->fake, FAKE_IOCTL, UNMAP, 0, 1, -EFAULT);
	assert_failed(env, map(env, 0x100000, 0x3000), -EFAULT);
	assert_string_equal(env->err.operation, "uvfio_dma_map");
	assert_calls(env, { MAP, 0x100000, 0x3000, -EBUSY },
		     { UNMAP, 0x100000, 0x3000, -EFAULT });
}

/* DPDK 0cbce3a167, spdk 1705. */
static void exist_is_not_retried(void **state)
{
	struct env *env = *state;

	assert_int_equal(map(env, PAGE, PAGE), 0);
	fake_forget_calls(env->fake);
	assert_failed(env, map(env, PAGE, PAGE), -EEXIST);
	assert_calls(env, { MAP, PAGE, PAGE, -EEXIST });
}

static void every_other_errno_is_passed_on(void **state)
{
	static const int codes[] = {
		-EPERM, -EINTR, -EIO, -ENOMEM, -EFAULT, -EINVAL, -ENOSPC,
		-EOVERFLOW, -ENXIO,
	};
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		env->fake->nr_rules = 0;
		fake_forget_calls(env->fake);
		fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 1, codes[i]);
		assert_failed(env, map(env, PAGE, PAGE), codes[i]);
		assert_calls(env, { MAP, PAGE, PAGE, codes[i] });
	}
}

static void message_of_a_failed_map(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 2, -ENOMEM);
	assert_failed(env, map(env, 0xabc000, 0x5000), -ENOMEM);
	assert_contains(env->err.message, "iova 0xabc000 size 0x5000 vaddr 0x10000");
	assert_contains(env->err.message, strerror(ENOMEM));
	assert_contains(env->err.hint, "ulimit -l");
	assert_string_equal(env->err.ioctl, "VFIO_IOMMU_MAP_DMA");
	assert_true(env->err.iova == 0xabc000 && env->err.length == 0x5000);

	/* And to the log, whose hook spoils errno, when nobody takes it. */
	assert_int_equal(uvfio_dma_map(env->container, 0xabc000, 0x5000, VADDR,
				       false, NULL), -ENOMEM);
	assert_int_equal(errno, ENOMEM);
	assert_contains(env->log, "iova 0xabc000 size 0x5000 vaddr 0x10000");
}

static void hints_of_a_failed_map(void **state)
{
	static const struct {
		int code;
		const char *hint;
	} cases[] = {
		{ -ENOMEM, "ulimit -l" }, { -ENOSPC, "dma_entry_limit" },
		{ -EEXIST, "mapped already" }, { -EINVAL, "multiples of the IOMMU page" },
		{ -EFAULT, "cannot be pinned" },
	};
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 1, cases[i].code);
		assert_failed(env, map(env, PAGE, PAGE), cases[i].code);
		assert_contains(env->err.hint, cases[i].hint);
	}
	fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 1, -EPERM);
	assert_failed(env, map(env, PAGE, PAGE), -EPERM);
	assert_string_equal(env->err.hint, "");
}

static void message_of_a_failed_unmap(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, UNMAP, 0, 2, -EFAULT);
	assert_failed(env, unmap(env, 0xabc000, 0x5000), -EFAULT);
	assert_contains(env->err.message, "VFIO_IOMMU_UNMAP_DMA iova 0xabc000 size 0x5000: ");
	assert_string_equal(env->err.ioctl, "VFIO_IOMMU_UNMAP_DMA");
	assert_true(env->err.iova == 0xabc000 && env->err.length == 0x5000);
	assert_contains(env->trace,
			"uvfio_dma_unmap iova 0xabc000 size 0x5000 = -14, unmapped 0x0\n");
	/* Passed on by another call, it is the same failure. */
	assert_failed(env, uvfio_dma_unmap_range(env->container, 0xabc000, 0x5000, NULL,
						 &env->err), -EFAULT);
	assert_true(env->err.iova == 0xabc000 && env->err.length == 0x5000);
	assert_string_equal(env->err.ioctl, "VFIO_IOMMU_UNMAP_DMA");
}

/* sPAPR says 1 for a misaligned address. */
static void positive_answers_are_no_success(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, MAP, 0, 1, 1);
	fake_fail(env->fake, FAKE_IOCTL, UNMAP, 0, 1, 1);
	assert_failed(env, map(env, PAGE, PAGE), -EPROTO);
	assert_failed(env, unmap(env, PAGE, PAGE), -EPROTO);
}

static void mapping_limit(void **state)
{
	struct env *env = *state;

	env->fake->type1.dma_avail = 2;
	env_new_context(env, NULL);
	env_open_device(env);
	assert_int_equal(map(env, 0, PAGE), 0);
	assert_int_equal(map(env, PAGE, PAGE), 0);
	assert_failed(env, map(env, 2 * PAGE, PAGE), -ENOSPC);
	assert_contains(env->err.hint, "dma_entry_limit");
	assert_int_equal(unmap(env, 0, PAGE), 0);
	assert_int_equal(map(env, 2 * PAGE, PAGE), 0);
}

static void plain_unmap(void **state)
{
	struct env *env = *state;

	env->trace[0] = '\0';
	assert_int_equal(map(env, PAGE, PAGE), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(unmap(env, PAGE, PAGE), 0);
	assert_calls(env, { UNMAP, PAGE, PAGE, 0 });
	assert_string_equal(env->trace,
			    "uvfio_dma_map iova 0x1000 size 0x1000 vaddr 0x10000 flags 0x3 = 0\n"
			    "uvfio_dma_unmap iova 0x1000 size 0x1000 = 0, unmapped 0x1000\n");
}

/* DPDK c13ca4e81c, spdk 1705: success that unmapped less is no success. */
static void short_unmap_is_an_error(void **state)
{
	struct env *env = *state;

	assert_int_equal(map(env, PAGE, PAGE), 0);
	fake_forget_calls(env->fake);
	assert_failed(env, unmap(env, PAGE, 2 * PAGE), -EIO);
	assert_contains(env->err.message, "unmapped 0x1000 bytes only");
	/* No retry: it is not at the end of the address space. */
	assert_calls(env, { UNMAP, PAGE, 2 * PAGE, 0 });
	assert_failed(env, unmap(env, PAGE, PAGE), -EIO);
}

static void unmap_range_reports_the_size(void **state)
{
	struct env *env = *state;
	uint64_t unmapped = 77;

	assert_int_equal(map(env, PAGE, PAGE), 0);
	assert_int_equal(map(env, 5 * PAGE, PAGE), 0);
	assert_int_equal(uvfio_dma_unmap_range(env->container, 0, 16 * PAGE,
					       &unmapped, &env->err), 0);
	assert_int_equal(unmapped, 2 * PAGE);
	assert_int_equal(uvfio_dma_unmap_range(env->container, 0, 16 * PAGE,
					       NULL, &env->err), 0);
	unmapped = 77;
	fake_fail(env->fake, FAKE_IOCTL, UNMAP, 0, 1, -EFAULT);
	assert_failed(env, uvfio_dma_unmap_range(env->container, 0, PAGE,
						 &unmapped, &env->err), -EFAULT);
	assert_int_equal(unmapped, 0);
	assert_string_equal(env->err.operation, "uvfio_dma_unmap_range");
}

/* iommufd's type1 before afb47765f923. */
static void unmap_range_of_nothing_may_be_enoent(void **state)
{
	struct env *env = *state;
	uint64_t unmapped = 77;

	open_with(env, TYPE1_QUIRK(UNMAP_EMPTY_ENOENT), VFIO_TYPE1v2_IOMMU);
	assert_int_equal(uvfio_dma_unmap_range(env->container, 0, PAGE, &unmapped,
					       &env->err), 0);
	assert_int_equal(unmapped, 0);
	assert_failed(env, unmap(env, 0, PAGE), -ENOENT);
}

/* --- the end of the address space, on 4.15 to 4.20 ------------------------ */

#define OVERFLOW	TYPE1_QUIRK(UNMAP_OVERFLOW_4_15)

/* RH bug 1662291, QEMU 567d7d3e6b: the very numbers. */
static void overflow_of_4_15_is_retried(void **state)
{
	const uint64_t iova = 0xfef00000, size = 0xffffffff01100000;
	struct env *env = *state;
	uint64_t unmapped;

	open_with(env, OVERFLOW, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(map(env, iova, PAGE), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_dma_unmap_range(env->container, iova, size,
					       &unmapped, &env->err), 0);
	assert_int_equal(unmapped, PAGE);
	assert_calls(env, { UNMAP, iova, size, -EINVAL },
		     { UNMAP, iova, size - PAGE, 0 });
	assert_contains(env->trace,
			"vfio_dma_unmap_overflow_workaround iova 0xfef00000 size 0xffffffff01100000\n");
}

static void overflow_in_an_exact_unmap(void **state)
{
	const uint64_t iova = -0x10000ull;
	struct env *env = *state;

	open_with(env, OVERFLOW, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(map(env, iova, 0xf000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(unmap(env, iova, 0x10000), 0);
	assert_calls(env, { UNMAP, iova, 0x10000, -EINVAL },
		     { UNMAP, iova, 0xf000, 0 });
	/* What is missing besides the last page is missing. */
	assert_failed(env, unmap(env, iova, 0x10000), -EIO);
}

static void overflow_with_64k_pages(void **state)
{
	const uint64_t iova = -0x100000ull;
	struct env *env = *state;

	env->fake->type1.pgsizes = 0x10000;
	open_with(env, OVERFLOW, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(uvfio_dma_unmap_range(env->container, iova, 0x100000,
					       NULL, &env->err), 0);
	assert_calls(env, { UNMAP, iova, 0x100000, -EINVAL },
		     { UNMAP, iova, 0xf0000, 0 });
}

/* 1 << ctz(0) is undefined: QEMU a5dba9bc05. */
static void overflow_without_page_sizes(void **state)
{
	static const uint64_t quirks[] = {
		TYPE1_QUIRK(ZERO_PGSIZES), TYPE1_QUIRK(NO_PGSIZES),
	};
	const uint64_t iova = -0x100000ull;
	struct env *env = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(quirks); i++) {
		open_with(env, OVERFLOW | quirks[i], VFIO_TYPE1v2_IOMMU);
		assert_int_equal(uvfio_dma_unmap_range(env->container, iova,
						       0x100000, NULL,
						       &env->err), 0);
		assert_calls(env, { UNMAP, iova, 0x100000, -EINVAL },
			     { UNMAP, iova, 0xff000, 0 });
		env_close(env);
	}
}

/*
 * As type1 does, the fake kernel looks at a page before it counts it: when the first one
 * is bad that is the answer, though more may be locked already than is allowed now.
 */
static void bad_address_beyond_the_limit(void **state)
{
	struct env *env = *state;
	void *page = aligned_alloc(PAGE, PAGE);

	env->fake->pins_memory = true;
	env->fake->type1.model = TYPE1_IOMMU;
	open_with(env, 0, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(uvfio_dma_map(env->container, 0, PAGE, page, false, &env->err), 0);
	env->fake->locked_limit = 0;
	assert_failed(env, map(env, PAGE, PAGE), -EFAULT);
	assert_failed(env, uvfio_dma_map(env->container, PAGE, PAGE, page, false, &env->err),
		      -ENOMEM);
	assert_int_equal(unmap(env, 0, PAGE), 0);
	env_close(env);
	free(page);
}

static void overflow_that_persists_ends(void **state)
{
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, UNMAP, 0, -1, -EINVAL);
	assert_failed(env, unmap(env, -0x10000ull, 0x10000), -EINVAL);
	assert_int_equal(env->fake->nr_calls, 2);
	/* The range is what was asked for, the text says what was tried last. */
	assert_true(env->err.iova == -0x10000ull && env->err.length == 0x10000);
	assert_contains(env->err.message, "size 0xf000");
}

/* One shorter, one longer than 2^64, size 0, other errors, type1 v1, one page. */
static void overflow_only_then(void **state)
{
	static const struct {
		uint64_t iova;
		uint64_t size;
		int code;
		unsigned int type;
	} cases[] = {
		{ 0x1000, 0x10000, -EINVAL, VFIO_TYPE1v2_IOMMU },
		{ -0x10000ull, 0xf000, -EINVAL, VFIO_TYPE1v2_IOMMU },
		{ -0x10000ull, 0x11000, -EINVAL, VFIO_TYPE1v2_IOMMU },
		{ 0, 0, -EINVAL, VFIO_TYPE1v2_IOMMU },
		{ -0x10000ull, 0x10000, -EIO, VFIO_TYPE1v2_IOMMU },
		{ -0x10000ull, 0x10000, -ENOMEM, VFIO_TYPE1v2_IOMMU },
		{ -0x10000ull, 0x10000, -EOVERFLOW, VFIO_TYPE1v2_IOMMU },
		{ -0x10000ull, 0x10000, -EINVAL, VFIO_TYPE1_IOMMU },
		{ -0x1000ull, 0x1000, -EINVAL, VFIO_TYPE1v2_IOMMU },
	};
	struct env *env = *state;
	size_t i;
	int code;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		open_with(env, 0, cases[i].type);
		code = cases[i].code;
		fake_fail(env->fake, FAKE_IOCTL, UNMAP, 0, -1, code);
		assert_failed(env, unmap(env, cases[i].iova, cases[i].size), code);
		assert_calls(env, { UNMAP, cases[i].iova, cases[i].size, code });
		assert_null(strstr(env->trace, "workaround"));
		env->fake->nr_rules = 0;
		env_close(env);
	}
}

/* --- the end of the address space, before 6.18 ----------------------------- */

#define SILENT	TYPE1_QUIRK(UNMAP_WRAP_SILENT)

static void silent_wrap_is_retried(void **state)
{
	const uint64_t iova = -0x10000ull;
	struct env *env = *state;

	open_with(env, SILENT, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(map(env, iova, 0xf000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(unmap(env, iova, 0x10000), 0);
	assert_calls(env, { UNMAP, iova, 0x10000, 0 },
		     { UNMAP, iova, 0xf000, 0 });
	assert_int_equal(fake_nth_call(env->fake, FAKE_IOCTL, UNMAP, 0)->c, 0);
	assert_int_equal(fake_nth_call(env->fake, FAKE_IOCTL, UNMAP, 1)->c, 0xf000);
}

static void silent_wrap_in_a_range(void **state)
{
	struct env *env = *state;
	uint64_t unmapped;

	open_with(env, SILENT, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(map(env, 1ull << 63, PAGE), 0);
	assert_int_equal(uvfio_dma_unmap_range(env->container, 1ull << 63,
					       1ull << 63, &unmapped, NULL), 0);
	assert_int_equal(unmapped, PAGE);
}

/* The last page itself is out of reach: that is said, not hidden. */
static void silent_wrap_that_remains_is_an_error(void **state)
{
	struct env *env = *state;

	open_with(env, SILENT, VFIO_TYPE1v2_IOMMU);
	assert_int_equal(map(env, -PAGE, PAGE), 0);
	assert_failed(env, unmap(env, -PAGE, PAGE), -EIO);
	assert_failed(env, unmap(env, -0x10000ull, 0x10000), -EIO);
}

/* A fixed kernel: the first call does it all, and there is no second. */
static void last_page_on_a_fixed_kernel(void **state)
{
	struct env *env = *state;

	assert_int_equal(map(env, -0x10000ull, 0x10000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(unmap(env, -0x10000ull, 0x10000), 0);
	assert_calls(env, { UNMAP, -0x10000ull, 0x10000, 0 });
}

/* A fixed kernel that unmapped a part is not asked again: nothing more is there. */
static void no_retry_after_a_part(void **state)
{
	struct env *env = *state;
	uint64_t unmapped;

	assert_int_equal(map(env, -0x10000ull, 0x8000), 0);
	fake_forget_calls(env->fake);
	assert_int_equal(uvfio_dma_unmap_range(env->container, -0x10000ull,
					       0x10000, &unmapped, NULL), 0);
	assert_int_equal(unmapped, 0x8000);
	assert_calls(env, { UNMAP, -0x10000ull, 0x10000, 0 });
	assert_int_equal(map(env, -0x10000ull, 0xf000), 0);
	assert_failed(env, unmap(env, -0x10000ull, 0x10000), -EIO);
}

/* Type1 v1 may unmap more than was asked for. */
static void more_than_asked_for(void **state)
{
	struct env *env = *state;

	open_with(env, 0, VFIO_TYPE1_IOMMU);
	assert_int_equal(map(env, 0, 0x10000), 0);
	assert_int_equal(unmap(env, 0, PAGE), 0);
	assert_int_equal(fake_nth_call(env->fake, FAKE_IOCTL, UNMAP, 0)->c, 0x10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_device, flags_follow_readonly),
		test_on(env_device, busy_once_is_retried),
		test_on(env_device, busy_twice_is_busy),
		test_on(env_fake, busy_of_an_old_type1),
		test_on(env_device, unmap_of_the_retry_may_fail),
		test_on(env_device, exist_is_not_retried),
		test_on(env_device, every_other_errno_is_passed_on),
		test_on(env_device, message_of_a_failed_map),
		test_on(env_device, hints_of_a_failed_map),
		test_on(env_device, message_of_a_failed_unmap),
		test_on(env_device, positive_answers_are_no_success),
		test_on(env_fake, mapping_limit),
		test_on(env_device, plain_unmap),
		test_on(env_device, short_unmap_is_an_error),
		test_on(env_device, unmap_range_reports_the_size),
		test_on(env_fake, unmap_range_of_nothing_may_be_enoent),
		test_on(env_fake, overflow_of_4_15_is_retried),
		test_on(env_fake, overflow_in_an_exact_unmap),
		test_on(env_fake, overflow_with_64k_pages),
		test_on(env_fake, overflow_without_page_sizes),
		test_on(env_device, overflow_that_persists_ends),
		test_on(env_fake, overflow_only_then),
		test_on(env_fake, bad_address_beyond_the_limit),
		test_on(env_fake, silent_wrap_is_retried),
		test_on(env_fake, silent_wrap_in_a_range),
		test_on(env_fake, silent_wrap_that_remains_is_an_error),
		test_on(env_device, last_page_on_a_fixed_kernel),
		test_on(env_device, no_retry_after_a_part),
		test_on(env_fake, more_than_asked_for),
	};

	return cmocka_run_group_tests_name("dma", tests, NULL, NULL);
}

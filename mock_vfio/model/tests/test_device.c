// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* What a device does: pins, accesses, and the dirty pages that come of them. */
#include "host.h"

#define START	VFIO_IOMMU_DIRTY_PAGES_FLAG_START
#define STOP	VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP

/* Pins are counted per page, and the last unpin gives the page back. */
static void test_pin_counts(void **state)
{
	struct page *pages[4];
	struct host h;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map_at(&h, 0, 0x100000, 2 * PAGE, RW), 0);
	assert_int_equal(host_map_at(&h, 2 * PAGE, 0x200000, 2 * PAGE, RW), 0);
	assert_int_equal(type1_pin(&h.t, 0, 4, RW, pages), 4);
	assert_int_equal((uintptr_t)pages[1], 0x101000);
	assert_int_equal((uintptr_t)pages[2], 0x200000);
	assert_int_equal(type1_pin(&h.t, PAGE, 2, VFIO_DMA_MAP_FLAG_READ, pages), 2);
	assert_int_equal(h.pages, 4);
	type1_unpin(&h.t, 0, 4);
	assert_int_equal(h.pages, 2);
	type1_unpin(&h.t, 0, 4);
	type1_unpin(&h.t, 0, 4);
	assert_int_equal(h.pages, 0);
	host_done(&h);
}

/* A pin that fails half-way is undone, and says why. */
static void test_pin_errors(void **state)
{
	struct page *pages[4];
	struct host h;
	int i, n, ret;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, false, 0);
	assert_int_equal(type1_pin(&h.t, 0, 1, RW, pages), -EACCES);
	host_done(&h);

	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, 3 * PAGE), 0);
	assert_int_equal(host_map_at(&h, 4 * PAGE, PAGE, PAGE, VFIO_DMA_MAP_FLAG_READ), 0);
	assert_int_equal(type1_pin(&h.t, 0, 4, RW, pages), -EINVAL);
	for (i = 0; i < 4; i++)
		assert_null(pages[i]);
	assert_int_equal(h.pages, 0);
	assert_int_equal(type1_pin(&h.t, 4 * PAGE, 1, RW, pages), -EPERM);
	assert_int_equal(type1_pin(&h.t, 1, 1, RW, pages), -EINVAL);
	assert_int_equal(type1_pin(&h.t, 0, 0, RW, pages), -EINVAL);
	assert_int_equal(type1_pin(&h.t, LAST_PAGE, 2, RW, pages), -EOVERFLOW);
	h.pin_error_at = 2 * PAGE;
	assert_int_equal(type1_pin(&h.t, 0, 3, RW, pages), -EFAULT);
	h.pin_error_at = ~0ull;
	for (n = 1; ; n++) {
		fail_alloc(n);
		ret = type1_pin(&h.t, 0, 3, RW, pages);
		if (ret == 3)
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_int_equal(h.pages, 0);
	}
	fail_alloc(0);
	assert_int_equal(n, 4);
	host_done(&h);
}

/* An unmap waits for the device to unpin, and gives up on one that won't. */
static void test_unmap_pinned(void **state)
{
	struct page *pages[4];
	struct host h;
	u64 size;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, 2 * PAGE), 0);
	assert_int_equal(host_map(&h, 2 * PAGE, 2 * PAGE), 0);
	assert_int_equal(type1_pin(&h.t, 0, 4, RW, pages), 4);
	assert_int_equal(host_unmapped(&h, 0, 4 * PAGE), 4 * PAGE);
	assert_int_equal(h.told, 2);
	assert_int_equal(h.pages, 0);

	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(type1_pin(&h.t, 0, 1, RW, pages), 1);
	h.stubborn = true;
	h.told = 0;
	assert_int_equal(host_unmap(&h, 0, PAGE, &size), -EBUSY);
	assert_in_range(h.told, 2, 20);
	assert_int_equal(h.mappings, 1);
	host_done(&h);
}

/* A single access: found or not, allowed or not, cut at the mapping's end. */
static void test_access(void **state)
{
	struct type1_mapping *m;
	struct host h;
	u64 offset, size = 100;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_map_at(&h, PAGE, 0x50000, PAGE, VFIO_DMA_MAP_FLAG_READ), 0);
	assert_int_equal(host_map_at(&h, 2 * PAGE, 0x60000, PAGE, VFIO_DMA_MAP_FLAG_WRITE), 0);
	assert_int_equal(type1_access(&h.t, PAGE - 10, true, &m, &offset, &size), 0);
	assert_int_equal(offset, PAGE - 10);
	assert_int_equal(size, 10);
	assert_int_equal(type1_access(&h.t, PAGE, true, &m, &offset, &size), -EPERM);
	assert_int_equal(type1_access(&h.t, PAGE, false, &m, &offset, &size), 0);
	assert_int_equal(type1_access(&h.t, 2 * PAGE, true, &m, &offset, &size), -EPERM);
	assert_int_equal(type1_access(&h.t, 3 * PAGE, false, &m, &offset, &size), -EINVAL);
	host_done(&h);
}

static void write_to(struct host *h, u64 iova, u64 size)
{
	struct type1_mapping *m;
	u64 offset;

	assert_int_equal(type1_access(&h->t, iova, true, &m, &offset, &size), 0);
	type1_mark_dirty(&h->t, m, offset, size);
}

/* Bits land where they belong, also across words and mappings; reading clears. */
static void test_dirty_bits(void **state)
{
	struct page *page;
	struct host h;
	u64 bits[4];

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, 70 * PAGE), 0);
	assert_int_equal(host_map(&h, 70 * PAGE, 70 * PAGE), 0);
	write_to(&h, 0, 1);
	/* A page that is pinned when tracking starts may be written any time. */
	assert_int_equal(type1_pin(&h.t, 7 * PAGE, 1, RW, &page), 1);
	assert_int_equal(host_dirty(&h, START), 0);
	type1_unpin(&h.t, 7 * PAGE, 1);
	assert_int_equal(host_dirty(&h, START), 0);
	write_to(&h, 3 * PAGE + 5, PAGE);
	write_to(&h, 69 * PAGE, 1);
	write_to(&h, 70 * PAGE, 1);
	write_to(&h, 130 * PAGE, 1);
	write_to(&h, 139 * PAGE, PAGE);
	assert_int_equal(type1_pin(&h.t, 100 * PAGE, 1, RW, &page), 1);

	memset(bits, 0xff, sizeof(bits));
	assert_int_equal(host_get_bitmap(&h, 0, 140 * PAGE, bits, 24), 0);
	assert_int_equal(bits[0], 3 << 3 | 1 << 7);
	/* The second mapping begins in this word: 1s of it are the caller's. */
	assert_int_equal(bits[1], 1ull << 5 | 1ull << 6 | 1ull << 36);
	assert_int_equal(bits[2], 1ull << 2 | 1ull << 11);
	assert_int_equal(bits[3], ~0ull);

	/* What is pinned stays dirty. */
	assert_int_equal(host_get_bitmap(&h, 0, 140 * PAGE, bits, 24), 0);
	assert_int_equal(bits[0] | bits[2], 0);
	assert_int_equal(bits[1], 1ull << 36);
	assert_int_equal(host_dirty(&h, STOP), 0);
	assert_int_equal(host_get_bitmap(&h, 0, 140 * PAGE, bits, 24), -EINVAL);
	host_done(&h);
}

/* What is left above a mapping's end by a shifted report: nothing, or as type1 has it. */
static void test_dirty_stale(void **state)
{
	struct host h;
	u64 bits[1];
	int stale;

	(void)state;
	for (stale = 0; stale < 2; stale++) {
		host_init_default(&h, TYPE1_EMULATED, true,
				  stale ? TYPE1_QUIRK(DIRTY_STALE_BITS) : 0);
		assert_int_equal(host_map(&h, 4 * PAGE, 3 * PAGE), 0);
		assert_int_equal(host_dirty(&h, START), 0);
		write_to(&h, 6 * PAGE, 1);
		bits[0] = 0;
		assert_int_equal(host_get_bitmap(&h, 2 * PAGE, 64 * PAGE, bits, 8), 0);
		assert_int_equal(bits[0], 1 << 4);
		assert_int_equal(host_get_bitmap(&h, 4 * PAGE, 64 * PAGE, bits, 8), 0);
		assert_int_equal(bits[0], stale ? 1 << 4 : 0);
		host_done(&h);
	}
}

/* An IOMMU's own devices tell nothing: all is dirty, until the group pins. */
static void test_dirty_iommu(void **state)
{
	struct page *page;
	struct host h;
	u64 bits[1];

	(void)state;
	host_init_default(&h, TYPE1_IOMMU, true, 0);
	assert_int_equal(host_map(&h, 0, 5 * PAGE), 0);
	assert_int_equal(host_dirty(&h, START), 0);
	assert_int_equal(host_get_bitmap(&h, 0, 64 * PAGE, bits, 8), 0);
	assert_int_equal(bits[0], 0x1f);
	assert_int_equal(type1_pin(&h.t, PAGE, 1, RW, &page), 1);
	assert_int_equal(host_get_bitmap(&h, 0, 64 * PAGE, bits, 8), 0);
	assert_int_equal(bits[0], 2);
	host_done(&h);
}

/* Arguments of GET_BITMAP, and where the end of the space counts as a wrap. */
static void test_dirty_arguments(void **state)
{
	u64 bits[2] = { 0 }, quirks;
	struct host h;
	int old;

	(void)state;
	for (old = 0; old < 2; old++) {
		quirks = old ? TYPE1_QUIRK(WRAP_EINVAL) : 0;
		host_init_default(&h, TYPE1_EMULATED, true, quirks);
		assert_int_equal(host_map(&h, PAGE, 4 * PAGE), 0);
		assert_int_equal(host_dirty(&h, START), 0);
		assert_int_equal(host_get_bitmap(&h, 0, 0, bits, 8), -EINVAL);
		assert_int_equal(host_get_bitmap(&h, 0, 65 * PAGE, bits, 8), -EINVAL);
		assert_int_equal(host_get_bitmap(&h, 0, 3 * PAGE, bits, 8), -EINVAL);
		assert_int_equal(host_get_bitmap(&h, 2 * PAGE, 9 * PAGE, bits, 8), -EINVAL);
		assert_int_equal(host_get_bitmap(&h, 1, PAGE, bits, 8), -EINVAL);
		assert_int_equal(host_get_bitmap(&h, 0, PAGE + 1, bits, 8), -EINVAL);
		assert_int_equal(host_get_bitmap(&h, 0, 9 * PAGE, NULL, 8), -EFAULT);
		assert_int_equal(host_get_bitmap(&h, 0, PAGE, NULL, 8), 0);
		assert_int_equal(host_get_bitmap(&h, LAST_PAGE, PAGE, bits, 8), old ? -EINVAL : 0);
		assert_int_equal(host_get_bitmap(&h, LAST_PAGE, 2 * PAGE, bits, 8),
				 old ? -EINVAL : -EOVERFLOW);
		assert_int_equal(host_dirty(&h, 0), -EINVAL);
		assert_int_equal(host_dirty(&h, START | STOP), -EINVAL);
		assert_int_equal(host_dirty(&h, 8), -EINVAL);
		host_done(&h);
	}
	host_init_default(&h, TYPE1_EMULATED, false, 0);
	assert_int_equal(host_dirty(&h, START), -EACCES);
	host_done(&h);
	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(NO_DIRTY_PAGES));
	assert_int_equal(host_dirty(&h, START), -ENOTTY);
	host_done(&h);
}

/* START fails as a whole: for lack of memory, or a mapping too big for a bitmap. */
static void test_dirty_start_fails(void **state)
{
	struct host h;
	int n;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 0, PAGE), 0);
	assert_int_equal(host_map(&h, PAGE, PAGE), 0);
	for (n = 1; n <= 2; n++) {
		fail_alloc(n);
		assert_int_equal(host_dirty(&h, START), -ENOMEM);
		assert_false(h.t.tracking);
	}
	assert_int_equal(host_map(&h, 1ull << 44, (1ull << 31) * PAGE), 0);
	assert_int_equal(host_dirty(&h, START), -EINVAL);
	assert_false(h.t.tracking);
	host_done(&h);
}

/* UNMAP with a bitmap: only with tracking on, and it really unmaps. */
static void test_unmap_bitmap(void **state)
{
	u64 bits[1] = { 0 };
	struct {
		struct vfio_iommu_type1_dma_unmap head;
		struct vfio_bitmap bitmap;
	} arg = {
		.head = { .argsz = sizeof(arg), .flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
			  .size = 8 * PAGE },
		.bitmap = { .pgsize = PAGE, .size = 8, .data = (void *)bits },
	};
	struct host h;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(host_map(&h, 2 * PAGE, 2 * PAGE), 0);
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), -EINVAL);
	assert_int_equal(host_dirty(&h, START), 0);
	write_to(&h, 3 * PAGE, 1);
	arg.bitmap.pgsize = 0;
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), -EINVAL);
	arg.bitmap.pgsize = 2 * PAGE;
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), -EINVAL);
	arg.bitmap.pgsize = PAGE;
	arg.head.flags |= VFIO_DMA_UNMAP_FLAG_VADDR;
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), -EINVAL);
	arg.head.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP;
	arg.head.argsz--;
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), -EINVAL);
	arg.head.argsz++;
	assert_int_equal(h.mappings, 1);
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_UNMAP_DMA, &arg), 0);
	assert_int_equal(arg.head.size, 2 * PAGE);
	assert_int_equal(bits[0], 8);
	host_done(&h);
}

/*
 * Where a mapping of the last page leads searches astray, DIRTY_PAGES finds the
 * other mappings all the same, as it looks at each.
 */
static void test_dirty_beside_last_page(void **state)
{
	u64 bits = ~0ull;
	struct host h;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(MAP_LAST_PAGE_POISONS));
	/* The last page is the root of the tree, and hides what is left of it. */
	assert_int_equal(host_map(&h, LAST_PAGE, PAGE), 0);
	assert_int_equal(host_map(&h, 0, 3 * PAGE), 0);
	assert_int_equal(host_unmapped(&h, 0, 3 * PAGE), 0);
	assert_int_equal(host_dirty(&h, VFIO_IOMMU_DIRTY_PAGES_FLAG_START), 0);
	assert_int_equal(host_get_bitmap(&h, 0, 3 * PAGE, &bits, sizeof(bits)), 0);
	assert_int_equal(bits, 0);
	host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pin_counts),
		cmocka_unit_test(test_pin_errors),
		cmocka_unit_test(test_unmap_pinned),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_dirty_bits),
		cmocka_unit_test(test_dirty_stale),
		cmocka_unit_test(test_dirty_iommu),
		cmocka_unit_test(test_dirty_arguments),
		cmocka_unit_test(test_dirty_start_fails),
		cmocka_unit_test(test_unmap_bitmap),
		cmocka_unit_test(test_dirty_beside_last_page),
	};

	return cmocka_run_group_tests_name("model_device", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory behind a region. A region may be far larger than the machine's
 * memory: only what was touched takes any. That is charged to who touched it, and
 * an access fails before it brings in the OOM killer.
 */

#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "region.h"

#define GFP_DEVICE	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

void mock_region_init(struct mock_region *region, enum mock_backing backing,
		      const u8 *rom)
{
	xa_init(&region->pages);
	region->backing = backing;
	region->rom = rom;
}

/* Each aligned eight bytes are their own offset, little endian. */
static u8 pattern_byte(const struct mock_region *region, u64 offset)
{
	return (offset & ~7ull) >> (offset % 8 * BITS_PER_BYTE);
}

/* Behind the image a ROM reads as ones, as through vfio-pci. */
static u8 rom_byte(const struct mock_region *region, u64 offset)
{
	return offset < MOCK_ROM_IMAGE_SIZE ? region->rom[offset] : U8_MAX;
}

/* The others have zeroes. */
static u8 (* const byte_of[MOCK_NR_BACKINGS])(const struct mock_region *region,
					      u64 offset) = {
	[MOCK_BACKING_PATTERN]	= pattern_byte,
	[MOCK_BACKING_ROM]	= rom_byte,
};

/* What is there before anybody writes. */
static void fill(const struct mock_region *region, u64 offset, void *buf,
		 size_t count)
{
	u8 *bytes = buf;
	size_t i;

	if (!byte_of[region->backing]) {
		memset(buf, 0, count);
		return;
	}

	for (i = 0; i < count; i++, offset++)
		bytes[i] = byte_of[region->backing](region, offset);
}

void mock_region_drop_pages(struct mock_region *region)
{
	struct page *page;
	unsigned long index;

	xa_for_each(&region->pages, index, page)
		__free_page(page);
	xa_destroy(&region->pages);
}

struct page *mock_region_page(struct mock_region *region, u64 offset)
{
	unsigned long index = offset >> PAGE_SHIFT;
	struct page *page, *other;

	page = xa_load(&region->pages, index);
	if (page)
		return page;

	page = alloc_page(GFP_DEVICE);
	if (!page)
		return NULL;
	fill(region, offset & PAGE_MASK, page_address(page), PAGE_SIZE);

	other = xa_cmpxchg(&region->pages, index, NULL, page, GFP_DEVICE);
	if (!other)
		return page;

	/* Somebody was faster, or there is no memory for the index. */
	__free_page(page);

	return xa_is_err(other) ? NULL : other;
}

/*
 * Programs expect an aligned access of a natural size to be one access, whatever
 * others do to the same memory through a mapping.
 */
static void copy_from_device(void *to, const void *from, size_t count)
{
	if (!IS_ALIGNED((unsigned long)from, count))
		memcpy(to, from, count);
	else if (count == sizeof(u64))
		*(u64 *)to = READ_ONCE(*(const u64 *)from);
	else if (count == sizeof(u32))
		*(u32 *)to = READ_ONCE(*(const u32 *)from);
	else if (count == sizeof(u16))
		*(u16 *)to = READ_ONCE(*(const u16 *)from);
	else
		memcpy(to, from, count);
}

static void copy_to_device(void *to, const void *from, size_t count)
{
	if (!IS_ALIGNED((unsigned long)to, count))
		memcpy(to, from, count);
	else if (count == sizeof(u64))
		WRITE_ONCE(*(u64 *)to, *(const u64 *)from);
	else if (count == sizeof(u32))
		WRITE_ONCE(*(u32 *)to, *(const u32 *)from);
	else if (count == sizeof(u16))
		WRITE_ONCE(*(u16 *)to, *(const u16 *)from);
	else
		memcpy(to, from, count);
}

/* As much of @count as lies in the page of @offset. */
static size_t in_page(u64 offset, size_t count)
{
	return min_t(size_t, count, PAGE_SIZE - offset_in_page(offset));
}

int mock_region_read(struct mock_region *region, u64 offset, void *buf,
		     size_t count)
{
	while (count) {
		size_t n = in_page(offset, count);
		struct page *page = xa_load(&region->pages,
					    offset >> PAGE_SHIFT);

		if (page)
			copy_from_device(buf, page_address(page) +
					 offset_in_page(offset), n);
		else
			fill(region, offset, buf, n);

		buf += n;
		offset += n;
		count -= n;
	}

	return 0;
}

/* Of a page that has just been written, or mapped. */
static void mark(struct mock_region *region, u64 offset, xa_mark_t which)
{
	/* Whoever begins to track after this looks sees what was written. */
	smp_mb();
	if (READ_ONCE(region->tracked))
		xa_set_mark(&region->pages, offset >> PAGE_SHIFT, which);
}

void mock_region_mapped(struct mock_region *region, u64 offset)
{
	mark(region, offset, MOCK_PAGE_TO_SEND);
	mark(region, offset, MOCK_PAGE_MAPPED);
}

void mock_region_mark_pages(struct mock_region *region, xa_mark_t which)
{
	unsigned long index;
	struct page *page;

	xa_for_each_marked(&region->pages, index, page, which) {
		xa_set_mark(&region->pages, index, MOCK_PAGE_TO_SEND);
		cond_resched();
	}
}

u64 mock_region_count_pages(struct mock_region *region, xa_mark_t which)
{
	unsigned long index;
	struct page *page;
	u64 n = 0;

	xa_for_each_marked(&region->pages, index, page, which) {
		n++;
		cond_resched();
	}

	return n;
}

bool mock_region_next_page(struct mock_region *region, u64 *offset, void *buf)
{
	unsigned long index = 0;
	struct page *page;

	page = xa_find(&region->pages, &index, ULONG_MAX, MOCK_PAGE_TO_SEND);
	if (!page)
		return false;

	/* Whoever writes from here on marks it again. */
	xa_clear_mark(&region->pages, index, MOCK_PAGE_TO_SEND);
	memcpy(buf, page_address(page), PAGE_SIZE);
	*offset = (u64)index << PAGE_SHIFT;

	return true;
}

int mock_region_write(struct mock_region *region, u64 offset, const void *buf,
		      size_t count)
{
	while (count) {
		size_t n = in_page(offset, count);
		struct page *page = mock_region_page(region, offset);

		if (!page)
			return -ENOMEM;

		copy_to_device(page_address(page) + offset_in_page(offset),
			       buf, n);
		mark(region, offset, MOCK_PAGE_TO_SEND);
		buf += n;
		offset += n;
		count -= n;
	}

	return 0;
}

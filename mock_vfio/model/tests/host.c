// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
#include "host.h"

static int allocs_left;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static bool alloc_fails(void)
{
	return allocs_left && !--allocs_left;
}

void *__wrap_malloc(size_t size)
{
	return alloc_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return alloc_fails() ? NULL : __real_calloc(n, size);
}

void fail_alloc(int n)
{
	allocs_left = n;
}

static int map(void *host, struct type1_mapping *m)
{
	struct host *h = host;
	int ret = h->map_error;

	h->map_error = 0;
	if (ret)
		return ret;
	*(struct host **)type1_mapping_host(m) = h;
	h->mappings++;
	return 0;
}

static void unmap(void *host, struct type1_mapping *m)
{
	struct host *h = host;

	assert_ptr_equal(*(struct host **)type1_mapping_host(m), h);
	h->mappings--;
}

static int move(void *host, struct type1_mapping *m, u64 vaddr)
{
	(void)m;
	(void)vaddr;
	return ((struct host *)host)->map_error;
}

/* A page is its address, so that a test sees which one it got. */
static int pin_page(void *host, struct type1_mapping *m, u64 offset, struct page **page)
{
	struct host *h = host;

	if (offset == h->pin_error_at)
		return -EFAULT;
	*page = (struct page *)(uintptr_t)(m->vaddr + offset);
	h->pages++;
	return 0;
}

static void unpin_page(void *host, struct type1_mapping *m, struct page *page)
{
	u64 offset = (uintptr_t)page - m->vaddr;

	assert_true(offset < m->size);
	((struct host *)host)->pages--;
}

static void notify_unmap(void *host, u64 iova, u64 size)
{
	struct host *h = host;

	h->told++;
	if (!h->stubborn)
		type1_unpin(&h->t, iova, size / PAGE);
}

static const struct type1_host_ops host_ops = {
	.mapping_size = sizeof(struct host *),
	.map = map,
	.unmap = unmap,
	.move = move,
	.pin_page = pin_page,
	.unpin_page = unpin_page,
	.notify_unmap = notify_unmap,
};

struct type1_config default_config(enum type1_model model)
{
	return (struct type1_config){
		.model = model,
		.types = 1u << VFIO_TYPE1_IOMMU | 1u << VFIO_TYPE1v2_IOMMU,
		.dma_avail = TYPE1_DMA_AVAIL_DEFAULT,
	};
}

void host_init(struct host *h, const struct type1_config *config, bool v2)
{
	*h = (struct host){ .pin_error_at = ~0ull };
	type1_init(&h->t, config, v2, &host_ops, h);
}

void host_init_default(struct host *h, enum type1_model model, bool v2, u64 quirks)
{
	struct type1_config config = default_config(model);

	config.quirks = quirks;
	host_init(h, &config, v2);
}

void host_done(struct host *h)
{
	type1_unmap_all(&h->t);
	assert_int_equal(h->mappings, 0);
	assert_int_equal(h->pages, 0);
	assert_int_equal(h->t.avail, h->t.config.dma_avail);
	assert_int_equal(h->t.vaddr_invalid, 0);
}

int host_ioctl(struct host *h, unsigned int cmd, void *arg)
{
	struct type1_request r;
	int ret;

	ret = type1_request_read(&h->t, &r, cmd, (uintptr_t)arg);
	if (!ret)
		ret = type1_request_run(&h->t, &r);
	return type1_request_end(&r, ret);
}

int host_map_at(struct host *h, u64 iova, u64 vaddr, u64 size, u32 flags)
{
	struct vfio_iommu_type1_dma_map arg = {
		.argsz = sizeof(arg), .flags = flags,
		.iova = iova, .vaddr = vaddr, .size = size,
	};

	return host_ioctl(h, VFIO_IOMMU_MAP_DMA, &arg);
}

int host_map(struct host *h, u64 iova, u64 size)
{
	return host_map_at(h, iova, 0x10000, size, RW);
}

int host_unmap_flags(struct host *h, u64 iova, u64 size, u32 flags, u64 *unmapped)
{
	struct vfio_iommu_type1_dma_unmap arg = {
		.argsz = sizeof(arg), .flags = flags, .iova = iova, .size = size,
	};
	int ret = host_ioctl(h, VFIO_IOMMU_UNMAP_DMA, &arg);

	*unmapped = arg.size;
	return ret;
}

int host_unmap(struct host *h, u64 iova, u64 size, u64 *unmapped)
{
	return host_unmap_flags(h, iova, size, 0, unmapped);
}

u64 host_unmapped(struct host *h, u64 iova, u64 size)
{
	u64 unmapped;

	assert_int_equal(host_unmap(h, iova, size, &unmapped), 0);
	return unmapped;
}

int host_dirty(struct host *h, u32 flag)
{
	struct vfio_iommu_type1_dirty_bitmap arg = { .argsz = sizeof(arg), .flags = flag };

	return host_ioctl(h, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

int host_get_bitmap(struct host *h, u64 iova, u64 size, u64 *bits, u64 bytes)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap head;
		struct vfio_iommu_type1_dirty_bitmap_get range;
	} arg = {
		.head = {
			.argsz = sizeof(arg),
			.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP,
		},
		.range = {
			.iova = iova, .size = size,
			.bitmap = { .pgsize = PAGE, .size = bytes, .data = (void *)bits },
		},
	};

	return host_ioctl(h, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

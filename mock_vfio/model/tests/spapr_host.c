// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
#include "spapr_host.h"

static const void *program(void *host)
{
	struct spapr_host *h = host;

	return &h->program + h->program;
}

static int charge(void *host, u64 bytes)
{
	struct spapr_host *h = host;

	if (h->charged + bytes > h->limit)
		return -ENOMEM;
	h->charged += bytes;
	return 0;
}

static void uncharge(void *host, u64 bytes)
{
	struct spapr_host *h = host;

	assert_true(h->charged >= bytes);
	h->charged -= bytes;
}

static int hold(void *host, struct spapr_memory *mem)
{
	struct spapr_host *h = host;

	if (h->bad_vaddr >= mem->vaddr && h->bad_vaddr - mem->vaddr < mem->size)
		return -EFAULT;
	mem->page_shift = h->page_shift;
	*(struct spapr_host **)spapr_memory_host(mem) = h;
	h->held++;
	return 0;
}

static void release(void *host, struct spapr_memory *mem)
{
	struct spapr_host *h = host;

	assert_ptr_equal(*(struct spapr_host **)spapr_memory_host(mem), h);
	h->held--;
}

static int pin_page(void *host, u64 vaddr, struct page **page)
{
	struct spapr_host *h = host;

	if (vaddr == h->bad_vaddr)
		return -EFAULT;
	*page = (struct page *)(uintptr_t)vaddr;
	h->pages++;
	return 0;
}

static void unpin_page(void *host, struct page *page)
{
	assert_non_null(page);
	((struct spapr_host *)host)->pages--;
}

static const struct spapr_host_ops host_ops = {
	.memory_size = sizeof(struct spapr_host *),
	.program = program,
	.charge = charge,
	.uncharge = uncharge,
	.hold = hold,
	.release = release,
	.pin_page = pin_page,
	.unpin_page = unpin_page,
};

void spapr_host_init_config(struct spapr_host *h, const struct spapr_config *config, bool v2)
{
	*h = (struct spapr_host){
		.limit = 1ull << 50, .bad_vaddr = ~0ull, .page_shift = 12,
	};
	assert_int_equal(spapr_init(&h->s, config,
				    v2 ? VFIO_SPAPR_TCE_v2_IOMMU : VFIO_SPAPR_TCE_IOMMU,
				    &host_ops, h), 0);
	assert_int_equal(spapr_attach(&h->s, &h->groups[0]), 0);
}

void spapr_host_init(struct spapr_host *h, enum spapr_platform platform, bool v2, u64 quirks)
{
	const struct spapr_config config = {
		.platform = platform,
		.types = 1u << VFIO_SPAPR_TCE_IOMMU | 1u << VFIO_SPAPR_TCE_v2_IOMMU |
			 1u << VFIO_EEH,
		.quirks = quirks,
	};

	spapr_host_init_config(h, &config, v2);
}

void spapr_host_ready(struct spapr_host *h, enum spapr_platform platform, bool v2, u64 quirks)
{
	spapr_host_init(h, platform, v2, quirks);
	if (v2)
		assert_int_equal(spapr_host_register(h, MEMORY, 16 * MIB), 0);
	else
		assert_int_equal(spapr_host_ioctl(h, VFIO_IOMMU_ENABLE, NULL), 0);
}

void spapr_host_done(struct spapr_host *h)
{
	while (h->s.groups)
		spapr_detach(&h->s, h->s.groups);
	assert_int_equal(h->pages, 0);
	spapr_release(&h->s);
	assert_int_equal(h->held, 0);
	assert_int_equal(h->charged, 0);
}

int spapr_host_ioctl(struct spapr_host *h, unsigned int cmd, void *arg)
{
	struct spapr_request r;
	int ret = spapr_request_read(&h->s, &r, cmd, (uintptr_t)arg);

	if (!ret)
		ret = spapr_request_run(&h->s, &r);
	return spapr_request_end(&r, ret);
}

int spapr_host_map(struct spapr_host *h, u64 iova, u64 vaddr, u64 size)
{
	struct vfio_iommu_type1_dma_map arg = {
		.argsz = sizeof(arg), .flags = RW,
		.iova = iova, .vaddr = vaddr, .size = size,
	};

	return spapr_host_ioctl(h, VFIO_IOMMU_MAP_DMA, &arg);
}

int spapr_host_unmap(struct spapr_host *h, u64 iova, u64 size)
{
	struct vfio_iommu_type1_dma_unmap arg = {
		.argsz = sizeof(arg), .iova = iova, .size = size,
	};
	int ret = spapr_host_ioctl(h, VFIO_IOMMU_UNMAP_DMA, &arg);

	/* Not what was unmapped: the structure is never written. */
	assert_int_equal(arg.size, size);
	return ret;
}

static int memory_ioctl(struct spapr_host *h, unsigned int cmd, u64 vaddr, u64 size)
{
	struct vfio_iommu_spapr_register_memory arg = {
		.argsz = sizeof(arg), .vaddr = vaddr, .size = size,
	};

	return spapr_host_ioctl(h, cmd, &arg);
}

int spapr_host_register(struct spapr_host *h, u64 vaddr, u64 size)
{
	return memory_ioctl(h, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, vaddr, size);
}

int spapr_host_unregister(struct spapr_host *h, u64 vaddr, u64 size)
{
	return memory_ioctl(h, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, vaddr, size);
}

int spapr_host_create(struct spapr_host *h, u32 shift, u64 size, u32 levels, u64 *start)
{
	struct vfio_iommu_spapr_tce_create arg = {
		.argsz = sizeof(arg), .page_shift = shift, .window_size = size,
		.levels = levels,
	};
	int ret = spapr_host_ioctl(h, VFIO_IOMMU_SPAPR_TCE_CREATE, &arg);

	*start = arg.start_addr;
	return ret;
}

int spapr_host_remove(struct spapr_host *h, u64 start)
{
	struct vfio_iommu_spapr_tce_remove arg = {
		.argsz = sizeof(arg), .start_addr = start,
	};

	return spapr_host_ioctl(h, VFIO_IOMMU_SPAPR_TCE_REMOVE, &arg);
}

int spapr_host_eeh(struct spapr_host *h, u32 op)
{
	struct vfio_eeh_pe_op arg = { .argsz = sizeof(arg), .op = op };

	return spapr_host_ioctl(h, VFIO_EEH_PE_OP, &arg);
}

u64 spapr_host_at(struct spapr_host *h, u64 iova)
{
	u64 vaddr, size = 1;

	return spapr_access(&h->s, iova, false, &vaddr, &size) ? 0 : vaddr;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * type1, around its model. Memory is the program's own and stays where it is: a
 * page is its address. Unless the test asks for more, nothing looks at it, so
 * that tests may map any number; else what a kernel could not pin is refused,
 * and what it pins counts as locked.
 */
#include <sys/mman.h>

#include "iommu.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif

/* The host's part of a mapping: what it was charged for. */
struct memory {
	u64 locked;
};

static bool is_there(const struct type1_mapping *m, u64 offset, u64 size)
{
	int advice = m->prot & VFIO_DMA_MAP_FLAG_WRITE ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;

	return !madvise((void *)(uintptr_t)(m->vaddr + offset), size, advice);
}

/* How much of the mapping's memory there is in front of the first bad page. */
static u64 good_size(const struct type1_mapping *m)
{
	u64 size = 0;

	if (is_there(m, 0, m->size))
		return m->size;
	while (is_there(m, size, PORT_PAGE_SIZE))
		size += PORT_PAGE_SIZE;
	return size;
}

/* As pinning goes from the first page on, the first reason to stop is the answer. */
static int host_map(void *host, struct type1_mapping *m)
{
	struct fake *fake = host;
	struct memory *memory = type1_mapping_host(m);
	u64 size;

	memory->locked = 0;
	if (!fake->pins_memory || fake->type1.model != TYPE1_IOMMU)
		return 0;
	size = good_size(m);
	if (fake_charge(fake, size))
		return -ENOMEM;
	if (size < m->size) {
		fake->locked -= size;
		return -EFAULT;
	}
	memory->locked = size;
	return 0;
}

static void host_unmap(void *host, struct type1_mapping *m)
{
	struct fake *fake = host;
	const struct memory *memory = type1_mapping_host(m);

	fake->locked -= memory->locked;
}

/* There is one program: its account stays as it is. */
static int host_move(void *host, struct type1_mapping *m, u64 vaddr)
{
	(void)host;
	(void)m;
	(void)vaddr;
	return 0;
}

/* Pages of model "iommu" were charged for when they were mapped. */
static u64 pin_charge(const struct fake *fake)
{
	return fake->type1.model == TYPE1_EMULATED ? PORT_PAGE_SIZE : 0;
}

static int host_pin_page(void *host, struct type1_mapping *m, u64 offset,
			 struct page **page)
{
	struct fake *fake = host;

	if (!fake->pins_memory || !is_there(m, offset, PORT_PAGE_SIZE))
		return -EFAULT;
	*page = (struct page *)(uintptr_t)(m->vaddr + offset);
	return fake_charge(fake, pin_charge(fake));
}

static void host_unpin_page(void *host, struct type1_mapping *m, struct page *page)
{
	struct fake *fake = host;

	(void)m;
	(void)page;
	fake->locked -= pin_charge(fake);
}

/* Nobody holds pages for longer than a call of fake_dma(). */
static void host_notify_unmap(void *host, u64 iova, u64 size)
{
	(void)host;
	(void)iova;
	(void)size;
}

static const struct type1_host_ops host_ops = {
	.mapping_size = sizeof(struct memory),
	.map = host_map,
	.unmap = host_unmap,
	.move = host_move,
	.pin_page = host_pin_page,
	.unpin_page = host_unpin_page,
	.notify_unmap = host_notify_unmap,
};

static int has(const struct fake *fake, const struct fake_container *container,
	       unsigned long extension)
{
	return type1_check_extension(&fake->type1, container->iommu, extension);
}

static int open_type1(struct fake *fake, struct fake_container *container,
		      unsigned long type)
{
	type1_init(&container->type1, &fake->type1, type == VFIO_TYPE1v2_IOMMU,
		   &host_ops, fake);
	return 0;
}

/* Any group will do: which ones share a container is VFIO's decision here. */
static int attach(struct fake_container *container, struct fake_group *group)
{
	(void)container;
	(void)group;
	return 0;
}

static void detach(struct fake_container *container, struct fake_group *group)
{
	(void)container;
	(void)group;
}

static void lift_limits(struct type1_config *config)
{
	config->nr_ranges = 1;
	config->ranges[0] = (struct type1_range){ .last = UINT64_MAX };
}

static int run_request(struct fake *fake, struct fake_container *container,
		       unsigned long request, void *arg)
{
	struct type1_request r;
	int ret = type1_request_read(&container->type1, &r, request, (uintptr_t)arg);

	if (ret == -ENOTTY)
		return ret;
	r.unmap_limit = fake->short_of;
	if (!ret)
		ret = type1_request_run(&container->type1, &r);
	return type1_request_end(&r, ret);
}

static int ioctl_type1(struct fake *fake, struct fake_container *container,
		       unsigned long request, void *arg)
{
	const struct type1_config config = container->type1.config;
	int ret;

	if (fake->ranges_come_late && !fake_container_is_used(fake, container))
		lift_limits(&container->type1.config);
	ret = run_request(fake, container, request, arg);
	container->type1.config = config;
	return ret;
}

static void release(struct fake_container *container)
{
	type1_unmap_all(&container->type1);
}

const struct fake_iommu fake_iommu_type1 = {
	.has = has,
	.open = open_type1,
	.attach = attach,
	.detach = detach,
	.ioctl = ioctl_type1,
	.release = release,
};

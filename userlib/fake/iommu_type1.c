// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * type1, around its model.
 */
#include "iommu.h"

/* Nothing is pinned: the devices here do no DMA of their own. */
static int host_map(void *host, struct type1_mapping *m)
{
	(void)host;
	(void)m;
	return 0;
}

static void host_unmap(void *host, struct type1_mapping *m)
{
	(void)host;
	(void)m;
}

static int host_move(void *host, struct type1_mapping *m, u64 vaddr)
{
	(void)host;
	(void)m;
	(void)vaddr;
	return 0;
}

static int host_pin_page(void *host, struct type1_mapping *m, u64 offset,
			 struct page **page)
{
	(void)host;
	(void)m;
	(void)offset;
	(void)page;
	return -EFAULT;
}

static void host_unpin_page(void *host, struct type1_mapping *m,
			    struct page *page)
{
	(void)host;
	(void)m;
	(void)page;
}

static void host_notify_unmap(void *host, u64 iova, u64 size)
{
	(void)host;
	(void)iova;
	(void)size;
}

static const struct type1_host_ops host_ops = {
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

static int ioctl_type1(struct fake_container *container, unsigned long request,
		       void *arg)
{
	struct type1_request r;
	int ret = type1_request_read(&container->type1, &r, request, (uintptr_t)arg);

	if (ret == -ENOTTY)
		return ret;
	if (!ret)
		ret = type1_request_run(&container->type1, &r);
	return type1_request_end(&r, ret);
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mock IOMMU backend as VFIO sees it: a second IOMMU driver beside type1.
 * What a container does with an ioctl is the model's business (model/type1.h),
 * what a container is, its life and its locks are in backend_container.c. Here
 * each call passes its fault site, and is logged.
 *
 * VFIO asks IOMMU drivers from the last registered to the first, and goes on to
 * the next after any error from open or attach. So a container that is not ours
 * gets the kernel's type1, and nobody notices that we were asked.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/vfio.h>

#include "backend.h"
#include "backend_answer.h"
#include "backend_container.h"
#include "backend_memory.h"
#include "call.h"
#include "compat/vfio_iommu_driver.h"
#include "fault_answer.h"
#include "profile.h"

static struct mock_profile *nobody;

struct mock_profile *mock_backend_profile(void)
{
	return nobody;
}

/* For any container that VFIO offers us: which groups are in it, attach tells. */
static void *backend_open(unsigned long type)
{
	void *handle = NULL;
	struct mock_call call;
	long ret = 0;

	mock_call_init(&call, nobody, MOCK_SITE_IOMMU_OPEN, NULL);
	mock_call_arg(&call, MOCK_ARG_TYPE, type);
	if (mock_call_enter(&call)) {
		handle = mock_container_open(type);
		ret = PTR_ERR_OR_ZERO(handle);
	}
	ret = mock_call_end(&call, ret);
	return ret ? ERR_PTR(ret) : handle;
}

static void backend_release(void *handle)
{
	mock_container_release(handle);
}

static int backend_attach_group(void *handle, struct iommu_group *group,
				enum vfio_group_type type)
{
	struct mock_container *c = mock_container_get(handle);
	int ret;

	if (!c)
		return -EINVAL;
	ret = type == VFIO_EMULATED_IOMMU ? mock_container_attach(c, group) : -ENODEV;
	mock_container_put(c);
	return ret;
}

static void backend_detach_group(void *handle, struct iommu_group *group)
{
	struct mock_container *c = mock_container_get(handle);

	if (!c)
		return;
	mock_container_detach(c, group);
	mock_container_put(c);
}

static bool profile_offers(const struct mock_profile *profile, unsigned long extension)
{
	return profile->iommu.enable &&
	       type1_check_extension(&profile->iommu.type1, false, extension);
}

static void describe_map(struct mock_call *call, const struct type1_request *r)
{
	mock_call_arg(call, MOCK_ARG_IOVA, r->map.iova);
	mock_call_arg(call, MOCK_ARG_SIZE, r->map.size);
	mock_call_arg(call, MOCK_ARG_VADDR, r->map.vaddr);
	mock_call_arg(call, MOCK_ARG_FLAGS, r->map.flags);
}

static void describe_unmap(struct mock_call *call, const struct type1_request *r)
{
	mock_call_arg(call, MOCK_ARG_IOVA, r->unmap.iova);
	mock_call_arg(call, MOCK_ARG_SIZE, r->unmap.size);
	mock_call_arg(call, MOCK_ARG_FLAGS, r->unmap.flags);
}

static void describe_dirty(struct mock_call *call, const struct type1_request *r)
{
	mock_call_arg(call, MOCK_ARG_FLAGS, r->dirty.flags);
	if (r->dirty.flags == VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP) {
		mock_call_arg(call, MOCK_ARG_IOVA, r->dirty_range.iova);
		mock_call_arg(call, MOCK_ARG_SIZE, r->dirty_range.size);
	}
}

/* A part of an ioctl's site: the calls with one of @flags. Each table ends with none. */
struct part {
	u32 flags;
	enum mock_site site;
};

static const struct part info_parts[] = {
	{ }
};

static const struct part map_parts[] = {
	{ VFIO_DMA_MAP_FLAG_VADDR, MOCK_SITE_IOMMU_MAP_DMA_VADDR },
	{ }
};

static const struct part unmap_parts[] = {
	{ VFIO_DMA_UNMAP_FLAG_VADDR, MOCK_SITE_IOMMU_UNMAP_DMA_VADDR },
	{ VFIO_DMA_UNMAP_FLAG_ALL, MOCK_SITE_IOMMU_UNMAP_DMA_ALL },
	{ VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, MOCK_SITE_IOMMU_UNMAP_DMA_BITMAP },
	{ }
};

static const struct part dirty_parts[] = {
	{ VFIO_IOMMU_DIRTY_PAGES_FLAG_START, MOCK_SITE_IOMMU_DIRTY_PAGES_START },
	{ VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP, MOCK_SITE_IOMMU_DIRTY_PAGES_STOP },
	{ VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, MOCK_SITE_IOMMU_DIRTY_PAGES_GET },
	{ }
};

/*
 * The container's ioctls: their fault sites, that of calls without flags first, what the
 * log shows of them, and what rules can do to their answers.
 */
static const struct backend_ioctl {
	unsigned int cmd;
	enum mock_site plain;
	const struct part *parts;
	void (*describe)(struct mock_call *call, const struct type1_request *r);
	void (*spoil)(const struct mock_call *call, struct type1_request *r);
} backend_ioctls[] = {
	{ VFIO_IOMMU_GET_INFO, MOCK_SITE_IOMMU_GET_INFO, info_parts,
	  NULL, mock_backend_spoil_info },
	{ VFIO_IOMMU_MAP_DMA, MOCK_SITE_IOMMU_MAP_DMA_MAP, map_parts,
	  describe_map, NULL },
	{ VFIO_IOMMU_UNMAP_DMA, MOCK_SITE_IOMMU_UNMAP_DMA_RANGE, unmap_parts,
	  describe_unmap, mock_backend_spoil_unmap },
	{ VFIO_IOMMU_DIRTY_PAGES, MOCK_SITE_IOMMU_DIRTY_PAGES, dirty_parts,
	  describe_dirty, NULL },
};

/* All structures have their flags at the same place. */
static enum mock_site site_of(const struct backend_ioctl *ioctl, const struct type1_request *r)
{
	const struct part *part;

	for (part = ioctl->parts; r->map.flags && part->flags; part++)
		if (r->map.flags & part->flags)
			return part->site;
	return ioctl->plain;
}

static const struct backend_ioctl *find_ioctl(unsigned int cmd)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(backend_ioctls); i++)
		if (backend_ioctls[i].cmd == cmd)
			return &backend_ioctls[i];
	return NULL;
}

static long container_ioctl(void *handle, const struct backend_ioctl *ioctl,
			    unsigned long arg)
{
	struct mock_container *c = mock_container_get(handle);
	/* Each is big, and sets what is looked at itself. */
	struct type1_request r __uninitialized;
	struct mock_call call __uninitialized;
	int ret;

	if (!c)
		return -EINVAL;
	ret = type1_request_read(&c->type1, &r, ioctl->cmd, arg);
	mock_call_init(&call, c->owner, site_of(ioctl, &r), NULL);
	if (ioctl->describe)
		ioctl->describe(&call, &r);
	/* What a rule answers is not for the model: it is to copy nothing out. */
	if (!mock_call_enter(&call))
		ret = -ECANCELED;
	if (mock_call_suffers(&call, MOCK_SHORT))
		r.unmap_limit = call.fault.value;

	if (!ret) {
		mutex_lock(&c->lock);
		ret = type1_request_run(&c->type1, &r);
		mutex_unlock(&c->lock);
	}
	if (!ret && ioctl->spoil)
		ioctl->spoil(&call, &r);
	if (!ret && ioctl->cmd == VFIO_IOMMU_UNMAP_DMA)
		mock_call_arg(&call, MOCK_ARG_UNMAPPED, r.unmap.size);
	ret = type1_request_end(&r, ret);
	ret = mock_call_end_inline(&call, ret);
	mock_container_put(c);
	return ret;
}

/* Without a handle the container has no IOMMU yet: it may get what any profile offers. */
static long check_extension(void *handle, unsigned long extension)
{
	struct mock_container *c = handle ? mock_container_get(handle) : NULL;
	struct mock_call call;
	int ret = 0;

	if (handle && !c)
		return -EINVAL;
	mock_call_init(&call, c ? c->owner : nobody, MOCK_SITE_IOMMU_CHECK_EXTENSION, NULL);
	mock_call_arg(&call, MOCK_ARG_TYPE, extension);
	if (mock_call_enter(&call))
		ret = c ? type1_check_extension(&c->type1.config, true, extension) :
			  mock_profile_any_live(profile_offers, extension);
	ret = mock_call_end(&call, ret);
	if (c)
		mock_container_put(c);
	return ret;
}

static long backend_ioctl(void *handle, unsigned int cmd, unsigned long arg)
{
	const struct backend_ioctl *ioctl = find_ioctl(cmd);

	if (ioctl)
		return container_ioctl(handle, ioctl, arg);
	return cmd == VFIO_CHECK_EXTENSION ? check_extension(handle, arg) : -ENOTTY;
}

static int pin(struct mock_container *c, u64 iova, int npage, int prot, struct page **pages)
{
	int ret;

	/* A device that would not hear of an unmap may not hold pages. */
	if (!mock_container_has_device(c))
		return -EINVAL;
	mutex_lock(&c->lock);
	ret = type1_pin(&c->type1, iova, npage, prot, pages);
	mutex_unlock(&c->lock);
	return ret;
}

static int backend_pin_pages(void *handle, struct iommu_group *group, dma_addr_t iova,
			     int npage, int prot, struct page **pages)
{
	struct mock_container *c = mock_container_get(handle);
	struct mock_call call;
	int ret = 0;

	if (!c)
		return -EINVAL;
	mock_call_init(&call, c->owner, MOCK_SITE_IOMMU_PIN_PAGES, NULL);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, (u64)npage << PAGE_SHIFT);
	mock_call_arg(&call, MOCK_ARG_FLAGS, prot);
	if (mock_call_enter(&call))
		ret = pin(c, iova, mock_spoil_count(&call, npage), prot, pages);
	ret = mock_call_end(&call, ret);
	mock_container_put(c);
	return ret;
}

static void backend_unpin_pages(void *handle, dma_addr_t iova, int npage)
{
	struct mock_container *c = mock_container_get(handle);

	if (!c)
		return;
	mutex_lock(&c->lock);
	type1_unpin(&c->type1, iova, npage);
	mutex_unlock(&c->lock);
	mock_container_put(c);
}

/* One access may cross from mapping to mapping. */
static int container_dma_rw(struct mock_container *c, u64 iova, void *data, size_t count,
			    bool write)
{
	struct type1_mapping *m;
	u64 offset, size;
	int ret = 0;

	mutex_lock(&c->lock);
	for (; count; count -= size, data += size, iova += size) {
		size = count;
		ret = type1_access(&c->type1, iova, write, &m, &offset, &size);
		if (!ret)
			ret = mock_memory_copy(m, offset, data, size, write);
		if (ret)
			break;
		if (write)
			type1_mark_dirty(&c->type1, m, offset, size);
	}
	mutex_unlock(&c->lock);
	return ret;
}

static int backend_dma_rw(void *handle, dma_addr_t iova, void *data, size_t count, bool write)
{
	struct mock_container *c = mock_container_get(handle);
	struct mock_call call;
	int ret = 0;

	if (!c)
		return -EINVAL;
	mock_call_init(&call, c->owner, MOCK_SITE_IOMMU_DMA_RW, NULL);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, count);
	mock_call_arg(&call, MOCK_ARG_FLAGS,
		      write ? VFIO_DMA_MAP_FLAG_WRITE : VFIO_DMA_MAP_FLAG_READ);
	if (mock_call_enter(&call)) {
		if (write)
			mock_spoil_data(&call, 0, data, count);
		ret = container_dma_rw(c, iova, data, count, write);
		if (!write)
			mock_spoil_data(&call, 0, data, count);
	}
	ret = mock_call_end(&call, ret);
	mock_container_put(c);
	return ret;
}

static void backend_register_device(void *handle, struct vfio_device *vdev)
{
	struct mock_container *c = mock_container_get(handle);

	if (!c)
		return;
	if (vdev->ops->dma_unmap)
		mock_container_add_device(c, vdev);
	mock_container_put(c);
}

static void backend_unregister_device(void *handle, struct vfio_device *vdev)
{
	struct mock_container *c = mock_container_get(handle);

	if (!c)
		return;
	if (vdev->ops->dma_unmap)
		mock_container_del_device(c, vdev);
	mock_container_put(c);
}

static const struct vfio_iommu_driver_ops backend_ops = {
	.name			= "mock_vfio",
	.owner			= THIS_MODULE,
	.open			= backend_open,
	.release		= backend_release,
	.ioctl			= backend_ioctl,
	.attach_group		= backend_attach_group,
	.detach_group		= backend_detach_group,
	.pin_pages		= backend_pin_pages,
	.unpin_pages		= backend_unpin_pages,
	.register_device	= backend_register_device,
	.unregister_device	= backend_unregister_device,
	.dma_rw			= backend_dma_rw,
};

static void drop_profile(void)
{
	mock_profile_remove(nobody);
	mock_profile_put(nobody);
}

int mock_backend_register(void)
{
	int ret;

	nobody = mock_profile_create(MOCK_BACKEND_PROFILE);
	if (IS_ERR(nobody))
		return PTR_ERR(nobody);
	ret = vfio_register_iommu_driver(&backend_ops);
	if (ret)
		drop_profile();
	return ret;
}

void mock_backend_unregister(void)
{
	vfio_unregister_iommu_driver(&backend_ops);
	mock_container_wait_gone();
	drop_profile();
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a container that the backend serves, and which groups may be in
 * it.
 *
 * Locks, the outer one first:
 *
 *   VFIO's iommu_drivers_lock and container->group_lock, held around open,
 *   attach, detach and release; none of them around ioctls, pin_pages and dma_rw
 *     container->device_lock, held around the devices' dma_unmap callbacks,
 *     which take the devices' own locks and come back to unpin_pages
 *       container->lock, held around everything that looks at the mappings;
 *       pinning and copying take mmap_lock and page faults under it
 *
 * notify_unmap() is called with container->lock held and drops it before it
 * takes device_lock: taking one inside the other both ways round would let an
 * unmap and a device's unpin wait for each other.
 */
#include <linux/hashtable.h>
#include <linux/iommu.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vfio.h>
#include <linux/wait_bit.h>

#include "backend_container.h"
#include "backend_memory.h"
#include "call.h"
#include "profile.h"

struct container_group {
	struct list_head node;
	struct iommu_group *group;
};

/* Containers by handle, looked up under RCU. Handles count up from 1. */
static DEFINE_HASHTABLE(containers, 6);
static DEFINE_SPINLOCK(containers_lock); /* of who changes them, and of last_handle */
static unsigned long last_handle;

/* Containers not yet freed: those without a handle that are still in use too. */
static atomic_t nr_containers = ATOMIC_INIT(0);

static void notify_unmap(void *host, u64 iova, u64 size)
{
	struct mock_container *c = host;
	struct vfio_device *vdev;
	struct mock_call call;

	mutex_unlock(&c->lock);
	mock_call_init(&call, c->owner, MOCK_SITE_IOMMU_NOTIFY, NULL);
	mock_call_arg(&call, MOCK_ARG_IOVA, iova);
	mock_call_arg(&call, MOCK_ARG_SIZE, size);
	mock_call_enter(&call);
	mutex_lock(&c->device_lock);
	list_for_each_entry(vdev, &c->devices, iommu_entry)
		if (!mock_call_suffers(&call, MOCK_DROP))
			vdev->ops->dma_unmap(vdev, iova, size);
	mutex_unlock(&c->device_lock);
	mock_call_end(&call, 0);
	mutex_lock(&c->lock);
}

static const struct type1_host_ops host_ops = {
	.mapping_size = sizeof(struct mock_memory),
	.map = mock_memory_map,
	.unmap = mock_memory_unmap,
	.move = mock_memory_move,
	.pin_page = mock_memory_pin_page,
	.unpin_page = mock_memory_unpin_page,
	.notify_unmap = notify_unmap,
};

void *mock_container_open(unsigned long type)
{
	struct mock_container *c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);

	if (!c)
		return ERR_PTR(-ENOMEM);
	kref_init(&c->ref);
	c->type = type;
	mutex_init(&c->lock);
	mutex_init(&c->device_lock);
	INIT_LIST_HEAD(&c->groups);
	INIT_LIST_HEAD(&c->devices);

	atomic_inc(&nr_containers);
	spin_lock(&containers_lock);
	c->handle = ++last_handle;
	hash_add_rcu(containers, &c->by_handle, c->handle);
	spin_unlock(&containers_lock);
	return (void *)c->handle;
}

static void container_free(struct kref *ref)
{
	struct mock_container *c = container_of(ref, struct mock_container, ref);

	/* An ioctl that was under way during the last detach may have mapped. */
	mutex_lock(&c->lock);
	type1_unmap_all(&c->type1);
	mutex_unlock(&c->lock);
	if (c->owner)
		mock_profile_put(c->owner);
	kfree_rcu(c, rcu);
	if (atomic_dec_and_test(&nr_containers))
		wake_up_var(&nr_containers);
}

void mock_container_release(void *handle)
{
	struct mock_container *c = mock_container_get(handle);

	if (!c)
		return;
	spin_lock(&containers_lock);
	hash_del_rcu(&c->by_handle);
	spin_unlock(&containers_lock);
	mock_container_put(c);
	mock_container_put(c);
}

struct mock_container *mock_container_get(void *handle)
{
	unsigned long number = (unsigned long)handle;
	struct mock_container *c;

	rcu_read_lock();
	hash_for_each_possible_rcu(containers, c, by_handle, number)
		if (c->handle == number)
			break;
	if (c && !kref_get_unless_zero(&c->ref))
		c = NULL;
	rcu_read_unlock();
	return c;
}

void mock_container_put(struct mock_container *c)
{
	kref_put(&c->ref, container_free);
}

void mock_container_wait_gone(void)
{
	wait_var_event(&nr_containers, !atomic_read(&nr_containers));
}

static struct container_group *find_group(struct mock_container *c, struct iommu_group *group)
{
	struct container_group *g;

	list_for_each_entry(g, &c->groups, node)
		if (g->group == group)
			return g;
	return NULL;
}

/* The first profile makes the container its own: it decides how it behaves. */
static int check_owner(struct mock_container *c, struct mock_profile *profile)
{
	struct mock_call call;
	int ret = 0;

	if (c->owner)
		return type1_has_config(&c->type1, &profile->iommu.type1) ? 0 : -EINVAL;
	mock_call_init(&call, profile, MOCK_SITE_IOMMU_OPEN, NULL);
	mock_call_arg(&call, MOCK_ARG_TYPE, c->type);
	if (mock_call_enter(&call) &&
	    !type1_check_extension(&profile->iommu.type1, true, c->type))
		ret = -EINVAL;
	return mock_call_end(&call, ret);
}

static int add_group(struct mock_container *c, struct mock_profile *profile,
		     struct iommu_group *group)
{
	struct container_group *g;

	if (c->type1.vaddr_invalid)
		return -EBUSY;
	if (find_group(c, group))
		return -EINVAL;
	g = kzalloc(sizeof(*g), GFP_KERNEL_ACCOUNT);
	if (!g)
		return -ENOMEM;
	g->group = group;
	list_add(&g->node, &c->groups);
	if (!c->owner) {
		c->owner = mock_profile_get(profile);
		type1_init(&c->type1, &profile->iommu.type1, c->type != VFIO_TYPE1_IOMMU,
			   &host_ops, c);
	}
	return 0;
}

static int attach_profile(struct mock_container *c, struct mock_profile *profile,
			  struct iommu_group *group)
{
	struct mock_call call;
	int ret;

	ret = check_owner(c, profile);
	if (ret)
		return ret;
	mock_call_init(&call, profile, MOCK_SITE_IOMMU_ATTACH, NULL);
	if (mock_call_enter(&call))
		ret = add_group(c, profile, group);
	return mock_call_end(&call, ret);
}

/* An error here makes VFIO try the next driver: the kernel's own type1. */
int mock_container_attach(struct mock_container *c, struct iommu_group *group)
{
	struct mock_profile *profile = mock_profile_of_group(group);
	int ret = -ENODEV;

	if (!profile)
		return -ENODEV;
	if (profile->iommu.enable) {
		mutex_lock(&c->lock);
		ret = attach_profile(c, profile, group);
		mutex_unlock(&c->lock);
	}
	mock_profile_put(profile);
	return ret;
}

/* Without a group a container has no right to any memory. */
void mock_container_detach(struct mock_container *c, struct iommu_group *group)
{
	struct container_group *g;
	struct mock_call call;

	/* Without an owner, no attach got through: VFIO tidies up. */
	if (!c->owner)
		return;
	mock_call_init(&call, c->owner, MOCK_SITE_IOMMU_DETACH, NULL);
	mock_call_enter(&call);

	mutex_lock(&c->lock);
	g = find_group(c, group);
	if (g) {
		list_del(&g->node);
		kfree(g);
		if (list_empty(&c->groups))
			type1_unmap_all(&c->type1);
	}
	mutex_unlock(&c->lock);
	mock_call_end(&call, 0);
}

/* A device that a rule leaves out is nevertheless taken out when it closes. */
void mock_container_add_device(struct mock_container *c, struct vfio_device *vdev)
{
	struct mock_call call;

	mock_call_init(&call, c->owner, MOCK_SITE_IOMMU_REGISTER_DEVICE, dev_name(vdev->dev));
	mock_call_enter(&call);
	mutex_lock(&c->device_lock);
	INIT_LIST_HEAD(&vdev->iommu_entry);
	if (!mock_call_suffers(&call, MOCK_DROP))
		list_add(&vdev->iommu_entry, &c->devices);
	mutex_unlock(&c->device_lock);
	mock_call_end(&call, 0);
}

void mock_container_del_device(struct mock_container *c, struct vfio_device *vdev)
{
	mutex_lock(&c->device_lock);
	list_del(&vdev->iommu_entry);
	mutex_unlock(&c->device_lock);
}

/* Taking device_lock could wait for the very device that asks. */
bool mock_container_has_device(struct mock_container *c)
{
	return !list_empty_careful(&c->devices);
}

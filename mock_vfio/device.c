// SPDX-License-Identifier: GPL-2.0-only
/* The mock device: its life, and the calls that VFIO hands to it. See device.h. */

#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "compat/vfio_device.h"
#include "device.h"
#include "fault_answer.h"
#include "hot_reset.h"
#include "trigger.h"

/* A leaf lock, taken under VFIO's and the IOMMU group's. */
static DEFINE_MUTEX(devices_lock);
static LIST_HEAD(devices);

static struct mock_device *to_mock_device(struct vfio_device *vdev)
{
	return container_of(vdev, struct mock_device, vdev);
}

/* ioctls */

/* The answer, and room for a capability behind it, which only a rule puts there. */
struct device_info {
	struct vfio_device_info info;
	struct mock_stand_in_cap stand_in __aligned(8);
};

/* Returns how much of the answer the user has room for. */
static size_t spoil_info_caps(const struct mock_call *call,
			      struct device_info *answer)
{
	size_t minsz = offsetofend(struct vfio_device_info, num_irqs);
	const struct mock_chain chain = {
		.data = (u8 *)&answer->stand_in,
		.size = sizeof(answer->stand_in),
		.base = offsetof(struct device_info, stand_in),
		.cap_offset = &answer->info.cap_offset,
		.argsz = &answer->info.argsz,
	};

	answer->info.flags |= VFIO_DEVICE_FLAGS_CAPS;
	if (answer->info.argsz < sizeof(*answer)) {
		minsz = answer->info.argsz < sizeof(answer->info) ?
			minsz : sizeof(answer->info);
		answer->info.argsz = sizeof(*answer);
		return minsz;
	}

	answer->info.cap_offset = chain.base;
	answer->stand_in = (struct mock_stand_in_cap)MOCK_STAND_IN_CAP;
	mock_spoil_caps(call, &chain);

	return sizeof(*answer);
}

static long get_info(struct mock_device *mdev, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct device_info answer;
	struct mock_call call;
	size_t size = minsz;
	u32 argsz;
	int ret = 0;

	if (get_user(argsz, (u32 __user *)arg))
		return -EFAULT;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_GET_INFO);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_GET_INFO);

	if (!mock_call_enter(&call))
		return mock_call_end(&call, 0);
	if (argsz < minsz)
		return mock_call_end(&call, -EINVAL);

	memset(&answer, 0, sizeof(answer));
	answer.info.argsz = argsz;
	answer.info.flags = VFIO_DEVICE_FLAGS_PCI;
	answer.info.num_regions = mdev->config->nr_regions;
	answer.info.num_irqs = VFIO_PCI_NUM_IRQS;
	if (mdev->config->reset)
		answer.info.flags |= VFIO_DEVICE_FLAGS_RESET;
	if (mock_call_suffers(&call, MOCK_CAPS))
		size = spoil_info_caps(&call, &answer);
	mock_spoil_flags(&call, &answer.info.flags);
	mock_spoil_size(&call, &answer.info.argsz);
	if (copy_to_user(arg, &answer, size))
		ret = -EFAULT;

	return mock_call_end(&call, ret);
}

/* State as after power-on, but for memory and what is set up for interrupts. */
static void reset_state(struct mock_device *mdev)
{
	lockdep_assert_held(&mdev->lock);

	mock_dma_reset(mdev);
	mock_intx_clear(mdev, U32_MAX);
	mock_pci_config_reset(mdev);
	mdev->registers.scratch = 0;
}

int mock_device_reset(struct mock_device *mdev)
{
	int ret;

	if (!mdev->config->reset)
		return -EINVAL;

	guard(mutex)(&mdev->migration.lock);

	mock_memory_revoke(mdev);
	ret = mock_dma_lock_idle(mdev);
	if (ret)
		return ret;
	reset_state(mdev);
	mdev->registers.resets++;
	mutex_unlock(&mdev->lock);
	mock_migration_reset(mdev);

	return 0;
}

static long reset(struct mock_device *mdev, void __user *arg)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_RESET);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_RESET);

	return mock_call_end(&call, mock_call_enter(&call) ?
				    mock_device_reset(mdev) : 0);
}

static const struct {
	unsigned int cmd;
	long (*fn)(struct mock_device *mdev, void __user *arg);
} ioctls[] = {
	{ VFIO_DEVICE_GET_INFO,		get_info },
	{ VFIO_DEVICE_GET_REGION_INFO,	mock_region_info_ioctl },
	{ VFIO_DEVICE_GET_IRQ_INFO,	mock_irq_info },
	{ VFIO_DEVICE_SET_IRQS,		mock_set_irqs },
	{ VFIO_DEVICE_RESET,		reset },
	{ VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, mock_hot_reset_info },
	{ VFIO_DEVICE_PCI_HOT_RESET,	mock_hot_reset },
};

static long device_ioctl(struct vfio_device *vdev, unsigned int cmd,
			 unsigned long arg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++) {
		if (ioctls[i].cmd == cmd)
			return ioctls[i].fn(to_mock_device(vdev),
					    (void __user *)arg);
	}

	return -ENOTTY;
}

static int device_feature(struct vfio_device *vdev, u32 flags,
			  void __user *arg, size_t argsz)
{
	return mock_power_feature(to_mock_device(vdev), flags, arg, argsz);
}

static int __maybe_unused device_region_info(struct vfio_device *vdev,
					     struct vfio_region_info *info,
					     struct vfio_info_cap *caps)
{
	return mock_region_info(to_mock_device(vdev), info, caps);
}

/* Regions */

static ssize_t device_read(struct vfio_device *vdev, char __user *buf,
			   size_t count, loff_t *ppos)
{
	return mock_region_read_user(to_mock_device(vdev), buf, count, ppos);
}

static ssize_t device_write(struct vfio_device *vdev, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	return mock_region_write_user(to_mock_device(vdev), buf, count, ppos);
}

static int device_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	return mock_region_mmap(to_mock_device(vdev), vma);
}

/* Life */

static int device_open(struct vfio_device *vdev)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_OPEN);
	if (mock_call_enter(&call)) {
		mutex_lock(&mdev->lock);
		reset_state(mdev);
		mutex_unlock(&mdev->lock);
		mock_held_add(mdev->profile, MOCK_HELD_OPEN, 1);
	}

	return mock_call_end(&call, 0);
}

/*
 * All file descriptors and mappings are gone. An asynchronous command may still
 * be running, and it may want to interrupt.
 */
static void device_close(struct vfio_device *vdev)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;
	unsigned int i;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_CLOSE);
	mock_call_enter(&call);
	mutex_lock(&mdev->migration.lock);
	mock_migration_reset(mdev);
	mutex_unlock(&mdev->migration.lock);
	mock_dma_flush(mdev);
	mock_dma_log_reset(mdev);
	mock_power_exit(mdev);
	mock_irqs_close(mdev);
	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		mock_region_drop_pages(&mdev->regions[i]);
	mock_held_add(mdev->profile, MOCK_HELD_OPEN, -1);
	mock_call_end(&call, 0);

	if (READ_ONCE(mdev->profile->disarm_on_close) &&
	    !mock_held(mdev->profile, MOCK_HELD_OPEN))
		mock_faults_disarm_all(&mdev->profile->faults);
}

/* The device is to go, and somebody has it open: ask him to let go. */
static void device_request(struct vfio_device *vdev, unsigned int count)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_REQUEST);
	mock_call_arg(&call, MOCK_ARG_COUNT, count);
	mock_call_enter(&call);
	if (!mock_call_suffers(&call, MOCK_DROP) &&
	    !mock_irq_notify(mdev, VFIO_PCI_REQ_IRQ_INDEX) && !count)
		dev_notice(vdev->dev,
			   "in use, and the user did not set up the device request interrupt: waiting\n");
	mock_call_end(&call, 0);
}

static void device_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	mock_dma_unmap(to_mock_device(vdev), iova, length);
}

static void device_release(struct vfio_device *vdev)
{
	struct mock_device *mdev = to_mock_device(vdev);

	mock_irqs_destroy(mdev);
	mock_memory_destroy(&mdev->memory);
	mock_dma_log_destroy(mdev);
	mutex_destroy(&mdev->power.lock);
	mock_migration_destroy(mdev);
	mutex_destroy(&mdev->lock);
	compat_vfio_device_released(vdev);
}

static const struct vfio_device_ops device_ops = {
	.name		= KBUILD_MODNAME,
	.release	= device_release,
	COMPAT_IOMMUFD_OPS
	.open_device	= device_open,
	.close_device	= device_close,
	.read		= device_read,
	.write		= device_write,
	.ioctl		= device_ioctl,
	COMPAT_REGION_INFO_OP(device_region_info)
	.device_feature	= device_feature,
	.mmap		= device_mmap,
	.request	= device_request,
	.dma_unmap	= device_dma_unmap,
};

static void list_device(struct mock_device *mdev)
{
	guard(mutex)(&devices_lock);

	list_add_tail(&mdev->node, &devices);
}

static void unlist_device(struct mock_device *mdev)
{
	guard(mutex)(&devices_lock);

	list_del(&mdev->node);
}

/* What VFIO's own allocation leaves to do; device_release() undoes it. */
static int init_device(struct mock_device *mdev, struct mock_profile *profile)
{
	unsigned int i;

	mdev->profile = profile;
	mdev->config = &profile->device;
	mutex_init(&mdev->lock);
	mock_memory_init(&mdev->memory);
	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		mock_region_init(&mdev->regions[i],
				 mdev->config->regions[i].backing,
				 mdev->config->rom);
	mock_dma_init(mdev);
	mock_dma_log_init(mdev);
	mutex_init(&mdev->power.lock);
	mock_migration_init(mdev);

	return mock_irqs_init(mdev);
}

/* Once registered, it can be opened, and be put into a container. */
static int register_device(struct mock_device *mdev)
{
	struct mock_call call;
	int ret = 0;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_REGISTER);
	if (mock_call_enter(&call))
		ret = vfio_register_emulated_iommu_dev(&mdev->vdev);

	return mock_call_end(&call, ret);
}

static struct mock_device *create(struct device *dev,
				  struct mock_profile *profile)
{
	struct mock_device *mdev;
	int ret;

	ret = mock_profile_add_instance(profile);
	if (ret)
		return ERR_PTR(ret);

	mdev = vfio_alloc_device(mock_device, vdev, dev, &device_ops);
	if (IS_ERR(mdev)) {
		ret = PTR_ERR(mdev);
		goto err_instance;
	}

	ret = init_device(mdev, profile);
	if (ret)
		goto err_device;

	/* Listed first: a container asks for what is registered. */
	list_device(mdev);
	ret = register_device(mdev);
	if (ret)
		goto err_list;
	mock_trigger_add(mdev);

	return mdev;

err_list:
	unlist_device(mdev);
err_device:
	vfio_put_device(&mdev->vdev);
err_instance:
	mock_profile_del_instance(profile);
	return ERR_PTR(ret);
}

struct mock_device *mock_device_create(struct device *dev,
				       struct mock_profile *profile)
{
	struct mock_device *mdev = NULL;
	struct mock_call call;

	mock_call_init(&call, profile, MOCK_SITE_DEVICE_PROBE, dev_name(dev));
	if (mock_call_enter(&call))
		mdev = create(dev, profile);

	/* Either may have failed. */
	return ERR_PTR(mock_call_end(&call, PTR_ERR_OR_ZERO(mdev))) ?: mdev;
}

void mock_device_destroy(struct mock_device *mdev)
{
	struct mock_profile *profile = mdev->profile;
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_REMOVE);
	mock_call_enter(&call);
	mock_call_end(&call, 0);

	mock_trigger_remove(mdev);
	/* Waits until nobody has it open. */
	vfio_unregister_group_dev(&mdev->vdev);
	unlist_device(mdev);
	vfio_put_device(&mdev->vdev);
	mock_profile_del_instance(profile);
}

/* The devices of a profile */

struct mock_device_list *mock_device_list_get(const struct mock_profile *profile)
{
	struct mock_device_list *list;
	struct mock_device *mdev;

	list = kvzalloc(struct_size(list, mdev, MOCK_MAX_INSTANCES),
			GFP_KERNEL_ACCOUNT);
	if (!list)
		return ERR_PTR(-ENOMEM);

	guard(mutex)(&devices_lock);

	list_for_each_entry(mdev, &devices, node) {
		if (mdev->profile != profile)
			continue;
		get_device(&mdev->vdev.device);
		list->mdev[list->n++] = mdev;
	}

	return list;
}

void mock_device_list_put(struct mock_device_list *list)
{
	while (list->n--)
		vfio_put_device(&list->mdev[list->n]->vdev);
	kvfree(list);
}

/* The IOMMU group of a device */

static struct mock_profile *profile_of(const struct device *dev)
{
	struct mock_device *mdev;

	guard(mutex)(&devices_lock);

	list_for_each_entry(mdev, &devices, node) {
		if (mdev->vdev.dev == dev)
			return mock_profile_get(mdev->profile);
	}

	return NULL;
}

/* Called for each device of a group; -ENODEV ends that. */
static int find_profile(struct device *dev, void *data)
{
	struct mock_profile **profile = data;

	mock_profile_put(*profile);
	*profile = profile_of(dev);

	return *profile ? 0 : -ENODEV;
}

struct mock_profile *mock_profile_of_group(struct iommu_group *group)
{
	struct mock_profile *profile = NULL;

	iommu_group_for_each_dev(group, &profile, find_profile);

	return profile;
}

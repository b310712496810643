// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hot reset. The devices of a profile are functions of one slot: what the user has
 * to own in order to reset one of them is the groups of all of them. (There is no
 * more to it: the VFIO core leaves both ioctls to the driver.)
 */

#include <linux/err.h>
#include <linux/file.h>
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"
#include "fault_answer.h"
#include "hot_reset.h"

/* As vfio-pci reports them: the n-th one is function n % 8 of slot n / 8. */
static void describe(struct mock_device *mdev, unsigned int n,
		     struct vfio_pci_dependent_device *device)
{
	struct iommu_group *group = iommu_group_get(mdev->vdev.dev);

	device->group_id = group ? iommu_group_id(group) : 0;
	device->segment = 0;
	device->bus = mdev->profile->id & 0xff;
	device->devfn = n & 0xff;
	iommu_group_put(group);
}

static int fill_info(const struct mock_device_list *list,
		     const struct mock_call *call,
		     struct vfio_pci_hot_reset_info *hdr, void __user *arg)
{
	size_t size = array_size(list->n, sizeof(hdr->devices[0]));
	struct vfio_pci_dependent_device *devices;
	unsigned int i;
	int ret = 0;

	hdr->flags = 0;
	hdr->count = list->n;
	mock_spoil_size(call, &hdr->count);
	if (hdr->argsz < sizeof(*hdr) + size)
		return copy_to_user(arg, hdr, sizeof(*hdr)) ? -EFAULT : -ENOSPC;

	devices = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!devices)
		return -ENOMEM;
	for (i = 0; i < list->n; i++)
		describe(list->mdev[i], i, &devices[i]);

	if (copy_to_user(arg, hdr, sizeof(*hdr)) ||
	    copy_to_user(arg + sizeof(*hdr), devices, size))
		ret = -EFAULT;
	kvfree(devices);

	return ret;
}

static int info(struct mock_device *mdev, const struct mock_call *call,
		void __user *arg)
{
	struct vfio_pci_hot_reset_info hdr;
	struct mock_device_list *list;
	int ret;

	if (copy_from_user(&hdr, arg, sizeof(hdr)))
		return -EFAULT;
	if (hdr.argsz < sizeof(hdr))
		return -EINVAL;
	if (!mdev->config->hot_reset)
		return -ENODEV;

	list = mock_device_list_get(mdev->profile);
	if (IS_ERR(list))
		return PTR_ERR(list);
	ret = fill_info(list, call, &hdr, arg);
	mock_device_list_put(list);

	return ret;
}

/* Whether one of the groups has the device. */
static bool is_owned(struct mock_device *mdev, struct file **files,
		     unsigned int n)
{
	while (n--) {
		if (vfio_file_has_dev(files[n], &mdev->vdev))
			return true;
	}

	return false;
}

static int reset_all(const struct mock_device_list *list, struct file **files,
		     unsigned int nr_files)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < list->n; i++) {
		if (!is_owned(list->mdev[i], files, nr_files))
			return -EINVAL;
	}

	for (i = 0; i < list->n && !ret; i++)
		ret = mock_device_reset(list->mdev[i]);

	return ret;
}

/* Group files, with references, or -errno; the count says what there is to put. */
static int get_files(const s32 *fds, unsigned int n, struct file **files,
		     unsigned int *got)
{
	for (*got = 0; *got < n; (*got)++) {
		struct file *file = fget(fds[*got]);

		if (!file)
			return -EBADF;
		if (!vfio_file_is_group(file)) {
			fput(file);
			return -EINVAL;
		}
		files[*got] = file;
	}

	return 0;
}

static int reset_with(const struct mock_device_list *list, const s32 *fds,
		      unsigned int n)
{
	struct file **files;
	unsigned int got;
	int ret;

	files = kvcalloc(n, sizeof(*files), GFP_KERNEL_ACCOUNT);
	if (!files)
		return -ENOMEM;

	ret = get_files(fds, n, files, &got) ?: reset_all(list, files, n);
	while (got--)
		fput(files[got]);
	kvfree(files);

	return ret;
}

static int reset_by_fds(const struct mock_device_list *list,
			const s32 __user *user_fds, unsigned int n)
{
	s32 *fds;
	int ret;

	/* A group each is the most that there can be. */
	if (!n || n > list->n)
		return -EINVAL;

	fds = memdup_user(user_fds, n * sizeof(*fds));
	if (IS_ERR(fds))
		return PTR_ERR(fds);
	ret = reset_with(list, fds, n);
	kfree(fds);

	return ret;
}

static int reset(struct mock_device *mdev, void __user *arg)
{
	struct vfio_pci_hot_reset hdr;
	struct mock_device_list *list;
	int ret;

	if (copy_from_user(&hdr, arg, sizeof(hdr)))
		return -EFAULT;
	if (hdr.argsz < sizeof(hdr) || hdr.flags)
		return -EINVAL;
	if (!mdev->config->hot_reset)
		return -ENODEV;

	list = mock_device_list_get(mdev->profile);
	if (IS_ERR(list))
		return PTR_ERR(list);
	ret = reset_by_fds(list, arg + sizeof(hdr), hdr.count);
	mock_device_list_put(list);

	return ret;
}

long mock_hot_reset_info(struct mock_device *mdev, void __user *arg)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_HOT_RESET_INFO);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO);

	return mock_call_end(&call, mock_call_enter(&call) ?
				    info(mdev, &call, arg) : 0);
}

long mock_hot_reset(struct mock_device *mdev, void __user *arg)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_HOT_RESET_RESET);
	mock_call_arg(&call, MOCK_ARG_IOCTL, VFIO_DEVICE_PCI_HOT_RESET);

	return mock_call_end(&call, mock_call_enter(&call) ? reset(mdev, arg) : 0);
}

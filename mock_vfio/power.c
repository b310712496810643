// SPDX-License-Identifier: GPL-2.0-only
/*
 * Low power. As with vfio-pci, mapped pages are gone while it lasts, and read() and
 * write() wake the device for as long as they take.
 */

#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"
#include "irq_priv.h"

static int enter(struct mock_device *mdev, struct eventfd_ctx *wakeup)
{
	struct mock_power *power = &mdev->power;

	mutex_lock(&power->lock);
	if (power->low) {
		mutex_unlock(&power->lock);
		return -EINVAL;
	}
	power->low = true;
	power->wakeup = wakeup;
	mock_memory_set(mdev, MOCK_MEMORY_LOW_POWER, false);
	mutex_unlock(&power->lock);

	mock_memory_revoke(mdev);

	return 0;
}

static int low_power_entry(struct mock_device *mdev, void __user *arg)
{
	return enter(mdev, NULL);
}

static int entry_with_wakeup(struct mock_device *mdev, void __user *arg)
{
	struct vfio_device_low_power_entry_with_wakeup entry;
	struct eventfd_ctx *wakeup;
	int ret;

	if (copy_from_user(&entry, arg, sizeof(entry)))
		return -EFAULT;
	if (entry.wakeup_eventfd < 0 || entry.reserved)
		return -EINVAL;

	wakeup = mock_irq_get_eventfd(mdev, entry.wakeup_eventfd);
	if (IS_ERR(wakeup))
		return PTR_ERR(wakeup);
	ret = enter(mdev, wakeup);
	if (ret)
		mock_irq_put_eventfd(mdev, wakeup);

	return ret;
}

static void leave(struct mock_device *mdev)
{
	struct mock_power *power = &mdev->power;

	lockdep_assert_held(&power->lock);

	mock_irq_put_eventfd(mdev, power->wakeup);
	power->wakeup = NULL;
	power->low = false;
	mock_memory_set(mdev, MOCK_MEMORY_LOW_POWER, true);
}

void mock_power_exit(struct mock_device *mdev)
{
	guard(mutex)(&mdev->power.lock);

	leave(mdev);
}

static void signal_wakeup(struct mock_device *mdev)
{
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_DEVICE_WAKEUP);
	mock_call_decide(&call);
	if (!mock_call_suffers(&call, MOCK_DROP))
		eventfd_signal(mdev->power.wakeup);
	if (mock_call_suffers(&call, MOCK_DUPLICATE))
		eventfd_signal(mdev->power.wakeup);
	mock_call_end(&call, 0);
}

void mock_power_wake(struct mock_device *mdev)
{
	if (!READ_ONCE(mdev->power.low))
		return;

	guard(mutex)(&mdev->power.lock);

	if (mdev->power.wakeup) {
		signal_wakeup(mdev);
		leave(mdev);
	}
}

static int low_power_exit(struct mock_device *mdev, void __user *arg)
{
	mock_power_exit(mdev);

	return 0;
}

static const struct feature {
	u32 feature;
	enum mock_site site;
	size_t size;
	int (*set)(struct mock_device *mdev, void __user *arg);
} features[] = {
	{ VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
	  MOCK_SITE_DEVICE_FEATURE_LOW_POWER_ENTRY, 0, low_power_entry },
	{ VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
	  MOCK_SITE_DEVICE_FEATURE_LOW_POWER_WAKEUP,
	  sizeof(struct vfio_device_low_power_entry_with_wakeup),
	  entry_with_wakeup },
	{ VFIO_DEVICE_FEATURE_LOW_POWER_EXIT,
	  MOCK_SITE_DEVICE_FEATURE_LOW_POWER_EXIT, 0, low_power_exit },
};

static const struct feature *find_feature(u32 flags)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		if (features[i].feature == (flags & VFIO_DEVICE_FEATURE_MASK))
			return &features[i];
	}

	return NULL;
}

static int set(struct mock_device *mdev, const struct feature *feature,
	       u32 flags, void __user *arg, size_t argsz)
{
	int ret;

	if (!feature || !mdev->config->low_power)
		return -ENOTTY;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_SET,
				 feature->size);

	return ret == 1 ? feature->set(mdev, arg) : ret;
}

int mock_power_feature(struct mock_device *mdev, u32 flags, void __user *arg,
		       size_t argsz)
{
	const struct feature *feature = find_feature(flags);
	struct mock_call call;

	mock_device_call(mdev, &call,
			 feature ? feature->site : MOCK_SITE_DEVICE_FEATURE);
	mock_call_arg(&call, MOCK_ARG_TYPE, flags & VFIO_DEVICE_FEATURE_MASK);
	mock_call_arg(&call, MOCK_ARG_FLAGS, flags & ~VFIO_DEVICE_FEATURE_MASK);

	return mock_call_end(&call, mock_call_enter(&call) ?
				    set(mdev, feature, flags, arg, argsz) : 0);
}

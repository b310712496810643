// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mdev front end. A live profile is a platform device that is the parent of
 * one mdev type, mock_vfio-<profile>: user space writes a UUID to the type's
 * "create", and the mdev core hands the new struct device to the profile's own
 * driver. (A parent's types are fixed when it registers, and what they are, and
 * how many there may be, belongs to the driver; hence one of each per profile.)
 */

#include <linux/err.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "device.h"
#include "front_end.h"

/**
 * struct mock_front_end - a live profile's parent device
 * @pdev: the parent. Its release frees all of this: the type, whose last user may
 *	be gone later than the driver, keeps a reference to it
 * @profile: with a reference
 * @driver: drives the devices
 * @driver_name: mock_vfio-<profile>
 * @parent: the mdev core's
 * @type: the one type
 * @types: @type
 * @started: the platform driver has taken the parent
 */
struct mock_front_end {
	struct platform_device pdev;
	struct mock_profile *profile;
	struct mdev_driver driver;
	char driver_name[sizeof(KBUILD_MODNAME) + MOCK_NAME_MAX + 1];
	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *types[1];
	bool started;
};

static struct mock_front_end *to_front_end(struct platform_device *pdev)
{
	return container_of(pdev, struct mock_front_end, pdev);
}

/* mdevs */

static int mock_mdev_probe(struct mdev_device *mdev)
{
	struct mock_front_end *front_end =
		container_of(mdev->type, struct mock_front_end, type);
	struct mock_device *device;

	device = mock_device_create(&mdev->dev, front_end->profile);
	if (IS_ERR(device))
		return PTR_ERR(device);

	dev_set_drvdata(&mdev->dev, device);

	return 0;
}

static void mock_mdev_remove(struct mdev_device *mdev)
{
	mock_device_destroy(dev_get_drvdata(&mdev->dev));
}

/* The parent */

static void unregister_driver(void *data)
{
	mdev_unregister_driver(data);
}

static void unregister_parent(void *data)
{
	mdev_unregister_parent(data);
}

static int mock_parent_probe(struct platform_device *pdev)
{
	struct mock_front_end *front_end = to_front_end(pdev);
	struct device *dev = &pdev->dev;
	int ret;

	ret = mdev_register_driver(&front_end->driver);
	if (ret)
		return ret;
	ret = devm_add_action_or_reset(dev, unregister_driver,
				       &front_end->driver);
	if (ret)
		return ret;

	ret = mdev_register_parent(&front_end->parent, dev, &front_end->driver,
				   front_end->types,
				   ARRAY_SIZE(front_end->types));
	if (ret)
		return ret;
	ret = devm_add_action_or_reset(dev, unregister_parent,
				       &front_end->parent);
	if (ret)
		return ret;

	front_end->started = true;

	return 0;
}

/* The profile decides when its parent comes and goes, not sysfs. */
static struct platform_driver mock_parent_driver = {
	.probe = mock_parent_probe,
	.driver = {
		.name = KBUILD_MODNAME,
		.suppress_bind_attrs = true,
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

static void release_front_end(struct device *dev)
{
	struct mock_front_end *front_end =
		to_front_end(to_platform_device(dev));

	mock_profile_put(front_end->profile);
	kfree(front_end);
}

struct mock_front_end *mock_front_end_start(struct mock_profile *profile)
{
	struct mock_front_end *front_end;
	int ret;

	front_end = kzalloc(sizeof(*front_end), GFP_KERNEL);
	if (!front_end)
		return ERR_PTR(-ENOMEM);

	front_end->profile = mock_profile_get(profile);
	snprintf(front_end->driver_name, sizeof(front_end->driver_name),
		 KBUILD_MODNAME "-%s", profile->name);

	front_end->type.sysfs_name = profile->name;
	front_end->types[0] = &front_end->type;
	front_end->driver = (struct mdev_driver) {
		.device_api = VFIO_DEVICE_API_PCI_STRING,
		.max_instances = profile->device.max_instances,
		.probe = mock_mdev_probe,
		.remove = mock_mdev_remove,
		.driver = {
			.name = front_end->driver_name,
			.owner = THIS_MODULE,
			.mod_name = KBUILD_MODNAME,
		},
	};
	front_end->pdev.name = KBUILD_MODNAME;
	front_end->pdev.id = profile->id;
	front_end->pdev.dev.release = release_front_end;

	ret = platform_device_register(&front_end->pdev);
	if (ret) {
		platform_device_put(&front_end->pdev);
		return ERR_PTR(ret);
	}

	/* Probing has been done, and has said in the log what went wrong. */
	if (!front_end->started) {
		platform_device_unregister(&front_end->pdev);
		return ERR_PTR(-ENXIO);
	}

	return front_end;
}

void mock_front_end_stop(struct mock_front_end *front_end)
{
	platform_device_unregister(&front_end->pdev);
}

int mock_front_end_init(void)
{
	return platform_driver_register(&mock_parent_driver);
}

void mock_front_end_exit(void)
{
	platform_driver_unregister(&mock_parent_driver);
}

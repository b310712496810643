// SPDX-License-Identifier: GPL-2.0-only
/*
 * mock_vfio: fake VFIO devices, and a fake IOMMU behind them, for testing what
 * uses VFIO and VFIO itself. Documentation/mock_vfio.rst is the manual.
 *
 * The order of initialisation is that of use: configfs, through which everything
 * else is set in motion, comes last.
 */

#include <linux/module.h>

#include "backend.h"
#include "config.h"
#include "debugfs.h"
#include "front_end.h"

static int __init mock_vfio_init(void)
{
	int ret;

	mock_debugfs_init();

	ret = mock_backend_register();
	if (ret)
		goto err_debugfs;

	ret = mock_front_end_init();
	if (ret)
		goto err_backend;

	ret = mock_config_init();
	if (ret)
		goto err_front_end;

	return 0;

err_front_end:
	mock_front_end_exit();
err_backend:
	mock_backend_unregister();
err_debugfs:
	mock_debugfs_exit();
	return ret;
}

static void __exit mock_vfio_exit(void)
{
	mock_config_exit();
	mock_front_end_exit();
	mock_backend_unregister();
	mock_debugfs_exit();
}

module_init(mock_vfio_init);
module_exit(mock_vfio_exit);

MODULE_DESCRIPTION("Mock VFIO devices and IOMMU with fault injection");
MODULE_AUTHOR("The mock_vfio authors");
MODULE_LICENSE("GPL");
/* The IOMMU driver that registers last is asked first: that must be ours. */
MODULE_SOFTDEP("pre: vfio_iommu_type1");

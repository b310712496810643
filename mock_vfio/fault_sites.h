/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The table of fault sites: every point at which the module answers user space
 * or the VFIO core, and where a rule may make it answer otherwise. Adding a row
 * adds the site to enum mock_site, to the configfs grammar, to the event log
 * and to debugfs' "sites"; the code at the site is a struct mock_call.
 *
 * MOCK_SITE(id, whole, name, context, default errno, effects, doc, origin)
 *
 * whole: the site of which this one is a part, or its own id: a call of the part
 *   is a call of the whole as well.
 * context: PROCESS may sleep; FAULT is a page fault, with mmap_lock held.
 * default errno: what a rule answers when it names none; 0 for a site that
 *   cannot answer an errno.
 * effects: what a rule may do; MOCK_ERRNO, where offered, is the default.
 * doc: one line for "sites" and for the catalogue in Documentation/.
 * origin: where the like was seen, for the catalogue; may be empty.
 */
#ifndef MOCK_SITE
#error "define MOCK_SITE before including fault_sites.h"
#endif

MOCK_SITE(DEVICE_OPEN, DEVICE_OPEN, "device.open", PROCESS, EIO, MOCK_ERRNO,
	  "VFIO_GROUP_GET_DEVICE_FD, first open of the device", "")
MOCK_SITE(DEVICE_GET_INFO, DEVICE_GET_INFO, "device.get_info", PROCESS, EIO, MOCK_ERRNO,
	  "VFIO_DEVICE_GET_INFO", "")
MOCK_SITE(DEVICE_GET_REGION_INFO, DEVICE_GET_REGION_INFO, "device.get_region_info", PROCESS, EIO,
	  MOCK_ERRNO, "VFIO_DEVICE_GET_REGION_INFO", "")
MOCK_SITE(DEVICE_GET_IRQ_INFO, DEVICE_GET_IRQ_INFO, "device.get_irq_info", PROCESS, EIO,
	  MOCK_ERRNO, "VFIO_DEVICE_GET_IRQ_INFO", "")
MOCK_SITE(DEVICE_SET_IRQS, DEVICE_SET_IRQS, "device.set_irqs", PROCESS, EINVAL, MOCK_ERRNO,
	  "VFIO_DEVICE_SET_IRQS", "")
MOCK_SITE(DEVICE_RESET, DEVICE_RESET, "device.reset", PROCESS, EIO, MOCK_ERRNO,
	  "VFIO_DEVICE_RESET", "")
MOCK_SITE(DEVICE_MIGRATION, DEVICE_MIGRATION, "device.migration", PROCESS, EIO, MOCK_ERRNO,
	  "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, a new state", "")
MOCK_SITE(DEVICE_FEATURE, DEVICE_FEATURE, "device.feature", PROCESS, EIO, MOCK_ERRNO,
	  "VFIO_DEVICE_FEATURE, but for migration and DMA logging", "")
MOCK_SITE(DEVICE_HOT_RESET, DEVICE_HOT_RESET, "device.hot_reset", PROCESS, EIO, MOCK_ERRNO,
	  "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET", "")
MOCK_SITE(REGION_READ, REGION_READ, "region.read", PROCESS, EIO, MOCK_ERRNO | MOCK_SHORT,
	  "read() or pread() of a region; short: transfers at most value bytes", "")
MOCK_SITE(REGION_WRITE, REGION_WRITE, "region.write", PROCESS, EIO, MOCK_ERRNO | MOCK_SHORT,
	  "write() or pwrite() of a region; short: transfers at most value bytes", "")
MOCK_SITE(REGION_MMAP, REGION_MMAP, "region.mmap", PROCESS, EAGAIN, MOCK_ERRNO,
	  "mmap() of a region", "")
MOCK_SITE(REGION_FAULT, REGION_FAULT, "region.fault", FAULT, EFAULT, MOCK_ERRNO,
	  "first touch of a mapped page; any errno is a SIGBUS", "")
MOCK_SITE(IRQ_DELIVER, IRQ_DELIVER, "irq.deliver", PROCESS, 0, MOCK_DROP,
	  "an interrupt on its way to its eventfd; drop: it is not signalled", "")
MOCK_SITE(DMA_RW, DMA_RW, "dma.rw", PROCESS, EFAULT, MOCK_ERRNO,
	  "the DMA engine's access by vfio_dma_rw()", "")
MOCK_SITE(DMA_PIN, DMA_PIN, "dma.pin", PROCESS, EFAULT, MOCK_ERRNO,
	  "the DMA engine's access by vfio_pin_pages()", "")
MOCK_SITE(IOMMU_OPEN, IOMMU_OPEN, "iommu.open", PROCESS, ENOMEM, MOCK_ERRNO,
	  "VFIO_SET_IOMMU, creation of the container's IOMMU state", "")
MOCK_SITE(IOMMU_ATTACH, IOMMU_ATTACH, "iommu.attach", PROCESS, ENODEV, MOCK_ERRNO,
	  "attach of a group; VFIO falls through to the next IOMMU driver", "")
MOCK_SITE(IOMMU_GET_INFO, IOMMU_GET_INFO, "iommu.get_info", PROCESS, EINVAL, MOCK_ERRNO,
	  "VFIO_IOMMU_GET_INFO", "")
MOCK_SITE(IOMMU_MAP_DMA, IOMMU_MAP_DMA, "iommu.map_dma", PROCESS, EBUSY, MOCK_ERRNO,
	  "VFIO_IOMMU_MAP_DMA", "")
MOCK_SITE(IOMMU_UNMAP_DMA, IOMMU_UNMAP_DMA, "iommu.unmap_dma", PROCESS, EINVAL,
	  MOCK_ERRNO | MOCK_SHORT,
	  "VFIO_IOMMU_UNMAP_DMA; short: unmaps what lies in the first value bytes", "")
MOCK_SITE(IOMMU_DIRTY_PAGES, IOMMU_DIRTY_PAGES, "iommu.dirty_pages", PROCESS, EINVAL, MOCK_ERRNO,
	  "VFIO_IOMMU_DIRTY_PAGES", "")
MOCK_SITE(IOMMU_PIN_PAGES, IOMMU_PIN_PAGES, "iommu.pin_pages", PROCESS, EFAULT, MOCK_ERRNO,
	  "the backend's half of vfio_pin_pages()", "")
MOCK_SITE(IOMMU_DMA_RW, IOMMU_DMA_RW, "iommu.dma_rw", PROCESS, EFAULT, MOCK_ERRNO,
	  "the backend's half of vfio_dma_rw()", "")

#undef MOCK_SITE

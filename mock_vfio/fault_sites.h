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
 * effects: what a rule may do; MOCK_ERRNO, where offered, is the default. None
 *   where the running kernel never gets there: MOCK_IF_*() are set apart by
 *   compat/fault_sites.h.
 * doc: one line for "sites" and for the catalogue in Documentation/. What is
 *   special about an effect at this site stands behind a semicolon.
 * origin: where the like was seen, for the catalogue; may be empty.
 *
 * MOCK_HANG is only for calls that a program makes itself, and with no lock held
 * that anybody but that program could want; MOCK_DELAY may hold the program's own.
 */
#ifndef MOCK_SITE
#error "define MOCK_SITE before including fault_sites.h"
#endif

/* Where no kernel version is known, all of them are offered. */
#ifndef MOCK_IF_PRE_COPY
#define MOCK_IF_PRE_COPY(effects)		(effects)
#define MOCK_IF_OWN_REGION_INFO(effects)	(effects)
#define MOCK_IF_DMA_LOG_REPORT(effects)		(effects)
#endif

/* The life of a device. */
MOCK_SITE(DEVICE_PROBE, DEVICE_PROBE, "device.probe", PROCESS, ENOMEM, MOCK_ERRNO,
	  "creation of a device, by a write to \"create\"", "")
MOCK_SITE(DEVICE_REGISTER, DEVICE_REGISTER, "device.register", PROCESS, EBUSY, MOCK_ERRNO,
	  "vfio_register_emulated_iommu_dev(), when all else of a new device is there",
	  "Linux 20230909070952.80081-3: sample drivers crash when it fails")
MOCK_SITE(DEVICE_OPEN, DEVICE_OPEN, "device.open", PROCESS, EIO, MOCK_ERRNO | MOCK_DELAY,
	  "first VFIO_GROUP_GET_DEVICE_FD of the device",
	  "Linux e324fc82ea45: a failed open leaks a reference")
MOCK_SITE(DEVICE_CLOSE, DEVICE_CLOSE, "device.close", PROCESS, 0, MOCK_DELAY,
	  "last close of the device", "")
MOCK_SITE(DEVICE_REQUEST, DEVICE_REQUEST, "device.request", PROCESS, 0, MOCK_DROP,
	  "the device is to be removed; drop: nobody is asked to let go of it", "")
MOCK_SITE(DEVICE_REMOVE, DEVICE_REMOVE, "device.remove", PROCESS, 0, MOCK_DELAY,
	  "removal of a device, by a write to \"remove\"",
	  "Linux c777b11d34e0: a crash when the parent device goes")

/* Its ioctls. */
MOCK_SITE(DEVICE_GET_INFO, DEVICE_GET_INFO, "device.get_info", PROCESS, EIO,
	  MOCK_CALL | MOCK_SIZE | MOCK_CAPS | MOCK_NOFLAGS,
	  "VFIO_DEVICE_GET_INFO; size: argsz",
	  "QEMU ecbe424a63: more regions than it was made for")
MOCK_SITE(DEVICE_GET_REGION_INFO, DEVICE_GET_REGION_INFO, "device.get_region_info", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT | MOCK_CAPS | MOCK_NOFLAGS |
	  MOCK_IF_OWN_REGION_INFO(MOCK_RESULT | MOCK_SIZE),
	  "VFIO_DEVICE_GET_REGION_INFO; size: argsz",
	  "QEMU 4.0 and rust-vmm follow a capability chain that loops for ever")
MOCK_SITE(DEVICE_GET_IRQ_INFO, DEVICE_GET_IRQ_INFO, "device.get_irq_info", PROCESS, EIO,
	  MOCK_CALL | MOCK_SIZE | MOCK_NOFLAGS,
	  "VFIO_DEVICE_GET_IRQ_INFO; size: count", "")
MOCK_SITE(DEVICE_SET_IRQS, DEVICE_SET_IRQS, "device.set_irqs", PROCESS, EINVAL, MOCK_CALL,
	  "VFIO_DEVICE_SET_IRQS, any",
	  "QEMU c174088923: a positive result is the number of vectors to be had")
MOCK_SITE(DEVICE_SET_IRQS_EVENTFD, DEVICE_SET_IRQS, "device.set_irqs.eventfd", PROCESS, EINVAL,
	  MOCK_CALL, "VFIO_DEVICE_SET_IRQS, eventfds to be triggered",
	  "QEMU d2b668fca5: MSI-X fails, and INTx can no longer be set up")
MOCK_SITE(DEVICE_SET_IRQS_LOOPBACK, DEVICE_SET_IRQS, "device.set_irqs.loopback", PROCESS, EINVAL,
	  MOCK_CALL, "VFIO_DEVICE_SET_IRQS, trigger without eventfds",
	  "Linux 18c198c96a81 (CVE-2024-26812): INTx without its eventfd")
MOCK_SITE(DEVICE_SET_IRQS_DISABLE, DEVICE_SET_IRQS, "device.set_irqs.disable", PROCESS, EINVAL,
	  MOCK_CALL, "VFIO_DEVICE_SET_IRQS, trigger of none: disables the index",
	  "QEMU b3e27c3aee: what is disabled in the wrong order leaves a handler behind")
MOCK_SITE(DEVICE_SET_IRQS_MASK, DEVICE_SET_IRQS, "device.set_irqs.mask", PROCESS, EINVAL,
	  MOCK_CALL, "VFIO_DEVICE_SET_IRQS, mask", "rust-vmm 4825ba1: only INTx can be masked")
MOCK_SITE(DEVICE_SET_IRQS_UNMASK, DEVICE_SET_IRQS, "device.set_irqs.unmask", PROCESS, EINVAL,
	  MOCK_CALL, "VFIO_DEVICE_SET_IRQS, unmask",
	  "Cloud Hypervisor 4999: INTx that is never unmasked")
MOCK_SITE(DEVICE_SET_IRQS_RESAMPLE, DEVICE_SET_IRQS, "device.set_irqs.resample", PROCESS, EINVAL,
	  MOCK_CALL, "VFIO_DEVICE_SET_IRQS, an eventfd that unmasks",
	  "Linux 18c198c96a81 (CVE-2024-26812): INTx without its eventfd")
MOCK_SITE(DEVICE_RESET, DEVICE_RESET, "device.reset", PROCESS, EIO, MOCK_CALL,
	  "VFIO_DEVICE_RESET", "QEMU 7da624e26a: a reset reaches devices that are not there yet")
MOCK_SITE(DEVICE_HOT_RESET, DEVICE_HOT_RESET, "device.hot_reset", PROCESS, EIO, MOCK_CALL,
	  "both ioctls of hot reset", "")
MOCK_SITE(DEVICE_HOT_RESET_INFO, DEVICE_HOT_RESET, "device.hot_reset.info", PROCESS, EIO,
	  MOCK_CALL | MOCK_SIZE, "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO; size: count",
	  "vfio-pci's ENOSPC while devices come and go")
MOCK_SITE(DEVICE_HOT_RESET_RESET, DEVICE_HOT_RESET, "device.hot_reset.reset", PROCESS, EIO,
	  MOCK_CALL, "VFIO_DEVICE_PCI_HOT_RESET", "")
MOCK_SITE(DEVICE_FEATURE, DEVICE_FEATURE, "device.feature", PROCESS, EIO, MOCK_CALL,
	  "VFIO_DEVICE_FEATURE, but for migration and DMA logging", "")
MOCK_SITE(DEVICE_FEATURE_LOW_POWER_ENTRY, DEVICE_FEATURE, "device.feature.low_power_entry",
	  PROCESS, EIO, MOCK_CALL, "VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY", "")
MOCK_SITE(DEVICE_FEATURE_LOW_POWER_WAKEUP, DEVICE_FEATURE, "device.feature.low_power_wakeup",
	  PROCESS, EIO, MOCK_CALL, "VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP", "")
MOCK_SITE(DEVICE_FEATURE_LOW_POWER_EXIT, DEVICE_FEATURE, "device.feature.low_power_exit",
	  PROCESS, EIO, MOCK_CALL, "VFIO_DEVICE_FEATURE_LOW_POWER_EXIT", "")
MOCK_SITE(DEVICE_WAKEUP, DEVICE_WAKEUP, "device.wakeup", PROCESS, 0, MOCK_DROP | MOCK_DUPLICATE,
	  "a device in low power wakes up, and signals the eventfd for that", "")

/* Migration. VFIO answers a failed change of state with the state it is in. */
MOCK_SITE(DEVICE_MIGRATION, DEVICE_MIGRATION, "device.migration", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT, "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, any new state", "")
MOCK_SITE(DEVICE_MIGRATION_STOP, DEVICE_MIGRATION, "device.migration.stop", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT, "the state is to be STOP", "")
MOCK_SITE(DEVICE_MIGRATION_RUNNING, DEVICE_MIGRATION, "device.migration.running", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT, "the state is to be RUNNING", "")
MOCK_SITE(DEVICE_MIGRATION_STOP_COPY, DEVICE_MIGRATION, "device.migration.stop_copy", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT, "the state is to be STOP_COPY", "")
MOCK_SITE(DEVICE_MIGRATION_RESUMING, DEVICE_MIGRATION, "device.migration.resuming", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT, "the state is to be RESUMING", "")
MOCK_SITE(DEVICE_MIGRATION_RUNNING_P2P, DEVICE_MIGRATION, "device.migration.running_p2p",
	  PROCESS, EIO, MOCK_ERRNO | MOCK_WAIT, "the state is to be RUNNING_P2P", "")
MOCK_SITE(DEVICE_MIGRATION_PRE_COPY, DEVICE_MIGRATION, "device.migration.pre_copy", PROCESS, EIO,
	  MOCK_IF_PRE_COPY(MOCK_ERRNO | MOCK_WAIT), "the state is to be PRE_COPY", "")
MOCK_SITE(DEVICE_MIGRATION_PRE_COPY_P2P, DEVICE_MIGRATION, "device.migration.pre_copy_p2p",
	  PROCESS, EIO, MOCK_IF_PRE_COPY(MOCK_ERRNO | MOCK_WAIT),
	  "the state is to be PRE_COPY_P2P", "")
MOCK_SITE(MIGRATION_GET_STATE, MIGRATION_GET_STATE, "migration.get_state", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_WAIT, "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, the state", "")
MOCK_SITE(MIGRATION_DATA_SIZE, MIGRATION_DATA_SIZE, "migration.data_size", PROCESS, EIO,
	  MOCK_IF_PRE_COPY(MOCK_ERRNO | MOCK_WAIT | MOCK_SIZE),
	  "VFIO_DEVICE_FEATURE_MIG_DATA_SIZE; size: bytes that a stop would have to copy", "")
MOCK_SITE(MIGRATION_PRECOPY_INFO, MIGRATION_PRECOPY_INFO, "migration.precopy_info", PROCESS, EIO,
	  MOCK_IF_PRE_COPY(MOCK_CALL | MOCK_SIZE),
	  "VFIO_MIG_GET_PRECOPY_INFO; size: dirty_bytes", "")
MOCK_SITE(MIGRATION_READ, MIGRATION_READ, "migration.read", PROCESS, EIO,
	  MOCK_CALL | MOCK_SHORT | MOCK_CORRUPT, "read() of the state that is being saved", "")
MOCK_SITE(MIGRATION_WRITE, MIGRATION_WRITE, "migration.write", PROCESS, EIO,
	  MOCK_CALL | MOCK_SHORT | MOCK_CORRUPT, "write() of the state that is being loaded", "")
MOCK_SITE(DMA_LOG_START, DMA_LOG_START, "dma_log.start", PROCESS, EIO, MOCK_ERRNO | MOCK_WAIT,
	  "VFIO_DEVICE_FEATURE_DMA_LOGGING_START", "")
MOCK_SITE(DMA_LOG_STOP, DMA_LOG_STOP, "dma_log.stop", PROCESS, EIO, MOCK_ERRNO | MOCK_WAIT,
	  "VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP", "")
MOCK_SITE(DMA_LOG_REPORT, DMA_LOG_REPORT, "dma_log.report", PROCESS, EIO,
	  MOCK_IF_DMA_LOG_REPORT(MOCK_ERRNO | MOCK_DROP | MOCK_DELAY),
	  "VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT; drop: what is dirty is forgotten, not reported",
	  "")

/* Regions. The parts are by what is accessed, and how much of it. */
#define REGION_READ_EFFECTS	(MOCK_CALL | MOCK_SHORT | MOCK_CORRUPT)
MOCK_SITE(REGION_READ, REGION_READ, "region.read", PROCESS, EIO, REGION_READ_EFFECTS,
	  "read() or pread() of a region",
	  "QEMU 7d489dcdf5: the result of pread() kept in an unsigned variable")
MOCK_SITE(REGION_READ_1, REGION_READ, "region.read.1", PROCESS, EIO, REGION_READ_EFFECTS,
	  "of 1 byte", "")
MOCK_SITE(REGION_READ_2, REGION_READ, "region.read.2", PROCESS, EIO, REGION_READ_EFFECTS,
	  "of 2 bytes", "")
MOCK_SITE(REGION_READ_4, REGION_READ, "region.read.4", PROCESS, EIO, REGION_READ_EFFECTS,
	  "of 4 bytes", "")
MOCK_SITE(REGION_READ_8, REGION_READ, "region.read.8", PROCESS, EIO, REGION_READ_EFFECTS,
	  "of 8 bytes", "rust-vmm 03fc67a: a register's bytes in the wrong order")
MOCK_SITE(REGION_READ_BULK, REGION_READ, "region.read.bulk", PROCESS, EIO, REGION_READ_EFFECTS,
	  "of any other size", "QEMU 4.0 finds out that it knows no such size after the read")
MOCK_SITE(REGION_READ_CONFIG, REGION_READ, "region.read.config", PROCESS, EIO,
	  REGION_READ_EFFECTS, "of config space, in any size", "")
#undef REGION_READ_EFFECTS
#define REGION_WRITE_EFFECTS	(MOCK_CALL | MOCK_SHORT | MOCK_CORRUPT)
MOCK_SITE(REGION_WRITE, REGION_WRITE, "region.write", PROCESS, EIO, REGION_WRITE_EFFECTS,
	  "write() or pwrite() of a region",
	  "QEMU 7d489dcdf5: the result of pwrite() kept in an unsigned variable")
MOCK_SITE(REGION_WRITE_1, REGION_WRITE, "region.write.1", PROCESS, EIO, REGION_WRITE_EFFECTS,
	  "of 1 byte", "")
MOCK_SITE(REGION_WRITE_2, REGION_WRITE, "region.write.2", PROCESS, EIO, REGION_WRITE_EFFECTS,
	  "of 2 bytes", "")
MOCK_SITE(REGION_WRITE_4, REGION_WRITE, "region.write.4", PROCESS, EIO, REGION_WRITE_EFFECTS,
	  "of 4 bytes", "")
MOCK_SITE(REGION_WRITE_8, REGION_WRITE, "region.write.8", PROCESS, EIO, REGION_WRITE_EFFECTS,
	  "of 8 bytes", "QEMU c40708176a, 6758008e2c: bytes swapped, and swapped back")
MOCK_SITE(REGION_WRITE_BULK, REGION_WRITE, "region.write.bulk", PROCESS, EIO,
	  REGION_WRITE_EFFECTS, "of any other size", "QEMU 4.0 aborts, as it knows no such size")
MOCK_SITE(REGION_WRITE_CONFIG, REGION_WRITE, "region.write.config", PROCESS, EIO,
	  REGION_WRITE_EFFECTS, "of config space, in any size", "")
#undef REGION_WRITE_EFFECTS
MOCK_SITE(REGION_MMAP, REGION_MMAP, "region.mmap", PROCESS, EAGAIN, MOCK_ERRNO | MOCK_DELAY,
	  "mmap() of a region", "QEMU 24acf72b9a: a sparse area of no bytes")
MOCK_SITE(REGION_FAULT, REGION_FAULT, "region.fault", FAULT, EFAULT, MOCK_ERRNO | MOCK_DELAY,
	  "first touch of a mapped page; any errno is a SIGBUS",
	  "Linux abafbc551fdd: memory that is disabled does not answer")

/* Interrupts. */
MOCK_SITE(IRQ_EVENTFD, IRQ_EVENTFD, "irq.eventfd", PROCESS, EBADF, MOCK_ERRNO,
	  "the device takes hold of an eventfd that it is to signal",
	  "Linux 20231013195653.1222141-2: sample drivers never let go of it")
MOCK_SITE(IRQ_RESAMPLE, IRQ_RESAMPLE, "irq.resample", PROCESS, EBUSY, MOCK_ERRNO,
	  "the device begins to listen to INTx's unmask eventfd", "")
MOCK_SITE(IRQ_VECTORS, IRQ_VECTORS, "irq.vectors", PROCESS, ENOSPC, MOCK_ANSWER,
	  "allocation of an index's vectors; result: how many there are to be had",
	  "QEMU c174088923: fewer vectors than asked for")
#define IRQ_DELIVER_EFFECTS	(MOCK_DROP | MOCK_DUPLICATE | MOCK_LATE)
MOCK_SITE(IRQ_DELIVER, IRQ_DELIVER, "irq.deliver", PROCESS, 0, IRQ_DELIVER_EFFECTS,
	  "an interrupt on its way to its eventfd", "")
MOCK_SITE(IRQ_DELIVER_INTX, IRQ_DELIVER, "irq.deliver.intx", PROCESS, 0, IRQ_DELIVER_EFFECTS,
	  "of INTx", "Linux fe9a7082684e: INTx comes while it is set up")
MOCK_SITE(IRQ_DELIVER_MSI, IRQ_DELIVER, "irq.deliver.msi", PROCESS, 0, IRQ_DELIVER_EFFECTS,
	  "of MSI", "")
MOCK_SITE(IRQ_DELIVER_MSIX, IRQ_DELIVER, "irq.deliver.msix", PROCESS, 0, IRQ_DELIVER_EFFECTS,
	  "of MSI-X", "DPDK 89aac60e0b: interrupts lost while others are set up")
MOCK_SITE(IRQ_DELIVER_ERR, IRQ_DELIVER, "irq.deliver.err", PROCESS, 0, IRQ_DELIVER_EFFECTS,
	  "of the error interrupt",
	  "Linux, stable 76e92c684ce4: it races with the loss of its eventfd")
MOCK_SITE(IRQ_DELIVER_REQ, IRQ_DELIVER, "irq.deliver.req", PROCESS, 0, IRQ_DELIVER_EFFECTS,
	  "of the device request interrupt",
	  "Linux, stable 76e92c684ce4: it races with the loss of its eventfd")
#undef IRQ_DELIVER_EFFECTS

/* The DMA engine. */
MOCK_SITE(DMA_START, DMA_START, "dma.start", PROCESS, EBUSY,
	  MOCK_ERRNO | MOCK_DROP | MOCK_DELAY,
	  "a command for the DMA engine, by a write to its register; drop: it is not seen", "")
#define DMA_EFFECTS	(MOCK_ERRNO | MOCK_DELAY | MOCK_SHORT | MOCK_CORRUPT)
MOCK_SITE(DMA_RW, DMA_RW, "dma.rw", PROCESS, EFAULT, DMA_EFFECTS,
	  "the engine's access by vfio_dma_rw()", "")
MOCK_SITE(DMA_RW_READ, DMA_RW, "dma.rw.read", PROCESS, EFAULT, DMA_EFFECTS,
	  "the device reads memory", "")
MOCK_SITE(DMA_RW_WRITE, DMA_RW, "dma.rw.write", PROCESS, EFAULT, DMA_EFFECTS,
	  "the device writes memory", "")
MOCK_SITE(DMA_PIN, DMA_PIN, "dma.pin", PROCESS, EFAULT, DMA_EFFECTS,
	  "the engine's access by vfio_pin_pages()", "")
MOCK_SITE(DMA_PIN_READ, DMA_PIN, "dma.pin.read", PROCESS, EFAULT, DMA_EFFECTS,
	  "the device reads memory", "")
MOCK_SITE(DMA_PIN_WRITE, DMA_PIN, "dma.pin.write", PROCESS, EFAULT, DMA_EFFECTS,
	  "the device writes memory", "")
#undef DMA_EFFECTS
MOCK_SITE(DMA_UNPIN, DMA_UNPIN, "dma.unpin", PROCESS, 0, MOCK_DELAY,
	  "the engine lets go of pinned pages; delay: until the user unmaps them at the latest",
	  "Linux's type1 crashes when a device does not let go")
MOCK_SITE(DMA_COMPLETE, DMA_COMPLETE, "dma.complete", PROCESS, EIO,
	  MOCK_ERRNO | MOCK_DROP | MOCK_DELAY,
	  "the end of a command, the data moved; errno: it says it failed; drop: it stays busy",
	  "")

/* Containers, where the IOMMU backend serves them. */
MOCK_SITE(IOMMU_CHECK_EXTENSION, IOMMU_CHECK_EXTENSION, "iommu.check_extension", PROCESS, EINVAL,
	  MOCK_ANSWER, "VFIO_CHECK_EXTENSION; before VFIO_SET_IOMMU by rules of iommu/",
	  "QEMU tries sPAPR version 2 because of it, and falls back to 1")
MOCK_SITE(IOMMU_OPEN, IOMMU_OPEN, "iommu.open", PROCESS, ENOMEM, MOCK_ERRNO,
	  "VFIO_SET_IOMMU, the container's IOMMU state, by rules of iommu/ and the profile",
	  "QEMU falls back from sPAPR version 2 to 1 when this fails")
MOCK_SITE(IOMMU_ATTACH, IOMMU_ATTACH, "iommu.attach", PROCESS, ENODEV, MOCK_ERRNO,
	  "attach of a group; VFIO goes on to the next IOMMU driver",
	  "lf-edge/eve 5670: a group that is not viable")
MOCK_SITE(IOMMU_DETACH, IOMMU_DETACH, "iommu.detach", PROCESS, 0, MOCK_DELAY,
	  "detach of a group", "QEMU 369686267a: the memory listener outlives the IOMMU")
MOCK_SITE(IOMMU_GET_INFO, IOMMU_GET_INFO, "iommu.get_info", PROCESS, EINVAL,
	  MOCK_CALL | MOCK_SIZE | MOCK_CAPS | MOCK_NOFLAGS,
	  "VFIO_IOMMU_GET_INFO; size: argsz", "QEMU a5dba9bc05: no page sizes")
MOCK_SITE(IOMMU_CAP_MIGRATION, IOMMU_CAP_MIGRATION, "iommu.cap_migration", PROCESS, 0,
	  MOCK_DROP | MOCK_CORRUPT, "the migration capability of VFIO_IOMMU_GET_INFO",
	  "Linux before 5.8 has none")
MOCK_SITE(IOMMU_CAP_DMA_AVAIL, IOMMU_CAP_DMA_AVAIL, "iommu.cap_dma_avail", PROCESS, 0,
	  MOCK_DROP | MOCK_CORRUPT, "the DMA_AVAIL capability of VFIO_IOMMU_GET_INFO",
	  "Linux before 5.10 has none")
MOCK_SITE(IOMMU_CAP_IOVA_RANGE, IOMMU_CAP_IOVA_RANGE, "iommu.cap_iova_range", PROCESS, 0,
	  MOCK_DROP | MOCK_CORRUPT, "the IOVA_RANGE capability of VFIO_IOMMU_GET_INFO",
	  "Linux before 5.4 has none")
MOCK_SITE(IOMMU_MAP_DMA, IOMMU_MAP_DMA, "iommu.map_dma", PROCESS, EBUSY, MOCK_CALL,
	  "VFIO_IOMMU_MAP_DMA, any",
	  "QEMU 12af134487: EBUSY, and the range has to be unmapped first")
MOCK_SITE(IOMMU_MAP_DMA_MAP, IOMMU_MAP_DMA, "iommu.map_dma.map", PROCESS, EBUSY, MOCK_CALL,
	  "a new mapping", "Linux 492855939bdb: ENOSPC when there are too many")
MOCK_SITE(IOMMU_MAP_DMA_VADDR, IOMMU_MAP_DMA, "iommu.map_dma.vaddr", PROCESS, EBUSY, MOCK_CALL,
	  "a new address for a mapping",
	  "Linux 046eca5018f8: locked memory underflows after exec()")
#define UNMAP_EFFECTS	(MOCK_CALL | MOCK_SHORT | MOCK_SIZE)
MOCK_SITE(IOMMU_UNMAP_DMA, IOMMU_UNMAP_DMA, "iommu.unmap_dma", PROCESS, EINVAL, UNMAP_EFFECTS,
	  "VFIO_IOMMU_UNMAP_DMA, any; short: what lies in the first value bytes; size: the answer's",
	  "Linux 4.15 to 4.20: EINVAL for a range that ends at 2^64")
MOCK_SITE(IOMMU_UNMAP_DMA_RANGE, IOMMU_UNMAP_DMA, "iommu.unmap_dma.range", PROCESS, EINVAL,
	  UNMAP_EFFECTS, "of a range", "DPDK c13ca4e81c: less is unmapped than was asked for")
MOCK_SITE(IOMMU_UNMAP_DMA_ALL, IOMMU_UNMAP_DMA, "iommu.unmap_dma.all", PROCESS, EINVAL,
	  UNMAP_EFFECTS, "of everything", "QEMU 1b296c3def: 2^64 bytes, which no size can say")
MOCK_SITE(IOMMU_UNMAP_DMA_VADDR, IOMMU_UNMAP_DMA, "iommu.unmap_dma.vaddr", PROCESS, EINVAL,
	  MOCK_CALL | MOCK_SIZE, "of the addresses only",
	  "Linux ef3a3f6a294b: not where devices are mediated")
MOCK_SITE(IOMMU_UNMAP_DMA_BITMAP, IOMMU_UNMAP_DMA, "iommu.unmap_dma.bitmap", PROCESS, EINVAL,
	  UNMAP_EFFECTS, "with the dirty bitmap", "")
#undef UNMAP_EFFECTS
MOCK_SITE(IOMMU_DIRTY_PAGES, IOMMU_DIRTY_PAGES, "iommu.dirty_pages", PROCESS, EINVAL, MOCK_CALL,
	  "VFIO_IOMMU_DIRTY_PAGES, any", "")
MOCK_SITE(IOMMU_DIRTY_PAGES_START, IOMMU_DIRTY_PAGES, "iommu.dirty_pages.start", PROCESS, EINVAL,
	  MOCK_CALL, "tracking starts",
	  "Linux 4518e5a60c7f: some bitmaps are there when it fails")
MOCK_SITE(IOMMU_DIRTY_PAGES_STOP, IOMMU_DIRTY_PAGES, "iommu.dirty_pages.stop", PROCESS, EINVAL,
	  MOCK_CALL, "tracking stops", "")
MOCK_SITE(IOMMU_DIRTY_PAGES_GET, IOMMU_DIRTY_PAGES, "iommu.dirty_pages.get", PROCESS, EINVAL,
	  MOCK_CALL, "the dirty bitmap", "")
MOCK_SITE(IOMMU_PIN_PAGES, IOMMU_PIN_PAGES, "iommu.pin_pages", PROCESS, EFAULT,
	  MOCK_ERRNO | MOCK_SHORT,
	  "the backend's half of vfio_pin_pages(); short: so many pages, which need not be all", "")
MOCK_SITE(IOMMU_DMA_RW, IOMMU_DMA_RW, "iommu.dma_rw", PROCESS, EFAULT,
	  MOCK_ERRNO | MOCK_DELAY | MOCK_CORRUPT, "the backend's half of vfio_dma_rw()", "")
MOCK_SITE(IOMMU_REGISTER_DEVICE, IOMMU_REGISTER_DEVICE, "iommu.register_device", PROCESS, 0,
	  MOCK_DROP, "an open device wants to hear of unmaps; drop: it does not, and cannot pin",
	  "")
MOCK_SITE(IOMMU_NOTIFY, IOMMU_NOTIFY, "iommu.notify", PROCESS, 0, MOCK_DROP | MOCK_DELAY,
	  "devices are asked to unpin what is unmapped; drop: they are not, and EBUSY comes of it",
	  "Linux's type1 crashes when a device does not let go")

#undef MOCK_SITE

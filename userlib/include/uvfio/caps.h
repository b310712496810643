/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Capability chains of the three INFO structures. The chain comes from a driver
 * and is not trusted: offsets must lie inside argsz, be 4-byte aligned and only
 * ever go forward, so every walk ends.
 *
 * A capability can be as little aligned as 4 bytes (the 12 bytes long
 * VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL pushes its neighbour off the 8-byte grid), so
 * 64-bit members have to be copied out with memcpy().
 */
#ifndef UVFIO_CAPS_H
#define UVFIO_CAPS_H

#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * uvfio_get_region_info_cap() - find a capability of a region
 * @info: answer to VFIO_DEVICE_GET_REGION_INFO in a buffer of at least argsz
 * @id: VFIO_REGION_INFO_CAP_*
 * @avail: optional: bytes from the capability's header to the buffer's end; all
 *         that may be read of it
 *
 * Return: the first such capability, inside @info; NULL with errno ENOENT when
 * there is none (or no VFIO_REGION_INFO_FLAG_CAPS), EPROTO when the chain is
 * malformed before one is found.
 */
const struct vfio_info_cap_header *
uvfio_get_region_info_cap(const struct vfio_region_info *info, uint16_t id,
			  size_t *avail);

/**
 * uvfio_get_device_info_cap() - find a capability of a device
 * @info: answer to VFIO_DEVICE_GET_INFO in a buffer of at least argsz
 * @id: VFIO_DEVICE_INFO_CAP_*
 * @avail: as in uvfio_get_region_info_cap()
 *
 * Return: as uvfio_get_region_info_cap(), for VFIO_DEVICE_FLAGS_CAPS.
 */
const struct vfio_info_cap_header *
uvfio_get_device_info_cap(const struct vfio_device_info *info, uint16_t id,
			  size_t *avail);

/**
 * uvfio_get_iommu_info_cap() - find a capability of a type1 IOMMU
 * @info: answer to VFIO_IOMMU_GET_INFO in a buffer of at least argsz
 * @id: VFIO_IOMMU_TYPE1_INFO_CAP_*
 * @avail: as in uvfio_get_region_info_cap()
 *
 * Return: as uvfio_get_region_info_cap(), for VFIO_IOMMU_INFO_CAPS.
 */
const struct vfio_info_cap_header *
uvfio_get_iommu_info_cap(const struct vfio_iommu_type1_info *info, uint16_t id,
			 size_t *avail);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_CAPS_H */

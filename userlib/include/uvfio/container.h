/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Containers: one IOMMU context of the kernel, shared by the groups of an
 * address space that the kernel lets share it. Containers come and go with
 * their groups; there is no call to open or close one.
 */
#ifndef UVFIO_CONTAINER_H
#define UVFIO_CONTAINER_H

#include <stddef.h>
#include <stdint.h>

#include <linux/vfio.h>

#include <uvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** struct uvfio_container - an open /dev/vfio/vfio with its IOMMU set; opaque */
struct uvfio_container;

/**
 * struct uvfio_iova_range - a range of I/O virtual addresses
 * @first: first address
 * @last: last address, inclusive, so that a range can end at 2^64 - 1
 */
struct uvfio_iova_range {
	uint64_t first;
	uint64_t last;
};

/**
 * uvfio_container_fd() - the container's file descriptor
 * @container: the container
 *
 * For calls the library does not wrap.
 *
 * Return: the descriptor, which stays the library's; 0 is valid.
 */
int uvfio_container_fd(const struct uvfio_container *container);

/**
 * uvfio_container_iommu_type() - the IOMMU model that was chosen
 * @container: the container
 *
 * Return: VFIO_TYPE1v2_IOMMU, VFIO_TYPE1_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU or
 * VFIO_SPAPR_TCE_IOMMU.
 */
unsigned int uvfio_container_iommu_type(const struct uvfio_container *container);

/**
 * uvfio_container_pgsizes() - page sizes the IOMMU can map
 * @container: the container
 *
 * Return: a mask with one bit for each page size in bytes, never 0: 4096 when
 * the kernel did not say (VFIO_IOMMU_INFO_PGSIZES absent, no size given, or
 * VFIO_IOMMU_GET_INFO failed; failing with ENOMEM, it ends the set-up instead).
 * Groups that join or leave, and devices that are opened or closed, may change it, as in
 * uvfio_container_iova_ranges().
 */
uint64_t uvfio_container_pgsizes(const struct uvfio_container *container);

/**
 * uvfio_container_iova_ranges() - addresses that can be mapped
 * @container: the container
 * @nr: number of ranges
 *
 * As the kernel reported when the last group joined or left, or the last device was
 * opened or closed: groups behind several IOMMUs have only what all of these can map.
 * type1 knows this from the groups; iommufd in its place knows it of the devices that
 * are open, and without any says that everything can be mapped. When the answer differs
 * from before, the container's host windows are those of the new ranges, and no others;
 * what is mapped already stays so. Without the IOVA range capability, or an answer to
 * the first VFIO_IOMMU_GET_INFO, there is one range over all 64 bits; without an answer
 * to a later one the ranges stay as they are. But -ENOMEM of that call fails
 * uvfio_get_group() and uvfio_get_device(). An sPAPR container has none: what it can map
 * are its host windows, see uvfio_host_win_lookup().
 *
 * Return: the ranges, ascending, owned by the container and valid until a group joins
 * or leaves it, or a device of it is opened or closed; NULL when @nr is 0.
 */
const struct uvfio_iova_range *
uvfio_container_iova_ranges(const struct uvfio_container *container, size_t *nr);

/**
 * uvfio_container_dma_avail() - how many more mappings the kernel allows now
 * @container: the container
 * @avail: number of mappings
 * @err: optional
 *
 * Asks the kernel at each call.
 *
 * Return: 0; -ENOENT when the kernel has no such limit or does not tell
 * (before 5.10); -EOPNOTSUPP on sPAPR; -errno of VFIO_IOMMU_GET_INFO; -EPROTO; -E2BIG;
 * -ENOMEM.
 */
int uvfio_container_dma_avail(struct uvfio_container *container,
			      uint32_t *avail, struct uvfio_error *err);

/**
 * uvfio_container_check_extension() - VFIO_CHECK_EXTENSION
 * @container: the container
 * @extension: VFIO_TYPE1v2_IOMMU, VFIO_UNMAP_ALL ...
 *
 * Return: positive when the kernel has it (the value has a meaning for some
 * extensions); 0 when not; -errno of the ioctl, of which nothing goes to the log.
 */
int uvfio_container_check_extension(const struct uvfio_container *container,
				    unsigned int extension);

/**
 * uvfio_get_iommu_info() - VFIO_IOMMU_GET_INFO with all its capabilities
 * @container: a type1 container
 * @info: the answer; free it with uvfio_free_iommu_info()
 * @err: optional
 *
 * The buffer grows to what the kernel asks for, within limits. In @info, argsz
 * is the number of bytes that may be read.
 *
 * Return: 0; -EOPNOTSUPP on sPAPR; -errno of the ioctl; -EPROTO; -E2BIG; -ENOMEM.
 */
int uvfio_get_iommu_info(struct uvfio_container *container,
			 struct vfio_iommu_type1_info **info,
			 struct uvfio_error *err);

/**
 * uvfio_free_iommu_info() - free what uvfio_get_iommu_info() gave
 * @container: the same container
 * @info: the answer, or NULL
 */
void uvfio_free_iommu_info(struct uvfio_container *container,
			   struct vfio_iommu_type1_info *info);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* UVFIO_CONTAINER_H */

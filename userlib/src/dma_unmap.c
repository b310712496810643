// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Unmapping, and what kernels got wrong at the end of the address space.
 *
 * For a range that ends at exactly 2^64:
 * - 4.15 to 4.20 say EINVAL (71a7d3d78e3c, fixed by 58fec830fc19 in 5.0);
 * - 5.10 to 6.17 say 0 and unmap nothing (fixed by 6012379ede6a and others).
 * A range one page shorter works on all of them, hence one retry without the
 * last page. Only type1 v2 ever had either bug.
 */
#include "dma.h"
#include "report.h"

static int unmap_once(struct uvfio_container *container, uint64_t iova,
		      uint64_t size, uint64_t *done)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};
	int ret = uvfio_ioctl(container->ctx, container->fd,
			      VFIO_IOMMU_UNMAP_DMA, &unmap);

	*done = ret ? 0 : unmap.size;
	uvfio_trace(container->ctx, uvfio_dma_unmap,
		    "iova 0x%llx size 0x%llx = %d, unmapped 0x%llx",
		    (unsigned long long)iova, (unsigned long long)size, ret,
		    (unsigned long long)*done);
	return ret > 0 ? -EPROTO : ret;
}

static uint64_t smallest_page(const struct uvfio_container *container)
{
	return container->pgsizes & -container->pgsizes;
}

/*
 * A kernel with the silent bug finds nothing at all: one that unmapped a part
 * does not have it, and the rest was not mapped.
 */
static bool worth_a_retry(const struct uvfio_container *container,
			  const struct uvfio_dma_range *range, int ret,
			  uint64_t done)
{
	return (ret == -EINVAL || (!ret && !done)) &&
	       container->model->unmap_exact &&
	       range->iova + range->size == 0 &&
	       range->size > smallest_page(container);
}

int uvfio_unmap_and_count(struct uvfio_container *container,
			  const struct uvfio_dma_range *range,
			  uint64_t *unmapped, uint64_t *missing,
			  struct uvfio_error *err)
{
	uint64_t size = range->size;
	uint64_t first, second = 0;
	int ret = unmap_once(container, range->iova, size, &first);

	if (worth_a_retry(container, range, ret, first)) {
		uvfio_trace(container->ctx, vfio_dma_unmap_overflow_workaround,
			    "iova 0x%llx size 0x%llx",
			    (unsigned long long)range->iova,
			    (unsigned long long)size);
		size -= smallest_page(container);
		ret = unmap_once(container, range->iova, size, &second);
	}
	if (ret)
		return uvfio_fail_errno(container->ctx, err, ret,
					UVFIO_FAILURE(range->operation,
						      .ioctl = "VFIO_IOMMU_UNMAP_DMA",
						      .iova = range->iova,
						      .length = range->size),
					"VFIO_IOMMU_UNMAP_DMA iova 0x%llx size 0x%llx",
					(unsigned long long)range->iova,
					(unsigned long long)size);
	*unmapped = first + second;
	*missing = *unmapped < size ? size - *unmapped : 0;
	return 0;
}

int uvfio_dma_unmap(struct uvfio_container *container, uint64_t iova,
		    uint64_t size, struct uvfio_error *err)
{
	const struct uvfio_dma_range range = { "uvfio_dma_unmap", iova, size };
	uint64_t unmapped = 0, missing = 0;
	int ret;

	ret = uvfio_unmap_and_count(container, &range, &unmapped, &missing, err);
	if (ret || !missing)
		return ret;
	return uvfio_fail(container->ctx, err, -EIO,
			  UVFIO_FAILURE(range.operation,
					.ioctl = "VFIO_IOMMU_UNMAP_DMA",
					.iova = iova, .length = size),
			  "VFIO_IOMMU_UNMAP_DMA iova 0x%llx size 0x%llx unmapped 0x%llx bytes only",
			  (unsigned long long)iova, (unsigned long long)size,
			  (unsigned long long)unmapped);
}

int uvfio_dma_unmap_range(struct uvfio_container *container, uint64_t iova,
			  uint64_t size, uint64_t *unmapped,
			  struct uvfio_error *err)
{
	const struct uvfio_dma_range range = {
		"uvfio_dma_unmap_range", iova, size
	};
	struct uvfio_error why;
	uint64_t done = 0, missing = 0;
	int ret;

	ret = uvfio_unmap_and_count(container, &range, &done, &missing, &why);
	if (unmapped)
		*unmapped = done;
	if (!ret || ret == -ENOENT)	/* iommufd's type1 before 6.18 */
		return 0;
	return uvfio_pass_on(container->ctx, err, range.operation, &why);
}

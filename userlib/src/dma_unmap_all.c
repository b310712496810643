// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Unmapping more than a 64-bit size can say.
 */
#include "dma.h"
#include "report.h"

#define OP	"uvfio_dma_unmap_all"
#define HALF	0x8000000000000000ull

/* Two calls are the least that covers all of 2^64 bytes. */
static int unmap_halves(struct uvfio_container *container, uint64_t *unmapped,
			struct uvfio_error *err)
{
	uint64_t low, high;
	int ret = uvfio_dma_unmap_range(container, 0, HALF, &low, err);

	if (!ret)
		ret = uvfio_dma_unmap_range(container, HALF, HALF, &high, err);
	*unmapped = ret ? 0 : low + high;
	return ret;
}

int uvfio_dma_unmap_span(struct uvfio_container *container, uint64_t first,
			 uint64_t last, struct uvfio_error *err)
{
	uint64_t size = last - first + 1, unmapped;

	if (!size)
		return unmap_halves(container, &unmapped, err);
	return uvfio_dma_unmap_range(container, first, size, &unmapped, err);
}

static int unmap_flag_all(struct uvfio_container *container, uint64_t *unmapped,
			  struct uvfio_error *err)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.flags = VFIO_DMA_UNMAP_FLAG_ALL,
	};
	int ret = uvfio_ioctl(container->ctx, container->fd, VFIO_IOMMU_UNMAP_DMA,
			      &unmap);

	*unmapped = ret ? 0 : unmap.size;
	uvfio_trace(container->ctx, uvfio_dma_unmap_all, "unmapped 0x%llx = %d",
		    (unsigned long long)*unmapped, ret);
	if (!ret)
		return 0;
	if (ret > 0)
		ret = -EPROTO;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(OP,
					      .ioctl = "VFIO_IOMMU_UNMAP_DMA"),
				"VFIO_IOMMU_UNMAP_DMA of everything");
}

int uvfio_dma_unmap_all(struct uvfio_container *container, uint64_t *unmapped,
			struct uvfio_error *err)
{
	struct uvfio_error why;
	uint64_t done;
	bool at_once;
	int ret;

	if (unmapped)
		*unmapped = 0;
	if (!container->model->is_type1)
		return uvfio_fail(container->ctx, err, -EOPNOTSUPP, UVFIO_FAILURE(OP),
				  "%s unmaps what is in one window only: unmap each window's mappings",
				  container->model->name);
	at_once = uvfio_container_check_extension(container, VFIO_UNMAP_ALL) > 0;
	ret = at_once ? unmap_flag_all(container, &done, &why) :
			unmap_halves(container, &done, &why);
	if (unmapped)
		*unmapped = done;
	return ret ? uvfio_pass_on(container->ctx, err, OP, &why) : 0;
}

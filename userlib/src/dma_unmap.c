// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Unmapping, and what kernels got wrong at the end of the address space.
 *
 * For a range that ends at exactly 2^64:
 * - 4.15 to 4.20 say EINVAL (71a7d3d78e3c, fixed by 58fec830fc19 in 5.0);
 * - all others up to 6.17 say 0 and unmap nothing (fixed by ef270ec44637 in 6.18).
 * A range one page shorter works on all of them, hence one retry without the
 * last page. Only type1 v2 ever had either bug.
 */
#include "dma.h"
#include "report.h"

/*
 * A call, with what only a failure needs again: in memory, because registers
 * would have to be saved for it in every call.
 */
struct unmapping {
	struct uvfio_container *container;
	struct uvfio_error *err;
	uint64_t size;		/* what was asked for */
	int ret;
	struct vfio_iommu_type1_dma_unmap unmap;	/* size: what was done */
};

static UVFIO_HOT void unmap_once(struct unmapping *u, uint64_t iova,
				 uint64_t size)
{
	u->unmap = (struct vfio_iommu_type1_dma_unmap) {
		.argsz = sizeof(u->unmap), .iova = iova, .size = size,
	};
	u->size = size;
	u->ret = uvfio_ioctl(u->container->ctx, u->container->fd,
			     VFIO_IOMMU_UNMAP_DMA, &u->unmap);
	/* What a failed call says of the size means nothing. */
	if (u->ret)
		u->unmap.size = 0;
	uvfio_trace(u->container->ctx, uvfio_dma_unmap,
		    "iova 0x%llx size 0x%llx = %d, unmapped 0x%llx",
		    (unsigned long long)u->unmap.iova,
		    (unsigned long long)u->size, u->ret,
		    (unsigned long long)u->unmap.size);
}

static uint64_t smallest_page(const struct uvfio_container *container)
{
	return container->pgsizes & -container->pgsizes;
}

/*
 * A kernel with the silent bug finds nothing at all: one that unmapped a part
 * does not have it, and the rest was not mapped.
 */
static bool worth_a_retry(const struct unmapping *u)
{
	return (u->ret == -EINVAL || (!u->ret && !u->unmap.size)) &&
	       u->container->model->unmap_exact &&
	       u->unmap.iova + u->size == 0 &&
	       u->size > smallest_page(u->container);
}

/* After the first attempt; *unmapped and *missing are set when it returns 0. */
static int settle(struct unmapping *u, const char *operation,
		  uint64_t *unmapped, uint64_t *missing)
{
	struct uvfio *ctx = u->container->ctx;
	uint64_t iova = u->unmap.iova;
	uint64_t whole = u->size;

	*unmapped = u->unmap.size;
	if (worth_a_retry(u)) {
		uvfio_trace(ctx, vfio_dma_unmap_overflow_workaround,
			    "iova 0x%llx size 0x%llx", (unsigned long long)iova,
			    (unsigned long long)whole);
		unmap_once(u, iova, whole - smallest_page(u->container));
		*unmapped += u->unmap.size;
	}
	if (u->ret)
		return uvfio_fail_errno(ctx, u->err,
					u->ret > 0 ? -EPROTO : u->ret,
					UVFIO_FAILURE(operation,
						      .ioctl = "VFIO_IOMMU_UNMAP_DMA",
						      .iova = iova,
						      .length = whole),
					"VFIO_IOMMU_UNMAP_DMA iova 0x%llx size 0x%llx",
					(unsigned long long)iova,
					(unsigned long long)u->size);
	*missing = *unmapped < u->size ? u->size - *unmapped : 0;
	return 0;
}

int uvfio_unmap_and_count(struct uvfio_container *container,
			  const struct uvfio_dma_range *range,
			  uint64_t *unmapped, uint64_t *missing,
			  struct uvfio_error *err)
{
	struct unmapping u = {
		.container = container, .err = err,
	};

	unmap_once(&u, range->iova, range->size);
	return settle(&u, range->operation, unmapped, missing);
}

static UVFIO_COLD int unmap_exactly(struct unmapping *u)
{
	const char *op = "uvfio_dma_unmap";
	uint64_t unmapped, missing, size = u->size;
	int ret = settle(u, op, &unmapped, &missing);

	if (ret || !missing)
		return ret;
	return uvfio_fail(u->container->ctx, u->err, -EIO,
			  UVFIO_FAILURE(op, .ioctl = "VFIO_IOMMU_UNMAP_DMA",
					.iova = u->unmap.iova, .length = size),
			  "VFIO_IOMMU_UNMAP_DMA iova 0x%llx size 0x%llx unmapped 0x%llx bytes only",
			  (unsigned long long)u->unmap.iova,
			  (unsigned long long)size,
			  (unsigned long long)unmapped);
}

int uvfio_dma_unmap(struct uvfio_container *container, uint64_t iova,
		    uint64_t size, struct uvfio_error *err)
{
	struct unmapping u;

	u.container = container;
	u.err = err;
	unmap_once(&u, iova, size);
	if (!u.ret && u.unmap.size == u.size)
		return 0;
	return unmap_exactly(&u);
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

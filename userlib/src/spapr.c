// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Bringing an sPAPR container up, once VFIO_SET_IOMMU has succeeded.
 */
#include "host_window.h"
#include "report.h"
#include "spapr.h"

#define OP		"uvfio_get_group"
#define PAGES_4K	0x1000

static const char enable_hint[] =
	"the limit of locked memory (ulimit -l) must allow the whole DMA window";

static int get_info(struct uvfio_container *container,
		    struct vfio_iommu_spapr_tce_info *info, struct uvfio_error *err)
{
	int ret;

	*info = (struct vfio_iommu_spapr_tce_info){ .argsz = sizeof(*info) };
	ret = uvfio_ioctl(container->ctx, container->fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO,
			  info);
	if (ret >= 0)
		return 0;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(OP, .ioctl = "VFIO_IOMMU_SPAPR_TCE_GET_INFO"),
				"VFIO_IOMMU_SPAPR_TCE_GET_INFO");
}

static int enable(struct uvfio_container *container, struct uvfio_error *err)
{
	int ret = uvfio_ioctl(container->ctx, container->fd, VFIO_IOMMU_ENABLE, NULL);

	if (ret >= 0)
		return 0;
	return uvfio_fail_errno(container->ctx, err, ret,
				UVFIO_FAILURE(OP, .ioctl = "VFIO_IOMMU_ENABLE",
					      .hint = enable_hint),
				"VFIO_IOMMU_ENABLE");
}

/* The container's end disables it: nothing has to be undone. */
int uvfio_spapr_v1_set_up(struct uvfio_container *container, struct uvfio_error *err)
{
	struct vfio_iommu_spapr_tce_info info;
	int ret = enable(container, err);

	if (!ret)
		ret = get_info(container, &info, err);
	if (ret)
		return ret;
	if (!info.dma32_window_size)
		return uvfio_fail(container->ctx, err, -EPROTO,
				  UVFIO_FAILURE(OP, .ioctl = "VFIO_IOMMU_SPAPR_TCE_GET_INFO"),
				  "VFIO_IOMMU_SPAPR_TCE_GET_INFO: the DMA window is empty");
	container->pgsizes = PAGES_4K;
	return uvfio_host_win_add(container, info.dma32_window_start,
				  (uint64_t)info.dma32_window_start +
				  (info.dma32_window_size - 1),
				  container->pgsizes, err);
}

/*
 * The default window would be in the way of those that sections ask for: no two
 * fit at address 0.
 */
static int learn_windows(struct uvfio_container *container, struct uvfio_spapr *spapr,
			 struct uvfio_error *err)
{
	struct vfio_iommu_spapr_tce_info info;
	int ret = get_info(container, &info, err);

	if (ret)
		return ret;
	container->pgsizes = PAGES_4K;
	spapr->levels = 1;
	if (info.flags & VFIO_IOMMU_SPAPR_INFO_DDW) {
		if (info.ddw.pgsizes)
			container->pgsizes = info.ddw.pgsizes;
		if (info.ddw.levels)
			spapr->levels = info.ddw.levels;
		/* One attempt for each level: a kernel's answer must not make it 2^32. */
		if (spapr->levels > UVFIO_SPAPR_MAX_LEVELS)
			spapr->levels = UVFIO_SPAPR_MAX_LEVELS;
	}
	return uvfio_spapr_remove_window(container, OP, info.dma32_window_start, err);
}

int uvfio_spapr_v2_set_up(struct uvfio_container *container, struct uvfio_error *err)
{
	struct uvfio *ctx = container->ctx;
	struct uvfio_spapr *spapr = uvfio_zalloc(ctx, sizeof(*spapr));
	int ret;

	if (!spapr)
		return uvfio_fail_nomem(ctx, err, OP);
	container->model_data = spapr;
	ret = uvfio_spapr_prereg(container, &spapr->prereg, err);
	if (!ret)
		ret = learn_windows(container, spapr, err);
	if (ret) {
		uvfio_spapr_v2_tear_down(container);
		errno = -ret;
	}
	return ret;
}

void uvfio_spapr_v2_tear_down(struct uvfio_container *container)
{
	struct uvfio_spapr *spapr = container->model_data;
	struct uvfio_error why;

	if (uvfio_listener_unregister(spapr->prereg, &why))
		uvfio_log(container->ctx, UVFIO_LOG_WARNING,
			  "unregistering a container's memory: %s", why.message);
	uvfio_free_mem(container->ctx, spapr);
	container->model_data = NULL;
}

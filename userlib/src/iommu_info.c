// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a type1 container says about itself: page sizes, mappable addresses, how
 * many mappings are left.
 */
#include <assert.h>
#include <string.h>

#include <uvfio/caps.h>

#include "container.h"
#include "host_window.h"
#include "info.h"

#define DEFAULT_PGSIZES	4096

int uvfio_require_type1(const struct uvfio_container *container, const char *operation,
			struct uvfio_error *err)
{
	if (container->model->is_type1)
		return 0;
	return uvfio_fail(container->ctx, err, -EOPNOTSUPP, UVFIO_FAILURE(operation),
			  "%s has no such call", container->model->name);
}

int uvfio_get_iommu_info(struct uvfio_container *container,
			 struct vfio_iommu_type1_info **out,
			 struct uvfio_error *err)
{
	const struct vfio_iommu_type1_info question = { .argsz = 0 };
	const struct uvfio_info_query query = {
		.fd = container->fd,
		.request = VFIO_IOMMU_GET_INFO,
		.ioctl = "VFIO_IOMMU_GET_INFO",
		.operation = "uvfio_get_iommu_info",
		.path = "/dev/vfio/vfio",
		.question = &question,
		.size = sizeof(question),
	};
	int ret = uvfio_require_type1(container, query.operation, err);
	void *info;

	if (!ret)
		ret = uvfio_query_info(container->ctx, &query, &info, err);
	if (!ret)
		*out = info;
	return ret;
}

void uvfio_free_iommu_info(struct uvfio_container *container,
			   struct vfio_iommu_type1_info *info)
{
	uvfio_free_mem(container->ctx, info);
}

static int fail_malformed(struct uvfio_container *container,
			  struct uvfio_error *err, const char *what)
{
	return uvfio_fail(container->ctx, err, -EPROTO,
			  UVFIO_FAILURE("uvfio_get_iommu_info",
					.ioctl = "VFIO_IOMMU_GET_INFO",
					.path = "/dev/vfio/vfio"),
			  "VFIO_IOMMU_GET_INFO: malformed %s", what);
}

static uint64_t pgsizes_of(const struct vfio_iommu_type1_info *info)
{
	if (!(info->flags & VFIO_IOMMU_INFO_PGSIZES) || !info->iova_pgsizes)
		return DEFAULT_PGSIZES;
	return info->iova_pgsizes;
}

static int set_one_range(struct uvfio_container *container,
			 struct uvfio_error *err)
{
	container->ranges = uvfio_zalloc(container->ctx,
					 sizeof(*container->ranges));
	if (!container->ranges)
		return uvfio_fail_nomem(container->ctx, err, "uvfio_get_group");
	container->ranges[0].last = UINT64_MAX;
	container->nr_ranges = 1;
	return 0;
}

/* At least one; none empty; ascending and apart. */
static bool ranges_are_sane(const struct uvfio_iova_range *ranges, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (ranges[i].first > ranges[i].last ||
		    (i && ranges[i].first <= ranges[i - 1].last))
			return false;
	return nr > 0;
}

static int set_ranges(struct uvfio_container *container,
		      const struct vfio_info_cap_header *cap, size_t avail,
		      struct uvfio_error *err)
{
	struct vfio_iommu_type1_info_cap_iova_range head;
	size_t bytes;

	/* struct vfio_iova_range and ours are two inclusive 64-bit bounds. */
	static_assert(sizeof(struct vfio_iova_range) ==
		       sizeof(struct uvfio_iova_range), "layouts differ");

	if (avail < sizeof(head))
		return fail_malformed(container, err, "IOVA range capability");
	memcpy(&head, cap, sizeof(head));
	if ((avail - sizeof(head)) / sizeof(*container->ranges) < head.nr_iovas)
		return fail_malformed(container, err, "IOVA range count");

	bytes = head.nr_iovas * sizeof(*container->ranges);
	container->ranges = uvfio_zalloc(container->ctx, bytes ? bytes : 1);
	if (!container->ranges)
		return uvfio_fail_nomem(container->ctx, err, "uvfio_get_group");
	memcpy(container->ranges, (const char *)cap + sizeof(head), bytes);
	container->nr_ranges = head.nr_iovas;
	if (!ranges_are_sane(container->ranges, container->nr_ranges))
		return fail_malformed(container, err, "IOVA ranges");
	return 0;
}

static int learn_from(struct uvfio_container *container,
		      const struct vfio_iommu_type1_info *info,
		      struct uvfio_error *err)
{
	const struct vfio_info_cap_header *cap;
	size_t avail;

	container->pgsizes = pgsizes_of(info);
	cap = uvfio_get_iommu_info_cap(info,
				       VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE,
				       &avail);
	if (cap)
		return set_ranges(container, cap, avail, err);
	if (errno == EPROTO)
		return fail_malformed(container, err, "capability chain");
	return set_one_range(container, err);
}

/*
 * No answer (of a kernel before VFIO_IOMMU_GET_INFO, or one that fails it) is no
 * error: what is done about it is logged, and @info is NULL. An answer that makes
 * no sense is an error, and so is a lack of memory.
 */
static int ask(struct uvfio_container *container, struct vfio_iommu_type1_info **info,
	       const char *otherwise, struct uvfio_error *err)
{
	struct uvfio_error why;
	int ret;

	*info = NULL;
	ret = uvfio_get_iommu_info(container, info, &why);
	if (ret == -EPROTO || ret == -E2BIG || ret == -ENOMEM)
		return uvfio_pass_on(container->ctx, err, "uvfio_get_group", &why);
	if (ret)
		uvfio_log(container->ctx, UVFIO_LOG_WARNING, "%s; %s", why.message,
			  otherwise);
	return 0;
}

/* A kernel that does not answer is assumed to map 4 KiB pages anywhere. */
static int learn_iommu(struct uvfio_container *container, struct uvfio_error *err)
{
	struct vfio_iommu_type1_info *info;
	int ret = ask(container, &info, "assuming 4 KiB pages and no limits", err);

	if (ret)
		return ret;
	if (!info) {
		container->pgsizes = DEFAULT_PGSIZES;
		return set_one_range(container, err);
	}
	ret = learn_from(container, info, err);
	uvfio_free_iommu_info(container, info);
	return ret;
}

int uvfio_type1_set_up(struct uvfio_container *container, struct uvfio_error *err)
{
	int ret = learn_iommu(container, err);

	return ret ? ret : uvfio_add_iova_windows(container, err);
}

/* What a container can map. */
struct limits {
	uint64_t pgsizes;
	struct uvfio_iova_range *ranges;
	size_t nr_ranges;
	struct uvfio_tree windows;
};

static struct limits limits_of(const struct uvfio_container *container)
{
	return (struct limits){
		container->pgsizes, container->ranges, container->nr_ranges,
		container->windows,
	};
}

static void set_limits(struct uvfio_container *container, const struct limits *limits)
{
	container->pgsizes = limits->pgsizes;
	container->ranges = limits->ranges;
	container->nr_ranges = limits->nr_ranges;
	container->windows = limits->windows;
}

static bool has_limits(const struct uvfio_container *container,
		       const struct limits *limits)
{
	return container->pgsizes == limits->pgsizes &&
	       container->nr_ranges == limits->nr_ranges &&
	       !memcmp(container->ranges, limits->ranges,
		       limits->nr_ranges * sizeof(*limits->ranges));
}

/* Frees the ranges and windows the container has, and gives it others. */
static void replace_limits(struct uvfio_container *container,
			   const struct limits *limits)
{
	uvfio_free_host_windows(container);
	uvfio_free_mem(container->ctx, container->ranges);
	set_limits(container, limits);
}

/*
 * Windows are touched only when there is a difference: the program may have some
 * of its own.
 */
static int learn_again(struct uvfio_container *container,
		       const struct vfio_iommu_type1_info *info,
		       struct uvfio_error *err)
{
	const struct limits before = limits_of(container);
	struct limits after;
	bool same;
	int ret;

	set_limits(container, &(const struct limits){ .pgsizes = 0 });
	ret = learn_from(container, info, err);
	same = !ret && has_limits(container, &before);
	if (!ret && !same)
		ret = uvfio_add_iova_windows(container, err);
	after = limits_of(container);
	if (ret || same) {
		replace_limits(container, &before);
	} else {
		set_limits(container, &before);
		replace_limits(container, &after);
	}
	return ret;
}

int uvfio_type1_users_changed(struct uvfio_container *container,
			      struct uvfio_error *err)
{
	struct vfio_iommu_type1_info *info;
	int ret = ask(container, &info, "keeping what it said before", err);

	if (ret || !info)
		return ret;
	ret = learn_again(container, info, err);
	uvfio_free_iommu_info(container, info);
	return ret;
}

static int dma_avail_of(struct uvfio_container *container,
			const struct vfio_iommu_type1_info *info,
			uint32_t *avail, struct uvfio_error *err)
{
	struct vfio_iommu_type1_info_dma_avail value;
	const struct vfio_info_cap_header *cap;
	size_t size;

	cap = uvfio_get_iommu_info_cap(info, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL,
				       &size);
	if (!cap && errno == ENOENT)
		return uvfio_fail(container->ctx, err, -ENOENT,
				  UVFIO_FAILURE("uvfio_container_dma_avail",
						.ioctl = "VFIO_IOMMU_GET_INFO"),
				  "the kernel does not tell how many mappings are left");
	if (!cap || size < sizeof(value))
		return fail_malformed(container, err, "DMA-available capability");
	memcpy(&value, cap, sizeof(value));
	*avail = value.avail;
	return 0;
}

int uvfio_container_dma_avail(struct uvfio_container *container,
			      uint32_t *avail, struct uvfio_error *err)
{
	struct vfio_iommu_type1_info *info;
	int ret = uvfio_get_iommu_info(container, &info, err);

	if (ret)
		return ret;
	ret = dma_avail_of(container, info, avail, err);
	uvfio_free_iommu_info(container, info);
	return ret;
}

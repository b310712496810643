// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Walking a capability chain that may be hostile.
 *
 * Offsets must only go forward, by at least a header each. The kernel never
 * builds a chain any other way, and it bounds the walk by the buffer's size
 * without counting or marking anything.
 */
#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

#include <uvfio/caps.h>

#define ALIGNMENT	alignof(struct vfio_info_cap_header)

/* Where an INFO structure keeps the start of its chain. */
struct layout {
	size_t cap_offset;	/* offset of the member cap_offset */
	size_t head;		/* first byte a capability may occupy */
};

/* Members were added behind these; a chain can follow cap_offset directly. */
#define GROWING(type) \
	{ \
		.cap_offset = offsetof(type, cap_offset), \
		.head = offsetof(type, cap_offset) + sizeof(__u32), \
	}

static const struct layout region_layout = {
	.cap_offset = offsetof(struct vfio_region_info, cap_offset),
	.head = sizeof(struct vfio_region_info),
};

static const struct layout device_layout = GROWING(struct vfio_device_info);
static const struct layout iommu_layout = GROWING(struct vfio_iommu_type1_info);

static const struct vfio_info_cap_header *fail(int code)
{
	errno = code;
	return NULL;
}

/* A chain, as the structure it hangs on describes it. */
struct chain {
	const unsigned char *info;
	uint32_t argsz;
	bool present;
	const struct layout *layout;
};

static const struct vfio_info_cap_header *find(const struct chain *chain, uint16_t id,
					       size_t *avail)
{
	const struct vfio_info_cap_header *cap;
	size_t floor = chain->layout->head;
	uint32_t offset;

	if (!chain->present)
		return fail(ENOENT);
	if (chain->argsz < floor)
		return fail(EPROTO);
	memcpy(&offset, chain->info + chain->layout->cap_offset, sizeof(offset));
	for (; offset; offset = cap->next) {
		if (offset % ALIGNMENT || offset < floor ||
		    offset > chain->argsz ||
		    chain->argsz - offset < sizeof(*cap))
			return fail(EPROTO);
		cap = (const void *)(chain->info + offset);
		if (cap->id == id) {
			if (avail)
				*avail = chain->argsz - offset;
			return cap;
		}
		floor = offset + sizeof(*cap);
	}
	return fail(ENOENT);
}

const struct vfio_info_cap_header *
uvfio_get_region_info_cap(const struct vfio_region_info *info, uint16_t id,
			  size_t *avail)
{
	const struct chain chain = {
		.info = (const unsigned char *)info,
		.argsz = info->argsz,
		.present = info->flags & VFIO_REGION_INFO_FLAG_CAPS,
		.layout = &region_layout,
	};

	return find(&chain, id, avail);
}

const struct vfio_info_cap_header *
uvfio_get_device_info_cap(const struct vfio_device_info *info, uint16_t id,
			  size_t *avail)
{
	const struct chain chain = {
		.info = (const unsigned char *)info,
		.argsz = info->argsz,
		.present = info->flags & VFIO_DEVICE_FLAGS_CAPS,
		.layout = &device_layout,
	};

	return find(&chain, id, avail);
}

const struct vfio_info_cap_header *
uvfio_get_iommu_info_cap(const struct vfio_iommu_type1_info *info, uint16_t id,
			 size_t *avail)
{
	const struct chain chain = {
		.info = (const unsigned char *)info,
		.argsz = info->argsz,
		.present = info->flags & VFIO_IOMMU_INFO_CAPS,
		.layout = &iommu_layout,
	};

	return find(&chain, id, avail);
}

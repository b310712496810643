// SPDX-License-Identifier: GPL-2.0-only
/* What rules do to the answers of a container's ioctls. See backend_answer.h. */

#include <linux/kernel.h>

#include "backend_answer.h"
#include "fault_answer.h"
#include "model/type1.h"

/* The capabilities of GET_INFO that are sites. */
static const struct {
	enum mock_site site;
	u16 id;
} caps[] = {
	{ MOCK_SITE_IOMMU_CAP_MIGRATION, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION },
	{ MOCK_SITE_IOMMU_CAP_DMA_AVAIL, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL },
	{ MOCK_SITE_IOMMU_CAP_IOVA_RANGE, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE },
};

/* How much of the answer the capability @header takes. */
static size_t size_of(const struct mock_chain *chain, const struct vfio_info_cap_header *header)
{
	u64 begin = (const u8 *)header - chain->data;

	return (header->next ? header->next - chain->base : chain->size) - begin;
}

/* A capability that is there passes its site. */
static void pass_site(const struct mock_call *info, const struct mock_chain *chain, int i)
{
	struct vfio_info_cap_header *header = mock_caps_find(chain, caps[i].id);
	struct mock_call call;

	if (!header)
		return;
	mock_call_init(&call, info->profile, caps[i].site, NULL);
	mock_call_enter(&call);
	/* What identifies and links it stays right. */
	mock_spoil_data(&call, 0, header + 1, size_of(chain, header) - sizeof(*header));
	if (mock_call_suffers(&call, MOCK_DROP))
		mock_caps_unlink(chain, caps[i].id);
	mock_call_end(&call, 0);
}

void mock_backend_spoil_info(const struct mock_call *call, struct type1_request *r)
{
	const struct mock_chain chain = {
		.data = r->caps,
		.size = r->caps_size,
		.base = sizeof(r->info),
		.cap_offset = &r->info.cap_offset,
		.argsz = &r->info.argsz,
	};
	int i;

	if (r->caps) {
		for (i = 0; i < ARRAY_SIZE(caps); i++)
			pass_site(call, &chain, i);
		if (!r->info.cap_offset)
			r->info.flags &= ~VFIO_IOMMU_INFO_CAPS;
		mock_spoil_caps(call, &chain);
	}
	mock_spoil_flags(call, &r->info.flags);
	mock_spoil_size(call, &r->info.argsz);
}

void mock_backend_spoil_unmap(const struct mock_call *call, struct type1_request *r)
{
	mock_spoil_size(call, &r->unmap.size);
}

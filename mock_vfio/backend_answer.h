/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rules do to the answers of a container's ioctls, between the model, which has
 * done the work, and the program.
 */
#ifndef MOCK_VFIO_BACKEND_ANSWER_H
#define MOCK_VFIO_BACKEND_ANSWER_H

struct mock_call;
struct type1_request;

/* VFIO_IOMMU_GET_INFO, and the sites of its capabilities. */
void mock_backend_spoil_info(const struct mock_call *call, struct type1_request *r);

/* VFIO_IOMMU_UNMAP_DMA. */
void mock_backend_spoil_unmap(const struct mock_call *call, struct type1_request *r);

#endif /* MOCK_VFIO_BACKEND_ANSWER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock IOMMU backend: an IOMMU driver for VFIO containers that hold nothing
 * but mock devices whose profile asks for it. All other containers are left to
 * the kernel's own type1.
 */
#ifndef MOCK_VFIO_BACKEND_H
#define MOCK_VFIO_BACKEND_H

/* VFIO asks the driver that registered last first: type1 must be loaded before. */
int mock_backend_register(void);
void mock_backend_unregister(void);

#endif /* MOCK_VFIO_BACKEND_H */

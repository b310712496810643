/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock IOMMU backend: an IOMMU driver for VFIO containers that hold nothing
 * but mock devices whose profile asks for it. All other containers are left to
 * the kernel's own type1.
 */
#ifndef MOCK_VFIO_BACKEND_H
#define MOCK_VFIO_BACKEND_H

struct mock_profile;

/* The name of its directories, beside those of profiles. */
#define MOCK_BACKEND_PROFILE	"iommu"

/* VFIO asks the driver that registered last first: type1 must be loaded before. */
int mock_backend_register(void);
void mock_backend_unregister(void);

/*
 * Whose rules and log are for containers that are nobody's yet: a profile that has
 * no devices and is never live. There from registering to unregistering.
 */
struct mock_profile *mock_backend_profile(void);

#endif /* MOCK_VFIO_BACKEND_H */

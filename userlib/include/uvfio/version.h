/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version of these headers; the one place that knows it. */
#ifndef UVFIO_VERSION_H
#define UVFIO_VERSION_H

#define UVFIO_VERSION_MAJOR	0
#define UVFIO_VERSION_MINOR	1
#define UVFIO_VERSION_PATCH	0

#endif /* UVFIO_VERSION_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exit statuses of `mock-vfio run` besides the program's: those of env(1) and timeout(1). */
#ifndef MOCK_VFIO_RUN_H
#define MOCK_VFIO_RUN_H

enum {
	RUN_FAILED = 125,	/* device or report could not be made, or removed */
	RUN_NOT_RUN = 126,	/* the program could not be run */
	RUN_NOT_FOUND = 127,	/* there is no such program */
};

#endif /* MOCK_VFIO_RUN_H */

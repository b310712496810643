/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a failed call can tell beyond its -errno.
 */
#ifndef UVFIO_ERROR_H
#define UVFIO_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct uvfio_error - why a call failed, allocated by the caller
 * @code: the call's result: -errno
 * @operation: the public function that failed, a static string
 * @ioctl: name of the ioctl that failed, a static string; NULL when the failure
 *         was not an ioctl's
 * @iova: first I/O virtual address the failure is about, 0 when none
 * @length: bytes from @iova, 0 when the failure is not about a range
 * @path: the file, directory or device name concerned, "" when none
 * @message: one line for a person, without newline; ends with the meaning of
 *           @code where that adds something
 * @hint: what to do about it, "" when the library does not know
 *
 * Never needs initialising nor freeing. A call that succeeds leaves it alone.
 * Texts that do not fit are cut, always with a terminating NUL.
 */
struct uvfio_error {
	int code;
	const char *operation;
	const char *ioctl;
	uint64_t iova;
	uint64_t length;
	char path[128];
	char message[256];
	char hint[160];
};

#ifdef __cplusplus
}
#endif

#endif /* UVFIO_ERROR_H */

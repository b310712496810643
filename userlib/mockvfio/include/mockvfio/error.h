/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How libmockvfio reports a failure: a call that fails returns a negative errno, with
 * errno set to the same, and fills in a struct that the caller may pass to learn
 * which file refused what. Nothing is printed.
 */
#ifndef _MOCKVFIO_ERROR_H
#define _MOCKVFIO_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/** define MOCKVFIO_PATH_MAX - longest path the library builds, with its NUL */
#define MOCKVFIO_PATH_MAX	512

/**
 * struct mockvfio_error - the details of a failed call
 * @code: the errno, positive; 0 when nothing failed yet
 * @path: the file or directory concerned, or an empty string
 * @message: one line for a person, without a newline; says what was attempted
 *	and why it failed, path included
 * @kernel: what the module wrote to the kernel log about it, such as
 *	"p/pci_class: bad value ..."; part of @message, too. Empty when it wrote
 *	nothing, or when the caller may not read the log.
 *
 * Allocated by the caller and passed to any call; NULL where the details are
 * not wanted. Written only when a call fails.
 */
struct mockvfio_error {
	int code;
	char path[MOCKVFIO_PATH_MAX];
	char message[MOCKVFIO_PATH_MAX + 512];
	char kernel[256];
};

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_ERROR_H */

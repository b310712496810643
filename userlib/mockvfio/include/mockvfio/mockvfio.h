/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libmockvfio: configures the mock_vfio kernel module from C. It makes device
 * profiles and instances, arms faults, and reads back what happened. It does
 * not use VFIO itself: drive the device with libuvfio or with any program.
 *
 * The library keeps no state of its own beyond names: everything is found
 * again in configfs and sysfs, so that a process can clean up what another one
 * left behind when it was killed. A context and its profiles may be used by
 * one thread at a time.
 *
 * Only root can write to configfs; for others most calls are -EACCES. Texts that
 * calls take are copied.
 */
#ifndef _MOCKVFIO_MOCKVFIO_H
#define _MOCKVFIO_MOCKVFIO_H

#include <mockvfio/counter.h>
#include <mockvfio/error.h>
#include <mockvfio/event.h>
#include <mockvfio/fault.h>
#include <mockvfio/instance.h>
#include <mockvfio/profile.h>
#include <mockvfio/scenario.h>
#include <mockvfio/shape.h>
#include <mockvfio/site.h>
#include <mockvfio/trigger.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct mockvfio - a context: where the module's files are
 */
struct mockvfio;

/**
 * mockvfio_new() - make a context
 * @root: put in front of every path, so that a test can use a directory tree
 *	of its own; NULL or "" for the running system
 * @mockp: where to store the context; free it with mockvfio_free()
 * @err: details of a failure, or NULL
 *
 * Return: 0; -ENOENT when the module is not loaded, or configfs is not mounted
 * at /sys/kernel/config; another negative errno.
 */
int mockvfio_new(const char *root, struct mockvfio **mockp, struct mockvfio_error *err);

/**
 * mockvfio_free() - free a context
 * @mock: the context, or NULL; its profiles' handles must have been closed
 */
void mockvfio_free(struct mockvfio *mock);

/**
 * mockvfio_has_feature() - ask what the loaded module supports
 * @mock: the context
 * @feature: one word of the module's "features" file
 * @err: details of a failure, or NULL
 *
 * Return: 1 when the feature is there, 0 when not, or a negative errno.
 */
int mockvfio_has_feature(struct mockvfio *mock, const char *feature, struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_MOCKVFIO_H */

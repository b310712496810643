/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Run-time triggers: what can befall a device while a program uses it. */
#ifndef _MOCKVFIO_TRIGGER_H
#define _MOCKVFIO_TRIGGER_H

#include <stdbool.h>

#include <mockvfio/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mockvfio_profile;

/**
 * mockvfio_irq_fire() - fire an interrupt of an instance
 * @profile: the handle of the profile
 * @uuid: the instance
 * @index: 0 INTx, 1 MSI, 2 MSI-X, 3 error, 4 device request
 * @vector: of MSI and MSI-X; 0 otherwise
 * @err: details of a failure, or NULL
 *
 * Return: 0; -ENXIO when the program has not set it up; -EINVAL when the
 * device has none such; -ENOENT when there is no such instance; another
 * negative errno.
 */
int mockvfio_irq_fire(struct mockvfio_profile *profile, const char *uuid, unsigned int index,
		      unsigned int vector, struct mockvfio_error *err);

/**
 * mockvfio_memory_set() - let an instance's memory answer or not
 * @profile: the handle of the profile
 * @uuid: the instance
 * @answers: false: reads and writes are EIO, mapped pages SIGBUS
 * @err: details of a failure, or NULL
 *
 * Return: 0; -ENOENT when there is no such instance; another negative errno.
 */
int mockvfio_memory_set(struct mockvfio_profile *profile, const char *uuid, bool answers,
			struct mockvfio_error *err);

/**
 * mockvfio_unplug() - pull an instance's hardware out, for ever
 * @profile: the handle of the profile
 * @uuid: the instance
 * @err: details of a failure, or NULL
 *
 * From then on reads are all ones and writes are lost, mapped pages are gone, there
 * is no DMA and no interrupt, but for the device request, which is signalled.
 *
 * Return: 0; -ENOENT when there is no such instance; another negative errno.
 */
int mockvfio_unplug(struct mockvfio_profile *profile, const char *uuid,
		    struct mockvfio_error *err);

#ifdef __cplusplus
}
#endif

#endif /* _MOCKVFIO_TRIGGER_H */

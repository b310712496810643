/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the examples share: opening a device named on the command line, and
 * showing what the library says.
 */
#ifndef UVFIO_EXAMPLES_COMMON_H
#define UVFIO_EXAMPLES_COMMON_H

#include <stdbool.h>
#include <stdint.h>

#include <uvfio/uvfio.h>

struct session {
	struct uvfio *ctx;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	struct uvfio_error err;
	/* A PCI device's, once session_enable_pci() has succeeded. */
	struct uvfio_region *config;
	struct uvfio_region *bar0;
	uint64_t id;		/* device and vendor, as in config space */
};

/*
 * GROUP is a number, /dev/vfio/N, or a device's sysfs directory. With
 * UVFIO_TRACE=1 in the environment, what the library does is shown on stderr;
 * with another value only the events whose names contain it, such as "dma". On
 * failure says why and returns false, with nothing left to close.
 */
bool session_open(struct session *s, const char *group, const char *device);
void session_close(struct session *s);

/* Lets a PCI device answer and do DMA; false, with a message, when it cannot. */
bool session_enable_pci(struct session *s);

/* Registers of BAR 0; false, with a message, when the access failed. */
bool session_read_reg(struct session *s, uint64_t reg, unsigned int size,
		      uint64_t *value);
bool session_write_reg(struct session *s, uint64_t reg, unsigned int size,
		       uint64_t value);

void session_usage(const char *program);

/* Prints s->err with its hint. Returns false, for callers to pass on. */
bool session_failed(const struct session *s);

#endif /* UVFIO_EXAMPLES_COMMON_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The contents of an expansion ROM. */
#ifndef MOCK_VFIO_ROM_H
#define MOCK_VFIO_ROM_H

#include <linux/types.h>

struct mock_device_config;

/* Makes @config's ROM image, which shows the identity that is there already. */
void mock_rom_make(struct mock_device_config *config);

#endif /* MOCK_VFIO_ROM_H */

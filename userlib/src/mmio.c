// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The functions of <uvfio/mmio.h> for those who cannot have them inline: compilers that
 * are told not to, and other languages. Once it is declared extern, too, the definition
 * in the header is one for other files.
 */
#include <uvfio/mmio.h>

extern inline __typeof__(uvfio_mmio_read8) uvfio_mmio_read8;
extern inline __typeof__(uvfio_mmio_read16) uvfio_mmio_read16;
extern inline __typeof__(uvfio_mmio_read32) uvfio_mmio_read32;
extern inline __typeof__(uvfio_mmio_read64) uvfio_mmio_read64;
extern inline __typeof__(uvfio_mmio_write8) uvfio_mmio_write8;
extern inline __typeof__(uvfio_mmio_write16) uvfio_mmio_write16;
extern inline __typeof__(uvfio_mmio_write32) uvfio_mmio_write32;
extern inline __typeof__(uvfio_mmio_write64) uvfio_mmio_write64;

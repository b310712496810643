/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The register block at the start of BAR 0; uapi/mock_vfio.h documents the
 * registers. The DMA engine's and the interrupts' registers are kept there.
 */
#ifndef MOCK_VFIO_REGISTERS_H
#define MOCK_VFIO_REGISTERS_H

#include <linux/types.h>

struct mock_device;

/**
 * struct mock_registers - what belongs to no other part of the device
 * @scratch: MOCK_VFIO_REG_SCRATCH
 * @resets: MOCK_VFIO_REG_RESETS
 */
struct mock_registers {
	u64 scratch;
	u32 resets;
};

/*
 * -EINVAL for an access that is not one of a whole register or half of one.
 * @buf is aligned for a u64.
 */
int mock_registers_read(struct mock_device *mdev, u64 offset, void *buf,
			size_t count);
int mock_registers_write(struct mock_device *mdev, u64 offset, const void *buf,
			 size_t count);

#endif /* MOCK_VFIO_REGISTERS_H */

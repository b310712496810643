/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes a device do something by itself: its DMA engine and its way to
 * raise an interrupt. The mock and edu differ only in registers, so that one
 * test source drives both.
 */
#ifndef SELFTESTS_ENGINE_H
#define SELFTESTS_ENGINE_H

#include <stdint.h>

#include "target.h"

struct engine {
	const struct engine_ops *ops;
	struct target *target;
	struct uvfio_region *bar0;
	char why[512];
};

/* Each call returns 0, or -errno when the device or an access to it failed. */
struct engine_ops {
	/* Gets the device ready, bus mastering included. */
	int (*init)(struct engine *engine);
	/* Moves @len bytes between memory at @iova and the start of the device's buffer. */
	int (*to_device)(struct engine *engine, uint64_t iova, uint64_t len);
	int (*from_device)(struct engine *engine, uint64_t iova, uint64_t len);
	/* Raises the interrupt that is set up: MSI, or INTx, which stays asserted. */
	int (*raise_irq)(struct engine *engine);
	/* Takes INTx back. */
	int (*ack_irq)(struct engine *engine);
};

extern const struct engine_ops engine_mock_ops;
extern const struct engine_ops engine_edu_ops;

/* Most bytes in one transfer: edu's buffer, less what QEMU 7.2 cannot do. */
#define ENGINE_DMA_MAX	2048

/*
 * Sets an engine up on an open device. Returns 0; 1 when the device has none;
 * or -errno. @why tells in both cases.
 */
int engine_open(struct engine *engine, struct target *target);
void engine_close(struct engine *engine);

/*
 * Of the mock's engine only: has it carry a command of mock_vfio.h out. Returns 0,
 * or -errno: the command's own or that of a register access.
 */
int engine_mock_command(struct engine *engine, uint32_t what, uint64_t src, uint64_t dst,
			uint64_t len);

#define ENGINE_OPEN(engine, target)						\
	ASSERT_EQ(0, engine_open(engine, target))				\
		TH_LOG("%s", (engine)->why)

#endif /* SELFTESTS_ENGINE_H */

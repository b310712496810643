/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * One partitionable endpoint (PE) as VFIO_EEH_PE_OP sees it: what it may do, and
 * how each operation changes that. On real machines each group has one; what
 * freezes it there is an error on the bus, here only VFIO_EEH_PE_INJECT_ERR.
 */
#ifndef MODEL_EEH_H
#define MODEL_EEH_H

#include "port.h"

enum {
	EEH_IO_STOPPED = 1,	/* loads and stores do not reach the devices */
	EEH_DMA_STOPPED = 2,	/* the devices' DMA does not reach memory */
	EEH_RESET = 4,		/* the reset line is asserted */
};

/**
 * struct eeh_pe - the state behind VFIO_EEH_PE_GET_STATE
 * @state: of the bits above; 0, as zeroed memory has it, is the working state
 */
struct eeh_pe {
	u8 state;
};

/**
 * eeh_pe_op() - one operation
 * @pe: the endpoint
 * @op: VFIO_EEH_PE_DISABLE and so on; its form has been checked
 *
 * Return: 0; of GET_STATE, VFIO_EEH_PE_STATE_...; -EINVAL for an operation that
 * does not exist; -ERANGE and -EINVAL for an error to inject whose type or
 * function does not exist.
 */
int eeh_pe_op(struct eeh_pe *pe, const struct vfio_eeh_pe_op *op);

#endif /* MODEL_EEH_H */

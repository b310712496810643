// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* The operations on a partitionable endpoint. See eeh.h. */
#include "eeh.h"

#define FROZEN	(EEH_IO_STOPPED | EEH_DMA_STOPPED)

/* Errors that can be injected: on a 32 or 64 bit address, of 20 kinds. */
#define LAST_ERROR_TYPE	1
#define LAST_ERROR_FUNC	19

/*
 * What each operation does to the state, if the state has the bits it needs.
 * Enabling, disabling and configuring change nothing that a program can see.
 */
static const struct {
	u8 needs;
	u8 clears;
	u8 sets;
} effects[] = {
	[VFIO_EEH_PE_DISABLE] = { 0 },
	[VFIO_EEH_PE_ENABLE] = { 0 },
	[VFIO_EEH_PE_UNFREEZE_IO] = { .clears = EEH_IO_STOPPED },
	[VFIO_EEH_PE_UNFREEZE_DMA] = { .clears = EEH_DMA_STOPPED },
	[VFIO_EEH_PE_GET_STATE] = { 0 },
	[VFIO_EEH_PE_RESET_DEACTIVATE] = { .needs = EEH_RESET, .clears = EEH_RESET | FROZEN },
	[VFIO_EEH_PE_RESET_HOT] = { .sets = EEH_RESET },
	[VFIO_EEH_PE_RESET_FUNDAMENTAL] = { .sets = EEH_RESET },
	[VFIO_EEH_PE_CONFIGURE] = { 0 },
	[VFIO_EEH_PE_INJECT_ERR] = { .sets = FROZEN },
};

/* DMA without I/O is none of the states the interface has: "unavailable". */
static const u8 state_names[] = {
	[0] = VFIO_EEH_PE_STATE_NORMAL,
	[EEH_IO_STOPPED] = VFIO_EEH_PE_STATE_UNAVAIL,
	[EEH_DMA_STOPPED] = VFIO_EEH_PE_STATE_STOPPED_DMA,
	[FROZEN] = VFIO_EEH_PE_STATE_STOPPED,
};

static int check_error(const struct vfio_eeh_pe_err *err)
{
	if (err->type > LAST_ERROR_TYPE)
		return -ERANGE;
	return err->func > LAST_ERROR_FUNC ? -EINVAL : 0;
}

int eeh_pe_op(struct eeh_pe *pe, const struct vfio_eeh_pe_op *op)
{
	int ret = 0;

	if (op->op >= ARRAY_SIZE(effects))
		return -EINVAL;
	if (op->op == VFIO_EEH_PE_GET_STATE)
		return pe->state & EEH_RESET ? VFIO_EEH_PE_STATE_RESET : state_names[pe->state];
	if (op->op == VFIO_EEH_PE_INJECT_ERR)
		ret = check_error(&op->err);
	if (!ret && (pe->state & effects[op->op].needs) == effects[op->op].needs)
		pe->state = (pe->state & ~effects[op->op].clears) | effects[op->op].sets;
	return ret;
}

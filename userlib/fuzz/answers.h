/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A kernel whose answers are the fuzzer's: any result of any call, and any content of
 * what a call fills in.
 *
 * What a kernel cannot do is not done here either: it writes no more than the
 * argsz it was given, and reads and writes no more than it was asked for.
 */
#ifndef UVFIO_FUZZ_ANSWERS_H
#define UVFIO_FUZZ_ANSWERS_H

#include <uvfio/uvfio.h>

#include "fuzz.h"

/* The answers, and what the library holds. */
struct kernel {
	struct fuzz_input in;
	bool spapr;		/* otherwise type1: some numbers mean different calls */
	unsigned int calls;
	unsigned int files;
	unsigned int mmaps;
	unsigned int allocations;
	int eeh;		/* what the last VFIO_EEH_PE_OP was answered */
};

extern const struct uvfio_sysops answers_sysops;
extern const struct uvfio_allocator answers_allocator;

#endif /* UVFIO_FUZZ_ANSWERS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A variable that need not be cleared where CONFIG_INIT_STACK_ALL_ZERO clears all
 * the others. The kernel has no name for the attribute, and not every compiler has it.
 */
#ifndef MOCK_VFIO_COMPAT_COMPILER_H
#define MOCK_VFIO_COMPAT_COMPILER_H

#ifndef __uninitialized
#if __has_attribute(__uninitialized__)
#define __uninitialized __attribute__((__uninitialized__))
#else
#define __uninitialized
#endif
#endif

#endif /* MOCK_VFIO_COMPAT_COMPILER_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs write their coverage data when they exit() - but each kselftest
 * ends by _exit(), which is for programs that want nothing of the kind. Linked
 * with -Wl,--wrap=_exit, this makes it one exit like others.
 */
#include <gcov.h>
#include <unistd.h>

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

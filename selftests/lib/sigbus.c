// SPDX-License-Identifier: GPL-2.0-only
/* Reading from a mapping that may be gone: see sigbus.h. */
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

#include "sigbus.h"

static sigjmp_buf env;

static void on_sigbus(int sig)
{
	siglongjmp(env, sig);
}

bool sigbus_on_read(const volatile uint32_t *mapped)
{
	const struct sigaction action = { .sa_handler = on_sigbus };
	struct sigaction before;
	volatile bool caught = false;

	sigaction(SIGBUS, &action, &before);
	if (sigsetjmp(env, 1))
		caught = true;
	else
		(void)*mapped;
	sigaction(SIGBUS, &before, NULL);

	return caught;
}

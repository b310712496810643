// SPDX-License-Identifier: GPL-2.0-only
/* Loads a module file. The plan's order already satisfies dependencies. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

/* Returns 0 or an errno. */
static int load(const struct order *order)
{
	char params[256] = "";
	size_t used = 0;
	int fd, i, ret;

	for (i = 2; i < order->argc && used < sizeof(params); i++)
		used += snprintf(params + used, sizeof(params) - used, "%s ", order->argv[i]);

	fd = open(order->argc > 1 ? order->argv[1] : "", O_RDONLY | O_CLOEXEC);
	ret = fd < 0 || syscall(SYS_finit_module, fd, params, 0) ? errno : 0;
	if (fd >= 0)
		close(fd);
	return ret;
}

/* module FILE [PARAMETERS] */
bool module_load(const struct order *order)
{
	int error = load(order);

	if (error)
		channel_record("error what=module:%s errno=%d",
			       order->argc > 1 ? order->argv[1] : "?", error);
	return !error;
}

/* try FILE [PARAMETERS]: tests that need it skip when this CPU has not got it. */
bool module_try(const struct order *order)
{
	load(order);
	return true;
}

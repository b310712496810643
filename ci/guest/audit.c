// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel says about itself: taint, what is still held, whether the module goes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

unsigned long audit_taint(void)
{
	char text[32];

	/* Unreadable is no reason to look clean: all bits set. */
	if (sysfile_read("/proc/sys/kernel/tainted", text, sizeof(text)))
		return ~0UL;
	return strtoul(text, NULL, 10);
}

/* One "held name=NAME value=N" record for each line "NAME N" of the module's file. */
static void report_held(const char *module)
{
	char path[256], text[4096];
	char *line, *save = NULL;
	char name[64];
	long long value;
	int ret;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/held", module);
	ret = sysfile_read(path, text, sizeof(text));
	if (ret) {
		channel_record("error what=held:%s errno=%d", path, -ret);
		return;
	}
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "%63s %lld", name, &value) == 2)
			channel_record("held name=%s value=%lld", name, value);
		else
			channel_record("error what=held:%s errno=%d", path, EPROTO);
}

static void report_unload(const char *module)
{
	long ret = syscall(SYS_delete_module, module, O_NONBLOCK);

	channel_record("unload module=%s errno=%d", module, ret ? errno : 0);
}

void audit_report(const char *module, bool kmemleak)
{
	if (module) {
		report_held(module);
		report_unload(module);
	}
	/* Last: what a loaded module refers to is not lost. */
	if (kmemleak)
		kmemleak_report();
}

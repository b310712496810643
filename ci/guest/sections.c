// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the modules are in memory, section by section, for a debugger; and the
 * wait for the debugger to be ready.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define MODULES "/sys/module"

static int report_section(const char *module, const char *section)
{
	char path[768], address[32];
	int ret;

	snprintf(path, sizeof(path), MODULES "/%s/sections/%s", module, section);
	ret = sysfile_read(path, address, sizeof(address));
	if (!ret)
		channel_record("section module=%s name=%s address=%s", module, section, address);
	return ret;
}

static int report_module(const char *module)
{
	const struct dirent *entry;
	char path[512];
	int ret = 0;
	DIR *dir;

	snprintf(path, sizeof(path), MODULES "/%s/sections", module);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;	/* built in, or not a module at all */
	while (!ret && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			ret = report_section(module, entry->d_name);
	closedir(dir);
	return ret;
}

/* sections */
bool sections_report(const struct order *order)
{
	const struct dirent *entry;
	int ret = 0;
	DIR *dir;

	dir = opendir(MODULES);
	if (!dir)
		ret = -errno;
	while (dir && !ret && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			ret = report_module(entry->d_name);
	if (dir)
		closedir(dir);
	if (ret)
		channel_record("error what=%s errno=%d", order->argv[0], -ret);
	return !ret;
}

/* hold: returns when something comes in by the report channel */
bool channel_hold(const struct order *order)
{
	char byte;
	int fd;

	(void)order;
	fd = open(CHANNEL, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	channel_record("hold");
	if (fd < 0 || read(fd, &byte, 1) != 1) {
		channel_record("error what=hold errno=%d", errno);
		return false;
	}
	close(fd);
	return true;
}

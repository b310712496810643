// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that nobody refers to any more, as the kernel's own detector finds it
 * (CONFIG_DEBUG_KMEMLEAK). What it says goes to the console, the number of
 * lost objects to the report channel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
#define REPORT "unreferenced object "

/* The detector does not report an object younger than this. */
#define MIN_AGE_S 5

/* The first scan notes each object's checksum: the second reports those that kept theirs. */
#define SCANS 2

/* Copies the detector's list to the console; returns the number of objects or -errno. */
static int show_lost(void)
{
	FILE *list = fopen(KMEMLEAK, "re");
	char *line = NULL;
	size_t size = 0;
	int count = 0;

	if (!list)
		return -errno;
	while (getline(&line, &size, list) > 0) {
		count += !strncmp(line, REPORT, strlen(REPORT));
		fputs(line, stdout);
	}
	if (ferror(list))
		count = -EIO;
	free(line);
	fclose(list);
	fflush(stdout);
	return count;
}

void kmemleak_report(void)
{
	int i, ret = 0;

	sleep(MIN_AGE_S);
	for (i = 0; i < SCANS && !ret; i++)
		ret = sysfile_write(KMEMLEAK, "scan");
	if (!ret)
		ret = show_lost();
	if (ret < 0)
		channel_record("error what=kmemleak errno=%d", -ret);
	else
		channel_record("kmemleak count=%d", ret);
}

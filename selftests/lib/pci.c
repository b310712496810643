// SPDX-License-Identifier: GPL-2.0-only
/* Finding a real device on the PCI bus: see pci.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pci.h"

static bool has_id(const char *name, const char *file, uint16_t want)
{
	char path[320], text[16] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), PCI_SYSFS "/%s/%s", name, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 && strtoul(text, NULL, 16) == want;
}

static bool driven_by_vfio(const char *name)
{
	char path[320], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), PCI_SYSFS "/%s/driver", name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return !strcmp(strrchr(target, '/') + 1, "vfio-pci");
}

int pci_find(const struct pci_id *id, char name[PCI_NAME_SIZE], char *why, size_t why_size)
{
	bool unbound = false;
	struct dirent *entry;
	int ret = 1;
	DIR *dir;

	dir = opendir(PCI_SYSFS);
	if (!dir) {
		snprintf(why, why_size, "no PCI bus: " PCI_SYSFS ": %s", strerror(errno));
		return 1;
	}
	while (ret && (entry = readdir(dir))) {
		if (strlen(entry->d_name) >= PCI_NAME_SIZE ||
		    !has_id(entry->d_name, "vendor", id->vendor) ||
		    !has_id(entry->d_name, "device", id->device))
			continue;
		if (driven_by_vfio(entry->d_name)) {
			snprintf(name, PCI_NAME_SIZE, "%s", entry->d_name);
			ret = 0;
		} else {
			unbound = true;
		}
	}
	closedir(dir);
	if (ret)
		snprintf(why, why_size, "PCI device %04x:%04x is %s", id->vendor, id->device,
			 unbound ? "not bound to vfio-pci" : "missing");
	return ret;
}

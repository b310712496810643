// SPDX-License-Identifier: GPL-2.0-only
/* PCI devices: finds them, and gives the plan's to vfio-pci by driver_override. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define PCI_DEVICES "/sys/bus/pci/devices"

static bool read_id(const char *address, const char *attribute, unsigned long *id)
{
	char path[512], text[16];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", address, attribute);
	if (sysfile_read(path, text, sizeof(text)))
		return false;
	*id = strtoul(text, NULL, 16);
	return true;
}

static bool has_id(const char *address, const char *id)
{
	unsigned long vendor, device;
	char *colon;

	if (!read_id(address, "vendor", &vendor) || !read_id(address, "device", &device))
		return false;
	return strtoul(id, &colon, 16) == vendor && *colon == ':' &&
	       strtoul(colon + 1, NULL, 16) == device;
}

static bool is_bound(const char *address, const char *driver)
{
	char path[512], text[16];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/%s/vendor", driver, address);
	return !sysfile_read(path, text, sizeof(text));
}

bool pci_find(const char *id, const char *driver, char address[PCI_ADDRESS_SIZE])
{
	const struct dirent *entry;
	bool found = false;
	DIR *dir;

	dir = opendir(PCI_DEVICES);
	while (!found && dir && (entry = readdir(dir))) {
		found = has_id(entry->d_name, id) && is_bound(entry->d_name, driver);
		snprintf(address, PCI_ADDRESS_SIZE, "%.*s", PCI_ADDRESS_SIZE - 1, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int give_to_vfio(const char *address)
{
	char path[512];
	int ret;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver_override", address);
	ret = sysfile_write(path, "vfio-pci");
	if (ret)
		return ret;
	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver/unbind", address);
	ret = sysfile_write(path, address);
	if (ret && ret != -ENOENT)
		return ret;
	ret = sysfile_write("/sys/bus/pci/drivers_probe", address);
	if (ret)
		return ret;
	/* A probe that fails is not an error of the write: look whether it worked. */
	return is_bound(address, "vfio-pci") ? 0 : -ENODEV;
}

/* bind VENDOR:DEVICE */
bool pci_bind(const struct order *order)
{
	const char *id = order->argc > 1 ? order->argv[1] : "";
	const struct dirent *entry;
	int found = 0, ret = 0;
	DIR *dir;

	dir = opendir(PCI_DEVICES);
	while (!ret && dir && (entry = readdir(dir))) {
		if (!has_id(entry->d_name, id))
			continue;
		found++;
		ret = give_to_vfio(entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (!found)
		ret = -ENODEV;
	if (ret)
		channel_record("error what=bind:%s errno=%d", id, -ret);
	return !ret;
}

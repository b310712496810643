/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Real devices: finding one of a kind on the PCI bus that is bound to
 * vfio-pci. The tests never bind or unbind anything themselves.
 */
#ifndef SELFTESTS_PCI_H
#define SELFTESTS_PCI_H

#include <stddef.h>
#include <stdint.h>

struct pci_id {
	uint16_t vendor;
	uint16_t device;
};

#define PCI_SYSFS	"/sys/bus/pci/devices"
#define PCI_NAME_SIZE	16	/* "0000:00:04.0" and its NUL */

/*
 * Finds the first device with that id that vfio-pci drives. Returns 0; 1 when
 * there is none, with the reason in @why; or -errno.
 */
int pci_find(const struct pci_id *id, char name[PCI_NAME_SIZE], char *why, size_t why_size);

#endif /* SELFTESTS_PCI_H */

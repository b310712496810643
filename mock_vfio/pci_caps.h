/* SPDX-License-Identifier: GPL-2.0-only */
/* The capabilities of config space: see pci_caps.c. */
#ifndef MOCK_VFIO_PCI_CAPS_H
#define MOCK_VFIO_PCI_CAPS_H

struct mock_device_config;
struct mock_pci_config;

/* Both lists, as after power-on. */
void mock_pci_add_caps(struct mock_pci_config *pci,
		       const struct mock_device_config *config);

#endif /* MOCK_VFIO_PCI_CAPS_H */

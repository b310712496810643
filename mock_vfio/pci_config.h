/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI config space: the header of a type 0 device, BARs that can be sized, an
 * interrupt pin and an MSI capability, as far as the profile gives the device
 * these.
 */
#ifndef MOCK_VFIO_PCI_CONFIG_H
#define MOCK_VFIO_PCI_CONFIG_H

#include <linux/pci_regs.h>
#include <linux/types.h>

struct mock_device;
struct mock_device_config;

#define MOCK_PCI_CONFIG_SIZE	PCI_CFG_SPACE_SIZE

/**
 * struct mock_pci_config - config space
 * @value: what reads see
 * @writable: the bits that writes change
 */
struct mock_pci_config {
	u8 value[MOCK_PCI_CONFIG_SIZE];
	u8 writable[MOCK_PCI_CONFIG_SIZE];
};

/* -EINVAL, and @why, when the regions cannot be a device's BARs. */
int mock_pci_config_check(const struct mock_device_config *config, char *why);

/* State after power-on. Takes, as the others do, the device's lock. */
void mock_pci_config_reset(struct mock_device *mdev);

/* The range must be inside config space. */
void mock_pci_config_read(struct mock_device *mdev, unsigned int offset,
			  void *buf, size_t count);
void mock_pci_config_write(struct mock_device *mdev, unsigned int offset,
			   const void *buf, size_t count);

#endif /* MOCK_VFIO_PCI_CONFIG_H */

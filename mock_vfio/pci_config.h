/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI config space: the header of a type 0 device, BARs that can be sized, an
 * interrupt pin and capabilities (pci_caps.c), as far as the profile gives the
 * device these.
 */
#ifndef MOCK_VFIO_PCI_CONFIG_H
#define MOCK_VFIO_PCI_CONFIG_H

#include <linux/pci_regs.h>
#include <linux/types.h>

struct mock_device;
struct mock_device_config;

/**
 * struct mock_pci_config - config space
 * @value: what reads see
 * @writable: the bits that writes change
 * @power: offset of the power state, 0 when there is none
 * @flr: offset of the register with the function level reset, 0: none
 * @msix: offset of MSI-X' flags, 0: none
 */
struct mock_pci_config {
	u8 value[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_CFG_SPACE_EXP_SIZE];
	u16 power, flr, msix;
};

/* A register of @size bytes, little endian, and which of its bits can change. */
void mock_pci_set(struct mock_pci_config *pci, unsigned int offset, size_t size,
		  u64 value, u64 writable);

/* -EINVAL, and @why, when the regions cannot be a device's BARs. */
int mock_pci_config_check(const struct mock_device_config *config, char *why);

/* State after power-on. With the device's lock. */
void mock_pci_config_reset(struct mock_device *mdev);

/*
 * State of another device's config space, all of it, as far as it can be written.
 * With the device's lock.
 */
void mock_pci_config_load(struct mock_device *mdev, const u8 *bytes);

/* Whether PCI_COMMAND lets the device do DMA. */
bool mock_pci_is_master(const struct mock_device *mdev);

/* Whether BARs in I/O space answer: PCI_COMMAND lets them, and the power is on. */
bool mock_pci_decodes_io(const struct mock_device *mdev);

/*
 * The range must be inside config space. A write may reset the device, which is
 * the one thing that can fail: -EINTR.
 */
void mock_pci_config_read(struct mock_device *mdev, unsigned int offset,
			  void *buf, size_t count);
int mock_pci_config_write(struct mock_device *mdev, unsigned int offset,
			  const void *buf, size_t count);

#endif /* MOCK_VFIO_PCI_CONFIG_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contents of an expansion ROM: one image as the PCI Firmware Specification
 * wants it, that says which device it is for, and whose code for a PC's firmware
 * does nothing but return.
 */

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "device_config.h"
#include "rom.h"

#define SIGNATURE	0xaa55
#define FAR_RETURN	0xcb	/* of an x86 in real mode */
#define LAST_IMAGE	0x80

struct rom_header {
	__le16 signature;
	u8 units;
	u8 entry;
	u8 unused[0x14];
	__le16 data;
};

struct rom_data {
	char signature[4];
	__le16 vendor, device;
	__le16 unused;
	__le16 length;
	u8 revision;
	u8 class[3];
	__le16 units;
	__le16 code_revision;
	u8 code_type;		/* 0: x86, PC-AT compatible */
	u8 indicator;
	__le16 unused_too;
};

/* The data has to begin at a multiple of 4. */
struct rom_image {
	struct rom_header header;
	u8 padding[2];
	struct rom_data data;
	char text[sizeof("mock_vfio")];
};

void mock_rom_make(struct mock_device_config *config)
{
	struct rom_image image = {
		.header = {
			.signature = cpu_to_le16(SIGNATURE),
			.units = 1,
			.entry = FAR_RETURN,
			.data = cpu_to_le16(offsetof(struct rom_image, data)),
		},
		.data = {
			.signature = { 'P', 'C', 'I', 'R' },
			.vendor = cpu_to_le16(config->pci_vendor),
			.device = cpu_to_le16(config->pci_device),
			.length = cpu_to_le16(sizeof(image.data)),
			.class = {
				config->pci_class, config->pci_class >> 8,
				config->pci_class >> 16,
			},
			.units = cpu_to_le16(1),
			.indicator = LAST_IMAGE,
		},
		.text = "mock_vfio",
	};
	u8 sum = 0;
	int i;

	BUILD_BUG_ON(sizeof(struct rom_header) != 0x1a);
	BUILD_BUG_ON(sizeof(struct rom_data) != 0x18);
	BUILD_BUG_ON(offsetof(struct rom_image, data) % 4);

	memset(config->rom, 0, sizeof(config->rom));
	memcpy(config->rom, &image, sizeof(image));

	/* All bytes of the image have to sum up to 0. */
	for (i = 0; i < MOCK_ROM_IMAGE_SIZE; i++)
		sum += config->rom[i];
	config->rom[MOCK_ROM_IMAGE_SIZE - 1] = -sum;
}

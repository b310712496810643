// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capabilities in config space, as tables: what each looks like after
 * power-on, and which of its bits can be written. See pci_config.h.
 */

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "device.h"
#include "pci_caps.h"

/* A register of a capability, or of as many bytes as there are of it. */
struct field {
	u8 offset;
	u8 size;
	u32 value;
	u32 writable;
};

static const struct field pm_fields[] = {
	{ PCI_PM_PMC, 2, 3 /* the specification's version 1.2 */, 0 },
	{ PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET, PCI_PM_CTRL_STATE_MASK },
	{ }
};

static const struct field pcie_fields[] = {
	{ PCI_EXP_FLAGS, 2, 2 | (PCI_EXP_TYPE_ENDPOINT << 4), 0 },
	{ PCI_EXP_DEVCAP, 4, PCI_EXP_DEVCAP_RBER | 1 /* payload of 256 */, 0 },
	{ PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_NOSNOOP_EN,
	  U16_MAX ^ PCI_EXP_DEVCTL_BCR_FLR },
	{ PCI_EXP_LNKCAP, 4, PCI_EXP_LNKCAP_SLS_2_5GB | (1 << 4), 0 },
	{ PCI_EXP_LNKSTA, 2, PCI_EXP_LNKSTA_CLS_2_5GB | PCI_EXP_LNKSTA_NLW_X1, 0 },
	{ PCI_EXP_LNKCTL2, 2, PCI_EXP_LNKCTL2_TLS_2_5GT, 0 },
	{ }
};

/* Text, so that a dump shows whose it is, and a word that software may use. */
#define VENDOR_SIZE	16

static const struct field vendor_fields[] = {
	{ PCI_CAP_FLAGS, 1, VENDOR_SIZE, 0 },
	{ 4, 4, 0x6b636f6d /* "mock" */, 0 },
	{ 8, 4, 0x6f696676 /* "vfio" */, 0 },
	{ 12, 4, 0, U32_MAX },
	{ }
};

#define AER_SIZE	(PCI_ERR_HEADER_LOG + 16)

static const struct field aer_fields[] = {
	{ PCI_ERR_UNCOR_MASK, 4, 0, PCI_ERR_UNC_UNSUP },
	{ PCI_ERR_UNCOR_SEVER, 4, 0x00462030 /* the specification's */, 0 },
	{ PCI_ERR_COR_MASK, 4, PCI_ERR_COR_ADV_NFAT, PCI_ERR_COR_ADV_NFAT },
	{ }
};

#define VSEC_SIZE	16
#define VSEC_ID		1

static const struct field vsec_fields[] = {
	{ PCI_VNDR_HEADER, 4, VSEC_ID | (VSEC_SIZE << 20), 0 },
	{ 8, 4, 0x6b636f6d, 0 },
	{ 12, 4, 0x6f696676, 0 },
	{ }
};

static bool has_pm(const struct mock_device_config *config)
{
	return config->pci_caps & MOCK_PCI_CAP_PM;
}

static bool has_pcie(const struct mock_device_config *config)
{
	return config->pci_caps & MOCK_PCI_CAP_PCIE;
}

static bool has_vendor(const struct mock_device_config *config)
{
	return config->pci_caps & MOCK_PCI_CAP_VENDOR;
}

static bool has_msi(const struct mock_device_config *config)
{
	return config->irqs[VFIO_PCI_MSI_IRQ_INDEX].count;
}

static bool has_msix(const struct mock_device_config *config)
{
	return config->irqs[VFIO_PCI_MSIX_IRQ_INDEX].count;
}

static bool has_vsec(const struct mock_device_config *config)
{
	return has_pcie(config) && has_vendor(config);
}

static void fill_pcie(struct mock_pci_config *pci, unsigned int at,
		      const struct mock_device_config *config)
{
	if (!config->reset)
		return;

	/* A function level reset is what VFIO_DEVICE_RESET does. */
	mock_pci_set(pci, at + PCI_EXP_DEVCAP, 4,
		     PCI_EXP_DEVCAP_RBER | 1 | PCI_EXP_DEVCAP_FLR, 0);
	pci->flr = at + PCI_EXP_DEVCTL;
}

static void fill_pm(struct mock_pci_config *pci, unsigned int at,
		    const struct mock_device_config *config)
{
	pci->power = at + PCI_PM_CTRL;
}

static void fill_msi(struct mock_pci_config *pci, unsigned int at,
		     const struct mock_device_config *config)
{
	u32 vectors = config->irqs[VFIO_PCI_MSI_IRQ_INDEX].count;
	u16 flags = PCI_MSI_FLAGS_64BIT | (order_base_2(vectors) << 1);

	mock_pci_set(pci, at + PCI_MSI_FLAGS, 2, flags,
		     PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	mock_pci_set(pci, at + PCI_MSI_ADDRESS_LO, 4, 0, 0xfffffffc);
	mock_pci_set(pci, at + PCI_MSI_ADDRESS_HI, 4, 0, U32_MAX);
	mock_pci_set(pci, at + PCI_MSI_DATA_64, 2, 0, U16_MAX);
}

/* vfio-pci lets nobody write this one: VFIO_DEVICE_SET_IRQS is what enables it. */
static void fill_msix(struct mock_pci_config *pci, unsigned int at,
		      const struct mock_device_config *config)
{
	const struct mock_msix_config *msix = &config->msix;

	mock_pci_set(pci, at + PCI_MSIX_FLAGS, 2,
		     config->irqs[VFIO_PCI_MSIX_IRQ_INDEX].count - 1, 0);
	mock_pci_set(pci, at + PCI_MSIX_TABLE, 4,
		     msix->table.offset | msix->table.region, 0);
	mock_pci_set(pci, at + PCI_MSIX_PBA, 4,
		     msix->pba.offset | msix->pba.region, 0);
	pci->msix = at + PCI_MSIX_FLAGS;
}

/**
 * struct capability - a row of the tables
 * @id: PCI_CAP_ID_* or PCI_EXT_CAP_ID_*
 * @size: bytes, with the header
 * @has: whether the device has it
 * @fields: the constant ones, up to one of no size
 * @fill: the others
 */
struct capability {
	u16 id;
	u8 size;
	bool (*has)(const struct mock_device_config *config);
	const struct field *fields;
	void (*fill)(struct mock_pci_config *pci, unsigned int at,
		     const struct mock_device_config *config);
};

static const struct capability capabilities[] = {
	{ PCI_CAP_ID_PM, PCI_PM_SIZEOF, has_pm, pm_fields, fill_pm },
	{ PCI_CAP_ID_MSI, PCI_MSI_DATA_64 + 2, has_msi, NULL, fill_msi },
	{ PCI_CAP_ID_MSIX, PCI_CAP_MSIX_SIZEOF, has_msix, NULL, fill_msix },
	{ PCI_CAP_ID_EXP, PCI_CAP_EXP_ENDPOINT_SIZEOF_V2, has_pcie, pcie_fields,
	  fill_pcie },
	{ PCI_CAP_ID_VNDR, VENDOR_SIZE, has_vendor, vendor_fields, NULL },
};

static const struct capability extended[] = {
	{ PCI_EXT_CAP_ID_ERR, AER_SIZE, has_pcie, aer_fields, NULL },
	{ PCI_EXT_CAP_ID_VNDR, VSEC_SIZE, has_vsec, vsec_fields, NULL },
};

static void fill(struct mock_pci_config *pci, unsigned int at,
		 const struct capability *capability,
		 const struct mock_device_config *config)
{
	const struct field *field;

	for (field = capability->fields; field && field->size; field++)
		mock_pci_set(pci, at + field->offset, field->size, field->value,
			     field->writable);
	if (capability->fill)
		capability->fill(pci, at, config);
}

static void add_capabilities(struct mock_pci_config *pci,
			     const struct mock_device_config *config)
{
	unsigned int at = PCI_STD_HEADER_SIZEOF, link = PCI_CAPABILITY_LIST;
	const struct capability *capability;

	for (capability = capabilities;
	     capability < capabilities + ARRAY_SIZE(capabilities); capability++) {
		if (!capability->has(config))
			continue;
		mock_pci_set(pci, link, 1, at, 0);
		mock_pci_set(pci, at + PCI_CAP_LIST_ID, 1, capability->id, 0);
		fill(pci, at, capability, config);
		link = at + PCI_CAP_LIST_NEXT;
		at += ALIGN(capability->size, 4);
	}

	if (link != PCI_CAPABILITY_LIST)
		mock_pci_set(pci, PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0);
}

static void add_extended(struct mock_pci_config *pci,
			 const struct mock_device_config *config)
{
	const struct capability *capability;
	unsigned int at = PCI_CFG_SPACE_SIZE, link = 0;
	u32 header = 0;

	for (capability = extended;
	     capability < extended + ARRAY_SIZE(extended); capability++) {
		if (!capability->has(config))
			continue;
		if (link)
			mock_pci_set(pci, link, 4, header | (at << 20), 0);
		header = capability->id | (1 << 16);
		mock_pci_set(pci, at, 4, header, 0);
		fill(pci, at, capability, config);
		link = at;
		at += ALIGN(capability->size, 4);
	}
}

void mock_pci_add_caps(struct mock_pci_config *pci,
		       const struct mock_device_config *config)
{
	add_capabilities(pci, config);
	add_extended(pci, config);
}

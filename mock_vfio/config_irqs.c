// SPDX-License-Identifier: GPL-2.0-only
/*
 * <profile>/irqs/: a directory for each interrupt index of the device. With no
 * directory, the device has INTx, eight MSI vectors and the device request.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/pci_regs.h>
#include <linux/slab.h>
#include <linux/vfio.h>

#include "config_tree.h"

/* Config space has room for this: a multiple of 8 below 4 GiB. */
#define MOCK_MSIX_OFFSET_MAX	(U32_MAX & ~7ull)

/* By default, in the part of the default BAR 0 that nothing else is in. */
#define MSIX_TABLE_OFFSET	0x4000
#define MSIX_PBA_OFFSET		0xc000

struct mock_irq_item {
	struct config_item item;
	struct mock_config *config;
	struct list_head node;
	u64 index;
	u64 count;
	u64 flags;
	u64 granted;
	u64 table_bar;
	u64 table_offset;
	u64 pba_bar;
	u64 pba_offset;
};

static struct mock_irq_item *to_mock_irq_item(struct config_item *item)
{
	return container_of(item, struct mock_irq_item, item);
}

static const struct mock_word flag_words[] = {
	{ "eventfd",	VFIO_IRQ_INFO_EVENTFD },
	{ "maskable",	VFIO_IRQ_INFO_MASKABLE },
	{ "automasked",	VFIO_IRQ_INFO_AUTOMASKED },
	{ "noresize",	VFIO_IRQ_INFO_NORESIZE },
	{ }
};

MOCK_FIELD(mock_irq_item, index, MOCK_NUMBER(0, VFIO_PCI_NUM_IRQS - 1));
MOCK_FIELD(mock_irq_item, count, MOCK_NUMBER(0, MOCK_MAX_MSIX_VECTORS));
MOCK_FIELD(mock_irq_item, flags, MOCK_WORDS(flag_words));
MOCK_FIELD(mock_irq_item, granted, MOCK_NUMBER(0, MOCK_MAX_MSIX_VECTORS));
MOCK_FIELD(mock_irq_item, table_bar, MOCK_NUMBER(0, PCI_STD_NUM_BARS - 1));
MOCK_FIELD(mock_irq_item, table_offset, MOCK_HEX(0, MOCK_MSIX_OFFSET_MAX));
MOCK_FIELD(mock_irq_item, pba_bar, MOCK_NUMBER(0, PCI_STD_NUM_BARS - 1));
MOCK_FIELD(mock_irq_item, pba_offset, MOCK_HEX(0, MOCK_MSIX_OFFSET_MAX));

static struct configfs_attribute *irq_attrs[] = {
	&mock_irq_item_attr_index,
	&mock_irq_item_attr_count,
	&mock_irq_item_attr_flags,
	&mock_irq_item_attr_granted,
	&mock_irq_item_attr_table_bar,
	&mock_irq_item_attr_table_offset,
	&mock_irq_item_attr_pba_bar,
	&mock_irq_item_attr_pba_offset,
	NULL
};

static void irq_release(struct config_item *item)
{
	kfree(to_mock_irq_item(item));
}

static struct configfs_item_operations irq_item_ops = {
	.release = irq_release,
};

static const struct config_item_type irq_type = {
	.ct_item_ops	= &irq_item_ops,
	.ct_attrs	= irq_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct config_item *make_irq(struct config_group *group,
				    const char *name)
{
	struct mock_config *config =
		container_of(group, struct mock_config, irqs_group);
	struct mock_irq_item *irq;
	int ret;

	ret = mock_config_check_name("irq", name);
	if (ret)
		return ERR_PTR(ret);

	irq = kzalloc(sizeof(*irq), GFP_KERNEL);
	if (!irq)
		return ERR_PTR(-ENOMEM);

	irq->config = config;
	irq->count = 1;
	irq->flags = VFIO_IRQ_INFO_EVENTFD;
	irq->table_offset = MSIX_TABLE_OFFSET;
	irq->pba_offset = MSIX_PBA_OFFSET;
	ret = mock_config_link(config, &irq->node, &config->irqs);
	if (ret) {
		kfree(irq);
		return ERR_PTR(ret);
	}

	config_item_init_type_name(&irq->item, name, &irq_type);

	return &irq->item;
}

static void drop_irq(struct config_group *group, struct config_item *item)
{
	struct mock_irq_item *irq = to_mock_irq_item(item);

	mock_config_unlink(irq->config, &irq->node);
	config_item_put(item);
}

static struct configfs_group_operations irqs_ops = {
	.make_item	= make_irq,
	.drop_item	= drop_irq,
};

static const struct config_item_type irqs_type = {
	.ct_group_ops	= &irqs_ops,
	.ct_owner	= THIS_MODULE,
};

void mock_config_add_irqs(struct mock_config *config)
{
	INIT_LIST_HEAD(&config->irqs);
	config_group_init_type_name(&config->irqs_group, "irqs", &irqs_type);
	configfs_add_default_group(&config->irqs_group, &config->group);
}

static const struct mock_irq_config default_irqs[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = {
		.count = 1,
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			 VFIO_IRQ_INFO_AUTOMASKED,
	},
	[VFIO_PCI_MSI_IRQ_INDEX] = {
		.count = 8,
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
	},
	[VFIO_PCI_REQ_IRQ_INDEX] = {
		.count = 1,
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
	},
};

/* The most interrupts that an index can have. */
static const u32 max_counts[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX]	= 1,
	[VFIO_PCI_MSI_IRQ_INDEX]	= MOCK_MAX_MSI_VECTORS,
	[VFIO_PCI_MSIX_IRQ_INDEX]	= MOCK_MAX_MSIX_VECTORS,
	[VFIO_PCI_ERR_IRQ_INDEX]	= 1,
	[VFIO_PCI_REQ_IRQ_INDEX]	= 1,
};

/* Why @item cannot be an index of a device that has those @used, or NULL. */
static const char *irq_fault(const struct mock_irq_item *item, u32 used)
{
	if (used & BIT(item->index))
		return "has an index that another one has";
	if (item->count > max_counts[item->index])
		return "has more interrupts than its index can have";
	if (!IS_ALIGNED(item->table_offset | item->pba_offset, 8))
		return "has an MSI-X table or PBA that is not aligned to 8 bytes";

	return NULL;
}

static void place_msix(const struct mock_irq_item *item,
		       struct mock_msix_config *msix)
{
	u64 count = item->count;

	msix->table = (struct mock_place) {
		item->table_bar, item->table_offset, count * PCI_MSIX_ENTRY_SIZE
	};
	msix->pba = (struct mock_place) {
		item->pba_bar, item->pba_offset,
		ALIGN(DIV_ROUND_UP(count, BITS_PER_BYTE), 8)
	};
}

int mock_config_compile_irqs(struct mock_config *config,
			     struct mock_device_config *device, char *why)
{
	const struct mock_irq_item *item;
	u32 used = 0;

	if (list_empty(&config->irqs)) {
		memcpy(device->irqs, default_irqs, sizeof(default_irqs));
		/* As of vfio-pci: what has PCIe's error reporting has this one. */
		if (device->pci_caps & MOCK_PCI_CAP_PCIE)
			device->irqs[VFIO_PCI_ERR_IRQ_INDEX] =
				default_irqs[VFIO_PCI_REQ_IRQ_INDEX];
		return 0;
	}

	list_for_each_entry(item, &config->irqs, node) {
		struct mock_irq_config *irq = &device->irqs[item->index];
		const char *fault = irq_fault(item, used);

		if (fault) {
			snprintf(why, MOCK_WHY_MAX, "irqs/%s %s",
				 item->item.ci_name, fault);
			return -EINVAL;
		}

		used |= BIT(item->index);
		irq->count = item->count;
		irq->flags = item->flags;
		irq->granted = item->granted;
		if (item->index == VFIO_PCI_MSIX_IRQ_INDEX && item->count)
			place_msix(item, &device->msix);
	}

	return 0;
}

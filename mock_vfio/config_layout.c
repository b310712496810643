// SPDX-License-Identifier: GPL-2.0-only
/*
 * What regions/ amounts to: the device's regions, checked, with what the profile
 * leaves open filled in.
 *
 * Where no directory has index 0 or has the registers, the device gets the BAR 0
 * of uapi/mock_vfio.h, with registers, buffer and DMA engine. Where a BAR that can
 * be mapped holds the MSI-X table or the PBA, and the profile says nothing else,
 * their pages are left out.
 */

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vfio.h>

#include "config_regions.h"
#include "pci_config.h"
#include "uapi/mock_vfio.h"

/* All of a PC's I/O ports; VGA's region ends with its memory below 1 MiB. */
#define MOCK_IO_SPACE	0x10000
#define MOCK_VGA_SIZE	0xc0000

#define RW (VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE)

static const struct mock_region_config config_space = {
	.size = PCI_CFG_SPACE_SIZE,
	.flags = RW,
};

static const struct mock_region_config default_bar0 = {
	.size = MOCK_VFIO_BAR0_SIZE,
	.flags = RW | VFIO_REGION_INFO_FLAG_MMAP,
	.backing = MOCK_BACKING_REGISTERS,
	.caps = MOCK_REGION_CAP_SPARSE_MMAP,
	.nr_areas = 2,
	.areas = {
		{ MOCK_VFIO_BUF_AREA0_OFFSET, MOCK_VFIO_BUF_AREA0_SIZE, RW },
		{ MOCK_VFIO_BUF_AREA1_OFFSET, MOCK_VFIO_BUF_AREA1_SIZE, RW },
	},
};

/* Why @area cannot be one of @region, or NULL. */
static const char *area_fault(const struct mock_region_item *item,
			      const struct mock_region_config *region,
			      const struct mock_area_item *area)
{
	if (region->nr_areas == MOCK_MAX_AREAS)
		return "is one too many";
	if (!item->unaligned &&
	    (!PAGE_ALIGNED(area->offset) || !PAGE_ALIGNED(area->size)))
		return "is not made of pages";
	if (area->offset > region->size ||
	    area->size > region->size - area->offset)
		return "ends behind the region";

	return NULL;
}

static int compile_areas(const struct mock_region_item *item,
			 struct mock_region_config *region, char *why)
{
	const struct mock_area_item *area;

	list_for_each_entry(area, &item->areas, node) {
		const char *fault = area_fault(item, region, area);

		if (fault) {
			snprintf(why, MOCK_WHY_MAX, "regions/%s/areas/%s %s",
				 item->group.cg_item.ci_name,
				 area->item.ci_name, fault);
			return -EINVAL;
		}

		region->areas[region->nr_areas++] = (struct mock_area) {
			area->offset, area->size, area->access
		};
	}

	return 0;
}

/* The capabilities that apply, where the profile does not list any. */
static u64 usual_caps(const struct mock_region_config *region)
{
	u64 caps = 0;

	if (region->type || region->subtype)
		caps = MOCK_REGION_CAP_TYPE;
	if (region->nr_areas && (region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		caps = caps << MOCK_ORDER_BITS | MOCK_REGION_CAP_SPARSE_MMAP;

	return caps;
}

/* Why what is behind @item cannot be there, or NULL. */

static const char *registers_fault(const struct mock_region_item *item,
				   const struct mock_device_config *device)
{
	if (device->registers != MOCK_MAX_REGIONS)
		return "has registers, as another one has";
	if (item->size < MOCK_VFIO_BAR0_SIZE)
		return "is too small for the registers and their buffer";

	return NULL;
}

static const char *rom_fault(const struct mock_region_item *item,
			     const struct mock_device_config *device)
{
	if (item->access != VFIO_REGION_INFO_FLAG_READ)
		return "is a ROM: its access must be r";
	if (item->size < MOCK_ROM_IMAGE_SIZE)
		return "is too small for a ROM's image";

	return NULL;
}

static const char *vga_fault(const struct mock_region_item *item,
			     const struct mock_device_config *device)
{
	if (item->index != VFIO_PCI_VGA_REGION_INDEX)
		return "is VGA, which has index 8";
	if (item->size != MOCK_VGA_SIZE)
		return "is VGA, which has a size of 0xc0000";
	if (item->access & VFIO_REGION_INFO_FLAG_MMAP)
		return "is VGA, which cannot be mapped";

	return NULL;
}

typedef const char *(*fault_fn)(const struct mock_region_item *item,
				const struct mock_device_config *device);

static const fault_fn backing_fault[MOCK_NR_BACKINGS] = {
	[MOCK_BACKING_REGISTERS]	= registers_fault,
	[MOCK_BACKING_ROM]		= rom_fault,
	[MOCK_BACKING_VGA]		= vga_fault,
};

/* Why @item cannot be in I/O space, or NULL. */
static const char *io_fault(const struct mock_region_item *item)
{
	if (!item->io)
		return NULL;
	if (item->index > VFIO_PCI_BAR5_REGION_INDEX)
		return "is no BAR: it cannot be in I/O space";
	if (item->size > MOCK_IO_SPACE)
		return "is larger than I/O space";
	if (item->access & VFIO_REGION_INFO_FLAG_MMAP)
		return "is in I/O space, which cannot be mapped";

	return NULL;
}

/* Why @item cannot be a region of @device, or NULL. */
static const char *region_fault(const struct mock_region_item *item,
				const struct mock_device_config *device,
				u32 used)
{
	const char *fault;

	if (item->index == VFIO_PCI_CONFIG_REGION_INDEX)
		return "has the index of config space";
	if (used & BIT(item->index))
		return "has an index that another one has";
	if ((item->access & VFIO_REGION_INFO_FLAG_MMAP) && !item->unaligned &&
	    item->size > PAGE_SIZE && !PAGE_ALIGNED(item->size))
		return "can be mapped, but is not made of pages";

	fault = io_fault(item);
	if (fault || !backing_fault[item->backing])
		return fault;

	return backing_fault[item->backing](item, device);
}

static int compile_region(const struct mock_region_item *item,
			  struct mock_device_config *device, u32 *used,
			  char *why)
{
	struct mock_region_config *region = &device->regions[item->index];
	const char *fault = region_fault(item, device, *used);
	int ret;

	if (fault) {
		snprintf(why, MOCK_WHY_MAX, "regions/%s %s",
			 item->group.cg_item.ci_name, fault);
		return -EINVAL;
	}

	*used |= BIT(item->index);
	region->size = item->size;
	region->flags = item->access;
	region->backing = item->backing;
	region->io = item->io;
	region->type = item->type;
	region->subtype = item->subtype;
	if (region->backing == MOCK_BACKING_REGISTERS)
		device->registers = item->index;
	device->nr_regions = max_t(unsigned int, device->nr_regions,
				   item->index + 1);

	ret = compile_areas(item, region, why);
	region->caps = item->caps ?: usual_caps(region);

	return ret;
}

/* Adds what lies between @from and @to, if anything does. */
static void add_area(struct mock_region_config *region, u64 from, u64 to)
{
	if (from < to)
		region->areas[region->nr_areas++] =
			(struct mock_area) { from, to - from, RW };
}

/* Leaves the pages of the places in a BAR out of what can be mapped. */
static void leave_out(struct mock_region_config *region,
		      const struct mock_place *first,
		      const struct mock_place *second)
{
	u64 from = 0;

	if (second && first->offset > second->offset)
		swap(first, second);
	add_area(region, 0, first->offset & PAGE_MASK);
	from = PAGE_ALIGN(first->offset + first->size);
	if (second) {
		add_area(region, from, second->offset & PAGE_MASK);
		from = max(from, PAGE_ALIGN(second->offset + second->size));
	}
	add_area(region, from, region->size);

	/* Nothing is left: an area that is empty, for none would mean all. */
	if (!region->nr_areas)
		region->areas[region->nr_areas++] = (struct mock_area) { };
	region->caps = usual_caps(region);
}

static void make_msix_holes(struct mock_device_config *device)
{
	const struct mock_msix_config *msix = &device->msix;
	unsigned int index;

	for (index = 0; index < PCI_STD_NUM_BARS; index++) {
		struct mock_region_config *region = &device->regions[index];
		bool table = msix->table.size && msix->table.region == index;
		bool pba = msix->pba.size && msix->pba.region == index;

		if (!(region->flags & VFIO_REGION_INFO_FLAG_MMAP) ||
		    region->nr_areas || (region->caps & ~MOCK_REGION_CAP_TYPE))
			continue;
		if (table)
			leave_out(region, &msix->table, pba ? &msix->pba : NULL);
		else if (pba)
			leave_out(region, &msix->pba, NULL);
	}
}

static int check_place(const struct mock_device_config *device,
		       const struct mock_place *place, const char *what,
		       char *why)
{
	const struct mock_region_config *region = &device->regions[place->region];

	if (place->size && region->io) {
		snprintf(why, MOCK_WHY_MAX,
			 "region %u is in I/O space, where no MSI-X %s can be",
			 place->region, what);
		return -EINVAL;
	}
	if (place->offset > region->size ||
	    place->size > region->size - place->offset) {
		snprintf(why, MOCK_WHY_MAX,
			 "region %u is too small for the MSI-X %s",
			 place->region, what);
		return -EINVAL;
	}

	return 0;
}

int mock_config_compile_regions(struct mock_config *config,
				struct mock_device_config *device, char *why)
{
	const struct mock_region_item *item;
	u32 used = 0;
	int ret;

	device->nr_regions = VFIO_PCI_NUM_REGIONS;
	device->registers = MOCK_MAX_REGIONS;
	device->regions[VFIO_PCI_CONFIG_REGION_INDEX] = config_space;
	if (device->pci_caps & MOCK_PCI_CAP_PCIE)
		device->regions[VFIO_PCI_CONFIG_REGION_INDEX].size =
			PCI_CFG_SPACE_EXP_SIZE;

	list_for_each_entry(item, &config->regions, node) {
		ret = compile_region(item, device, &used, why);
		if (ret)
			return ret;
	}

	if (!(used & BIT(VFIO_PCI_BAR0_REGION_INDEX)) &&
	    device->registers == MOCK_MAX_REGIONS) {
		device->regions[VFIO_PCI_BAR0_REGION_INDEX] = default_bar0;
		device->registers = VFIO_PCI_BAR0_REGION_INDEX;
	}

	ret = check_place(device, &device->msix.table, "table", why) ?:
	      check_place(device, &device->msix.pba, "PBA", why);
	if (ret)
		return ret;
	make_msix_holes(device);

	return mock_pci_config_check(device, why);
}

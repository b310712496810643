// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints what a device and its container say about themselves: regions with
 * their capabilities and mappable areas, interrupts, IOMMU. Changes nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common.h"

struct flag {
	uint32_t bit;
	const char *name;
};

static const struct flag device_flags[] = {
	{ VFIO_DEVICE_FLAGS_RESET, "reset" },
	{ VFIO_DEVICE_FLAGS_PCI, "pci" },
	{ VFIO_DEVICE_FLAGS_PLATFORM, "platform" },
	{ VFIO_DEVICE_FLAGS_AMBA, "amba" },
	{ VFIO_DEVICE_FLAGS_CCW, "ccw" },
	{ VFIO_DEVICE_FLAGS_AP, "ap" },
	{ VFIO_DEVICE_FLAGS_CAPS, "caps" },
	{ 0, NULL },
};

static const struct flag region_flags[] = {
	{ VFIO_REGION_INFO_FLAG_READ, "read" },
	{ VFIO_REGION_INFO_FLAG_WRITE, "write" },
	{ VFIO_REGION_INFO_FLAG_MMAP, "mmap" },
	{ VFIO_REGION_INFO_FLAG_CAPS, "caps" },
	{ 0, NULL },
};

static const struct flag irq_flags[] = {
	{ VFIO_IRQ_INFO_EVENTFD, "eventfd" },
	{ VFIO_IRQ_INFO_MASKABLE, "maskable" },
	{ VFIO_IRQ_INFO_AUTOMASKED, "automasked" },
	{ VFIO_IRQ_INFO_NORESIZE, "noresize" },
	{ 0, NULL },
};

static void print_flags(const struct flag *flag, uint32_t value)
{
	for (; flag->name; flag++)
		if (value & flag->bit)
			printf(" %s", flag->name);
	printf("\n");
}

static const char *iommu_name(unsigned int type)
{
	switch (type) {
	case VFIO_TYPE1v2_IOMMU:
		return "type1v2";
	case VFIO_TYPE1_IOMMU:
		return "type1";
	case VFIO_SPAPR_TCE_v2_IOMMU:
		return "spapr_tce_v2";
	case VFIO_SPAPR_TCE_IOMMU:
		return "spapr_tce";
	default:
		return "unknown";
	}
}

static void print_container(struct session *s)
{
	struct uvfio_container *container = uvfio_group_container(s->group);
	const struct uvfio_iova_range *ranges;
	struct uvfio_error err;
	uint32_t avail;
	size_t i, nr;

	printf("container: %s, page sizes 0x%" PRIx64 "\n",
	       iommu_name(uvfio_container_iommu_type(container)),
	       uvfio_container_pgsizes(container));
	ranges = uvfio_container_iova_ranges(container, &nr);
	for (i = 0; i < nr; i++)
		printf("  iova 0x%" PRIx64 "-0x%" PRIx64 "\n", ranges[i].first,
		       ranges[i].last);
	if (!uvfio_container_dma_avail(container, &avail, &err))
		printf("  %" PRIu32 " mappings available\n", avail);
}

static void print_capabilities(const struct vfio_region_info *info)
{
	const struct vfio_info_cap_header *cap;
	struct vfio_region_info_cap_type type;
	size_t avail;

	cap = uvfio_get_region_info_cap(info, VFIO_REGION_INFO_CAP_TYPE, &avail);
	if (cap && avail >= sizeof(type)) {
		memcpy(&type, cap, sizeof(type));
		printf("    type 0x%x subtype 0x%x\n", type.type, type.subtype);
	}
	if (uvfio_get_region_info_cap(info, VFIO_REGION_INFO_CAP_MSIX_MAPPABLE, NULL))
		printf("    MSI-X table may be mapped\n");
}

static void print_areas(const struct uvfio_region *region)
{
	const struct uvfio_mmap *mmaps;
	size_t i, nr;

	mmaps = uvfio_region_mmaps(region, &nr);
	for (i = 0; i < nr; i++)
		printf("    mappable 0x%" PRIx64 "-0x%" PRIx64 "\n", mmaps[i].offset,
		       mmaps[i].offset + mmaps[i].size - 1);
}

/* A region that says nonsense is shown as that; the others are still shown. */
static void print_region(struct session *s, uint32_t index)
{
	struct vfio_region_info *info;
	struct uvfio_region *region;

	if (uvfio_get_region_info(s->dev, index, &info, &s->err)) {
		printf("  region %" PRIu32 ": %s\n", index, s->err.message);
		return;
	}
	if (info->size) {
		printf("  region %" PRIu32 ": 0x%llx bytes at 0x%llx,", index,
		       (unsigned long long)info->size,
		       (unsigned long long)info->offset);
		print_flags(region_flags, info->flags);
		print_capabilities(info);
		if (!uvfio_region_setup(s->dev, index, NULL, &region, &s->err)) {
			print_areas(region);
			uvfio_region_finalize(region);
		} else {
			printf("    %s\n", s->err.message);
		}
	}
	uvfio_free_region_info(s->dev, info);
}

static void print_irq(struct session *s, uint32_t index)
{
	struct vfio_irq_info info;

	if (uvfio_get_irq_info(s->dev, index, &info, &s->err)) {
		printf("  irq %" PRIu32 ": %s\n", index, s->err.message);
	} else if (info.count) {
		printf("  irq %" PRIu32 ": %" PRIu32 " vectors,", index, info.count);
		print_flags(irq_flags, info.flags);
	}
}

static void print_device(struct session *s)
{
	uint32_t i;

	printf("device %s: %" PRIu32 " regions, %" PRIu32 " irqs,",
	       uvfio_device_name(s->dev), uvfio_device_num_regions(s->dev),
	       uvfio_device_num_irqs(s->dev));
	print_flags(device_flags, uvfio_device_flags(s->dev));
	for (i = 0; i < uvfio_device_num_regions(s->dev); i++)
		print_region(s, i);
	for (i = 0; i < uvfio_device_num_irqs(s->dev); i++)
		print_irq(s, i);
}

int main(int argc, char **argv)
{
	struct session s;

	if (argc != 3) {
		session_usage(argv[0]);
		return 2;
	}
	if (!session_open(&s, argv[1], argv[2]))
		return 1;
	print_container(&s);
	print_device(&s);
	session_close(&s);
	return 0;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/* The shape of a device: identity, regions, areas, interrupts, IOMMU backend. */
#include <errno.h>
#include <stdio.h>

#include "internal.h"
#include "settings.h"

/* More than any of the tables below has rows. */
#define MEMBERS_MAX	16

#define DEVICE(_kind, _member)	MV_MEMBER(struct mockvfio_device, #_member, _kind, _member)
static const struct mv_member device_members[] = {
	DEVICE(MV_TEXT, device_api),
	DEVICE(MV_NUMBER, pci_vendor),
	DEVICE(MV_NUMBER, pci_device),
	DEVICE(MV_NUMBER, pci_class),
	DEVICE(MV_TEXT, pci_caps),
	MV_MEMBER(struct mockvfio_device, "reset", MV_NOT, no_reset),
	DEVICE(MV_FLAG, hot_reset),
	DEVICE(MV_TEXT, migration),
	DEVICE(MV_FLAG, dma_logging),
	DEVICE(MV_FLAG, low_power),
	DEVICE(MV_NUMBER, max_instances),
	DEVICE(MV_FLAG, disarm_on_close),
};

#define REGION(_kind, _member)	MV_MEMBER(struct mockvfio_region, #_member, _kind, _member)
static const struct mv_member region_members[] = {
	MV_ALWAYS(struct mockvfio_region, "index", MV_NUMBER, index),
	MV_ALWAYS(struct mockvfio_region, "size", MV_NUMBER, size),
	REGION(MV_TEXT, access),
	REGION(MV_TEXT, backing),
	REGION(MV_NUMBER, type),
	REGION(MV_NUMBER, subtype),
	REGION(MV_TEXT, caps),
	REGION(MV_FLAG, unaligned),
	REGION(MV_FLAG, io),
};

static const struct mv_member area_members[] = {
	MV_ALWAYS(struct mockvfio_area, "offset", MV_NUMBER, offset),
	MV_ALWAYS(struct mockvfio_area, "size", MV_NUMBER, size),
	MV_MEMBER(struct mockvfio_area, "access", MV_TEXT, access),
};

#define IRQ(_kind, _member)	MV_MEMBER(struct mockvfio_irq, #_member, _kind, _member)
static const struct mv_member irq_members[] = {
	MV_ALWAYS(struct mockvfio_irq, "index", MV_NUMBER, index),
	MV_ALWAYS(struct mockvfio_irq, "count", MV_NUMBER, count),
	IRQ(MV_TEXT, flags),
	IRQ(MV_NUMBER, granted),
	IRQ(MV_NUMBER, table_bar),
	IRQ(MV_NUMBER, table_offset),
	IRQ(MV_NUMBER, pba_bar),
	IRQ(MV_NUMBER, pba_offset),
};

#define BACKEND(_kind, _member)	MV_MEMBER(struct mockvfio_backend, #_member, _kind, _member)
static const struct mv_member backend_members[] = {
	MV_ALWAYS(struct mockvfio_backend, "enable", MV_FLAG, enable),
	BACKEND(MV_TEXT, model),
	BACKEND(MV_TEXT, types),
	BACKEND(MV_NUMBER, pgsizes),
	BACKEND(MV_NUMBER, dma_avail),
	BACKEND(MV_TEXT, quirks),
};

struct dir_name {
	char s[MOCKVFIO_PATH_MAX];
};

/* Makes a directory with the members of @object; @len is snprintf()'s for @dir. */
static int make_dir(struct mockvfio_profile *profile, const struct dir_name *dir, int len,
		    const void *object, const struct mv_member *members, size_t count,
		    struct mockvfio_error *err)
{
	struct mv_setting settings[MEMBERS_MAX];

	if (len < 0 || (size_t)len >= sizeof(dir->s))
		return mv_error(err, ENAMETOOLONG, NULL, "%s...: path too long", dir->s);
	return mv_settings_mkdir(profile, dir->s, settings,
				 mv_settings_of(object, members, count, settings), err);
}

int mockvfio_device_set(struct mockvfio_profile *profile, const struct mockvfio_device *device,
			struct mockvfio_error *err)
{
	struct mv_setting settings[ARRAY_SIZE(device_members)];

	return mv_settings_apply(profile, "", settings,
				 mv_settings_of(device, device_members, ARRAY_SIZE(device_members),
						settings), err);
}

int mockvfio_backend_set(struct mockvfio_profile *profile, const struct mockvfio_backend *backend,
			 struct mockvfio_error *err)
{
	struct mv_setting settings[ARRAY_SIZE(backend_members)];

	return mv_settings_apply(profile, "iommu_backend", settings,
				 mv_settings_of(backend, backend_members,
						ARRAY_SIZE(backend_members), settings), err);
}

int mockvfio_region_add(struct mockvfio_profile *profile, const struct mockvfio_region *region,
			struct mockvfio_error *err)
{
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "regions/%s", region->name);

	return make_dir(profile, &dir, len, region, region_members, ARRAY_SIZE(region_members),
			err);
}

int mockvfio_area_add(struct mockvfio_profile *profile, const char *region,
		      const struct mockvfio_area *area, struct mockvfio_error *err)
{
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "regions/%s/areas/%s", region, area->name);

	return make_dir(profile, &dir, len, area, area_members, ARRAY_SIZE(area_members), err);
}

int mockvfio_irq_add(struct mockvfio_profile *profile, const struct mockvfio_irq *irq,
		     struct mockvfio_error *err)
{
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "irqs/%s", irq->name);

	return make_dir(profile, &dir, len, irq, irq_members, ARRAY_SIZE(irq_members), err);
}

int mockvfio_add_region(struct mockvfio_profile *profile, const char *name, unsigned int index,
			uint64_t size, const char *access, struct mockvfio_error *err)
{
	const struct mockvfio_region region = {
		.name = name, .index = index, .size = size, .access = access,
	};

	return mockvfio_region_add(profile, &region, err);
}

int mockvfio_add_area(struct mockvfio_profile *profile, const char *region, const char *name,
		      uint64_t offset, uint64_t size, struct mockvfio_error *err)
{
	const struct mockvfio_area area = { .name = name, .offset = offset, .size = size };

	return mockvfio_area_add(profile, region, &area, err);
}

int mockvfio_add_irq(struct mockvfio_profile *profile, const char *name, unsigned int index,
		     unsigned int count, const char *flags, struct mockvfio_error *err)
{
	const struct mockvfio_irq irq = {
		.name = name, .index = index, .count = count, .flags = flags,
	};

	return mockvfio_irq_add(profile, &irq, err);
}

int mockvfio_add_range(struct mockvfio_profile *profile, const char *name, uint64_t first,
		       uint64_t last, struct mockvfio_error *err)
{
	const struct mv_setting settings[] = {
		{ .attribute = "first", .kind = MV_NUMBER, .number = first },
		{ .attribute = "last", .kind = MV_NUMBER, .number = last },
	};
	struct dir_name dir;
	int len = snprintf(dir.s, sizeof(dir.s), "iommu_backend/ranges/%s", name);

	if (len < 0 || (size_t)len >= sizeof(dir.s))
		return mv_error(err, ENAMETOOLONG, NULL, "%s...: path too long", dir.s);
	return mv_settings_mkdir(profile, dir.s, settings, ARRAY_SIZE(settings), err);
}

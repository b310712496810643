// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Devices: INFO answers, interrupts and where their regions are.
 */
#include "fake.h"

static int get_info(struct fake_device *device, struct vfio_device_info *info)
{
	info->flags = device->flags;
	info->num_regions = device->num_regions;
	info->num_irqs = device->num_irqs;
	return 0;
}

static int get_region_info(struct fake_device *device,
			   struct vfio_region_info *info)
{
	const struct fake_region *region;
	uint32_t needed;

	if (info->index >= FAKE_REGIONS)
		return -EINVAL;
	region = &device->regions[info->index];
	info->flags = region->flags;
	info->size = region->size;
	info->offset = region->offset;
	info->cap_offset = 0;
	if (!region->caps)
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	needed = sizeof(*info) + region->caps_size;
	if (info->argsz < needed) {
		info->argsz = needed;
		return 0;
	}
	memcpy(info + 1, region->caps, region->caps_size);
	info->cap_offset = sizeof(*info);
	return 0;
}

static int get_irq_info(struct fake_device *device, struct vfio_irq_info *info)
{
	if (info->argsz < sizeof(*info) || info->index >= device->num_irqs)
		return -EINVAL;
	info->flags = device->irqs[info->index].flags;
	info->count = device->irqs[info->index].count;
	return 0;
}

static void disable(struct fake_irq *irq)
{
	int i;

	for (i = 0; i < FAKE_VECTORS; i++)
		irq->trigger[i] = -1;
	irq->masked = false;
}

/* As vfio_set_irqs_validate_and_prepare() checks. */
static int check_set(const struct fake_irq *irq, const struct vfio_irq_set *set)
{
	const uint32_t type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	size_t payload = 0;

	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		payload = set->count * sizeof(int32_t);
	else if (type != VFIO_IRQ_SET_DATA_NONE)
		return -EINVAL;
	if (set->argsz < sizeof(*set) + payload)
		return -EINVAL;
	if (set->start >= irq->count || set->count > irq->count - set->start)
		return -EINVAL;
	return 0;
}

static int set_triggers(struct fake_device *device, struct fake_irq *irq,
			const struct vfio_irq_set *set)
{
	uint32_t i;

	if (set->flags & VFIO_IRQ_SET_DATA_NONE) {
		if (!set->count)
			disable(irq);
		return 0;
	}
	if (set->start + set->count > device->vectors_available)
		return device->vectors_available;
	for (i = 0; i < set->count; i++)
		memcpy(&irq->trigger[set->start + i],
		       set->data + i * sizeof(int32_t), sizeof(int32_t));
	return 0;
}

static int set_mask(struct fake_irq *irq, const struct vfio_irq_set *set,
		    bool masked)
{
	if (!(irq->flags & VFIO_IRQ_INFO_MASKABLE))
		return -ENOTTY;
	if (set->flags & VFIO_IRQ_SET_DATA_NONE) {
		irq->masked = masked;
		return 0;
	}
	if (masked)	/* vfio-pci has no mask eventfd */
		return -ENOTTY;
	memcpy(&irq->unmask, set->data, sizeof(irq->unmask));
	return 0;
}

static int set_irqs(struct fake_device *device, const struct vfio_irq_set *set)
{
	struct fake_irq *irq;
	int ret;

	if (set->index >= device->num_irqs)
		return -EINVAL;
	irq = &device->irqs[set->index];
	ret = check_set(irq, set);
	if (ret)
		return ret;
	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return set_triggers(device, irq, set);
	case VFIO_IRQ_SET_ACTION_MASK:
		return set_mask(irq, set, true);
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return set_mask(irq, set, false);
	default:
		return -EINVAL;
	}
}

/* As vfio_ioctl_device_feature() and vfio_check_feature() check. */
static int device_feature(struct fake_device *device, struct vfio_device_feature *arg)
{
	const uint32_t ways = arg->flags &
			      (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET);
	const bool probe = arg->flags & VFIO_DEVICE_FEATURE_PROBE;
	const uint32_t index = arg->flags & VFIO_DEVICE_FEATURE_MASK;
	struct fake_feature *feature;

	if (!ways || (!probe && ways & (ways - 1)))
		return -EINVAL;
	if (index >= FAKE_FEATURES || !device->features[index].ways)
		return -ENOTTY;
	feature = &device->features[index];
	if (ways & ~feature->ways)
		return -EINVAL;
	if (probe)
		return 0;
	if (arg->argsz < sizeof(*arg) + feature->size)
		return -EINVAL;
	if (ways & VFIO_DEVICE_FEATURE_SET)
		memcpy(feature->data, arg->data, feature->size);
	else
		memcpy(arg->data, feature->data, feature->size);
	return 0;
}

int fake_device_ioctl(struct fake *fake, struct fake_device *device,
		      unsigned long request, void *arg)
{
	(void)fake;
	switch (request) {
	case VFIO_DEVICE_GET_INFO:
		return get_info(device, arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info(device, arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info(device, arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(device, arg);
	case VFIO_DEVICE_FEATURE:
		return device_feature(device, arg);
	case VFIO_DEVICE_RESET:
		device->resets++;
		return 0;
	default:
		return -ENOTTY;
	}
}

struct fake_region *fake_region_at(struct fake_device *device, uint64_t offset)
{
	struct fake_region *region;
	uint32_t i;

	for (i = 0; i < FAKE_REGIONS; i++) {
		region = &device->regions[i];
		if (offset >= region->offset &&
		    offset - region->offset < region->size)
			return region;
	}
	return NULL;
}

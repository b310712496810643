// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls about devices, their interrupts and their regions.
 */
#include <errno.h>

#include "program.h"

static const uint32_t region_indexes[REGIONS_PER_DEVICE] = {
	VFIO_PCI_BAR0_REGION_INDEX, VFIO_PCI_CONFIG_REGION_INDEX,
};

static unsigned int number_of(const struct program *p, const struct used_device *dev)
{
	return dev - p->devices;
}

static struct fake_device *kernel_of(const struct program *p, const struct used_device *dev)
{
	return &p->fake->devices[number_of(p, dev)];
}

/* --- devices --------------------------------------------------------------- */

/* As agreed on with the devices of the group that are open. */
static int model_open(struct model *m, unsigned int nr, unsigned int group, bool right_group,
		      bool balloon)
{
	struct group *g = &m->groups[group];

	if (!right_group)
		return -ENODEV;
	if (g->balloon_allowed != balloon && g->devices)
		return -EINVAL;
	g->balloon_allowed = balloon;
	g->devices++;
	m->device_group[nr] = 1 + group;
	return 0;
}

static bool needs_reset(struct uvfio_device *handle, void *opaque)
{
	struct used_device *dev = opaque;

	check(handle == dev->handle);
	return dev->needs_reset;
}

static int hot_reset(struct uvfio_device *handle, void *opaque)
{
	struct used_device *dev = opaque;

	check(handle == dev->handle);
	dev->hot_resets++;
	return 0;
}

/* Devices may bring limits, and take them along: those must be known. */
static void learn_limits(struct program *p, unsigned int group)
{
	struct container *c = &p->now.containers[p->now.groups[group].container];

	model_learn_ranges(&p->now, c);
	check(oracle_faulted(p) || p->now.shape.spapr || model_knows_limits(&p->now, c));
}

static void open_device(struct program *p)
{
	unsigned int nr = fuzz_below(&p->in, MAX_DEVICES);
	unsigned int group = fuzz_below(&p->in, MAX_GROUPS);
	unsigned char flags = fuzz_byte(&p->in);
	struct used_device *dev = &p->devices[nr];
	const struct uvfio_device_options opts = {
		.size = sizeof(opts),
		.opaque = dev,
		.no_mmap = flags & 1,
		.balloon_allowed = flags & 2,
		.compute_needs_reset = needs_reset,
		.hot_reset_multi = hot_reset,
	};
	const struct fake_device *kernel = &p->fake->devices[nr];
	int want;

	if (dev->handle || !p->now.groups[group].refs)
		return;
	*dev = (struct used_device){ .no_mmap = opts.no_mmap, .needs_reset = flags & 4,
				     .realized = flags & 8 };
	memcpy(dev->msi, kernel->irqs[VFIO_PCI_MSI_IRQ_INDEX].trigger, sizeof(dev->msi));
	dev->masked = kernel->irqs[VFIO_PCI_INTX_IRQ_INDEX].masked;
	p->ret = uvfio_get_device(p->groups[group], kernel->name, &opts, &dev->handle, &p->err);
	want = model_open(&p->now, nr, group, kernel->group == p->fake->groups[group].id,
			  opts.balloon_allowed);
	if (!p->ret) {
		uvfio_device_set_realized(dev->handle, dev->realized);
		learn_limits(p, group);
	}
	oracle_judge(p, want, AS_BEFORE);
}

static bool release_region(struct used_device *dev)
{
	unsigned int i;

	for (i = 0; i < REGIONS_PER_DEVICE; i++) {
		if (!dev->regions[i].handle)
			continue;
		uvfio_region_finalize(dev->regions[i].handle);
		dev->regions[i].handle = NULL;
		return true;
	}
	return false;
}

/* Its regions go before it. */
static void close_device_nr(struct program *p, struct used_device *dev)
{
	unsigned int group = p->now.device_group[number_of(p, dev)] - 1;

	while (release_region(dev))
		;
	p->ret = uvfio_put_base_device(dev->handle, &p->err);
	dev->handle = NULL;
	p->now.device_group[number_of(p, dev)] = 0;
	p->now.groups[group].devices--;
	if (model_group_is_open(&p->now, group))
		learn_limits(p, group);
	model_drop_group(&p->now, group);
	oracle_judge(p, 0, AS_AFTER);
}

static void close_device(struct program *p)
{
	struct used_device *dev = take_device(p);

	if (dev)
		close_device_nr(p, dev);
}

bool release_device(struct program *p)
{
	struct used_device *dev;

	for (dev = p->devices; dev < p->devices + MAX_DEVICES; dev++) {
		if (!dev->handle)
			continue;
		close_device_nr(p, dev);
		return true;
	}
	return false;
}

static void ask_device(struct program *p)
{
	struct used_device *dev = take_device(p);
	unsigned int index = fuzz_below(&p->in, VFIO_PCI_NUM_REGIONS + 3);
	struct vfio_region_info *info;

	if (!dev)
		return;
	p->ret = uvfio_get_region_info(dev->handle, index, &info, &p->err);
	if (!p->ret)
		uvfio_free_region_info(dev->handle, info);
	oracle_judge(p, index < FAKE_REGIONS ? 0 : -EINVAL, AS_BEFORE);
}

static void reset_device(struct program *p)
{
	struct used_device *dev = take_device(p);
	unsigned int resets;

	if (!dev)
		return;
	resets = kernel_of(p, dev)->resets;
	p->ret = uvfio_device_reset(dev->handle, &p->err);
	check(kernel_of(p, dev)->resets == resets + !p->ret);
	oracle_judge(p, 0, AS_BEFORE);
}

static void want_reset(struct program *p)
{
	struct used_device *dev = take_device(p);

	if (!dev)
		return;
	dev->needs_reset = fuzz_byte(&p->in) & 1;
	dev->realized = fuzz_byte(&p->in) & 1;
	uvfio_device_set_realized(dev->handle, dev->realized);
}

/* --- interrupts ------------------------------------------------------------ */

/* Vectors the device has, but the host has not, are refused by their number. */
static int model_vectors(const struct program *p, const struct used_device *dev,
			 unsigned int start, unsigned int count)
{
	unsigned int available = kernel_of(p, dev)->vectors_available;

	if (start + count > FAKE_VECTORS)
		return -EINVAL;
	return start + count > available ? (int)available : 0;
}

static void connect_vectors(struct program *p)
{
	struct used_device *dev = take_device(p);
	unsigned int start = fuzz_below(&p->in, FAKE_VECTORS + 1);
	unsigned int i, count = 1 + fuzz_below(&p->in, FAKE_VECTORS);
	int32_t fds[FAKE_VECTORS];
	int want;

	for (i = 0; i < FAKE_VECTORS; i++)
		fds[i] = (int)fuzz_below(&p->in, 8) - 1;
	if (!dev)
		return;
	p->ret = uvfio_set_irq_vectors(dev->handle, VFIO_PCI_MSI_IRQ_INDEX, start, count,
				       VFIO_IRQ_SET_ACTION_TRIGGER, fds, &p->err);
	want = model_vectors(p, dev, start, count);
	if (!p->ret && !want)
		memcpy(dev->msi + start, fds, count * sizeof(*fds));
	oracle_judge(p, want, AS_BEFORE);
}

static void connect_one(struct program *p)
{
	struct used_device *dev = take_device(p);
	unsigned int vector = fuzz_below(&p->in, FAKE_VECTORS + 1);
	int want, fd = (int)fuzz_below(&p->in, 8) - 1;

	if (!dev)
		return;
	p->ret = uvfio_set_irq_signaling(dev->handle, VFIO_PCI_MSI_IRQ_INDEX, vector,
					 VFIO_IRQ_SET_ACTION_TRIGGER, fd, &p->err);
	want = model_vectors(p, dev, vector, 1);
	if (want > 0)
		want = -ENOSPC;
	if (!p->ret && !want)
		dev->msi[vector] = fd;
	oracle_judge(p, want, AS_BEFORE);
}

static void disconnect(struct program *p)
{
	struct used_device *dev = take_device(p);
	unsigned int i;

	if (!dev)
		return;
	p->ret = uvfio_disable_irqindex(dev->handle, VFIO_PCI_MSI_IRQ_INDEX, &p->err);
	for (i = 0; !p->ret && i < FAKE_VECTORS; i++)
		dev->msi[i] = -1;
	oracle_judge(p, 0, AS_BEFORE);
}

static void mask(struct program *p)
{
	struct used_device *dev = take_device(p);
	bool masked = fuzz_byte(&p->in) & 1;

	if (!dev)
		return;
	p->ret = masked ?
		uvfio_mask_single_irqindex(dev->handle, VFIO_PCI_INTX_IRQ_INDEX, &p->err) :
		uvfio_unmask_single_irqindex(dev->handle, VFIO_PCI_INTX_IRQ_INDEX, &p->err);
	if (!p->ret)
		dev->masked = masked;
	oracle_judge(p, 0, AS_BEFORE);
}

static void resample(struct program *p)
{
	struct used_device *dev = take_device(p);

	if (!dev)
		return;
	p->ret = uvfio_set_irq_resample(dev->handle, VFIO_PCI_INTX_IRQ_INDEX, 0, 3, 4, &p->err);
	oracle_judge(p, 0, AS_BEFORE);
}

/* --- regions --------------------------------------------------------------- */

static struct used_region *take_region(struct program *p, struct used_device **dev)
{
	unsigned int i = fuzz_below(&p->in, REGIONS_PER_DEVICE);

	*dev = take_device(p);
	return *dev && (*dev)->regions[i].handle ? &(*dev)->regions[i] : NULL;
}

static void open_region(struct program *p)
{
	struct used_device *dev = take_device(p);
	unsigned int i = fuzz_below(&p->in, REGIONS_PER_DEVICE);
	struct used_region *region;
	const unsigned char *memory;

	if (!dev || dev->regions[i].handle)
		return;
	region = &dev->regions[i];
	*region = (struct used_region){ .handle = NULL };
	p->ret = uvfio_region_setup(dev->handle, region_indexes[i], NULL, &region->handle,
				    &p->err);
	memory = kernel_of(p, dev)->regions[region_indexes[i]].memory;
	memcpy(region->bytes, memory, REGION_BYTES);
	oracle_judge(p, 0, AS_BEFORE);
}

static void close_region(struct program *p)
{
	struct used_device *dev = take_device(p);

	if (dev)
		release_region(dev);
}

static void map_region(struct program *p)
{
	struct used_device *dev;
	struct used_region *region = take_region(p, &dev);
	size_t nr;

	if (!region)
		return;
	uvfio_region_mmaps(region->handle, &nr);
	check(!nr == (dev->no_mmap || region == &dev->regions[1]));
	p->ret = uvfio_region_mmap(region->handle, &p->err);
	if (!p->ret && nr && !region->mapped && !region->exited) {
		region->mapped = true;
		region->enabled = true;
	}
	oracle_judge(p, 0, AS_BEFORE);
}

static void toggle_region(struct program *p)
{
	struct used_device *dev;
	struct used_region *region = take_region(p, &dev);
	unsigned char how = fuzz_byte(&p->in);

	if (!region)
		return;
	if (how >= 0xf0) {
		uvfio_region_exit(region->handle);
		region->exited = true;
		region->enabled = false;
		return;
	}
	uvfio_region_mmaps_set_enabled(region->handle, how & 1);
	if (region->mapped && !region->exited)
		region->enabled = how & 1;
}

static void point_into_region(struct program *p)
{
	struct used_device *dev;
	struct used_region *region = take_region(p, &dev);
	const struct uvfio_mmap *mmaps;
	size_t nr;

	if (!region)
		return;
	mmaps = uvfio_region_mmaps(region->handle, &nr);
	if (!nr)
		return;
	check(!uvfio_region_ptr(region->handle, mmaps[0].offset, mmaps[0].size) ==
	      !region->enabled);
	check(!uvfio_region_ptr(region->handle, mmaps[0].offset, mmaps[0].size + 1));
}

typedef int (*read_fn)(struct uvfio_region *region, uint64_t addr, unsigned int size,
		       uint64_t *value, struct uvfio_error *err);
typedef int (*write_fn)(struct uvfio_region *region, uint64_t addr, unsigned int size,
			uint64_t value, struct uvfio_error *err);

static int model_access(uint64_t addr, unsigned int size, const struct used_region *region)
{
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return -EINVAL;
	return addr > uvfio_region_size(region->handle) - size ? -EINVAL : 0;
}

/* A byte at a time: what little endian means, whatever the host. */
static uint64_t expected_value(const struct used_region *region, uint64_t addr,
			       unsigned int size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | region->bytes[addr + size];
	return value;
}

static bool take_access(struct program *p, uint64_t *addr, unsigned int *size)
{
	unsigned char byte = fuzz_byte(&p->in);

	*size = byte & 0x20 ? byte & 0xf : 1u << (byte & 3);
	*addr = fuzz_below(&p->in, REGION_BYTES - 16);
	return byte & 0x40;
}

/* A failed one gives ones; what the fault hit may have been a load's only. */
static void read_region(struct program *p)
{
	struct used_device *dev;
	struct used_region *region = take_region(p, &dev);
	unsigned int size;
	uint64_t addr, value;
	bool direct = take_access(p, &addr, &size);
	read_fn fn = direct ? uvfio_region_load : uvfio_region_read;

	if (!region)
		return;
	p->ret = fn(region->handle, addr, size, &value, &p->err);
	check(value == (p->ret ? UINT64_MAX : expected_value(region, addr, size)));
	oracle_judge(p, model_access(addr, size, region), AS_BEFORE);
}

static void write_region(struct program *p)
{
	struct used_device *dev;
	struct used_region *region = take_region(p, &dev);
	unsigned int i, size;
	uint64_t addr, value;
	bool direct = take_access(p, &addr, &size);
	write_fn fn = direct ? uvfio_region_store : uvfio_region_write;

	fuzz_take(&p->in, &value, sizeof(value));
	if (!region)
		return;
	p->ret = fn(region->handle, addr, size, value, &p->err);
	for (i = 0; !p->ret && i < size; i++)
		region->bytes[addr + i] = value >> 8 * i;
	oracle_judge(p, model_access(addr, size, region), AS_BEFORE);
}

static const call_fn table[] = {
	open_device, open_device, close_device, ask_device, reset_device, want_reset,
	connect_vectors, connect_one, disconnect, mask, resample, open_region, open_region,
	close_region, map_region, toggle_region, point_into_region, read_region, write_region,
};

CALLS(device_calls, table);

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The fake machine: what is in it, what was asked of it, what is still held.
 */
#include <stdio.h>

#include "fake.h"

#define BAR0_SIZE	0x20000
#define CONFIG_SIZE	256

static void add_region(struct fake_device *device, uint32_t index,
		       uint64_t size, uint32_t flags)
{
	device->regions[index] = (struct fake_region){
		.size = size,
		.offset = (uint64_t)index << 40,
		.flags = flags,
		.memory = calloc(1, size),
	};
}

static void add_irq(struct fake_device *device, uint32_t index, uint32_t count,
		    uint32_t flags)
{
	struct fake_irq *irq = &device->irqs[index];
	int i;

	*irq = (struct fake_irq){ .count = count, .flags = flags, .unmask = -1 };
	for (i = 0; i < FAKE_VECTORS; i++)
		irq->trigger[i] = -1;
}

static void init_device(struct fake_device *device, const char *name, int group)
{
	const uint32_t rw = VFIO_REGION_INFO_FLAG_READ |
			    VFIO_REGION_INFO_FLAG_WRITE;
	uint32_t i;

	*device = (struct fake_device){
		.name = name,
		.group = group,
		.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET,
		.num_regions = VFIO_PCI_NUM_REGIONS,
		.num_irqs = VFIO_PCI_NUM_IRQS,
		.vectors_available = FAKE_VECTORS,
	};
	for (i = 0; i < FAKE_REGIONS; i++)
		device->regions[i].offset = (uint64_t)i << 40;
	add_region(device, VFIO_PCI_BAR0_REGION_INDEX, BAR0_SIZE,
		   rw | VFIO_REGION_INFO_FLAG_MMAP);
	add_region(device, VFIO_PCI_CONFIG_REGION_INDEX, CONFIG_SIZE, rw);
	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++)
		add_irq(device, i, 0, 0);
	add_irq(device, VFIO_PCI_INTX_IRQ_INDEX, 1,
		VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
		VFIO_IRQ_INFO_AUTOMASKED);
	add_irq(device, VFIO_PCI_MSI_IRQ_INDEX, FAKE_VECTORS,
		VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE);
	add_irq(device, VFIO_PCI_REQ_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD);
}

struct fake *fake_new(void)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	fake->api_version = VFIO_API_VERSION;
	fake->type1 = (struct type1_config){
		.model = TYPE1_EMULATED,
		.types = 1u << VFIO_TYPE1_IOMMU | 1u << VFIO_TYPE1v2_IOMMU,
		.dma_avail = TYPE1_DMA_AVAIL_DEFAULT,
	};
	fake->page_shift = 12;
	fake->locked_limit = 1ull << 40;
	fake->groups[0] = (struct fake_group){ .id = 10, .viable = true, .joins_others = true };
	fake->groups[1] = (struct fake_group){ .id = 11, .viable = true, .joins_others = true };
	fake->groups[2] = (struct fake_group){ .id = 12, .viable = true };
	init_device(&fake->devices[0], "dev", 10);
	init_device(&fake->devices[1], "dev2", 10);
	init_device(&fake->devices[2], "other", 11);
	init_device(&fake->devices[3], "alone", 12);
	fake->group_link = "../../../kernel/iommu_groups/10";
	return fake;
}

/*
 * Locked memory counts until it is given back; -ENOMEM beyond the limit, which may
 * have been lowered meanwhile. What locks nothing is not measured by it.
 */
int fake_charge(struct fake *fake, uint64_t bytes)
{
	if (!bytes)
		return 0;
	if (fake->locked > fake->locked_limit || bytes > fake->locked_limit - fake->locked)
		return -ENOMEM;
	fake->locked += bytes;
	return 0;
}

unsigned int fake_held_files(const struct fake *fake)
{
	unsigned int held = 0;
	int fd;

	for (fd = 0; fd < FAKE_MAX_FDS; fd++)
		held += fake->files[fd].type != FAKE_FREE;
	return held;
}

unsigned int fake_held_mmaps(const struct fake *fake)
{
	unsigned int held = 0;
	int i;

	for (i = 0; i < FAKE_MAX_MMAPS; i++)
		held += !!fake->mmaps[i].addr;
	return held;
}

bool fake_free(struct fake *fake)
{
	unsigned int files = fake_held_files(fake);
	unsigned int mmaps = fake_held_mmaps(fake);
	unsigned int allocations = fake->allocations;
	unsigned long long locked = fake->locked;
	size_t i, region;

	if (files || mmaps || allocations || locked)
		fprintf(stderr,
			"# fake: held: %u files, %u mmaps, %u allocations, %llu bytes locked\n",
			files, mmaps, allocations, locked);
	for (i = 0; i < ARRAY_SIZE(fake->groups); i++)
		if (fake->groups[i].container)
			fake_group_close(&fake->groups[i]);
	for (i = 0; i < ARRAY_SIZE(fake->containers); i++)
		fake_container_close(&fake->containers[i]);
	for (i = 0; i < ARRAY_SIZE(fake->devices); i++)
		for (region = 0; region < FAKE_REGIONS; region++)
			free(fake->devices[i].regions[region].memory);
	free(fake);
	return !files && !mmaps && !allocations && !locked;
}

void fake_be_spapr(struct fake *fake, enum spapr_platform platform)
{
	fake->type1.types = 0;
	fake->spapr = (struct spapr_config){
		.platform = platform,
		.types = 1u << VFIO_SPAPR_TCE_IOMMU | 1u << VFIO_SPAPR_TCE_v2_IOMMU |
			 1u << VFIO_EEH,
	};
}

struct uvfio_options fake_options(struct fake *fake)
{
	return (struct uvfio_options){
		.size = sizeof(struct uvfio_options),
		.sysops = &fake_sysops,
		.sysops_opaque = fake,
		.allocator = &fake_allocator,
		.allocator_opaque = fake,
	};
}

void fake_fail(struct fake *fake, enum fake_op op, unsigned long request,
	       unsigned int skip, int times, int64_t ret)
{
	fake->rules[fake->nr_rules++] = (struct fake_rule){
		.op = op, .request = request, .skip = skip, .times = times,
		.ret = ret,
	};
}

void fake_forget_calls(struct fake *fake)
{
	fake->nr_calls = 0;
}

const struct fake_call *fake_nth_call(const struct fake *fake, enum fake_op op,
				      unsigned long request, unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < fake->nr_calls; i++)
		if (fake->calls[i].op == op &&
		    fake->calls[i].request == request && !nth--)
			return &fake->calls[i];
	return NULL;
}

unsigned int fake_count_calls(const struct fake *fake, enum fake_op op,
			      unsigned long request)
{
	unsigned int n = 0;

	while (fake_nth_call(fake, op, request, n))
		n++;
	return n;
}

struct fake_device *fake_device(struct fake *fake, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fake->devices); i++)
		if (fake->devices[i].name && !strcmp(fake->devices[i].name, name))
			return &fake->devices[i];
	return NULL;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libFuzzer target: a program opens a group and a device, looks at everything there
 * is, and lets go of it, on a kernel whose answers are the fuzzer's (answers.h). The
 * library may fail in any way it likes, but not crash, loop, believe what cannot
 * be, or keep anything.
 */
#include "answers.h"

#define RAM_AT		0x100000
#define RAM_SIZE	0x10000
#define VM		1000	/* a descriptor of the program's */
#define MIG_DATA_SIZE	9	/* VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, from 6.2 on */

static volatile unsigned char sink;
static const char bus_identity;

/* Both ends of what the library calls mapped must be there. */
static void touch(const struct uvfio_region *region)
{
	const struct uvfio_mmap *mmaps;
	const unsigned char *ptr;
	size_t i, nr;

	mmaps = uvfio_region_mmaps(region, &nr);
	for (i = 0; i < nr; i++) {
		check(mmaps[i].size);
		check(mmaps[i].offset < uvfio_region_size(region));
		check(mmaps[i].size <= uvfio_region_size(region) - mmaps[i].offset);
		ptr = uvfio_region_ptr(region, mmaps[i].offset, mmaps[i].size);
		if (ptr)
			sink = ptr[0] + ptr[mmaps[i].size - 1];
	}
}

static void use_region(struct uvfio_device *dev, uint32_t index)
{
	struct uvfio_region *region;
	uint64_t value;

	if (uvfio_region_setup(dev, index, NULL, &region, NULL))
		return;
	check(uvfio_region_fd_offset(region) <= INT64_MAX);
	if (!uvfio_region_mmap(region, NULL))
		touch(region);
	uvfio_region_read(region, 0, 4, &value, NULL);
	uvfio_region_write(region, uvfio_region_size(region) - 8, 8, 1, NULL);
	uvfio_region_load(region, 0x10, 8, &value, NULL);
	uvfio_region_finalize(region);
}

static void use_irqs(struct uvfio_device *dev, struct uvfio_error *err)
{
	const int32_t fds[] = { 0, 1, -1 };
	struct vfio_irq_info info;
	int ret;

	uvfio_get_irq_info(dev, 0, &info, err);
	ret = uvfio_set_irq_vectors(dev, 1, 0, 3, VFIO_IRQ_SET_ACTION_TRIGGER, fds,
				    err);
	check(ret < 3);
	check(uvfio_set_irq_signaling(dev, 0, 0, VFIO_IRQ_SET_ACTION_TRIGGER, 0,
				      err) <= 0);
	check(uvfio_set_irq_resample(dev, 0, 0, 0, 1, err) <= 0);
	check(uvfio_disable_irqindex(dev, 0, err) <= 0);
}

/* A structure of the caller's is the kernel's answer, or as it was. */
static void use_features(struct uvfio_device *dev)
{
	static const unsigned char before[16] = { 1, 2, 3 };
	unsigned char data[sizeof(before)];

	memcpy(data, before, sizeof(data));
	uvfio_device_probe_feature(dev, VFIO_DEVICE_FEATURE_MIGRATION, VFIO_DEVICE_FEATURE_GET,
				   NULL);
	if (uvfio_device_get_feature(dev, MIG_DATA_SIZE, data,
				     sizeof(data), NULL))
		check(!memcmp(data, before, sizeof(data)));
	uvfio_device_set_feature(dev, VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, data,
				 sizeof(data), NULL);
}

static void use_device(struct uvfio_device *dev)
{
	struct vfio_region_info *info;
	struct uvfio_error err;
	uint32_t index;

	for (index = 0; index < 3; index++)
		use_region(dev, index);
	uvfio_has_region_cap(dev, 0, VFIO_REGION_INFO_CAP_TYPE);
	if (uvfio_device_num_regions(dev) < 16 &&
	    !uvfio_get_dev_region_info(dev, 1, 2, &info, NULL))
		uvfio_free_region_info(dev, info);
	use_irqs(dev, &err);
	use_features(dev);
	uvfio_device_reset(dev, NULL);
	sink = !!uvfio_get_device_info_cap(uvfio_device_info(dev), 1, NULL);
}

/* The bits behind the bitmap's end are the sanitizer's to watch. */
static void use_dirty_pages(struct uvfio_container *container)
{
	struct uvfio_dirty_limits limits;
	const struct uvfio_dirty_bitmap bitmap = {
		.pgsize = 0x1000, .bits = calloc(2, 8), .size = 2 * 8,
	};

	uvfio_dirty_limits(container, &limits, NULL);
	uvfio_dirty_start(container, NULL);
	uvfio_dirty_get(container, 0, 128 * 0x1000, &bitmap, NULL);
	uvfio_dma_unmap_dirty(container, 0, 0x1000, &bitmap, NULL);
	uvfio_dirty_stop(container, NULL);
	free(bitmap.bits);
}

static void use_container(struct uvfio_container *container)
{
	const struct uvfio_iova_range *ranges;
	uint64_t unmapped;
	uint32_t avail;
	size_t i, nr;

	check(uvfio_container_pgsizes(container));
	ranges = uvfio_container_iova_ranges(container, &nr);
	check(!nr == !ranges);	/* sPAPR has none */
	for (i = 0; i < nr; i++)
		check(ranges[i].first <= ranges[i].last &&
		      (!i || ranges[i - 1].last < ranges[i].first));
	uvfio_container_dma_avail(container, &avail, NULL);
	uvfio_dma_map(container, 0, 0x1000, (void *)0x1000, false, NULL);
	uvfio_dma_unmap(container, 0, 0x1000, NULL);
	uvfio_dma_unmap_range(container, 1ull << 63, 1ull << 63, &unmapped, NULL);
	use_dirty_pages(container);
}

/* What the kernel answered is what the caller gets. */
static void use_eeh(struct kernel *k, struct uvfio_address_space *as)
{
	int ret;

	check(uvfio_eeh_as_ok(as));
	ret = uvfio_eeh_as_op(as, VFIO_EEH_PE_GET_STATE, NULL);
	check(ret < 0 || ret == k->eeh);
}

static int replay(void *opaque, struct uvfio_iommu_notifier *notifier,
		  struct uvfio_error *err)
{
	const struct uvfio_iommu_entry entry = {
		.translated = RAM_AT, .addr_mask = 0xfff, .access = UVFIO_IOMMU_READ_WRITE,
	};

	(void)opaque;
	return uvfio_iommu_replay_entry(notifier, &entry, err);
}

static void add_section(struct uvfio_address_space *as, struct uvfio_memory *memory,
			uint64_t start)
{
	const struct uvfio_section section = {
		.start = start, .size = { .lo = RAM_SIZE }, .memory = memory,
	};

	sink = !uvfio_section_add(as, &section, NULL);
}

/* Memory for the container to register, and a guest's IOMMU to open a window for. */
static void use_sections(struct uvfio *ctx, struct uvfio_address_space *system,
			 struct uvfio_address_space *bus, struct uvfio_container *container)
{
	static const struct uvfio_iommu_ops iommu_ops = {
		.size = sizeof(iommu_ops), .replay = replay,
	};
	struct uvfio_memory_options opts = {
		.size = sizeof(opts), .type = UVFIO_MEMORY_RAM, .bytes = { .lo = RAM_SIZE },
		.vaddr = (void *)RAM_AT, .iommu = &iommu_ops,
	};
	struct uvfio_memory *ram, *iommu;

	check(!uvfio_memory_new(ctx, &opts, &ram, NULL));
	opts.type = UVFIO_MEMORY_IOMMU;
	check(!uvfio_memory_new(ctx, &opts, &iommu, NULL));
	add_section(system, ram, RAM_AT);
	add_section(bus, iommu, 0);
	if (uvfio_container_iommu_type(container) == VFIO_SPAPR_TCE_v2_IOMMU && sink)
		check(!uvfio_host_win_lookup(container, 0, RAM_SIZE - 1, NULL, NULL));
	uvfio_section_del(bus, 0, NULL);
	uvfio_section_del(system, RAM_AT, NULL);
	uvfio_memory_put(ram);
	uvfio_memory_put(iommu);
}

static void run(struct kernel *k, struct uvfio *ctx)
{
	struct uvfio_address_space *as, *bus;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	struct uvfio_error err;

	check(!uvfio_get_address_space(ctx, NULL, &as, NULL));
	check(!uvfio_get_address_space(ctx, &bus_identity, &bus, NULL));
	if (!uvfio_get_group(bus, 7, &group, &err)) {
		use_container(uvfio_group_container(group));
		use_sections(ctx, as, bus, uvfio_group_container(group));
		use_eeh(k, bus);
		if (!uvfio_get_device(group, "x", NULL, &dev, &err)) {
			use_device(dev);
			uvfio_put_base_device(dev, NULL);
		}
		uvfio_put_group(group, NULL);
	}
	uvfio_put_address_space(bus);
	uvfio_put_address_space(as);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const unsigned int spapr[] = { VFIO_SPAPR_TCE_v2_IOMMU, VFIO_SPAPR_TCE_IOMMU };
	struct kernel k = { .in = { data, size } };
	struct uvfio_options opts = {
		.size = sizeof(opts),
		.sysops = &answers_sysops,
		.sysops_opaque = &k,
		.allocator = &answers_allocator,
		.allocator_opaque = &k,
	};
	unsigned char machine = fuzz_byte(&k.in);
	struct uvfio *ctx;

	k.spapr = machine & 1;
	if (k.spapr) {
		opts.iommu_types = spapr;
		opts.nr_iommu_types = 2;
	}
	check(!uvfio_new(&opts, &ctx, NULL));
	if (machine & 2)
		uvfio_set_kvm(ctx, VM, NULL);
	run(&k, ctx);
	check(!uvfio_free(ctx));
	check(!k.files && !k.mmaps && !k.allocations);
	return 0;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libFuzzer target: a kernel whose answers are the fuzzer's. A program opens a
 * group and a device, looks at everything there is, and lets go of it. The
 * library may fail in any way it likes, but not crash, loop, believe what
 * cannot be, or keep anything.
 *
 * What a kernel cannot do is not done here either: it writes no more than the
 * argsz it was given, and reads and writes no more than it was asked for.
 */
#include <errno.h>
#include <sys/mman.h>

#include <uvfio/uvfio.h>

#include "fuzz.h"

#define MAX_MAPPING	0x10000
#define MAX_CALLS	4096

/* The answers, and what the library holds. */
struct kernel {
	struct fuzz_input in;
	unsigned int calls;
	unsigned int files;
	unsigned int mmaps;
	unsigned int allocations;
};

/* Most calls succeed, so that the fuzzer gets somewhere. */
static int verdict(struct kernel *k)
{
	unsigned char byte = fuzz_byte(&k->in);

	check(k->calls++ < MAX_CALLS);
	if (byte < 0xe0)
		return 0;
	errno = byte - 0xdf;
	return -1;
}

static int fuzz_open(void *opaque, const char *path, int flags)
{
	struct kernel *k = opaque;

	(void)path;
	(void)flags;
	if (verdict(k))
		return -1;
	return k->files++;
}

static int fuzz_close(void *opaque, int fd)
{
	struct kernel *k = opaque;

	(void)fd;
	check(k->files--);
	return 0;
}

/* An INFO structure, argsz and all; one byte says how much of it is touched. */
static void answer_info(struct kernel *k, void *arg)
{
	size_t size = fuzz_byte(&k->in) * 4;
	uint32_t room;

	memcpy(&room, arg, sizeof(room));
	fuzz_take(&k->in, arg, size < room ? size : room);
}

static int fuzz_ioctl(void *opaque, int fd, unsigned long request, void *arg)
{
	struct kernel *k = opaque;

	(void)fd;
	if (verdict(k))
		return -1;
	switch (request) {
	case VFIO_GET_API_VERSION:
		return VFIO_API_VERSION;
	case VFIO_CHECK_EXTENSION:
		return 1;
	case VFIO_GROUP_GET_STATUS:
		((struct vfio_group_status *)arg)->flags = VFIO_GROUP_FLAGS_VIABLE;
		return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		return k->files++;
	case VFIO_IOMMU_GET_INFO:
	case VFIO_DEVICE_GET_INFO:
	case VFIO_DEVICE_GET_REGION_INFO:
	case VFIO_DEVICE_GET_IRQ_INFO:
		answer_info(k, arg);
		return 0;
	case VFIO_IOMMU_UNMAP_DMA:
		fuzz_take(&k->in, &((struct vfio_iommu_type1_dma_unmap *)arg)->size, 8);
		return fuzz_byte(&k->in) & 1;
	case VFIO_DEVICE_SET_IRQS:
		return fuzz_byte(&k->in) & 3;
	default:
		return 0;
	}
}

static void *fuzz_mmap(void *opaque, size_t length, int prot, int flags, int fd,
		       uint64_t offset)
{
	struct kernel *k = opaque;

	(void)prot;
	(void)flags;
	(void)fd;
	check(length && offset <= INT64_MAX);
	if (verdict(k) || length > MAX_MAPPING) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	k->mmaps++;
	return calloc(1, length);
}

static int fuzz_munmap(void *opaque, void *addr, size_t length)
{
	struct kernel *k = opaque;

	(void)length;
	check(k->mmaps--);
	free(addr);
	return 0;
}

static ssize_t fuzz_pread(void *opaque, int fd, void *buf, size_t count,
			  uint64_t offset)
{
	struct kernel *k = opaque;
	size_t some;

	(void)fd;
	check(offset <= INT64_MAX - count);
	if (verdict(k))
		return -1;
	some = fuzz_byte(&k->in) & 15;
	if (some > count)
		some = count;
	fuzz_take(&k->in, buf, some);
	return some;
}

static ssize_t fuzz_pwrite(void *opaque, int fd, const void *buf, size_t count,
			   uint64_t offset)
{
	struct kernel *k = opaque;

	(void)fd;
	(void)buf;
	check(offset <= INT64_MAX - count);
	return verdict(k) ? -1 : (ssize_t)count;
}

static void *fuzz_alloc(void *opaque, size_t size)
{
	struct kernel *k = opaque;

	check(size <= 4 << 20);
	k->allocations++;
	return malloc(size);
}

static void fuzz_free(void *opaque, void *ptr)
{
	struct kernel *k = opaque;

	k->allocations -= !!ptr;
	free(ptr);
}

static const struct uvfio_sysops sysops = {
	.size = sizeof(sysops),
	.open = fuzz_open,
	.close = fuzz_close,
	.ioctl = fuzz_ioctl,
	.mmap = fuzz_mmap,
	.munmap = fuzz_munmap,
	.pread = fuzz_pread,
	.pwrite = fuzz_pwrite,
};

static const struct uvfio_allocator allocator = {
	.alloc = fuzz_alloc,
	.free = fuzz_free,
};

/* --- the program ----------------------------------------------------------- */

static volatile unsigned char sink;

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
	uvfio_device_reset(dev, NULL);
	sink = !!uvfio_get_device_info_cap(uvfio_device_info(dev), 1, NULL);
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
}

static void run(struct uvfio *ctx)
{
	struct uvfio_address_space *as;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	struct uvfio_error err;

	check(!uvfio_get_address_space(ctx, NULL, &as, NULL));
	if (!uvfio_get_group(as, 7, &group, &err)) {
		use_container(uvfio_group_container(group));
		if (!uvfio_get_device(group, "x", NULL, &dev, &err)) {
			use_device(dev);
			uvfio_put_base_device(dev, NULL);
		}
		uvfio_put_group(group, NULL);
	}
	uvfio_put_address_space(as);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct kernel k = { .in = { data, size } };
	const struct uvfio_options opts = {
		.size = sizeof(opts),
		.sysops = &sysops,
		.sysops_opaque = &k,
		.allocator = &allocator,
		.allocator_opaque = &k,
	};
	struct uvfio *ctx;

	check(!uvfio_new(&opts, &ctx, NULL));
	run(ctx);
	check(!uvfio_free(ctx));
	check(!k.files && !k.mmaps && !k.allocations);
	return 0;
}

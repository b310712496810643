// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system calls, answered from the input; see answers.h.
 */
#include <errno.h>
#include <sys/mman.h>

#include <linux/kvm.h>

#include "answers.h"

#define MAX_MAPPING	0x10000
#define MAX_CALLS	4096

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

/* Everything behind the header, as far as there is room. */
static int answer_feature(struct kernel *k, struct vfio_device_feature *feature)
{
	if (feature->flags & VFIO_DEVICE_FEATURE_GET && feature->argsz > sizeof(*feature))
		fuzz_take(&k->in, feature->data, feature->argsz - sizeof(*feature));
	return fuzz_byte(&k->in) & 1;
}

/* What sPAPR calls by the same number registers memory, and answers nothing. */
static int answer_dirty(struct kernel *k, const struct vfio_iommu_type1_dirty_bitmap *dirty)
{
	struct vfio_iommu_type1_dirty_bitmap_get range;

	if (!k->spapr && dirty->flags & VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP) {
		memcpy(&range, dirty->data, sizeof(range));
		fuzz_take(&k->in, range.bitmap.data, range.bitmap.size);
	}
	return fuzz_byte(&k->in) & 1;
}

static int answer_state(struct kernel *k)
{
	fuzz_take(&k->in, &k->eeh, sizeof(k->eeh));
	k->eeh &= INT32_MAX;
	return k->eeh;
}

static int answer_container(struct kernel *k, unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_CHECK_EXTENSION:
		return fuzz_byte(&k->in) & 1 ? 0 : 1;
	case VFIO_IOMMU_UNMAP_DMA:
		fuzz_take(&k->in, &((struct vfio_iommu_type1_dma_unmap *)arg)->size, 8);
		return fuzz_byte(&k->in) & 1;
	case VFIO_IOMMU_MAP_DMA:
		return fuzz_byte(&k->in) & 1;
	case VFIO_IOMMU_DIRTY_PAGES:
		return answer_dirty(k, arg);
	case VFIO_IOMMU_SPAPR_TCE_CREATE:
		fuzz_take(&k->in, &((struct vfio_iommu_spapr_tce_create *)arg)->start_addr, 8);
		return 0;
	case VFIO_EEH_PE_OP:
		return answer_state(k);
	default:
		return 0;
	}
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
	case VFIO_DEVICE_SET_IRQS:
		return fuzz_byte(&k->in) & 3;
	case VFIO_DEVICE_FEATURE:
		return answer_feature(k, arg);
	case KVM_CREATE_DEVICE:
		((struct kvm_create_device *)arg)->fd = k->files++;
		return 0;
	default:
		return answer_container(k, request, arg);
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

const struct uvfio_sysops answers_sysops = {
	.size = sizeof(answers_sysops),
	.open = fuzz_open,
	.close = fuzz_close,
	.ioctl = fuzz_ioctl,
	.mmap = fuzz_mmap,
	.munmap = fuzz_munmap,
	.pread = fuzz_pread,
	.pwrite = fuzz_pwrite,
};

const struct uvfio_allocator answers_allocator = {
	.alloc = fuzz_alloc,
	.free = fuzz_free,
};

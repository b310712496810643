// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system calls: recorded, failed where a rule says so, then carried out.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#include <linux/kvm.h>

#include "iommu.h"

/* Closing and unmapping cannot usefully fail: they are never counted. */
static bool nth_fires(struct fake *fake, const struct fake_call *call)
{
	if (!fake->fail_nth || call->op == FAKE_CLOSE || call->op == FAKE_MUNMAP)
		return false;
	if (--fake->fail_nth)
		return false;
	fake->fail_fired = true;
	fake->fail_op = call->op;
	fake->fail_request = call->request;
	fake->fail_file = call->op == FAKE_IOCTL ? fake->files[call->fd].type : FAKE_FREE;
	return true;
}

static bool rule_fires(struct fake_rule *rule, const struct fake_call *call)
{
	if (rule->op != call->op ||
	    (rule->request && rule->request != call->request))
		return false;
	if (rule->skip) {
		rule->skip--;
		return false;
	}
	if (rule->times >= 0 && rule->hits >= (unsigned int)rule->times)
		return false;
	rule->hits++;
	return true;
}

/* True when the call is decided, with call->ret set. */
static bool fault(struct fake *fake, struct fake_call *call)
{
	unsigned int i;

	if (nth_fires(fake, call)) {
		call->ret = fake->fail_errno ? -fake->fail_errno : -EIO;
		return true;
	}
	for (i = 0; i < fake->nr_rules; i++) {
		if (rule_fires(&fake->rules[i], call)) {
			call->ret = fake->rules[i].ret;
			return true;
		}
	}
	return fake_fault_decides(fake, call);
}

/* After a success errno is nothing to rely on. */
#define ANY_ERRNO	ENOTSUP

static int64_t finish(struct fake *fake, const struct fake_call *call)
{
	if (fake->nr_calls < FAKE_MAX_CALLS)
		fake->calls[fake->nr_calls++] = *call;
	errno = call->ret < 0 ? -call->ret : ANY_ERRNO;
	return call->ret < 0 ? -1 : call->ret;
}

int fake_install(struct fake *fake, enum fake_file_type type, void *object)
{
	int fd;

	for (fd = 0; fd < FAKE_MAX_FDS; fd++) {
		if (fake->files[fd].type == FAKE_FREE) {
			fake->files[fd].type = type;
			fake->files[fd].object = object;
			return fd;
		}
	}
	return -EMFILE;
}

static struct fake_file *get_file(struct fake *fake, int fd)
{
	if (fd < 0 || fd >= FAKE_MAX_FDS || fake->files[fd].type == FAKE_FREE)
		return NULL;
	return &fake->files[fd];
}

static struct fake_device *get_device(struct fake *fake, int fd)
{
	struct fake_file *file = get_file(fake, fd);

	return file && file->type == FAKE_DEVICE ? file->object : NULL;
}

static int open_container(struct fake *fake)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fake->containers); i++) {
		if (!fake->containers[i].open && !fake->containers[i].groups) {
			fake->containers[i].open = true;
			return fake_install(fake, FAKE_CONTAINER,
					    &fake->containers[i]);
		}
	}
	return -EMFILE;
}

static int open_group(struct fake *fake, int id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fake->groups); i++) {
		if (fake->groups[i].id != id)
			continue;
		if (fake->groups[i].open)
			return -EBUSY;
		fake->groups[i].open = true;
		return fake_install(fake, FAKE_GROUP, &fake->groups[i]);
	}
	return -ENOENT;
}

static int do_open(struct fake *fake, const char *path, int flags)
{
	static const char dir[] = "/dev/vfio/";

	if (!(flags & O_CLOEXEC) || (flags & O_ACCMODE) != O_RDWR)
		return -EINVAL;
	if (!strcmp(path, "/dev/vfio/vfio"))
		return open_container(fake);
	if (strncmp(path, dir, strlen(dir)))
		return -ENOENT;
	return open_group(fake, atoi(path + strlen(dir)));
}

static void copy_path(struct fake_call *call, const char *path)
{
	snprintf(call->path, sizeof(call->path), "%s", path);
}

static int fake_open(void *opaque, const char *path, int flags)
{
	struct fake *fake = opaque;
	struct fake_call call = { .op = FAKE_OPEN, .fd = -1 };

	copy_path(&call, path);
	if (!fault(fake, &call))
		call.ret = do_open(fake, path, flags);
	return finish(fake, &call);
}

static int do_close(struct fake *fake, int fd)
{
	struct fake_file *file = get_file(fake, fd);

	if (!file)
		return -EBADF;
	if (file->type == FAKE_CONTAINER)
		fake_container_close(file->object);
	if (file->type == FAKE_GROUP)
		fake_group_close(file->object);
	if (file->type == FAKE_KVM_DEVICE)
		fake_kvm_device_close(fake);
	*file = (struct fake_file){ .type = FAKE_FREE };
	return 0;
}

static int fake_close(void *opaque, int fd)
{
	struct fake *fake = opaque;
	struct fake_call call = { .op = FAKE_CLOSE, .fd = fd };

	call.ret = do_close(fake, fd);
	return finish(fake, &call);
}

static int do_ioctl(struct fake *fake, int fd, unsigned long request, void *arg)
{
	struct fake_file *file = get_file(fake, fd);

	if (!file)
		return -EBADF;
	switch (file->type) {
	case FAKE_CONTAINER:
		return fake_container_ioctl(fake, file->object, request, arg);
	case FAKE_GROUP:
		return fake_group_ioctl(fake, file->object, request, arg);
	case FAKE_DEVICE:
		return fake_device_ioctl(fake, file->object, request, arg);
	case FAKE_VM:
		return fake_vm_ioctl(fake, request, arg);
	case FAKE_KVM_DEVICE:
		return fake_kvm_device_ioctl(fake, request, arg);
	default:
		return -EBADF;
	}
}

/*
 * What a test wants to see of an ioctl's argument. Numbers mean different ioctls on
 * different files, and on containers of different IOMMUs.
 */
static void describe_container(struct fake_call *call, const void *arg)
{
	const struct vfio_iommu_type1_dma_map *map = arg;
	const struct vfio_iommu_type1_dma_unmap *unmap = arg;
	const struct vfio_eeh_pe_op *eeh = arg;

	switch (call->request) {
	case VFIO_IOMMU_MAP_DMA:
		call->a = map->iova;
		call->b = map->size;
		call->c = map->vaddr;
		break;
	case VFIO_IOMMU_UNMAP_DMA:
		call->a = unmap->iova;
		call->b = unmap->size;
		break;
	case VFIO_CHECK_EXTENSION:
	case VFIO_SET_IOMMU:
		call->a = (uintptr_t)arg;
		break;
	case VFIO_EEH_PE_OP:
		call->a = eeh->op;
		break;
	}
}

static void describe_spapr(struct fake_call *call, const void *arg)
{
	const struct vfio_iommu_spapr_register_memory *memory = arg;
	const struct vfio_iommu_spapr_tce_create *create = arg;
	const struct vfio_iommu_spapr_tce_remove *remove = arg;

	switch (call->request) {
	case VFIO_IOMMU_SPAPR_REGISTER_MEMORY:
	case VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY:
		call->a = memory->vaddr;
		call->b = memory->size;
		break;
	case VFIO_IOMMU_SPAPR_TCE_CREATE:
		call->a = create->page_shift;
		call->b = create->window_size;
		call->c = create->levels;
		break;
	case VFIO_IOMMU_SPAPR_TCE_REMOVE:
		call->a = remove->start_addr;
		break;
	}
}

static void describe_device(struct fake_call *call, const void *arg)
{
	const struct vfio_irq_set *set = arg;

	if (call->request != VFIO_DEVICE_SET_IRQS)
		return;
	call->a = set->index;
	call->b = set->flags;
}

static void describe_kvm(struct fake_call *call, const void *arg)
{
	const struct kvm_device_attr *attr = arg;

	if (call->request != KVM_SET_DEVICE_ATTR)
		return;
	call->a = attr->attr;
	call->b = *(const int32_t *)(uintptr_t)attr->addr;
}

static void describe(struct fake *fake, struct fake_call *call, const void *arg)
{
	const struct fake_file *file = get_file(fake, call->fd);
	const struct fake_container *container;

	if (!file)
		return;
	switch (file->type) {
	case FAKE_CONTAINER:
		container = file->object;
		describe_container(call, arg);
		if (container->iommu == &fake_iommu_spapr)
			describe_spapr(call, arg);
		break;
	case FAKE_DEVICE:
		describe_device(call, arg);
		break;
	case FAKE_KVM_DEVICE:
		describe_kvm(call, arg);
		break;
	default:
		break;
	}
}

static int fake_ioctl(void *opaque, int fd, unsigned long request, void *arg)
{
	struct fake *fake = opaque;
	struct fake_call call = {
		.op = FAKE_IOCTL, .fd = fd, .request = request,
	};

	describe(fake, &call, arg);
	if (!fault(fake, &call)) {
		call.ret = do_ioctl(fake, fd, request, arg);
		if (call.ret >= 0 && fake->spoil)
			fake->spoil(fake, request, arg);
	}
	if (request == VFIO_IOMMU_UNMAP_DMA && !call.ret)
		call.c = ((struct vfio_iommu_type1_dma_unmap *)arg)->size;
	return finish(fake, &call);
}

static int record_mmap(struct fake *fake, void *addr, size_t length, int prot)
{
	int i;

	for (i = 0; i < FAKE_MAX_MMAPS; i++) {
		if (!fake->mmaps[i].addr) {
			fake->mmaps[i] = (struct fake_mmap){ addr, length, prot };
			return 0;
		}
	}
	return -ENOMEM;
}

/* A mapping is the region's own memory: what pread() shows. */
static int do_mmap(struct fake *fake, size_t length, int prot, int flags,
		   int fd, uint64_t offset, void **addr)
{
	struct fake_device *device = get_device(fake, fd);
	struct fake_region *region;

	if (!device || flags != MAP_SHARED)
		return -EINVAL;
	region = fake_region_at(device, offset);
	if (!region || !(region->flags & VFIO_REGION_INFO_FLAG_MMAP) ||
	    length > region->size - (offset - region->offset))
		return -EINVAL;
	*addr = region->memory + (offset - region->offset);
	return record_mmap(fake, *addr, length, prot);
}

static void *fake_mmap(void *opaque, size_t length, int prot, int flags, int fd,
		       uint64_t offset)
{
	struct fake *fake = opaque;
	struct fake_call call = {
		.op = FAKE_MMAP, .fd = fd, .a = offset, .b = length, .c = prot,
	};
	void *addr = MAP_FAILED;

	if (!fault(fake, &call))
		call.ret = do_mmap(fake, length, prot, flags, fd, offset, &addr);
	return finish(fake, &call) ? MAP_FAILED : addr;
}

static int do_munmap(struct fake *fake, void *addr, size_t length)
{
	int i;

	for (i = 0; i < FAKE_MAX_MMAPS; i++) {
		if (fake->mmaps[i].addr == addr &&
		    fake->mmaps[i].length == length) {
			fake->mmaps[i].addr = NULL;
			return 0;
		}
	}
	return -EINVAL;
}

static int fake_munmap(void *opaque, void *addr, size_t length)
{
	struct fake *fake = opaque;
	struct fake_call call = { .op = FAKE_MUNMAP, .fd = -1, .b = length };

	call.ret = do_munmap(fake, addr, length);
	return finish(fake, &call);
}

/* Where @count bytes at @offset are; NULL with errno-like *ret otherwise. */
static unsigned char *locate(struct fake *fake, int fd, size_t count,
			     uint64_t offset, int64_t *ret)
{
	struct fake_device *device = get_device(fake, fd);
	struct fake_region *region;

	*ret = -EINVAL;
	if (!device)
		return NULL;
	region = fake_region_at(device, offset);
	if (!region || !region->memory ||
	    count > region->size - (offset - region->offset))
		return NULL;
	*ret = count;
	return region->memory + (offset - region->offset);
}

static ssize_t fake_pread(void *opaque, int fd, void *buf, size_t count,
			  uint64_t offset)
{
	struct fake *fake = opaque;
	struct fake_call call = {
		.op = FAKE_PREAD, .fd = fd, .a = offset, .b = count,
	};
	const unsigned char *src;

	if (!fault(fake, &call)) {
		count = min_t(size_t, count, fake->short_of);
		src = locate(fake, fd, count, offset, &call.ret);
		if (src)
			memcpy(buf, src, count);
	}
	return finish(fake, &call);
}

static ssize_t fake_pwrite(void *opaque, int fd, const void *buf, size_t count,
			   uint64_t offset)
{
	struct fake *fake = opaque;
	struct fake_call call = {
		.op = FAKE_PWRITE, .fd = fd, .a = offset, .b = count,
	};
	unsigned char *dst;

	if (!fault(fake, &call)) {
		count = min_t(size_t, count, fake->short_of);
		dst = locate(fake, fd, count, offset, &call.ret);
		if (dst)
			memcpy(dst, buf, count);
	}
	return finish(fake, &call);
}

static ssize_t fake_readlink(void *opaque, const char *path, char *buf,
			     size_t size)
{
	struct fake *fake = opaque;
	struct fake_call call = { .op = FAKE_READLINK, .fd = -1 };
	size_t len = strlen(fake->group_link);

	copy_path(&call, path);
	if (!fault(fake, &call)) {
		if (len > size)
			len = size;
		memcpy(buf, fake->group_link, len);
		call.ret = len;
	}
	return finish(fake, &call);
}

const struct uvfio_sysops fake_sysops = {
	.size = sizeof(struct uvfio_sysops),
	.open = fake_open,
	.close = fake_close,
	.ioctl = fake_ioctl,
	.mmap = fake_mmap,
	.munmap = fake_munmap,
	.pread = fake_pread,
	.pwrite = fake_pwrite,
	.readlink = fake_readlink,
};

/* More than the library can want for what these tests do. */
#define MOST_MEMORY	0x40000000

/* Not recorded: allocations are no system calls, only counted and failed. */
static void *fake_alloc(void *opaque, size_t size)
{
	struct fake *fake = opaque;
	struct fake_call call = { .op = FAKE_ALLOC };
	void *ptr;

	if (fault(fake, &call) || size > MOST_MEMORY)
		return NULL;
	ptr = malloc(size);
	fake->allocations++;
	return memset(ptr, 0xa5, size);
}

static void fake_free_mem(void *opaque, void *ptr)
{
	struct fake *fake = opaque;

	fake->allocations -= !!ptr;
	free(ptr);
	errno = ANY_ERRNO;
}

const struct uvfio_allocator fake_allocator = {
	.alloc = fake_alloc,
	.free = fake_free_mem,
};

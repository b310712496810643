/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The context as the library sees it, and the short ways to its seams.
 */
#ifndef UVFIO_SRC_CTX_H
#define UVFIO_SRC_CTX_H

#include <errno.h>

#include <uvfio/context.h>
#include <uvfio/log.h>

#include "list.h"

#define UVFIO_MAX_IOMMU_TYPES	8

/* The virtual machine, and its device that knows the groups. See kvm.c. */
struct uvfio_kvm {
	bool has_vm;
	bool has_device;
	int vm_fd;	/* the program's */
	int device_fd;
};

struct uvfio {
	struct uvfio_sysops sys;
	void *sys_opaque;
	struct uvfio_allocator mem;
	void *mem_opaque;

	uvfio_log_fn log;
	void *log_opaque;
	enum uvfio_log_level log_level;
	uvfio_trace_fn trace;
	void *trace_opaque;

	unsigned int iommu_types[UVFIO_MAX_IOMMU_TYPES];
	size_t nr_iommu_types;

	void (*reset_registration)(struct uvfio *ctx, bool wanted, void *opaque);
	void *reset_registration_opaque;

	void (*balloon_inhibit)(struct uvfio *ctx, bool inhibit, void *opaque);
	void *balloon_inhibit_opaque;
	unsigned int balloon_inhibitors;

	struct uvfio_kvm kvm;

	uint64_t target_page_size;
	uint64_t host_page_size;

	unsigned int memories;		/* memory objects there are */
	struct uvfio_list address_spaces;
	struct uvfio_list groups;
};

/* Zeroed memory, or NULL. */
void *uvfio_zalloc(struct uvfio *ctx, size_t size);
char *uvfio_strdup(struct uvfio *ctx, const char *s);
void uvfio_free_mem(struct uvfio *ctx, void *ptr);

/* The real system calls, and a program's table completed with them. */
extern const struct uvfio_sysops uvfio_real_sysops;
int uvfio_complete_sysops(struct uvfio_sysops *dst,
			  const struct uvfio_sysops *src);

/*
 * Copy a structure that carries its size from a program built against other
 * headers: what it does not know is zero, what we do not know must be zero.
 * Return 0, -EINVAL (no size) or -E2BIG (unknown members are set).
 */
int uvfio_copy_sized(void *dst, size_t dst_size, const void *src,
		     size_t src_size);

/* Returns the result, or -errno. */
static inline int uvfio_ioctl(struct uvfio *ctx, int fd, unsigned long request,
			      void *arg)
{
	int ret = ctx->sys.ioctl(ctx->sys_opaque, fd, request, arg);

	return ret < 0 ? -errno : ret;
}

static inline int uvfio_open(struct uvfio *ctx, const char *path, int flags)
{
	int fd = ctx->sys.open(ctx->sys_opaque, path, flags);

	return fd < 0 ? -errno : fd;
}

static inline void uvfio_close(struct uvfio *ctx, int fd)
{
	ctx->sys.close(ctx->sys_opaque, fd);
}

#endif /* UVFIO_SRC_CTX_H */

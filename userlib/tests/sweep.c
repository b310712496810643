// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which calls fail how, and what must be the same afterwards.
 */
#include <stdio.h>

#include <linux/kvm.h>

#include "sweep.h"

#define IOCTL(file, request, ...) \
	{ FAKE_IOCTL, FAKE_##file, request, #request, { __VA_ARGS__ } }

/* As the manual pages and the kernel's drivers/vfio have them. */
static const struct sweep_call calls[] = {
	{ FAKE_OPEN, FAKE_FREE, 0, NULL, { ENOENT, EACCES, EPERM, EBUSY, EMFILE, ENODEV, EINTR } },
	{ FAKE_MMAP, FAKE_FREE, 0, NULL, { EINVAL, EAGAIN, ENOMEM, EPERM, ENODEV, EACCES } },
	{ FAKE_PREAD, FAKE_FREE, 0, NULL, { EIO, EINVAL, EFAULT, EINTR, ENOMEM, EBUSY, EACCES } },
	{ FAKE_PWRITE, FAKE_FREE, 0, NULL, { EIO, EINVAL, EFAULT, EINTR, ENOMEM, EBUSY, EACCES } },
	{ FAKE_READLINK, FAKE_FREE, 0, NULL, { ENOENT, EACCES, EINVAL, EIO, ENOMEM } },
	{ FAKE_ALLOC, FAKE_FREE, 0, NULL, { ENOMEM } },
	IOCTL(CONTAINER, VFIO_GET_API_VERSION, ENOTTY, EINTR),
	IOCTL(CONTAINER, VFIO_CHECK_EXTENSION, ENOTTY, EINVAL, EINTR),
	IOCTL(CONTAINER, VFIO_SET_IOMMU, EINVAL, ENODEV, ENOMEM, EPERM, EBUSY),
	IOCTL(GROUP, VFIO_GROUP_GET_STATUS, EINVAL, EFAULT, ENODEV, ENOTTY),
	IOCTL(GROUP, VFIO_GROUP_SET_CONTAINER, EINVAL, EPERM, EFAULT, EBADF, EBUSY, ENODEV, ENOMEM),
	IOCTL(GROUP, VFIO_GROUP_UNSET_CONTAINER, EINVAL, EBUSY),
	IOCTL(GROUP, VFIO_GROUP_GET_DEVICE_FD, EINVAL, ENODEV, EPERM, EMFILE, ENOMEM, EBUSY,
	      EFAULT),
	IOCTL(CONTAINER, VFIO_IOMMU_GET_INFO, EINVAL, EFAULT, ENOMEM, ENOTTY, ENODEV),
	IOCTL(CONTAINER, VFIO_IOMMU_MAP_DMA, EINVAL, EEXIST, ENOSPC, EFAULT, ENOMEM, EBUSY, EPERM,
	      EOVERFLOW),
	IOCTL(CONTAINER, VFIO_IOMMU_UNMAP_DMA, EINVAL, EFAULT, ENOMEM, ENOENT, EOVERFLOW),
	IOCTL(CONTAINER, VFIO_IOMMU_DIRTY_PAGES, EINVAL, EFAULT, ENOMEM, EACCES, ENOTTY),
	IOCTL(DEVICE, VFIO_DEVICE_GET_INFO, EINVAL, EFAULT, EIO, ENODEV, ENOMEM),
	IOCTL(DEVICE, VFIO_DEVICE_GET_REGION_INFO, EINVAL, EFAULT, ENOMEM, EIO),
	IOCTL(DEVICE, VFIO_DEVICE_GET_IRQ_INFO, EINVAL, EFAULT, EIO),
	IOCTL(DEVICE, VFIO_DEVICE_SET_IRQS, EINVAL, EFAULT, ENOMEM, EBUSY, ENOTTY, ENOSPC, EIO),
	IOCTL(DEVICE, VFIO_DEVICE_RESET, EINVAL, ENOTTY, EAGAIN, EIO),
	IOCTL(DEVICE, VFIO_DEVICE_FEATURE, EINVAL, ENOTTY, EFAULT, ENOMEM, EOPNOTSUPP, EBUSY),
};

/* On sPAPR machines the first of them is not type1's, but has its number. */
static const struct sweep_call spapr_calls[] = {
	IOCTL(CONTAINER, VFIO_IOMMU_SPAPR_TCE_GET_INFO, ENXIO, EFAULT, EINVAL, EPERM),
	IOCTL(CONTAINER, VFIO_IOMMU_ENABLE, EBUSY, ENODEV, EPERM, ENOMEM),
	IOCTL(CONTAINER, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, EINVAL, EBUSY, ENOMEM, EFAULT, EPERM),
	IOCTL(CONTAINER, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, EINVAL, ENOENT, EBUSY, EPERM),
	IOCTL(CONTAINER, VFIO_IOMMU_SPAPR_TCE_CREATE, EINVAL, ENOSPC, ENOMEM, EPERM, ENXIO),
	IOCTL(CONTAINER, VFIO_IOMMU_SPAPR_TCE_REMOVE, EINVAL, EPERM, ENXIO),
	IOCTL(CONTAINER, VFIO_EEH_PE_OP, ENODEV, EINVAL, EFAULT, EIO, ERANGE),
	IOCTL(VM, KVM_CREATE_DEVICE, ENODEV, EBUSY, ENOMEM, EMFILE),
	IOCTL(KVM_DEVICE, KVM_SET_DEVICE_ATTR, EBADF, EINVAL, EEXIST, ENOENT, ENXIO, ENOMEM),
};

static const struct sweep_call *find_call(const struct sweep_call *list, size_t nr,
					  const struct fake *fake)
{
	for (; nr; nr--, list++)
		if (list->op == fake->fail_op && list->request == fake->fail_request &&
		    list->file == fake->fail_file)
			return list;
	return NULL;
}

const struct sweep_call *sweep_hit(const struct fake *fake)
{
	const struct sweep_call *call = NULL;

	if (fake->spapr.types)
		call = find_call(spapr_calls, ARRAY_SIZE(spapr_calls), fake);
	if (!call)
		call = find_call(calls, ARRAY_SIZE(calls), fake);
	if (call)
		return call;
	fail_msg("call %d, ioctl 0x%lx: no errnos are known of it", fake->fail_op,
		 fake->fail_request);
	return NULL;
}

/* The first run of a point is to find out what it is, and counts as well. */
unsigned int sweep_all(sweep_point point, const void *subject)
{
	const struct sweep_call *hit;
	unsigned int n, i, points = 0;

	for (n = 1;; n++) {
		hit = point(subject, n, EIO);
		if (!hit)
			return points;
		points++;
		for (i = 0; i < SWEEP_ERRNOS && hit->errnos[i]; i++, points++)
			assert_ptr_equal(point(subject, n, hit->errnos[i]), hit);
	}
}

void sweep_scenarios(sweep_point point, const void *scenarios, size_t size, size_t nr)
{
	const char *scenario = scenarios;
	unsigned int points, sum = 0;
	size_t i;

	for (i = 0; i < nr; i++, scenario += size) {
		points = sweep_all(point, scenario);
		if (!points)
			fail_msg("%s: nothing in it can fail", *(const char *const *)scenario);
		sum += points;
	}
	print_message("# swept %u points in %zu calls\n", sum, nr);
}

static char where[96];

void sweep_at(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(where, sizeof(where), fmt, args);
	va_end(args);
}

void sweep_passed(void)
{
	where[0] = '\0';
}

int sweep_tell_where(void **state)
{
	(void)state;
	if (where[0])
		print_message("# %s\n", where);
	return 0;
}

static int on_section(void *opaque, const struct uvfio_section *section,
		      struct uvfio_error *err)
{
	(void)opaque;
	(void)section;
	(void)err;
	return 0;
}

const struct uvfio_listener_ops sweep_listener = {
	.size = sizeof(sweep_listener),
	.region_add = on_section,
	.region_del = on_section,
};

static unsigned int count_mappings(const struct fake *fake)
{
	unsigned int n = 0;
	struct rb_node *node;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fake->containers); i++) {
		if (!fake->containers[i].iommu)
			continue;
		for (node = rb_first(&fake->containers[i].type1.mappings); node;
		     node = rb_next(node))
			n++;
	}
	return n;
}

static unsigned int count_eventfds(const struct fake *fake)
{
	unsigned int dev, index, vector, n = 0;
	const struct fake_irq *irq;

	for (dev = 0; dev < ARRAY_SIZE(fake->devices); dev++) {
		for (index = 0; index < VFIO_PCI_NUM_IRQS; index++) {
			irq = &fake->devices[dev].irqs[index];
			n += irq->unmask >= 0;
			for (vector = 0; vector < FAKE_VECTORS; vector++)
				n += irq->trigger[vector] >= 0;
		}
	}
	return n;
}

struct sweep_held sweep_count(const struct env *env)
{
	return (struct sweep_held){
		.files = fake_held_files(env->fake),
		.mmaps = fake_held_mmaps(env->fake),
		.allocations = env->fake->allocations,
		.inhibitors = env->ctx ? uvfio_balloon_inhibitors(env->ctx) : 0,
		.mappings = count_mappings(env->fake),
		.eventfds = count_eventfds(env->fake),
		.locked = env->fake->locked,
	};
}

void sweep_assert_same(const struct sweep_held *before, const struct sweep_held *after)
{
	assert_int_equal(after->files, before->files);
	assert_int_equal(after->mmaps, before->mmaps);
	assert_int_equal(after->allocations, before->allocations);
	assert_int_equal(after->inhibitors, before->inhibitors);
	assert_int_equal(after->mappings, before->mappings);
	assert_int_equal(after->eventfds, before->eventfds);
	assert_int_equal(after->locked, before->locked);
}

void sweep_assert_quiet(const struct env *env)
{
	assert_int_equal(env->err.code, 0);
	assert_null(env->err.operation);
	assert_string_equal(env->err.message, "");
}

int sweep_run(struct env *env, int (*run)(struct env *env))
{
	int ret;

	env->err = (struct uvfio_error){ .code = 0 };
	errno = 0;
	ret = run(env);
	if (ret >= 0)
		sweep_assert_quiet(env);
	return ret;
}

void sweep_assert_told(const struct env *env, int ret, const struct sweep_call *hit,
		       int error)
{
	const struct uvfio_error *err = &env->err;

	assert_int_equal(ret, hit->op == FAKE_ALLOC ? -ENOMEM : -error);
	assert_int_equal(err->code, ret);
	assert_non_null(err->operation);
	assert_true(err->message[0]);
	if (!hit->name)
		return;
	assert_non_null(err->ioctl);
	assert_string_equal(err->ioctl, hit->name);
	assert_contains(err->message, hit->name);
}

bool sweep_survives(const struct sweep_survival *list, const struct sweep_call *hit,
		    int error)
{
	for (; list && (list->op || list->request); list++)
		if (list->op == hit->op && list->request == hit->request &&
		    (!list->error || list->error == error) && list->but != error)
			return true;
	return false;
}

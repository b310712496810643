/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making memory objects and sections in few words. The memory is never touched:
 * addresses are only numbers here.
 */
#ifndef UVFIO_TESTS_SPACE_H
#define UVFIO_TESTS_SPACE_H

#include "env.h"

#define VADDR(x)	((char *)(uintptr_t)(x))

/* The address space of the tests: system memory, as env_open_device() has it. */
static inline void space_open(struct env *env)
{
	assert_int_equal(uvfio_get_address_space(env->ctx, NULL, &env->as, NULL), 0);
}

static inline int space_connect(struct env *env)
{
	int ret = uvfio_get_group(env->as, 10, &env->group, &env->err);

	if (!ret)
		env->container = uvfio_group_container(env->group);
	return ret;
}

static inline struct uvfio_memory *space_memory(struct env *env,
						enum uvfio_memory_type type,
						uintptr_t vaddr, uint64_t bytes)
{
	const struct uvfio_memory_options opts = {
		.size = sizeof(opts),
		.type = type,
		.bytes = { .lo = bytes },
		.vaddr = VADDR(vaddr),
	};
	struct uvfio_memory *memory;

	assert_int_equal(uvfio_memory_new(env->ctx, &opts, &memory, &env->err), 0);
	return memory;
}

/* Adds it, and leaves the section as the only one to hold the object. */
static inline int space_add(struct env *env, struct uvfio_memory *memory,
			    uint64_t start, uint64_t size, uint64_t offset)
{
	const struct uvfio_section section = {
		.start = start,
		.size = { .lo = size },
		.memory = memory,
		.offset = offset,
	};
	int ret = uvfio_section_add(env->as, &section, &env->err);
	int saved = errno;

	uvfio_memory_put(memory);
	errno = saved;
	return ret;
}

static inline int space_add_ram(struct env *env, uint64_t start, uint64_t size,
				uintptr_t vaddr)
{
	return space_add(env, space_memory(env, UVFIO_MEMORY_RAM, vaddr, size), start,
			 size, 0);
}

static inline int space_del(struct env *env, uint64_t start)
{
	return uvfio_section_del(env->as, start, &env->err);
}

/* The nth MAP or UNMAP, and how many there were. */
static inline unsigned int space_maps(struct env *env)
{
	return fake_count_calls(env->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA);
}

static inline unsigned int space_unmaps(struct env *env)
{
	return fake_count_calls(env->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA);
}

#define assert_map(env, nth, iova, bytes, addr) \
	do { \
		const struct fake_call *call_ = \
			fake_nth_call((env)->fake, FAKE_IOCTL, VFIO_IOMMU_MAP_DMA, nth); \
		assert_non_null(call_); \
		assert_true(call_->a == (iova)); \
		assert_true(call_->b == (bytes)); \
		assert_true(call_->c == (addr)); \
	} while (0)

#define assert_unmap(env, nth, iova, bytes) \
	do { \
		const struct fake_call *call_ = \
			fake_nth_call((env)->fake, FAKE_IOCTL, VFIO_IOMMU_UNMAP_DMA, nth); \
		assert_non_null(call_); \
		assert_true(call_->a == (iova)); \
		assert_true(call_->b == (bytes)); \
	} while (0)

#endif /* UVFIO_TESTS_SPACE_H */

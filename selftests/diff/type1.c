// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mock IOMMU backend against the kernel's own type1: one random sequence of
 * container ioctls, made on both, must give the same results, sizes, infos and
 * bitmaps. The backend is told to behave like the kernel that runs.
 *
 * Two real type1s are compared with: the one that serves a container of mdevs,
 * by the mock device itself, and the one with an IOMMU behind it, by edu.
 * TYPE1_DIFF_SEED and TYPE1_DIFF_STEPS in the environment change what is run; a
 * failure names the seed, the step and the call.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "selftest.h"

#define BUFFER_PAGES	32
#define BITMAP_WORDS	4
#define INFO_BYTES	256
#define MAX_EXTENSION	12

enum call {
	CALL_MAP,
	CALL_UNMAP,
	CALL_UNMAP_BITMAP,
	CALL_GET_INFO,
	CALL_EXTENSION,
	CALL_DIRTY,
	CALL_GET_BITMAP,
	NR_CALLS
};

static const char *const call_names[NR_CALLS] = {
	[CALL_MAP] = "MAP_DMA",
	[CALL_UNMAP] = "UNMAP_DMA",
	[CALL_UNMAP_BITMAP] = "UNMAP_DMA with bitmap",
	[CALL_GET_INFO] = "GET_INFO",
	[CALL_EXTENSION] = "CHECK_EXTENSION",
	[CALL_DIRTY] = "DIRTY_PAGES",
	[CALL_GET_BITMAP] = "DIRTY_PAGES, get bitmap",
};

/* One call, and the argument structures' fields as far as it has them. */
struct step {
	enum call call;
	uint32_t argsz;
	uint32_t flags;
	uint64_t iova;
	uint64_t size;
	uint64_t vaddr;
	uint64_t pgsize;
	uint64_t bitmap_size;
};

/* Everything that a call gives back. */
struct result {
	int ret;
	uint64_t size;
	uint64_t bitmap[BITMAP_WORDS];
	unsigned char info[INFO_BYTES];
};

FIXTURE(type1) {
	struct target target;
	unsigned char *buffer;		/* writable, a page of it read-only, none behind it */
	struct step *steps;
	struct result *results;
	size_t nr_steps;
	uint64_t seed;
	uint64_t random;
};

FIXTURE_VARIANT(type1) {
	enum target_kind real;
	unsigned int type;
	mock_shape_fn shape;
	size_t steps;
	/*
	 * Mappings that touch the last page. Kernels up to 6.17 lose them; what
	 * a bitmap of the rest then shows depends on the shape of their tree,
	 * so that dirty tracking is left out.
	 */
	bool top;
};

static int shape_iommu(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_set(profile, "iommu_backend/model", "iommu", err);
}

FIXTURE_VARIANT_ADD(type1, emulated_v2) {
	.real = TARGET_MOCK_TYPE1, .type = VFIO_TYPE1v2_IOMMU, .steps = 8000,
};

FIXTURE_VARIANT_ADD(type1, emulated_v2_top) {
	.real = TARGET_MOCK_TYPE1, .type = VFIO_TYPE1v2_IOMMU, .steps = 8000, .top = true,
};

FIXTURE_VARIANT_ADD(type1, emulated_v1) {
	.real = TARGET_MOCK_TYPE1, .type = VFIO_TYPE1_IOMMU, .steps = 8000,
};

FIXTURE_VARIANT_ADD(type1, iommu_v2) {
	.real = TARGET_EDU, .type = VFIO_TYPE1v2_IOMMU, .shape = shape_iommu, .steps = 4000,
};

FIXTURE_VARIANT_ADD(type1, iommu_v1) {
	.real = TARGET_EDU, .type = VFIO_TYPE1_IOMMU, .shape = shape_iommu, .steps = 4000,
};

static uint64_t env_number(const char *name, uint64_t value)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : value;
}

/* Twice the buffer, of which the second half has no memory. */
static unsigned char *buffer_new(void)
{
	unsigned char *buffer = memory_new(2 * BUFFER_PAGES * PAGE);

	munmap(buffer + BUFFER_PAGES * PAGE, BUFFER_PAGES * PAGE);
	mprotect(buffer + (BUFFER_PAGES - 4) * PAGE, PAGE, PROT_READ);
	return buffer;
}

FIXTURE_SETUP(type1)
{
	self->seed = env_number("TYPE1_DIFF_SEED", 1);
	self->random = self->seed;
	self->nr_steps = env_number("TYPE1_DIFF_STEPS", variant->steps);
	self->steps = calloc(self->nr_steps, sizeof(*self->steps));
	self->results = calloc(self->nr_steps, sizeof(*self->results));
	ASSERT_NE(NULL, self->steps);
	ASSERT_NE(NULL, self->results);
	self->buffer = buffer_new();
}

FIXTURE_TEARDOWN(type1)
{
	munmap(self->buffer, BUFFER_PAGES * PAGE);
	free(self->steps);
	free(self->results);
}

static uint32_t below(uint64_t *random, uint32_t n)
{
	*random = *random * 6364136223846793005ull + 1442695040888963407ull;
	return (*random >> 33) % n;
}

static bool one_in(uint64_t *random, uint32_t n)
{
	return !below(random, n);
}

/* Addresses crowd around the places where something changes. */
static uint64_t random_iova(uint64_t *random, bool top)
{
	static const uint64_t places[] = {
		0, 0, 0, 0, 0xfedf8000, 0xfeef8000, 0x7fffffff8000, 0xffffffff8000,
		0x7ffffffffffff000, 0xfffffffffff80000,
	};
	uint64_t iova;

	if (top && one_in(random, 3))
		return -PAGE * (1 + below(random, 8));
	iova = places[below(random, sizeof(places) / sizeof(*places))];
	iova += below(random, 48) * PAGE;
	return one_in(random, 50) ? iova + below(random, PAGE) : iova;
}

/* Mostly a few pages; at times what reaches an end, or can't be. */
static uint64_t random_size(uint64_t *random, uint64_t iova)
{
	const uint64_t odd[] = {
		0, 1, PAGE - 1, PAGE + 1, -iova, -iova + PAGE, -PAGE, UINT64_MAX, 1ull << 63,
		1ull << 45, -iova - PAGE,
	};

	if (one_in(random, 12))
		return odd[below(random, sizeof(odd) / sizeof(*odd))];
	return (1 + below(random, one_in(random, 4) ? 48 : 6)) * PAGE;
}

static void fill_map(struct step *step, uint64_t *random, const unsigned char *buffer)
{
	static const uint32_t odd_flags[] = {
		0, VFIO_DMA_MAP_FLAG_VADDR, VFIO_DMA_MAP_FLAG_VADDR,
		VFIO_DMA_MAP_FLAG_VADDR | VFIO_DMA_MAP_FLAG_READ, 1u << 3, 1u << 31,
	};

	step->vaddr = (uintptr_t)buffer + below(random, BUFFER_PAGES) * PAGE;
	if (one_in(random, 40))
		step->vaddr = one_in(random, 2) ? step->vaddr + 1 : -PAGE;
	step->flags = 1 + below(random, 3);
	if (one_in(random, 8))
		step->flags = odd_flags[below(random, sizeof(odd_flags) / sizeof(*odd_flags))];
}

static void fill_unmap(struct step *step, uint64_t *random)
{
	static const uint32_t odd_flags[] = {
		VFIO_DMA_UNMAP_FLAG_ALL, VFIO_DMA_UNMAP_FLAG_VADDR, VFIO_DMA_UNMAP_FLAG_VADDR,
		VFIO_DMA_UNMAP_FLAG_VADDR, VFIO_DMA_UNMAP_FLAG_ALL | VFIO_DMA_UNMAP_FLAG_VADDR,
		1u << 3,
	};

	if (!one_in(random, 8))
		return;
	step->flags = odd_flags[below(random, sizeof(odd_flags) / sizeof(*odd_flags))];
	if (step->flags & VFIO_DMA_UNMAP_FLAG_ALL && !one_in(random, 4)) {
		step->iova = 0;
		step->size = 0;
	}
}

static void fill_bitmap(struct step *step, uint64_t *random)
{
	/* Never 0, which edge/dirty_bitmap.c is about. */
	step->pgsize = one_in(random, 20) ? (1 + below(random, 2)) * PAGE : PAGE;
	step->bitmap_size = 8 * (1 + below(random, BITMAP_WORDS));
	if (one_in(random, 20))
		step->bitmap_size = one_in(random, 2) ? 0 : 1ull << 40;
}

/* How often each call is made, in all 100. Dirty tracking comes last. */
static const uint32_t weights[NR_CALLS] = {
	[CALL_MAP] = 44, [CALL_UNMAP] = 28, [CALL_GET_INFO] = 6, [CALL_EXTENSION] = 2,
	[CALL_UNMAP_BITMAP] = 5, [CALL_DIRTY] = 5, [CALL_GET_BITMAP] = 10,
};

static enum call random_call(uint64_t *random, bool top)
{
	uint32_t n = below(random, 100);
	enum call call;

	for (call = 0; n >= weights[call]; call++)
		n -= weights[call];
	if (top && (call == CALL_DIRTY || call == CALL_GET_BITMAP || call == CALL_UNMAP_BITMAP))
		return CALL_UNMAP;
	return call;
}

/* Half of the ranges were used a little before, so that calls meet. */
static void random_range(struct step *step, uint64_t *random, bool top, const struct step *steps,
			 size_t nr)
{
	if (nr && one_in(random, 2)) {
		const struct step *before = &steps[nr - 1 - below(random, nr < 12 ? nr : 12)];

		step->iova = before->iova;
		step->size = before->size;
		return;
	}
	step->iova = random_iova(random, top);
	step->size = random_size(random, step->iova);
	if (!top && step->iova + step->size == 0)
		step->size -= PAGE;
}

/* The step after the @nr that @steps has. */
static struct step random_step(uint64_t *random, bool top, const unsigned char *buffer,
			       const struct step *steps, size_t nr)
{
	struct step step = { .call = random_call(random, top) };

	random_range(&step, random, top, steps, nr);
	step.argsz = one_in(random, 60) ? below(random, 48) : 96;
	switch (step.call) {
	case CALL_MAP:
		fill_map(&step, random, buffer);
		break;
	case CALL_UNMAP:
		fill_unmap(&step, random);
		break;
	case CALL_UNMAP_BITMAP:
		step.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP;
		fill_bitmap(&step, random);
		break;
	case CALL_GET_INFO:
		step.argsz = below(random, INFO_BYTES);
		break;
	case CALL_DIRTY:
		step.flags = one_in(random, 6) ? 3 + below(random, 6) * 2 : 1u << below(random, 2);
		break;
	case CALL_GET_BITMAP:
		step.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP;
		fill_bitmap(&step, random);
		break;
	default:
		step.flags = below(random, MAX_EXTENSION + 1);
	}
	return step;
}

static int run_unmap(int container, const struct step *step, struct result *result)
{
	struct {
		struct vfio_iommu_type1_dma_unmap head;
		struct vfio_bitmap bitmap;
	} arg = {
		.head = {
			.argsz = step->argsz, .flags = step->flags, .iova = step->iova,
			.size = step->size,
		},
		.bitmap = {
			.pgsize = step->pgsize, .size = step->bitmap_size,
			.data = (void *)result->bitmap,
		},
	};
	int ret = raw_ioctl(container, VFIO_IOMMU_UNMAP_DMA, &arg);

	result->size = arg.head.size;
	return ret;
}

static int run_dirty(int container, const struct step *step, struct result *result)
{
	const struct {
		struct vfio_iommu_type1_dirty_bitmap head;
		struct vfio_iommu_type1_dirty_bitmap_get range;
	} arg = {
		.head = { .argsz = step->argsz, .flags = step->flags },
		.range = {
			.iova = step->iova, .size = step->size,
			.bitmap = {
				.pgsize = step->pgsize, .size = step->bitmap_size,
				.data = (void *)result->bitmap,
			},
		},
	};

	return raw_ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &arg);
}

static int run_map(int container, const struct step *step)
{
	const struct vfio_iommu_type1_dma_map arg = {
		.argsz = step->argsz, .flags = step->flags, .vaddr = step->vaddr,
		.iova = step->iova, .size = step->size,
	};

	return raw_ioctl(container, VFIO_IOMMU_MAP_DMA, &arg);
}

static int run_info(int container, const struct step *step, struct result *result)
{
	memcpy(result->info, &step->argsz, sizeof(step->argsz));
	return raw_ioctl(container, VFIO_IOMMU_GET_INFO, result->info);
}

static struct result run_step(int container, const struct step *step)
{
	struct result result = { .size = step->size };

	/* Bits that a call leaves alone must be told from those it writes. */
	memset(result.bitmap, 0xa5, sizeof(result.bitmap));
	switch (step->call) {
	case CALL_MAP:
		result.ret = run_map(container, step);
		break;
	case CALL_UNMAP:
	case CALL_UNMAP_BITMAP:
		result.ret = run_unmap(container, step, &result);
		break;
	case CALL_GET_INFO:
		result.ret = run_info(container, step, &result);
		break;
	case CALL_EXTENSION:
		result.ret = raw_ioctl_value(container, VFIO_CHECK_EXTENSION, step->flags);
		break;
	default:
		result.ret = run_dirty(container, step, &result);
	}
	return result;
}

static void print_difference(struct __test_metadata *_metadata, const struct step *step,
			     const struct result *real, const struct result *backend)
{
	size_t i;

	TH_LOG("%s argsz=%u flags=0x%x iova=0x%" PRIx64 " size=0x%" PRIx64 " vaddr=0x%" PRIx64
	       " pgsize=0x%" PRIx64 " bitmap_size=0x%" PRIx64, call_names[step->call],
	       step->argsz, step->flags, step->iova, step->size, step->vaddr, step->pgsize,
	       step->bitmap_size);
	TH_LOG("type1:   ret=%d size=0x%" PRIx64, real->ret, real->size);
	TH_LOG("backend: ret=%d size=0x%" PRIx64, backend->ret, backend->size);
	for (i = 0; i < BITMAP_WORDS; i++)
		if (real->bitmap[i] != backend->bitmap[i])
			TH_LOG("bitmap word %zu: type1 0x%016" PRIx64 ", backend 0x%016" PRIx64,
			       i, real->bitmap[i], backend->bitmap[i]);
	for (i = 0; i < INFO_BYTES; i++)
		if (real->info[i] != backend->info[i])
			TH_LOG("info byte %zu: type1 0x%02x, backend 0x%02x", i, real->info[i],
			       backend->info[i]);
}

/*
 * MAP, UNMAP, GET_INFO, CHECK_EXTENSION and DIRTY_PAGES in a long random order,
 * with good and bad arguments, give on the mock IOMMU backend what they give on
 * the kernel's type1: same errno, same unmapped size, same capabilities byte by
 * byte, same dirty bits. Every other test that uses the backend rests on this.
 */
TEST_F_TIMEOUT(type1, same_as_backend, 300)
{
	struct target_options options = {
		.level = TARGET_OPEN_GROUP, .iommu_type = variant->type,
	};
	struct result result;
	int container;
	size_t i;

	TARGET_OPEN(&self->target, variant->real, &options);
	container = uvfio_container_fd(self->target.container);
	for (i = 0; i < self->nr_steps; i++) {
		self->steps[i] = random_step(&self->random, variant->top, self->buffer,
					     self->steps, i);
		self->results[i] = run_step(container, &self->steps[i]);
	}
	TARGET_CLOSE(&self->target);

	options.shape = variant->shape;
	TARGET_OPEN(&self->target, TARGET_MOCK_BACKEND, &options);
	container = uvfio_container_fd(self->target.container);
	for (i = 0; i < self->nr_steps; i++) {
		result = run_step(container, &self->steps[i]);
		if (!memcmp(&result, &self->results[i], sizeof(result)))
			continue;
		EXPECT_EQ(self->nr_steps, i)
			TH_LOG("seed %" PRIu64 ": step %zu differs", self->seed, i);
		print_difference(_metadata, &self->steps[i], &self->results[i], &result);
		break;
	}
	TARGET_CLOSE(&self->target);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the library costs on top of the kernel: mapping and region access against
 * the same system calls made by hand, on a device that VFIO has.
 *
 * To be run as root where mock_vfio is loaded, on a machine that counts
 * instructions. Makes a mock device of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mockvfio/mockvfio.h>
#include <uvfio/uvfio.h>

#include "../../mock_vfio/uapi/mock_vfio.h"
#include "compare.h"
#include "ioctls.h"

#define SPACING		0x2000ull
#define MANY		10000u

struct bench {
	struct uvfio *ctx;
	struct uvfio_group *group;
	struct uvfio_container *container;
	struct uvfio_device *dev;
	struct uvfio_region *region;
	int container_fd;
	int device_fd;
	uint64_t bar0;			/* in the device's file */
	void *buffer;			/* a page of BAR 0, mapped by hand */
	void *memory;
	uint64_t iova;			/* of the mapping that comes and goes */
};

static void must(int ret, const char *what, const struct uvfio_error *err)
{
	if (ret < 0) {
		fprintf(stderr, "bench_kernel: %s: %s\n", what,
			err ? err->message : strerror(-ret));
		exit(2);
	}
}

static void must_mock(int ret, const struct mockvfio_error *err)
{
	if (ret < 0) {
		fprintf(stderr, "bench_kernel: %s\n", err->message);
		exit(2);
	}
}

/* --- mapping ---------------------------------------------------------------------- */

static void map_by_hand(void *opaque, unsigned int n)
{
	struct bench *b = opaque;

	while (n--) {
		must(map_page(b->container_fd, b->iova, b->memory), "MAP_DMA", NULL);
		must(unmap_page(b->container_fd, b->iova), "UNMAP_DMA", NULL);
	}
}

static void map_by_library(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	struct uvfio_error err;

	while (n--) {
		must(uvfio_dma_map(b->container, b->iova, PAGE, b->memory, false, &err), "map",
		     &err);
		must(uvfio_dma_unmap(b->container, b->iova, PAGE, &err), "unmap", &err);
	}
}

static void fill(struct bench *b, unsigned int from, unsigned int to)
{
	struct uvfio_error err;

	for (; from < to; from++)
		must(uvfio_dma_map(b->container, from * SPACING, PAGE, b->memory, false, &err),
		     "map", &err);
}

/* --- region access ------------------------------------------------------------------ */

static void read_by_hand(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint32_t value;

	while (n--)
		must(pread(b->device_fd, &value, 4, b->bar0) == 4 ? 0 : -1, "pread", NULL);
}

static void read_by_library(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	struct uvfio_error err;
	uint64_t value;

	while (n--)
		must(uvfio_region_read(b->region, 0, 4, &value, &err), "read", &err);
}

static void write_by_hand(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint32_t value = 1;

	while (n--)
		must(pwrite(b->device_fd, &value, 4, b->bar0 + MOCK_VFIO_REG_SCRATCH) == 4 ? 0 : -1,
		     "pwrite", NULL);
}

static void write_by_library(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	struct uvfio_error err;

	while (n--)
		must(uvfio_region_write(b->region, MOCK_VFIO_REG_SCRATCH, 4, 1, &err), "write",
		     &err);
}

static void load_by_hand(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	volatile uint32_t *buffer = b->buffer;

	while (n--)
		(void)buffer[n % 1024];
}

static void load_by_address(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	const char *buffer = uvfio_region_ptr(b->region, MOCK_VFIO_BUF_OFFSET, PAGE);

	while (n--)
		uvfio_mmio_read32(buffer + n % 1024 * 4);
}

static void load_by_library(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint64_t value;

	while (n--)
		must(uvfio_region_load(b->region, MOCK_VFIO_BUF_OFFSET + n % 1024 * 4, 4, &value,
				       NULL), "load", NULL);
}

static void store_by_hand(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	volatile uint32_t *buffer = b->buffer;

	while (n--)
		buffer[n % 1024] = n;
}

static void store_by_address(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	char *buffer = uvfio_region_ptr(b->region, MOCK_VFIO_BUF_OFFSET, PAGE);

	while (n--)
		uvfio_mmio_write32(buffer + n % 1024 * 4, n);
}

static void store_by_library(void *opaque, unsigned int n)
{
	struct bench *b = opaque;

	while (n--)
		must(uvfio_region_store(b->region, MOCK_VFIO_BUF_OFFSET + n % 1024 * 4, 4, n, NULL),
		     "store", NULL);
}

/* --- devices ------------------------------------------------------------------------ */

static void open_device(struct bench *b, int group, const char *name)
{
	struct uvfio_address_space *as;
	struct uvfio_error err;

	must(uvfio_new(NULL, &b->ctx, &err), "context", &err);
	must(uvfio_get_address_space(b->ctx, NULL, &as, &err), "address space", &err);
	must(uvfio_get_group(as, group, &b->group, &err), "group", &err);
	uvfio_put_address_space(as);
	must(uvfio_get_device(b->group, name, NULL, &b->dev, &err), "device", &err);
	must(uvfio_region_setup(b->dev, VFIO_PCI_BAR0_REGION_INDEX, NULL, &b->region, &err),
	     "region", &err);
	b->container = uvfio_group_container(b->group);
	b->container_fd = uvfio_container_fd(b->container);
	b->device_fd = uvfio_device_fd(b->dev);
	b->bar0 = uvfio_region_fd_offset(b->region);
	b->memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(b->memory, 1, PAGE);
}

static void map_buffer(struct bench *b)
{
	struct uvfio_error err;

	must(uvfio_region_mmap(b->region, &err), "mmap", &err);
	b->buffer = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, b->device_fd,
			 b->bar0 + MOCK_VFIO_BUF_OFFSET);
	must(b->buffer == MAP_FAILED ? -errno : 0, "mmap", NULL);
}

static void close_device(struct bench *b)
{
	uvfio_region_finalize(b->region);
	must(uvfio_put_base_device(b->dev, NULL), "device", NULL);
	must(uvfio_put_group(b->group, NULL), "group", NULL);
	must(uvfio_free(b->ctx), "context", NULL);
}

static bool bench(struct bench *b)
{
	static const struct comparison rows[] = {
		{ "map and unmap, 1 mapping live", map_by_hand, map_by_library, 1000, 1.03 },
		{ "map and unmap, 10000 mappings live", map_by_hand, map_by_library, 1000, 1.03 },
		{ "region read of 4 bytes by pread", read_by_hand, read_by_library, 1000, 1.05 },
		{ "region write of 4 bytes by pwrite", write_by_hand, write_by_library, 1000,
		  1.05 },
		{ "4 bytes of a mapping by uvfio_mmio_read32()", load_by_hand, load_by_address,
		  1000, 1.3 },
		{ "4 bytes of a mapping by uvfio_mmio_write32()", store_by_hand, store_by_address,
		  1000, 1.3 },
		{ "the same by uvfio_region_load(): each one checked", load_by_hand,
		  load_by_library, 1000, 0 },
		{ "the same by uvfio_region_store(): each one checked", store_by_hand,
		  store_by_library, 1000, 0 },
	};
	struct mockvfio_instance instance;
	struct mockvfio_profile *profile;
	struct mockvfio_error err;
	struct mockvfio *mock;
	unsigned int i;
	bool good;

	must_mock(mockvfio_new(NULL, &mock, &err), &err);
	must_mock(mockvfio_profile_create(mock, "bench", &profile, &err), &err);
	must_mock(mockvfio_profile_set_live(profile, true, &err), &err);
	must_mock(mockvfio_instance_create(profile, NULL, &instance, &err), &err);
	open_device(b, instance.group, instance.uuid);

	bench_header("system calls on the mock device", "insns");
	b->iova = (MANY / 2) * SPACING + PAGE;
	fill(b, 0, 1);
	good = bench_compare(&rows[0], b);
	fill(b, 1, MANY);
	good &= bench_compare(&rows[1], b);
	good &= bench_compare(&rows[2], b);
	good &= bench_compare(&rows[3], b);
	map_buffer(b);
	for (i = 4; i < sizeof(rows) / sizeof(*rows); i++)
		good &= bench_compare(&rows[i], b);

	munmap(b->buffer, PAGE);
	close_device(b);
	must_mock(mockvfio_profile_destroy(profile, &err), &err);
	mockvfio_free(mock);
	return good;
}

int main(void)
{
	struct bench b = { 0 };

	return !bench(&b);
}

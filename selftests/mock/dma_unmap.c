// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is unmapped while the device has it pinned. The kernel asks drivers
 * to let go from within the unmap, and crashes when they do not.
 */
#include <pthread.h>
#include <stdatomic.h>

#include <mock_vfio.h>

#include "selftest.h"

#define IOVA	0x200000ULL
#define SIZE	(16 * PAGE)
#define ROUNDS	200

FIXTURE(dma_unmap) {
	struct target target;
	struct engine engine;
	unsigned char *memory;
};

FIXTURE_VARIANT(dma_unmap) {
	enum target_kind kind;
};

TARGET_VARIANT(dma_unmap, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(dma_unmap, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(dma_unmap)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	self->memory = memory_new(SIZE);
}

FIXTURE_TEARDOWN(dma_unmap)
{
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	memory_free(self->memory, SIZE);
}

/* A thread that makes the device read all of the memory, again and again. */
struct reader {
	int fd;
	uint64_t bar0;
	atomic_bool stop;
	atomic_uint sums;
	uint32_t refused, strange;
};

static void *read_on(void *data)
{
	const uint32_t sum = MOCK_VFIO_CMD_SUM | MOCK_VFIO_CMD_PINNED;
	struct reader *reader = data;
	uint32_t error = 0;

	while (!atomic_load(&reader->stop)) {
		if (pwrite(reader->fd, &sum, 4, reader->bar0 + MOCK_VFIO_REG_COMMAND) != 4 ||
		    pread(reader->fd, &error, 4, reader->bar0 + MOCK_VFIO_REG_ERROR) != 4)
			error = EIO;
		if (!error)
			reader->sums++;
		else if (error == EINVAL || error == EBUSY)
			reader->refused++;
		else
			reader->strange++;
	}
	return NULL;
}

/*
 * The device pins memory in one thread while another one unmaps and maps it: each
 * unmap takes all of the mapping, and the device finds it mapped, or not mapped
 * (EINVAL), or was asked for it too often (EBUSY). Pages that stay pinned through
 * ten requests are a BUG_ON() in type1, and the end of the machine.
 */
TEST_F(dma_unmap, while_pinned)
{
	int container = uvfio_container_fd(self->target.container), i;
	struct reader reader = {
		.fd = uvfio_device_fd(self->target.dev),
		.bar0 = uvfio_region_fd_offset(self->engine.bar0),
	};
	const uint32_t flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	uint64_t unmapped;
	pthread_t thread;

	ASSERT_EQ(0, uvfio_region_write(self->engine.bar0, MOCK_VFIO_REG_SRC, 8, IOVA, NULL));
	ASSERT_EQ(0, uvfio_region_write(self->engine.bar0, MOCK_VFIO_REG_LEN, 8, SIZE, NULL));
	ASSERT_EQ(0, raw_map(container, IOVA, SIZE, self->memory, flags));
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_on, &reader));
	/* However slow the machine: as long as it takes for the two to meet. */
	for (i = 0; i < ROUNDS || !atomic_load(&reader.sums); i++) {
		EXPECT_EQ(0, raw_unmap(container, IOVA, SIZE, 0, &unmapped));
		EXPECT_EQ(SIZE, unmapped);
		EXPECT_EQ(0, raw_map(container, IOVA, SIZE, self->memory, flags));
	}
	atomic_store(&reader.stop, true);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, reader.strange);
	EXPECT_EQ(0, mock_counter(&self->target.mock, "pinned_pages"));
	EXPECT_EQ(0, raw_unmap(container, IOVA, SIZE, 0, &unmapped));
	EXPECT_EQ(SIZE, unmapped);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Maps a page of memory for a device and lets the device's own DMA engine copy
 * it into the device and out again, to another place: the data must arrive
 * while the memory is mapped, and must not once it is unmapped.
 *
 * Knows the engines of the mock device and of QEMU's edu.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "../../mock_vfio/uapi/mock_vfio.h"
#include "common.h"

/* edu reaches 28 bits of address unless told otherwise. */
#define IOVA		0x100000
#define MEMORY_SIZE	0x2000
/* Less than a page: QEMU 7.2's edu aborts the VM at exactly 4096 bytes. */
#define LENGTH		0x800
#define SOURCE		0
#define TARGET		0x1000

struct engine;

struct machine {
	struct session session;
	const struct engine *engine;
	unsigned char *memory;
};

/* How to make one kind of device copy LENGTH bytes; false with a message. */
struct engine {
	uint32_t id;		/* device and vendor, as in config space */
	const char *name;
	bool (*to_device)(struct machine *m, uint64_t iova);
	bool (*from_device)(struct machine *m, uint64_t iova);
	/* Whether the device can tell that the IOMMU refused a transfer. */
	bool notices_faults;
};

/* --- the mock device: see mock_vfio/uapi/mock_vfio.h ------------------------ */

static bool mock_copy(struct machine *m, uint64_t src, uint64_t dst, uint32_t command)
{
	uint64_t status, error;

	if (!session_write_reg(&m->session, MOCK_VFIO_REG_SRC, 8, src) ||
	    !session_write_reg(&m->session, MOCK_VFIO_REG_DST, 8, dst) ||
	    !session_write_reg(&m->session, MOCK_VFIO_REG_LEN, 8, LENGTH) ||
	    !session_write_reg(&m->session, MOCK_VFIO_REG_COMMAND, 4, command) ||
	    !session_read_reg(&m->session, MOCK_VFIO_REG_STATUS, 4, &status))
		return false;
	if (status & MOCK_VFIO_STATUS_DONE)
		return true;
	if (session_read_reg(&m->session, MOCK_VFIO_REG_ERROR, 4, &error))
		printf("the device says: %s\n", strerror(error));
	return false;
}

static bool mock_to_device(struct machine *m, uint64_t iova)
{
	return mock_copy(m, iova, 0, MOCK_VFIO_CMD_TO_DEVICE);
}

static bool mock_from_device(struct machine *m, uint64_t iova)
{
	return mock_copy(m, 0, iova, MOCK_VFIO_CMD_FROM_DEVICE);
}

/* --- edu: see docs/specs/edu.rst of QEMU ------------------------------------- */

#define EDU_DMA_SRC		0x80
#define EDU_DMA_DST		0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_COMMAND		0x98
#define EDU_DMA_START		0x1
#define EDU_DMA_FROM_DEVICE	0x2
#define EDU_BUFFER		0x40000
#define EDU_POLLS		500	/* of 10 ms; a transfer takes 100 ms */

static bool edu_wait(struct machine *m)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	uint64_t command;
	int i;

	for (i = 0; i < EDU_POLLS; i++) {
		if (!session_read_reg(&m->session, EDU_DMA_COMMAND, 4, &command))
			return false;
		if (!(command & EDU_DMA_START))
			return true;
		nanosleep(&pause, NULL);
	}
	printf("the device did not finish\n");
	return false;
}

static bool edu_copy(struct machine *m, uint64_t src, uint64_t dst, uint32_t command)
{
	return session_write_reg(&m->session, EDU_DMA_SRC, 8, src) &&
	       session_write_reg(&m->session, EDU_DMA_DST, 8, dst) &&
	       session_write_reg(&m->session, EDU_DMA_COUNT, 8, LENGTH) &&
	       session_write_reg(&m->session, EDU_DMA_COMMAND, 4, command) && edu_wait(m);
}

static bool edu_to_device(struct machine *m, uint64_t iova)
{
	return edu_copy(m, iova, EDU_BUFFER, EDU_DMA_START);
}

static bool edu_from_device(struct machine *m, uint64_t iova)
{
	return edu_copy(m, EDU_BUFFER, iova, EDU_DMA_START | EDU_DMA_FROM_DEVICE);
}

static const struct engine engines[] = {
	{ MOCK_VFIO_PCI_DEVICE << 16 | MOCK_VFIO_PCI_VENDOR, "mock device",
	  mock_to_device, mock_from_device, true },
	{ 0x11e8 << 16 | 0x1234, "edu", edu_to_device, edu_from_device, false },
};

/* --- the program -------------------------------------------------------------- */

static bool find_engine(struct machine *m)
{
	uint64_t id = m->session.id;
	size_t i;

	for (i = 0; i < sizeof(engines) / sizeof(*engines); i++) {
		if (engines[i].id == id) {
			m->engine = &engines[i];
			return true;
		}
	}
	fprintf(stderr, "%04" PRIx64 ":%04" PRIx64 ": no DMA engine known\n",
		id & 0xffff, id >> 16);
	return false;
}

static bool set_up(struct machine *m)
{
	if (!session_enable_pci(&m->session) || !find_engine(m))
		return false;
	m->memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m->memory != MAP_FAILED)
		return true;
	perror("mmap");
	return false;
}

static void fill(struct machine *m, unsigned char seed)
{
	int i;

	for (i = 0; i < LENGTH; i++)
		m->memory[SOURCE + i] = seed + i;
	memset(m->memory + TARGET, 0, LENGTH);
}

static bool arrived(const struct machine *m)
{
	return !memcmp(m->memory + SOURCE, m->memory + TARGET, LENGTH);
}

/* Into the device and out again. */
static bool round_trip(struct machine *m, unsigned char seed)
{
	fill(m, seed);
	return m->engine->to_device(m, IOVA + SOURCE) &&
	       m->engine->from_device(m, IOVA + TARGET);
}

static bool copy_while_mapped(struct machine *m)
{
	struct uvfio_container *container = uvfio_group_container(m->session.group);

	if (uvfio_dma_map(container, IOVA, MEMORY_SIZE, m->memory, false,
			  &m->session.err))
		return session_failed(&m->session);
	printf("mapped 0x%x bytes at iova 0x%x\n", MEMORY_SIZE, IOVA);
	if (!round_trip(m, 1) || !arrived(m)) {
		printf("FAILED: the data did not make the round trip\n");
		return false;
	}
	printf("0x%x bytes went to the %s and back\n", LENGTH, m->engine->name);
	if (uvfio_dma_unmap(container, IOVA, MEMORY_SIZE, &m->session.err))
		return session_failed(&m->session);
	printf("unmapped\n");
	return true;
}

/* edu does not learn of the IOMMU's refusal: only the data tells. */
static bool copy_while_unmapped(struct machine *m)
{
	bool done = round_trip(m, 7);

	if ((done && m->engine->notices_faults) || arrived(m)) {
		printf("FAILED: the device reached memory that is not mapped\n");
		return false;
	}
	printf("no data reaches the memory any more\n");
	return true;
}

int main(int argc, char **argv)
{
	struct machine m = { .memory = MAP_FAILED };
	bool ok;

	if (argc != 3) {
		session_usage(argv[0]);
		return 2;
	}
	if (!session_open(&m.session, argv[1], argv[2]))
		return 1;
	ok = set_up(&m) && copy_while_mapped(&m) && copy_while_unmapped(&m);
	session_close(&m.session);
	if (m.memory != MAP_FAILED)
		munmap(m.memory, MEMORY_SIZE);
	return !ok;
}

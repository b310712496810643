// SPDX-License-Identifier: GPL-2.0-only
/* Provokers of accesses to regions: see provoke.h. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mock_vfio.h>

#include "memory.h"
#include "provoke.h"
#include "sigbus.h"

#define CONFIG_OFFSET	((uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40)

static void put_result(struct seen *seen, ssize_t n)
{
	seen->ret = n < 0 ? -errno : n;
	seen->amount = n < 0 ? 0 : n;
}

static void do_read(struct stage *stage, struct seen *seen, uint64_t offset, size_t size)
{
	unsigned char bytes[16] = { 0 };

	put_result(seen, pread(stage->device, bytes, size, offset));
	provoke_keep(seen, bytes, size);
}

/* What is read back shows what was written. */
static void do_write(struct stage *stage, struct seen *seen, uint64_t offset, size_t size)
{
	unsigned char bytes[16];

	memset(bytes, 0x5a, sizeof(bytes));
	put_result(seen, pwrite(stage->device, bytes, size, offset));
	memset(bytes, 0, sizeof(bytes));
	if (pread(stage->device, bytes, size, offset) == (ssize_t)size)
		provoke_keep(seen, bytes, size);
}

#define ACCESS(name, offset, size)					\
static void read_##name(struct stage *stage, struct seen *seen)		\
{									\
	do_read(stage, seen, offset, size);				\
}									\
									\
static void write_##name(struct stage *stage, struct seen *seen)	\
{									\
	do_write(stage, seen, offset, size);				\
}

ACCESS(1, MOCK_VFIO_BUF_OFFSET, 1)
ACCESS(2, MOCK_VFIO_BUF_OFFSET, 2)
ACCESS(4, MOCK_VFIO_BUF_OFFSET, 4)
ACCESS(8, MOCK_VFIO_BUF_OFFSET, 8)
ACCESS(bulk, MOCK_VFIO_BUF_OFFSET, 16)
ACCESS(config, CONFIG_OFFSET + PCI_INTERRUPT_LINE, 1)

static void *map(struct stage *stage)
{
	return mmap(NULL, PAGE, PROT_READ, MAP_SHARED, stage->device,
		    MOCK_VFIO_BUF_AREA0_OFFSET);
}

static void do_mmap(struct stage *stage, struct seen *seen)
{
	void *mapped = map(stage);

	seen->ret = mapped == MAP_FAILED ? -errno : 0;
	if (!seen->ret)
		munmap(mapped, PAGE);
}

static void fault(struct stage *stage, struct seen *seen)
{
	void *mapped = map(stage);

	if (mapped == MAP_FAILED)
		return;
	seen->ret = sigbus_on_read(mapped) ? -EFAULT : 0;
	munmap(mapped, PAGE);
}

const struct provoker provoke_region[] = {
	{ .site = "region.read", read_4 },
	{ .site = "region.read.1", read_1 },
	{ .site = "region.read.2", read_2 },
	{ .site = "region.read.4", read_4 },
	{ .site = "region.read.8", read_8 },
	{ .site = "region.read.bulk", read_bulk },
	{ .site = "region.read.config", read_config },
	{ .site = "region.write", write_4 },
	{ .site = "region.write.1", write_1 },
	{ .site = "region.write.2", write_2 },
	{ .site = "region.write.4", write_4 },
	{ .site = "region.write.8", write_8 },
	{ .site = "region.write.bulk", write_bulk },
	{ .site = "region.write.config", write_config },
	{ .site = "region.mmap", do_mmap },
	{ .site = "region.fault", fault },
	{ 0 }
};

// SPDX-License-Identifier: GPL-2.0-only
/* The register block: a table of registers, and accesses to it. */

#include <linux/kernel.h>
#include <asm/byteorder.h>

#include "device.h"
#include "uapi/mock_vfio.h"

/**
 * struct reg - a register
 * @offset: in the block
 * @width: bytes, 4 or 8
 * @read: with the device's lock; NULL reads as zero
 * @write: with the device's lock; NULL ignores writes
 * @ring: in place of @write, without the lock, and it may fail
 */
struct reg {
	u16 offset;
	u8 width;
	u64 (*read)(struct mock_device *mdev);
	void (*write)(struct mock_device *mdev, u64 value);
	int (*ring)(struct mock_device *mdev, u64 value);
};

#define REG_READ(name, expression)						\
static u64 read_##name(struct mock_device *mdev)			\
{									\
	return expression;						\
}

#define REG_READ_WRITE(name, lvalue)					\
REG_READ(name, lvalue)							\
static void write_##name(struct mock_device *mdev, u64 value)		\
{									\
	(lvalue) = value;						\
}

REG_READ(id, MOCK_VFIO_ID)
REG_READ(version, MOCK_VFIO_VERSION)
REG_READ(status, mdev->dma.status)
REG_READ(error, mdev->dma.error)
REG_READ_WRITE(src, mdev->dma.next.src)
REG_READ_WRITE(dst, mdev->dma.next.dst)
REG_READ_WRITE(len, mdev->dma.next.len)
REG_READ_WRITE(pattern, mdev->dma.next.pattern)
REG_READ(checksum, mdev->dma.checksum)
REG_READ(done, mdev->dma.done)
REG_READ_WRITE(irq_vector, mdev->dma.next.vector)
REG_READ(irq_status, mock_intx_causes(mdev))
REG_READ_WRITE(scratch, mdev->registers.scratch)
REG_READ(resets, mdev->registers.resets)
REG_READ(list_done, READ_ONCE(mdev->dma.list_done))
REG_READ_WRITE(pace, mdev->dma.pace)

static int ring_command(struct mock_device *mdev, u64 value)
{
	return mock_dma_command(mdev, value);
}

static void write_irq_raise(struct mock_device *mdev, u64 value)
{
	mock_irq_raise(mdev, MOCK_VFIO_IRQ_CAUSE_RAISE, value);
}

static void write_irq_status(struct mock_device *mdev, u64 value)
{
	mock_intx_clear(mdev, value);
}

#define RO(offset, width, name)	{ offset, width, read_##name }
#define RW(offset, width, name)	{ offset, width, read_##name, write_##name }
#define WO(offset, width, name)	{ offset, width, NULL, write_##name }

static const struct reg regs[] = {
	RO(MOCK_VFIO_REG_ID,		4, id),
	RO(MOCK_VFIO_REG_VERSION,	4, version),
	RO(MOCK_VFIO_REG_STATUS,	4, status),
	RO(MOCK_VFIO_REG_ERROR,		4, error),
	RW(MOCK_VFIO_REG_SRC,		8, src),
	RW(MOCK_VFIO_REG_DST,		8, dst),
	RW(MOCK_VFIO_REG_LEN,		8, len),
	RW(MOCK_VFIO_REG_PATTERN,	8, pattern),
	RO(MOCK_VFIO_REG_CHECKSUM,	8, checksum),
	{ MOCK_VFIO_REG_COMMAND, 4, .ring = ring_command },
	RO(MOCK_VFIO_REG_DONE,		4, done),
	RW(MOCK_VFIO_REG_IRQ_VECTOR,	4, irq_vector),
	WO(MOCK_VFIO_REG_IRQ_RAISE,	4, irq_raise),
	RW(MOCK_VFIO_REG_IRQ_STATUS,	4, irq_status),
	RW(MOCK_VFIO_REG_SCRATCH,	8, scratch),
	RO(MOCK_VFIO_REG_RESETS,	4, resets),
	RO(MOCK_VFIO_REG_LIST_DONE,	4, list_done),
	RW(MOCK_VFIO_REG_PACE,		4, pace),
};

/* What is not listed: reads as zero, ignores writes. */
static const struct reg unlisted = { .width = 4 };

static const struct reg *find(u64 offset)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		if (offset >= regs[i].offset &&
		    offset < regs[i].offset + regs[i].width)
			return &regs[i];
	}

	return &unlisted;
}

static bool is_valid(u64 offset, size_t count)
{
	return (count == 4 || count == 8) && IS_ALIGNED(offset, count);
}

/* The part of a register that an access means: all of it, or a half. */
static size_t part(const struct reg *reg, u64 offset, size_t count)
{
	return reg->width == 8 && offset == reg->offset ? count : 4;
}

static unsigned int shift_of(const struct reg *reg, u64 offset)
{
	return reg->width == 8 ? (offset - reg->offset) * BITS_PER_BYTE : 0;
}

int mock_registers_read(struct mock_device *mdev, u64 offset, void *buf,
			size_t count)
{
	if (!is_valid(offset, count))
		return -EINVAL;

	guard(mutex)(&mdev->lock);

	while (count) {
		const struct reg *reg = find(offset);
		size_t n = part(reg, offset, count);
		u64 value = reg->read ? reg->read(mdev) : 0;

		value >>= shift_of(reg, offset);
		if (n == 8)
			*(__le64 *)buf = cpu_to_le64(value);
		else
			*(__le32 *)buf = cpu_to_le32(value);

		buf += n;
		offset += n;
		count -= n;
	}

	return 0;
}

static int write_part(struct mock_device *mdev, const struct reg *reg,
		      u64 offset, u64 value, size_t n)
{
	if (reg->ring)
		return reg->ring(mdev, value);
	if (!reg->write)
		return 0;

	guard(mutex)(&mdev->lock);

	if (n < reg->width) {
		unsigned int shift = shift_of(reg, offset);

		value <<= shift;
		value |= reg->read(mdev) & ~((u64)U32_MAX << shift);
	}
	reg->write(mdev, value);

	return 0;
}

int mock_registers_write(struct mock_device *mdev, u64 offset, const void *buf,
			 size_t count)
{
	int ret;

	if (!is_valid(offset, count))
		return -EINVAL;

	while (count) {
		const struct reg *reg = find(offset);
		size_t n = part(reg, offset, count);
		u64 value = n == 8 ? le64_to_cpu(*(const __le64 *)buf) :
				     le32_to_cpu(*(const __le32 *)buf);

		ret = write_part(mdev, reg, offset, value, n);
		if (ret)
			return ret;

		buf += n;
		offset += n;
		count -= n;
	}

	return 0;
}

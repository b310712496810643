/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The mock device as a program sees it through VFIO: PCI identity, the layout
 * of BAR 0 and its register block, with the DMA engine's commands.
 *
 * Everything here is ABI. Registers are little endian; 64-bit registers may be
 * accessed as two 32-bit halves. An access that is not naturally aligned, or
 * that is neither 4 nor 8 bytes wide, fails with EINVAL; a register offset
 * that is not listed reads as zero and ignores writes.
 */
#ifndef _UAPI_MOCK_VFIO_H
#define _UAPI_MOCK_VFIO_H

/* Defaults of the profile attributes pci_vendor, pci_device and pci_class. */
#define MOCK_VFIO_PCI_VENDOR		0x4d56	/* "MV" */
#define MOCK_VFIO_PCI_DEVICE		0x0001
#define MOCK_VFIO_PCI_CLASS		0x088000 /* system peripheral, other */

/*
 * BAR 0. The first page holds the registers and is never mappable; from there to
 * the buffer nothing is listed. The buffer is the memory local to the device that
 * DMA commands read and write. By default it is announced as two sparse mmap
 * areas with a hole between them: the hole is ordinary buffer memory that only
 * read() and write() can reach.
 */
#define MOCK_VFIO_BAR0_SIZE		0x20000
#define MOCK_VFIO_REGS_OFFSET		0x0
#define MOCK_VFIO_REGS_SIZE		0x1000
#define MOCK_VFIO_BUF_OFFSET		0x10000
#define MOCK_VFIO_BUF_SIZE		0x10000
#define MOCK_VFIO_BUF_AREA0_OFFSET	0x10000
#define MOCK_VFIO_BUF_AREA0_SIZE	0x8000
#define MOCK_VFIO_BUF_AREA1_OFFSET	0x1c000
#define MOCK_VFIO_BUF_AREA1_SIZE	0x4000

/* Registers: offset, width in bits, access. */
#define MOCK_VFIO_REG_ID		0x00 /* 32 ro: MOCK_VFIO_ID */
#define MOCK_VFIO_REG_VERSION		0x04 /* 32 ro: MOCK_VFIO_VERSION */
#define MOCK_VFIO_REG_STATUS		0x08 /* 32 ro: MOCK_VFIO_STATUS_* */
#define MOCK_VFIO_REG_ERROR		0x0c /* 32 ro: errno of the last command, 0 = none */
#define MOCK_VFIO_REG_SRC		0x10 /* 64 rw: IOVA, or offset into the buffer */
#define MOCK_VFIO_REG_DST		0x18 /* 64 rw: IOVA, or offset into the buffer */
#define MOCK_VFIO_REG_LEN		0x20 /* 64 rw: bytes, 1..MOCK_VFIO_DMA_MAX */
#define MOCK_VFIO_REG_PATTERN		0x28 /* 64 rw: FILL repeats its 8 bytes, little endian */
#define MOCK_VFIO_REG_CHECKSUM		0x30 /* 64 ro: sum of the bytes last moved */
#define MOCK_VFIO_REG_COMMAND		0x38 /* 32 wo: the doorbell, MOCK_VFIO_CMD_* | flags */
#define MOCK_VFIO_REG_DONE		0x3c /* 32 ro: commands completed since reset, wraps */
#define MOCK_VFIO_REG_IRQ_VECTOR	0x40 /* 32 rw: MSI vector that completions signal */
#define MOCK_VFIO_REG_IRQ_RAISE		0x44 /* 32 wo: raises an interrupt now: see below */
#define MOCK_VFIO_REG_IRQ_STATUS	0x48 /* 32 rw: INTx causes pending, write 1 to clear */
#define MOCK_VFIO_REG_SCRATCH		0x50 /* 64 rw: no effect; zero after reset */
#define MOCK_VFIO_REG_RESETS		0x58 /* 32 ro: resets since the instance was created */
#define MOCK_VFIO_REG_LIST_DONE		0x60 /* 32 ro: descriptors that the last LIST has done */
#define MOCK_VFIO_REG_PACE		0x64 /* 32 rw: us that a LIST waits before a descriptor */

#define MOCK_VFIO_ID			0x4f465656 /* "VVFO" */
#define MOCK_VFIO_VERSION		1

#define MOCK_VFIO_STATUS_BUSY		0x1 /* COMMAND writes fail with EBUSY */
#define MOCK_VFIO_STATUS_DONE		0x2 /* the last command succeeded */
#define MOCK_VFIO_STATUS_ERROR		0x4 /* the last command failed; ERROR says why */

/*
 * Commands. "Memory" is the user's memory as the IOMMU maps it, addressed by
 * IOVA; "buffer" is device memory, addressed by offset into the buffer.
 * A failed command may have moved a part of the data.
 */
#define MOCK_VFIO_CMD_TO_DEVICE		1 /* memory at SRC -> buffer at DST */
#define MOCK_VFIO_CMD_FROM_DEVICE	2 /* buffer at SRC -> memory at DST */
#define MOCK_VFIO_CMD_COPY		3 /* memory at SRC -> memory at DST */
#define MOCK_VFIO_CMD_FILL		4 /* PATTERN -> memory at DST */
#define MOCK_VFIO_CMD_SUM		5 /* memory at SRC -> CHECKSUM only */
#define MOCK_VFIO_CMD_LIST		6 /* LEN descriptors in memory at SRC, one by one */
#define MOCK_VFIO_CMD_MASK		0xffu

#define MOCK_VFIO_CMD_PINNED		0x100 /* by pinned pages instead of vfio_dma_rw() */
#define MOCK_VFIO_CMD_ASYNC		0x200 /* from a kernel thread: the write returns at once */
#define MOCK_VFIO_CMD_IRQ		0x400 /* interrupt on completion, success or not */

#define MOCK_VFIO_DMA_MAX		0x10000

/*
 * A descriptor of a LIST: any of the other commands, with its operands in place of
 * the registers'. All fields are little endian. Flags are those of the LIST. The
 * first one that fails ends the LIST; CHECKSUM is the sum over all that were done.
 */
struct mock_vfio_descriptor {
	unsigned long long src;
	unsigned long long dst;
	unsigned long long pattern;
	unsigned int len;
	unsigned int command;
};

#define MOCK_VFIO_LIST_MAX		256	/* descriptors */
#define MOCK_VFIO_PACE_MAX		10000	/* microseconds; more means this much */

/*
 * Interrupts. Writing IRQ_RAISE, and a completion with MOCK_VFIO_CMD_IRQ,
 * signals the interrupt index that is set up: MSI vector IRQ_VECTOR (the value
 * written selects the vector for IRQ_RAISE), or INTx. INTx is level triggered:
 * its cause stays set in IRQ_STATUS, and the line asserted, until the driver
 * clears it there; unmasking a line that is still asserted signals again.
 */
#define MOCK_VFIO_IRQ_CAUSE_DMA		0x1
#define MOCK_VFIO_IRQ_CAUSE_RAISE	0x2

#endif /* _UAPI_MOCK_VFIO_H */

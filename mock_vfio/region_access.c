// SPDX-License-Identifier: GPL-2.0-only
/*
 * read() and write() of the device file. The data goes through a small buffer, so
 * that what is behind a region (memory, registers, config space) never touches
 * user memory, and a call of up to MAX_PIECE bytes reaches it as one access.
 */

#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "device.h"
#include "fault_answer.h"
#include "uapi/mock_vfio.h"

#define MAX_PIECE	256

/**
 * struct access - a read() or write() on its way
 * @mdev: the device
 * @call: at its site
 * @index: the region
 * @offset: in the region
 * @count: bytes, cut at the end of the region
 * @write: which of the two
 */
struct access {
	struct mock_device *mdev;
	const struct mock_call *call;
	unsigned int index;
	u64 offset;
	size_t count;
	bool write;
};

/* One piece of @access, at @offset in the region. */
typedef int (*piece_fn)(const struct access *access, u64 offset, void *buf,
			size_t count);

static int access_memory(const struct access *access, u64 offset, void *buf,
			 size_t count)
{
	struct mock_region *region = &access->mdev->regions[access->index];

	return access->write ? mock_region_write(region, offset, buf, count) :
			       mock_region_read(region, offset, buf, count);
}

static int access_registers(const struct access *access, u64 offset, void *buf,
			    size_t count)
{
	return access->write ?
		mock_registers_write(access->mdev, offset, buf, count) :
		mock_registers_read(access->mdev, offset, buf, count);
}

static int access_pci_config(const struct access *access, u64 offset, void *buf,
			     size_t count)
{
	if (access->write)
		return mock_pci_config_write(access->mdev, offset, buf, count);

	mock_pci_config_read(access->mdev, offset, buf, count);

	return 0;
}

/*
 * The hardware is not there or does not listen, and the bus answers with ones; or
 * it is the MSI-X table, which vfio-pci lets nobody see.
 */
static int access_nothing(const struct access *access, u64 offset, void *buf,
			  size_t count)
{
	if (!access->write)
		memset(buf, 0xff, count);

	return 0;
}

static int access_msix_pba(const struct access *access, u64 offset, void *buf,
			   size_t count)
{
	unsigned int bit = (offset - access->mdev->config->msix.pba.offset) *
			   BITS_PER_BYTE;
	u8 *bytes = buf;
	size_t i;

	if (access->write)
		return 0;

	memset(buf, 0, count);
	for (i = 0; i < count * BITS_PER_BYTE; i++) {
		if (mock_msix_is_pending(access->mdev, bit + i))
			bytes[i / BITS_PER_BYTE] |= BIT(i % BITS_PER_BYTE);
	}

	return 0;
}

/* Whether the piece at @offset is in @place; cuts @count at either end of that. */
static bool is_in(const struct access *access, const struct mock_place *place,
		  u64 offset, size_t *count)
{
	if (!place->size || access->index != place->region ||
	    offset >= place->offset + place->size)
		return false;

	if (offset < place->offset) {
		*count = min_t(u64, *count, place->offset - offset);
		return false;
	}

	*count = min_t(u64, *count, place->offset + place->size - offset);

	return true;
}

/* What is accessed at @offset, and cuts @count where something else begins. */
static piece_fn target_at(const struct access *access, u64 offset,
			  size_t *count)
{
	const struct mock_device_config *config = access->mdev->config;

	if (mock_memory_is_gone(access->mdev) ||
	    (config->regions[access->index].io &&
	     !mock_pci_decodes_io(access->mdev)))
		return access_nothing;
	if (access->index == VFIO_PCI_CONFIG_REGION_INDEX)
		return access_pci_config;
	if (is_in(access, &config->msix.table, offset, count))
		return access_nothing;
	if (is_in(access, &config->msix.pba, offset, count))
		return access_msix_pba;
	/* Registers judge an access as a whole, and one belongs where it begins. */
	if (access->index == config->registers &&
	    access->offset < MOCK_VFIO_BUF_OFFSET)
		return access_registers;

	return access_memory;
}

/* Where VGA answers, which is what vfio-pci lets through: ports and memory. */
static const struct {
	u64 first, end;
} vga_windows[] = {
	{ 0x3b0, 0x3bc },
	{ 0x3c0, 0x3e0 },
	{ 0xa0000, 0xc0000 },
};

/* Up to where an access goes that begins at @offset; 0 when none may begin there. */
static u64 end_of(const struct mock_region_config *region, u64 offset)
{
	unsigned int i;

	if (region->backing != MOCK_BACKING_VGA)
		return offset < region->size ? region->size : 0;

	for (i = 0; i < ARRAY_SIZE(vga_windows); i++) {
		if (offset >= vga_windows[i].first && offset < vga_windows[i].end)
			return vga_windows[i].end;
	}

	return 0;
}

static int check(struct access *access)
{
	const struct mock_region_config *config;
	u32 needs = access->write ? VFIO_REGION_INFO_FLAG_WRITE :
				    VFIO_REGION_INFO_FLAG_READ;
	u64 end;

	if (access->index >= access->mdev->config->nr_regions)
		return -EINVAL;

	config = &access->mdev->config->regions[access->index];
	end = end_of(config, access->offset);
	if (!end || !(config->flags & needs))
		return -EINVAL;
	mock_power_wake(access->mdev);
	if (!mock_memory_is_gone(access->mdev) &&
	    !mock_memory_is_on(access->mdev, access->index))
		return -EIO;

	access->count = min_t(u64, access->count, end - access->offset);

	return 0;
}

/* At @done bytes into the access. Returns how many more were done, or -errno. */
static int do_piece(const struct access *access, char __user *user, size_t done)
{
	size_t count = min_t(size_t, access->count - done, MAX_PIECE);
	u64 offset = access->offset + done;
	piece_fn target = target_at(access, offset, &count);
	u64 buf[MAX_PIECE / sizeof(u64)];
	int ret;

	user += done;
	if (access->write && copy_from_user(buf, user, count))
		return -EFAULT;

	if (access->write)
		mock_spoil_data(access->call, done, buf, count);
	ret = target(access, offset, buf, count);
	if (ret)
		return ret;
	if (!access->write)
		mock_spoil_data(access->call, done, buf, count);

	if (!access->write && copy_to_user(user, buf, count))
		return -EFAULT;

	return count;
}

static ssize_t do_access(const struct access *access, char __user *user)
{
	size_t done = 0;
	int ret = 0;

	while (done < access->count) {
		ret = do_piece(access, user, done);
		if (ret < 0)
			break;

		done += ret;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}

	return done ?: ret;
}

/* The sites of read() and write(), by size; those of other sizes are at 0. */
static const enum mock_site sites[2][9] = {
	{ [0] = MOCK_SITE_REGION_READ_BULK,	[1] = MOCK_SITE_REGION_READ_1,
	  [2] = MOCK_SITE_REGION_READ_2,	[3] = MOCK_SITE_REGION_READ_BULK,
	  [4] = MOCK_SITE_REGION_READ_4,	[5 ... 7] = MOCK_SITE_REGION_READ_BULK,
	  [8] = MOCK_SITE_REGION_READ_8 },
	{ [0] = MOCK_SITE_REGION_WRITE_BULK,	[1] = MOCK_SITE_REGION_WRITE_1,
	  [2] = MOCK_SITE_REGION_WRITE_2,	[3] = MOCK_SITE_REGION_WRITE_BULK,
	  [4] = MOCK_SITE_REGION_WRITE_4,	[5 ... 7] = MOCK_SITE_REGION_WRITE_BULK,
	  [8] = MOCK_SITE_REGION_WRITE_8 },
};

static enum mock_site site_of(const struct access *access)
{
	if (access->index == VFIO_PCI_CONFIG_REGION_INDEX)
		return access->write ? MOCK_SITE_REGION_WRITE_CONFIG :
				       MOCK_SITE_REGION_READ_CONFIG;

	return sites[access->write]
		    [access->count < ARRAY_SIZE(sites[0]) ? access->count : 0];
}

static ssize_t access_user(struct mock_device *mdev, bool write,
			   char __user *user, size_t count, loff_t *ppos)
{
	struct mock_call call;
	struct access access = {
		.mdev = mdev,
		.call = &call,
		.index = mock_offset_to_region(*ppos),
		.offset = mock_offset_in_region(*ppos),
		.count = count,
		.write = write,
	};
	ssize_t ret = 0;

	if (!count)
		return 0;

	mock_device_call(mdev, &call, site_of(&access));
	mock_call_arg(&call, MOCK_ARG_INDEX, access.index);
	mock_call_arg(&call, MOCK_ARG_OFFSET, access.offset);
	mock_call_arg(&call, MOCK_ARG_SIZE, count);

	if (mock_call_enter(&call)) {
		ret = check(&access);
		if (!ret) {
			access.count = mock_spoil_count(&call, access.count);
			ret = do_access(&access, user);
		}
		if (ret > 0)
			*ppos += ret;
	}

	return mock_call_end(&call, ret);
}

ssize_t mock_region_read_user(struct mock_device *mdev, char __user *buf,
			      size_t count, loff_t *ppos)
{
	return access_user(mdev, false, buf, count, ppos);
}

ssize_t mock_region_write_user(struct mock_device *mdev,
			       const char __user *buf, size_t count,
			       loff_t *ppos)
{
	return access_user(mdev, true, (char __user *)buf, count, ppos);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of a migration, and the stream in it: records, each a header and its
 * data. The user may keep the file longer than the device is open; it is dead
 * then.
 */
#ifndef MOCK_VFIO_MIGRATION_FILE_H
#define MOCK_VFIO_MIGRATION_FILE_H

#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/pci_regs.h>
#include <linux/types.h>
#include <linux/wait.h>

struct file;
struct mock_device;
struct mock_device_config;
struct mock_profile;

#define MOCK_MIG_MAGIC		0x4f4656564b434f4dull /* "MOCKVVFO" */

/* Records, in this order: one each but for the pages. */
enum mock_mig_type {
	MOCK_MIG_HELLO,
	MOCK_MIG_PAGE,
	MOCK_MIG_CONFIG,
	MOCK_MIG_REGISTERS,
	MOCK_MIG_END,
	MOCK_MIG_NR_TYPES
};

/**
 * struct mock_mig_header - before the data of every record
 * @type: enum mock_mig_type
 * @size: bytes that follow
 * @region: of PAGE
 * @offset: of PAGE
 */
struct mock_mig_header {
	__le32 type;
	__le32 size;
	__le32 region;
	__le32 reserved;
	__le64 offset;
};

/* HELLO: streams are for devices of the same shape. */
struct mock_mig_hello {
	__le64 magic;
	__le16 vendor, device;
	__le32 caps;
	__le64 sizes[32];
};

/* REGISTERS, with the command at work. */
struct mock_mig_command {
	__le64 src, dst, len, pattern;
	__le32 code, vector;
};

struct mock_mig_registers {
	__le64 scratch, checksum;
	__le32 status, error, done, list_done, pace, causes;
	struct mock_mig_command next, running;
};

#define MOCK_MIG_DATA_MAX	PCI_CFG_SPACE_EXP_SIZE

/**
 * struct mock_mig_record - a record on its way
 * @header: of it
 * @data: of it
 * @size: bytes of both; while loading, those that are expected by now
 * @done: bytes that the user has read or written
 */
struct mock_mig_record {
	struct {
		struct mock_mig_header header;
		u8 data[MOCK_MIG_DATA_MAX];
	} __packed;
	size_t size, done;
};

/**
 * struct mock_mig_file - an open file
 * @filp: the file, with a reference while the device knows it
 * @profile: with a reference
 * @lock: protects the rest
 * @mdev: NULL when it is dead
 * @next: type of the next record
 * @pre_copy: there will be more: nobody sees the end of the file
 * @initial: pages of the first round that have not been read
 * @config: loaded, for when the stream is complete
 * @registers: loaded, for when the stream is complete
 * @wq: readers that wait for the end of pre-copy
 * @record: on its way
 */
struct mock_mig_file {
	struct file *filp;
	struct mock_profile *profile;
	struct mutex lock;
	struct mock_device *mdev;
	enum mock_mig_type next;
	bool pre_copy;
	u64 initial;
	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	struct mock_mig_registers registers;
	wait_queue_head_t wq;
	struct mock_mig_record record;
};

/* A new file to be read from or written to; ERR_PTR(-errno) on failure. */
struct mock_mig_file *mock_mig_open_saving(struct mock_device *mdev,
					   bool pre_copy);
struct mock_mig_file *mock_mig_open_loading(struct mock_device *mdev);

/* Pre-copy is over, and the device stands still. */
void mock_mig_stop_copy(struct mock_mig_file *file);

/* The device takes over what was loaded: -EINVAL when the stream has no end. */
int mock_mig_finish_loading(struct mock_mig_file *file);

/* The device lets go of the file, and the file of the device. NULL is fine. */
void mock_mig_close(struct mock_mig_file *file);

/* What a stream for a device of this shape begins with. */
void mock_mig_say_hello(const struct mock_device_config *config,
			struct mock_mig_hello *hello);

/* migration_save.c, with the file's lock. */

/* Makes the next record; false when there is none (yet). */
bool mock_mig_next_record(struct mock_mig_file *file);
/* All pages are to be sent; from now on, those that are written, too. */
void mock_mig_start_tracking(struct mock_mig_file *file);
void mock_mig_stop_tracking(struct mock_mig_file *file);
/* Pages that are mapped are to be sent: they may have been written. */
void mock_mig_mark_mapped(struct mock_mig_file *file);
/* How many pages are to be sent. */
u64 mock_mig_pages_left(struct mock_mig_file *file);

/* migration_load.c, with the file's lock. */

/* The header is there: is it good, and how long is the record? */
int mock_mig_check_header(struct mock_mig_file *file);
/* All of the record is there. */
int mock_mig_load_record(struct mock_mig_file *file);
/* All of the stream is there. */
void mock_mig_apply(struct mock_mig_file *file);

#endif /* MOCK_VFIO_MIGRATION_FILE_H */

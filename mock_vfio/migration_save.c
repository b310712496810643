// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stream of a migration as it is read: records are made one at a time, when
 * the one before has been read.
 *
 * Pages that are to be sent are marked. During pre-copy a page is marked again
 * when it is written, and counts as written for as long as somebody has it mapped;
 * therefore mapped pages are taken away at the start, to see who wants them.
 */

#include <linux/string.h>

#include "device.h"
#include "migration_file.h"

static void make(struct mock_mig_file *file, enum mock_mig_type type,
		 size_t size)
{
	struct mock_mig_record *record = &file->record;

	memset(&record->header, 0, sizeof(record->header));
	record->header.type = cpu_to_le32(type);
	record->header.size = cpu_to_le32(size);
	record->size = sizeof(record->header) + size;
	record->done = 0;
}

static bool save_hello(struct mock_mig_file *file)
{
	struct mock_mig_hello hello;

	mock_mig_say_hello(file->mdev->config, &hello);
	memcpy(file->record.data, &hello, sizeof(hello));
	make(file, MOCK_MIG_HELLO, sizeof(hello));
	file->next = MOCK_MIG_PAGE;

	return true;
}

static bool save_page(struct mock_mig_file *file)
{
	struct mock_mig_header *header = &file->record.header;
	unsigned int i;
	u64 offset;

	for (i = 0; i < MOCK_MAX_REGIONS; i++) {
		if (!mock_region_next_page(&file->mdev->regions[i],
					   &offset, file->record.data))
			continue;

		make(file, MOCK_MIG_PAGE, PAGE_SIZE);
		header->region = cpu_to_le32(i);
		header->offset = cpu_to_le64(offset);
		if (file->initial)
			file->initial--;
		return true;
	}

	file->initial = 0;
	if (!file->pre_copy)
		file->next = MOCK_MIG_CONFIG;

	return false;
}

static bool save_config(struct mock_mig_file *file)
{
	mock_pci_config_read(file->mdev, 0, file->record.data,
			     PCI_CFG_SPACE_EXP_SIZE);
	make(file, MOCK_MIG_CONFIG, PCI_CFG_SPACE_EXP_SIZE);
	file->next = MOCK_MIG_REGISTERS;

	return true;
}

static void save_command(const struct mock_dma_command *command,
			 struct mock_mig_command *saved)
{
	saved->src = cpu_to_le64(command->src);
	saved->dst = cpu_to_le64(command->dst);
	saved->len = cpu_to_le64(command->len);
	saved->pattern = cpu_to_le64(command->pattern);
	saved->code = cpu_to_le32(command->code);
	saved->vector = cpu_to_le32(command->vector);
}

static bool save_registers(struct mock_mig_file *file)
{
	struct mock_device *mdev = file->mdev;
	const struct mock_dma *dma = &mdev->dma;
	struct mock_mig_registers registers;

	mutex_lock(&mdev->lock);
	registers = (struct mock_mig_registers) {
		.scratch = cpu_to_le64(mdev->registers.scratch),
		.checksum = cpu_to_le64(dma->checksum),
		.status = cpu_to_le32(dma->status),
		.error = cpu_to_le32(dma->error),
		.done = cpu_to_le32(dma->done),
		.list_done = cpu_to_le32(dma->list_done),
		.pace = cpu_to_le32(dma->pace),
		.causes = cpu_to_le32(mock_intx_causes(mdev)),
	};
	save_command(&dma->next, &registers.next);
	save_command(&dma->running, &registers.running);
	mutex_unlock(&mdev->lock);

	memcpy(file->record.data, &registers, sizeof(registers));
	make(file, MOCK_MIG_REGISTERS, sizeof(registers));
	file->next = MOCK_MIG_END;

	return true;
}

static bool save_end(struct mock_mig_file *file)
{
	make(file, MOCK_MIG_END, 0);
	file->next = MOCK_MIG_NR_TYPES;

	return true;
}

/* True when a record was made. */
static bool (* const save[MOCK_MIG_NR_TYPES])(struct mock_mig_file *file) = {
	[MOCK_MIG_HELLO]	= save_hello,
	[MOCK_MIG_PAGE]		= save_page,
	[MOCK_MIG_CONFIG]	= save_config,
	[MOCK_MIG_REGISTERS]	= save_registers,
	[MOCK_MIG_END]		= save_end,
};

bool mock_mig_next_record(struct mock_mig_file *file)
{
	enum mock_mig_type type;

	/* After the last page, the next type has a record. */
	do {
		type = file->next;
		if (type == MOCK_MIG_NR_TYPES)
			return false;
		if (save[type](file))
			return true;
	} while (file->next != type);

	return false;
}

void mock_mig_start_tracking(struct mock_mig_file *file)
{
	struct mock_device *mdev = file->mdev;
	unsigned int i;

	/* Whoever enters a page sees this, or has entered it before. */
	down_write(&mdev->memory.gate);
	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		WRITE_ONCE(mdev->regions[i].tracked, true);
	up_write(&mdev->memory.gate);

	mock_memory_revoke(mdev);
	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		mock_region_mark_pages(&mdev->regions[i], MOCK_PAGE_PRESENT);
}

void mock_mig_mark_mapped(struct mock_mig_file *file)
{
	unsigned int i;

	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		mock_region_mark_pages(&file->mdev->regions[i],
				       MOCK_PAGE_MAPPED);
}

void mock_mig_stop_tracking(struct mock_mig_file *file)
{
	unsigned int i;

	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		WRITE_ONCE(file->mdev->regions[i].tracked, false);
}

u64 mock_mig_pages_left(struct mock_mig_file *file)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		n += mock_region_count_pages(&file->mdev->regions[i],
					     MOCK_PAGE_TO_SEND);

	return n;
}

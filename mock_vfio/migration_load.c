// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stream of a migration as it is written. What a program writes is not
 * trusted: memory is taken as it comes, because the program could write it just as
 * well, and everything else is kept until the stream is complete.
 */

#include <linux/string.h>

#include "device.h"
#include "migration_file.h"
#include "uapi/mock_vfio.h"

#define STATUS_BITS (MOCK_VFIO_STATUS_BUSY | MOCK_VFIO_STATUS_DONE | \
		     MOCK_VFIO_STATUS_ERROR)

void mock_mig_say_hello(const struct mock_device_config *config,
			struct mock_mig_hello *hello)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(hello->sizes) != MOCK_MAX_REGIONS);

	hello->magic = cpu_to_le64(MOCK_MIG_MAGIC);
	hello->vendor = cpu_to_le16(config->pci_vendor);
	hello->device = cpu_to_le16(config->pci_device);
	hello->caps = cpu_to_le32(config->pci_caps);
	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		hello->sizes[i] = cpu_to_le64(config->regions[i].size);
}

static const u32 sizes[MOCK_MIG_NR_TYPES] = {
	[MOCK_MIG_HELLO]	= sizeof(struct mock_mig_hello),
	[MOCK_MIG_PAGE]		= PAGE_SIZE,
	[MOCK_MIG_CONFIG]	= PCI_CFG_SPACE_EXP_SIZE,
	[MOCK_MIG_REGISTERS]	= sizeof(struct mock_mig_registers),
	[MOCK_MIG_END]		= 0,
};

/* Whether there is such a page. */
static bool is_page(const struct mock_mig_file *file)
{
	const struct mock_device_config *config = file->mdev->config;
	u32 region = le32_to_cpu(file->record.header.region);
	u64 offset = le64_to_cpu(file->record.header.offset);

	return region < config->nr_regions &&
	       region != VFIO_PCI_CONFIG_REGION_INDEX &&
	       PAGE_ALIGNED(offset) && offset < config->regions[region].size;
}

int mock_mig_check_header(struct mock_mig_file *file)
{
	struct mock_mig_record *record = &file->record;
	u32 type = le32_to_cpu(record->header.type);

	/* The pages end with the first record that is none. */
	if (file->next == MOCK_MIG_PAGE && type == MOCK_MIG_CONFIG)
		file->next = type;
	if (type >= MOCK_MIG_NR_TYPES || type != file->next ||
	    le32_to_cpu(record->header.size) != sizes[type] ||
	    (type == MOCK_MIG_PAGE && !is_page(file)))
		return -EINVAL;
	record->size += sizes[type];

	return 0;
}

static int load_hello(struct mock_mig_file *file)
{
	struct mock_mig_hello hello;

	mock_mig_say_hello(file->mdev->config, &hello);

	return memcmp(&hello, file->record.data, sizeof(hello)) ? -EINVAL : 0;
}

static int load_page(struct mock_mig_file *file)
{
	const struct mock_mig_header *header = &file->record.header;

	return mock_region_write(&file->mdev->regions[le32_to_cpu(header->region)],
				 le64_to_cpu(header->offset), file->record.data,
				 PAGE_SIZE);
}

static int load_config(struct mock_mig_file *file)
{
	memcpy(file->config, file->record.data, sizeof(file->config));

	return 0;
}

static int load_registers(struct mock_mig_file *file)
{
	memcpy(&file->registers, file->record.data, sizeof(file->registers));

	return 0;
}

static int (* const load[MOCK_MIG_NR_TYPES])(struct mock_mig_file *file) = {
	[MOCK_MIG_HELLO]	= load_hello,
	[MOCK_MIG_PAGE]		= load_page,
	[MOCK_MIG_CONFIG]	= load_config,
	[MOCK_MIG_REGISTERS]	= load_registers,
};

int mock_mig_load_record(struct mock_mig_file *file)
{
	int ret = load[file->next] ? load[file->next](file) : 0;

	if (ret)
		return ret;

	if (file->next != MOCK_MIG_PAGE)
		file->next++;
	file->record.size = sizeof(file->record.header);
	file->record.done = 0;

	return 0;
}

static void apply_command(struct mock_dma_command *command,
			  const struct mock_mig_command *saved)
{
	command->src = le64_to_cpu(saved->src);
	command->dst = le64_to_cpu(saved->dst);
	command->len = le64_to_cpu(saved->len);
	command->pattern = le64_to_cpu(saved->pattern);
	command->code = le32_to_cpu(saved->code);
	command->vector = le32_to_cpu(saved->vector);
}

void mock_mig_apply(struct mock_mig_file *file)
{
	const struct mock_mig_registers *saved = &file->registers;
	struct mock_device *mdev = file->mdev;
	struct mock_dma *dma = &mdev->dma;

	mutex_lock(&mdev->lock);
	mock_pci_config_load(mdev, file->config);
	mdev->registers.scratch = le64_to_cpu(saved->scratch);
	dma->checksum = le64_to_cpu(saved->checksum);
	dma->status = le32_to_cpu(saved->status) & STATUS_BITS;
	dma->error = le32_to_cpu(saved->error);
	dma->done = le32_to_cpu(saved->done);
	dma->list_done = le32_to_cpu(saved->list_done);
	dma->pace = le32_to_cpu(saved->pace);
	apply_command(&dma->next, &saved->next);
	apply_command(&dma->running, &saved->running);
	mock_intx_load(mdev, le32_to_cpu(saved->causes));
	mutex_unlock(&mdev->lock);

	/* Memory may have been switched off by that. */
	mock_memory_revoke(mdev);
}

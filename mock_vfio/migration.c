// SPDX-License-Identifier: GPL-2.0-only
/* The states of migration, and what a device has to do between them. */

#include <linux/err.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/vfio.h>

#include "compat/migration.h"
#include "device.h"
#include "fault_answer.h"
#include "migration_file.h"

enum direction { NO_FILE, SAVE, LOAD };

/*
 * What is true in a state. VFIO takes apart a change of state into arcs; what has
 * to be done on an arc is what differs between its ends.
 */
static const struct {
	bool runs;
	enum direction file;
	bool pre_copy;
	enum mock_site site;
} states[] = {
	[VFIO_DEVICE_STATE_ERROR]	 = { false, NO_FILE, false,
					   MOCK_SITE_DEVICE_MIGRATION },
	[VFIO_DEVICE_STATE_STOP]	 = { false, NO_FILE, false,
					   MOCK_SITE_DEVICE_MIGRATION_STOP },
	[VFIO_DEVICE_STATE_RUNNING]	 = { true, NO_FILE, false,
					   MOCK_SITE_DEVICE_MIGRATION_RUNNING },
	[VFIO_DEVICE_STATE_STOP_COPY]	 = { false, SAVE, false,
					   MOCK_SITE_DEVICE_MIGRATION_STOP_COPY },
	[VFIO_DEVICE_STATE_RESUMING]	 = { false, LOAD, false,
					   MOCK_SITE_DEVICE_MIGRATION_RESUMING },
	[VFIO_DEVICE_STATE_RUNNING_P2P]	 = { false, NO_FILE, false,
					   MOCK_SITE_DEVICE_MIGRATION_RUNNING_P2P },
	[VFIO_DEVICE_STATE_PRE_COPY]	 = { true, SAVE, true,
					   MOCK_SITE_DEVICE_MIGRATION_PRE_COPY },
	[VFIO_DEVICE_STATE_PRE_COPY_P2P] = { false, SAVE, true,
					   MOCK_SITE_DEVICE_MIGRATION_PRE_COPY_P2P },
};

static struct mock_device *to_mock_device(struct vfio_device *vdev)
{
	return container_of(vdev, struct mock_device, vdev);
}

static void close_file(struct mock_migration *migration)
{
	mock_mig_close(migration->file);
	migration->file = NULL;
}

static int open_file(struct mock_device *mdev, unsigned int to)
{
	struct mock_mig_file *file;

	file = states[to].file == SAVE ?
		mock_mig_open_saving(mdev, states[to].pre_copy) :
		mock_mig_open_loading(mdev);
	if (IS_ERR(file))
		return PTR_ERR(file);
	mdev->migration.file = file;

	return 0;
}

static int change_file(struct mock_device *mdev, unsigned int from,
		       unsigned int to)
{
	struct mock_migration *migration = &mdev->migration;
	int ret = 0;

	if (states[from].file == states[to].file) {
		if (states[from].pre_copy && !states[to].pre_copy)
			mock_mig_stop_copy(migration->file);
		return 0;
	}

	if (states[from].file == LOAD)
		ret = mock_mig_finish_loading(migration->file);
	close_file(migration);
	if (!ret && states[to].file != NO_FILE)
		ret = open_file(mdev, to);

	return ret;
}

/* One arc. When it fails, the device is still in the state it was in, or in ERROR. */
static int step(struct mock_device *mdev, unsigned int to)
{
	struct mock_migration *migration = &mdev->migration;
	unsigned int from = migration->state;
	int ret;

	if (states[from].runs && !states[to].runs) {
		ret = mock_dma_pause(mdev);
		if (ret)
			return ret;
	}

	ret = change_file(mdev, from, to);
	if (ret && states[from].file == LOAD) {
		migration->state = VFIO_DEVICE_STATE_ERROR;
		return ret;
	}
	if (ret)
		to = from;

	if (states[to].runs)
		mock_dma_resume(mdev);
	migration->state = to;

	return ret;
}

static struct file *set_state(struct mock_device *mdev,
			      enum vfio_device_mig_state state)
{
	struct mock_migration *migration = &mdev->migration;
	struct mock_mig_file *before = migration->file;
	enum vfio_device_mig_state next;
	int ret;

	/* VFIO knows no way out of this one, and warns about who asks. */
	if (migration->state == VFIO_DEVICE_STATE_ERROR)
		return ERR_PTR(-EINVAL);

	while (migration->state != state) {
		ret = vfio_mig_get_next_state(&mdev->vdev, migration->state,
					      state, &next);
		if (!ret)
			ret = step(mdev, next);
		if (ret)
			return ERR_PTR(ret);
	}

	/* A file that came with the last arc is for the user. */
	if (!migration->file || migration->file == before)
		return NULL;

	return get_file(migration->file->filp);
}

/* VFIO hands on whatever number the user wrote. */
static enum mock_site site_of(unsigned int state)
{
	if (state >= ARRAY_SIZE(states))
		return MOCK_SITE_DEVICE_MIGRATION;

	return states[array_index_nospec(state, ARRAY_SIZE(states))].site;
}

static struct file *migration_set_state(struct vfio_device *vdev,
					enum vfio_device_mig_state state)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct file *filp = NULL;
	struct mock_call call;

	mock_device_call(mdev, &call, site_of(state));
	mock_call_arg(&call, MOCK_ARG_TYPE, state);

	if (mock_call_enter(&call)) {
		mutex_lock(&mdev->migration.lock);
		filp = set_state(mdev, state);
		mutex_unlock(&mdev->migration.lock);
	}

	/* Either may have failed. */
	return ERR_PTR(mock_call_end(&call, PTR_ERR_OR_ZERO(filp))) ?: filp;
}

static int migration_get_state(struct vfio_device *vdev,
			       enum vfio_device_mig_state *state)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;

	mock_device_call(mdev, &call, MOCK_SITE_MIGRATION_GET_STATE);
	mock_call_enter(&call);
	*state = READ_ONCE(mdev->migration.state);

	return mock_call_end(&call, 0);
}

/* As if every page that was ever touched were to be sent. */
static int __maybe_unused migration_get_data_size(struct vfio_device *vdev,
						  unsigned long *length)
{
	struct mock_device *mdev = to_mock_device(vdev);
	struct mock_call call;
	unsigned int i;

	mock_device_call(mdev, &call, MOCK_SITE_MIGRATION_DATA_SIZE);
	if (!mock_call_enter(&call))
		return mock_call_end(&call, 0);

	*length = sizeof(struct mock_mig_hello) +
		  sizeof(struct mock_mig_registers) + PCI_CFG_SPACE_EXP_SIZE +
		  (MOCK_MIG_NR_TYPES - 1) * sizeof(struct mock_mig_header);
	for (i = 0; i < MOCK_MAX_REGIONS; i++)
		*length += mock_region_count_pages(&mdev->regions[i],
						   MOCK_PAGE_PRESENT) *
			   (PAGE_SIZE + sizeof(struct mock_mig_header));
	mock_spoil_size(&call, length);

	return mock_call_end(&call, 0);
}

static const struct vfio_migration_ops migration_ops = {
	.migration_set_state	= migration_set_state,
	.migration_get_state	= migration_get_state,
	COMPAT_MIGRATION_SIZE_OP(migration_get_data_size)
};

void mock_migration_init(struct mock_device *mdev)
{
	mutex_init(&mdev->migration.lock);
	mdev->migration.state = VFIO_DEVICE_STATE_RUNNING;
	mdev->vdev.migration_flags = mdev->config->migration;
	if (mdev->config->migration)
		mdev->vdev.mig_ops = &migration_ops;
}

void mock_migration_destroy(struct mock_device *mdev)
{
	mutex_destroy(&mdev->migration.lock);
}

void mock_migration_reset(struct mock_device *mdev)
{
	lockdep_assert_held(&mdev->migration.lock);

	close_file(&mdev->migration);
	mdev->migration.state = VFIO_DEVICE_STATE_RUNNING;
}

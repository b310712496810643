// SPDX-License-Identifier: GPL-2.0-only
/* A profile's run-time state: its life, and the count of its devices. */

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "config.h"
#include "debugfs.h"
#include "profile.h"

static DEFINE_IDA(profile_ids);

/*
 * Protects the list and every profile's live and instances. It is taken with
 * VFIO's and configfs' locks held, and under it only configfs' spinlock.
 */
static DEFINE_MUTEX(live_lock);
static LIST_HEAD(live_profiles);

struct mock_profile *mock_profile_create(const char *name)
{
	struct mock_profile *profile;
	int ret;

	profile = kvzalloc(sizeof(*profile), GFP_KERNEL);
	if (!profile)
		return ERR_PTR(-ENOMEM);

	profile->id = ida_alloc(&profile_ids, GFP_KERNEL);
	if (profile->id < 0) {
		ret = profile->id;
		goto err_free;
	}

	ret = mock_event_log_init(&profile->events);
	if (ret)
		goto err_id;

	kref_init(&profile->ref);
	strscpy(profile->name, name, sizeof(profile->name));
	mock_faults_init(&profile->faults);
	mock_fail_nth_init(&profile->fail_nth);
	mock_debugfs_add(profile);

	return profile;

err_id:
	ida_free(&profile_ids, profile->id);
err_free:
	kvfree(profile);
	return ERR_PTR(ret);
}

struct mock_profile *mock_profile_get(struct mock_profile *profile)
{
	kref_get(&profile->ref);

	return profile;
}

static void profile_release(struct kref *ref)
{
	struct mock_profile *profile =
		container_of(ref, struct mock_profile, ref);

	mock_event_log_destroy(&profile->events);
	ida_free(&profile_ids, profile->id);
	kvfree(profile);
}

void mock_profile_put(struct mock_profile *profile)
{
	if (profile)
		kref_put(&profile->ref, profile_release);
}

void mock_profile_remove(struct mock_profile *profile)
{
	mock_debugfs_remove(profile);
	mock_fail_nth_clear(&profile->fail_nth);
}

void mock_profile_set_live(struct mock_profile *profile)
{
	guard(mutex)(&live_lock);

	profile->live = true;
	list_add_tail(&profile->live_node, &live_profiles);
}

int mock_profile_set_down(struct mock_profile *profile)
{
	guard(mutex)(&live_lock);

	if (profile->instances)
		return -EBUSY;

	profile->live = false;
	list_del(&profile->live_node);

	return 0;
}

bool mock_profile_any_live(bool (*match)(const struct mock_profile *profile,
					 unsigned long arg),
			   unsigned long arg)
{
	struct mock_profile *profile;

	guard(mutex)(&live_lock);

	list_for_each_entry(profile, &live_profiles, live_node) {
		if (match(profile, arg))
			return true;
	}

	return false;
}

int mock_profile_add_instance(struct mock_profile *profile)
{
	int ret;

	guard(mutex)(&live_lock);

	if (!profile->live)
		return -ENODEV;

	/*
	 * Without this, rmdir of the profile would wait for the device's user
	 * with configfs locked.
	 */
	ret = mock_config_pin(profile->config_item);
	if (ret)
		return ret;

	profile->instances++;
	mock_profile_get(profile);
	mock_held_add(profile, MOCK_HELD_INSTANCES, 1);

	return 0;
}

static void del_instance(struct mock_profile *profile)
{
	guard(mutex)(&live_lock);

	mock_config_unpin(profile->config_item);
	profile->instances--;
	mock_held_add(profile, MOCK_HELD_INSTANCES, -1);
}

void mock_profile_del_instance(struct mock_profile *profile)
{
	del_instance(profile);
	mock_profile_put(profile);
}

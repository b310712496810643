// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files in debugfs:
 *
 *	sites			the table of fault sites
 *	fired			how often faults fired, by site
 *	held			what is held, whole module
 *	<profile>/counters	what is held, one profile
 *	<profile>/fail_nth	whose n-th call is to fail, one process a line:
 *				<tgid> left=<calls> or, when it has failed,
 *				<tgid> left=0 <site> ret=<n>
 *	<profile>/events	the event log (event.c)
 *	<profile>/devices/	what befalls a device (trigger.c)
 */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "event.h"
#include "fault.h"
#include "held.h"
#include "profile.h"

static struct dentry *root;

static int sites_show(struct seq_file *s, void *unused)
{
	mock_sites_show(s);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sites);

static int fired_show(struct seq_file *s, void *unused)
{
	mock_fired_show(s);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(fired);

/* The file's private data is the profile, NULL for the module. */
static int held_show(struct seq_file *s, void *unused)
{
	mock_held_show(s, s->private);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(held);

static int fail_nth_show(struct seq_file *s, void *unused)
{
	struct mock_profile *profile = s->private;

	mock_fail_nth_show(s, &profile->fail_nth);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(fail_nth);

void mock_debugfs_init(void)
{
	root = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("sites", 0444, root, NULL, &sites_fops);
	debugfs_create_file("fired", 0444, root, NULL, &fired_fops);
	debugfs_create_file("held", 0444, root, NULL, &held_fops);
}

void mock_debugfs_exit(void)
{
	debugfs_remove(root);
}

void mock_debugfs_add(struct mock_profile *profile)
{
	struct dentry *dir = debugfs_create_dir(profile->name, root);

	debugfs_create_file("counters", 0444, dir, profile, &held_fops);
	debugfs_create_file("fail_nth", 0444, dir, profile, &fail_nth_fops);
	debugfs_create_file("events", 0644, dir, profile, &mock_event_fops);
	profile->debugfs_devices = debugfs_create_dir("devices", dir);
	profile->debugfs = dir;
}

void mock_debugfs_remove(struct mock_profile *profile)
{
	debugfs_remove(profile->debugfs);
}

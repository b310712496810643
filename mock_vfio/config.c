// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/mock_vfio: the subsystem, and a profile's own attributes.
 * The directories below a profile have files of their own, config_*.c.
 */

#include <linux/configfs.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "backend.h"
#include "compat/migration.h"
#include "config.h"
#include "config_tree.h"
#include "front_end.h"
#include "rom.h"
#include "uapi/mock_vfio.h"

static struct mock_config *to_mock_config(struct config_item *item)
{
	return container_of(to_config_group(item), struct mock_config, group);
}

static const struct mock_word device_apis[] = {
	{ VFIO_DEVICE_API_PCI_STRING, 0 },
	{ }
};

static const struct mock_word pci_cap_words[] = {
	{ "pm",		MOCK_PCI_CAP_PM },
	{ "pcie",	MOCK_PCI_CAP_PCIE },
	{ "vendor",	MOCK_PCI_CAP_VENDOR },
	{ }
};

static const struct mock_word migration_words[] = {
	{ "stop_copy",	VFIO_MIGRATION_STOP_COPY },
	{ "p2p",	VFIO_MIGRATION_P2P },
#if COMPAT_HAS_PRE_COPY
	{ "pre_copy",	VFIO_MIGRATION_PRE_COPY },
#endif
	{ }
};

MOCK_FIELD(mock_config, device_api, MOCK_CHOICE(device_apis));
MOCK_FIELD(mock_config, pci_vendor, MOCK_HEX(0, 0xffff));
MOCK_FIELD(mock_config, pci_device, MOCK_HEX(0, 0xffff));
MOCK_FIELD(mock_config, pci_class, MOCK_HEX(0, 0xffffff));
MOCK_FIELD(mock_config, pci_caps, MOCK_WORDS(pci_cap_words));
MOCK_FIELD(mock_config, reset, MOCK_BOOL());
MOCK_FIELD(mock_config, hot_reset, MOCK_BOOL());
MOCK_FIELD(mock_config, migration, MOCK_WORDS(migration_words));
MOCK_FIELD(mock_config, dma_logging, MOCK_BOOL());
MOCK_FIELD(mock_config, low_power, MOCK_BOOL());
MOCK_FIELD(mock_config, max_instances, MOCK_NUMBER(1, MOCK_MAX_INSTANCES));

static void disarm_on_close_stored(struct mock_config *config)
{
	WRITE_ONCE(config->profile->disarm_on_close, config->disarm_on_close);
}

/* About rules, and like them not part of what a device is. */
static const bool never_busy;
MOCK_FIELD_OF(mock_config, disarm_on_close, disarm_on_close, &never_busy,
	      disarm_on_close_stored, MOCK_BOOL());

static ssize_t mock_config_dev_name_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, MOCK_PARENT_NAME_FORMAT "\n",
			  to_mock_config(item)->profile->id);
}
CONFIGFS_ATTR_RO(mock_config_, dev_name);

static int compile(struct mock_config *config, char *why)
{
	struct mock_device_config *device = &config->profile->device;
	int ret;

	memset(device, 0, sizeof(*device));
	device->pci_vendor = config->pci_vendor;
	device->pci_device = config->pci_device;
	device->pci_class = config->pci_class;
	device->pci_caps = config->pci_caps;
	device->reset = config->reset;
	device->hot_reset = config->hot_reset;
	device->dma_logging = config->dma_logging;
	device->low_power = config->low_power;
	device->migration = config->migration;
	if (device->migration && !(device->migration & VFIO_MIGRATION_STOP_COPY)) {
		strscpy(why, "migration without stop_copy", MOCK_WHY_MAX);
		return -EINVAL;
	}
	device->max_instances = config->max_instances;
	mock_rom_make(device);

	/* Interrupts first: regions make room for MSI-X. */
	ret = mock_config_compile_irqs(config, device, why);
	if (ret)
		return ret;

	ret = mock_config_compile_regions(config, device, why);
	if (ret)
		return ret;

	return mock_config_compile_iommu(config, &config->profile->iommu, why);
}

static int start(struct mock_config *config, char *why)
{
	struct mock_front_end *front_end;
	int ret;

	ret = compile(config, why);
	if (ret)
		return ret;

	/* First live, so that a device can be created as soon as it can be. */
	mock_profile_set_live(config->profile);
	front_end = mock_front_end_start(config->profile);
	if (IS_ERR(front_end)) {
		WARN_ON(mock_profile_set_down(config->profile));
		strscpy(why, "the parent device cannot be registered",
			MOCK_WHY_MAX);
		return PTR_ERR(front_end);
	}

	config->front_end = front_end;
	config->live = true;

	return 0;
}

static int stop(struct mock_config *config, char *why)
{
	if (mock_profile_set_down(config->profile)) {
		strscpy(why, "there are devices", MOCK_WHY_MAX);
		return -EBUSY;
	}

	mock_front_end_stop(config->front_end);
	config->live = false;

	return 0;
}

static ssize_t mock_config_live_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_mock_config(item)->live));
}

static ssize_t mock_config_live_store(struct config_item *item,
				      const char *page, size_t count)
{
	struct mock_config *config = to_mock_config(item);
	char why[MOCK_WHY_MAX];
	bool live;
	int ret;

	ret = kstrtobool(page, &live);
	if (ret) {
		strscpy(why, "not 0 or 1", sizeof(why));
	} else {
		mutex_lock(&config->lock);
		if (live != config->live)
			ret = live ? start(config, why) : stop(config, why);
		mutex_unlock(&config->lock);
	}

	if (ret)
		mock_bad_value(item, "live", page, count, why);

	return ret ?: count;
}
CONFIGFS_ATTR(mock_config_, live);

static ssize_t mock_config_fail_nth_show(struct config_item *item, char *page)
{
	struct mock_profile *profile = to_mock_config(item)->profile;

	return sysfs_emit(page, "%llu\n", mock_fail_nth_get(&profile->fail_nth));
}

static ssize_t mock_config_fail_nth_store(struct config_item *item,
					  const char *page, size_t count)
{
	struct mock_profile *profile = to_mock_config(item)->profile;
	const char *why = "not a number";
	u64 n;
	int ret;

	ret = kstrtou64(page, 0, &n);
	if (!ret) {
		ret = mock_fail_nth_set(&profile->fail_nth, n);
		why = "too many processes have one";
	}
	if (ret)
		mock_bad_value(item, "fail_nth", page, count, why);

	return ret ?: count;
}
CONFIGFS_ATTR(mock_config_, fail_nth);

static struct configfs_attribute *mock_config_attrs[] = {
	&mock_config_attr_live,
	&mock_config_attr_dev_name,
	&mock_config_attr_device_api,
	&mock_config_attr_pci_vendor,
	&mock_config_attr_pci_device,
	&mock_config_attr_pci_class,
	&mock_config_attr_pci_caps,
	&mock_config_attr_reset,
	&mock_config_attr_hot_reset,
	&mock_config_attr_migration,
	&mock_config_attr_dma_logging,
	&mock_config_attr_low_power,
	&mock_config_attr_max_instances,
	&mock_config_attr_fail_nth,
	&mock_config_attr_disarm_on_close,
	NULL
};

static void mock_config_release(struct config_item *item)
{
	struct mock_config *config = to_mock_config(item);

	mock_profile_put(config->profile);
	mutex_destroy(&config->lock);
	kfree(config);
}

static struct configfs_item_operations mock_config_item_ops = {
	.release = mock_config_release,
};

static const struct config_item_type mock_config_type = {
	.ct_item_ops	= &mock_config_item_ops,
	.ct_attrs	= mock_config_attrs,
	.ct_owner	= THIS_MODULE,
};

int mock_config_check_name(const char *what, const char *name)
{
	const char *c;

	for (c = name; *c; c++) {
		if (!isascii(*c) || (!isalnum(*c) && !strchr("_-.", *c)))
			break;
	}

	if (!*c && strlen(name) <= MOCK_NAME_MAX)
		return 0;

	pr_err("%s \"%*pE\": a name has at most %d letters, digits, '_', '-' and '.'\n",
	       what, (int)strlen(name), name, MOCK_NAME_MAX);

	return -EINVAL;
}

/* Names that debugfs needs for something else. */
static int check_reserved(const char *name)
{
	static const char * const reserved[] = { "fired", "held", "sites" };

	if (match_string(reserved, ARRAY_SIZE(reserved), name) < 0)
		return 0;

	pr_err("profile \"%s\": the name is reserved\n", name);

	return -EINVAL;
}

static struct config_group *mock_config_make(struct config_group *group,
					     const char *name)
{
	struct mock_config *config;
	struct mock_profile *profile;
	int ret;

	ret = mock_config_check_name("profile", name) ?: check_reserved(name);
	if (ret)
		return ERR_PTR(ret);

	config = kzalloc(sizeof(*config), GFP_KERNEL);
	if (!config)
		return ERR_PTR(-ENOMEM);

	profile = mock_profile_create(name);
	if (IS_ERR(profile)) {
		kfree(config);
		return ERR_CAST(profile);
	}

	mutex_init(&config->lock);
	config->config = config;
	config->profile = profile;
	config->pci_vendor = MOCK_VFIO_PCI_VENDOR;
	config->pci_device = MOCK_VFIO_PCI_DEVICE;
	config->pci_class = MOCK_VFIO_PCI_CLASS;
	config->reset = 1;
	config->max_instances = 8;

	config_group_init_type_name(&config->group, name, &mock_config_type);
	mock_config_add_regions(config);
	mock_config_add_irqs(config);
	mock_config_add_iommu(config);
	mock_config_add_faults(config);
	profile->config_item = &config->group.cg_item;

	return &config->group;
}

/*
 * The directory goes, and is still in its place: from here on no device is
 * created. There is none, as it would have kept the directory, and nobody can
 * write to "live" any more.
 */
static void mock_config_disconnect(struct config_group *group,
				   struct config_item *item)
{
	struct mock_config *config = to_mock_config(item);

	if (config->live)
		WARN_ON(mock_profile_set_down(config->profile));
}

static void mock_config_drop(struct config_group *group,
			     struct config_item *item)
{
	struct mock_config *config = to_mock_config(item);

	if (config->live)
		mock_front_end_stop(config->front_end);

	mock_profile_remove(config->profile);
	config_item_put(item);
}

static struct configfs_group_operations mock_config_root_ops = {
	.make_group		= mock_config_make,
	.disconnect_notify	= mock_config_disconnect,
	.drop_item		= mock_config_drop,
};

/*
 * iommu/: rules for containers that are nobody's yet. What they are kept in has the
 * form of a profile, of which only this much is there.
 */
static struct mock_config nobody;

static struct configfs_attribute *nobody_attrs[] = {
	&mock_config_attr_fail_nth,
	NULL
};

static const struct config_item_type nobody_type = {
	.ct_attrs	= nobody_attrs,
	.ct_owner	= THIS_MODULE,
};

static void add_nobody(struct config_group *root)
{
	mutex_init(&nobody.lock);
	nobody.config = &nobody;
	nobody.profile = mock_backend_profile();
	config_group_init_type_name(&nobody.group, MOCK_BACKEND_PROFILE,
				    &nobody_type);
	mock_config_add_faults(&nobody);
	configfs_add_default_group(&nobody.group, root);
}

/* What this build can do: tests probe this, not versions. */
static const char * const features[] = {
	"mdev", "pci", "intx", "msi", "msix", "err", "req", "reset",
	"pci-caps", "pcie", "io-bar", "rom", "vga", "memory-gating",
	"bus-mastering", "sparse-mmap", "region-type", "region-caps",
	"backings", "dma-engine", "dma-list", "migration",
#if COMPAT_HAS_PRE_COPY
	"pre-copy",
#endif
	"dma-logging", "low-power", "hot-reset", "triggers",
	"events", "faults", "fail-nth", "disarm-on-close", "iommu-backend", "iommu-rules",
	"type1", "type1v2", "quirks",
};

static ssize_t mock_config_root_features_show(struct config_item *item,
					      char *page)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		n += sysfs_emit_at(page, n, "%s\n", features[i]);

	return n;
}
CONFIGFS_ATTR_RO(mock_config_root_, features);

static struct configfs_attribute *mock_config_root_attrs[] = {
	&mock_config_root_attr_features,
	NULL
};

static const struct config_item_type mock_config_root_type = {
	.ct_group_ops	= &mock_config_root_ops,
	.ct_attrs	= mock_config_root_attrs,
	.ct_owner	= THIS_MODULE,
};

static struct configfs_subsystem subsystem = {
	.su_group = {
		.cg_item = {
			.ci_namebuf	= KBUILD_MODNAME,
			.ci_type	= &mock_config_root_type,
		},
	},
};

struct config_item *mock_config_root(void)
{
	return &subsystem.su_group.cg_item;
}

/*
 * configfs_depend_item() locks configfs' root, for which it is too late here: a
 * device is created with locks held under which directories are removed. That is
 * about the subsystem going away, which it cannot while there is an item in it;
 * and disconnect() keeps the item where it is.
 */
int mock_config_pin(struct config_item *item)
{
	return configfs_depend_item_unlocked(&subsystem, item);
}

void mock_config_unpin(struct config_item *item)
{
	configfs_undepend_item_unlocked(item);
}

int mock_config_link(struct mock_config *config, struct list_head *node,
		     struct list_head *list)
{
	guard(mutex)(&config->lock);

	if (config->live)
		return -EBUSY;

	list_add_tail(node, list);

	return 0;
}

void mock_config_unlink(struct mock_config *config, struct list_head *node)
{
	guard(mutex)(&config->lock);

	list_del(node);
}

int mock_config_init(void)
{
	config_group_init(&subsystem.su_group);
	mutex_init(&subsystem.su_mutex);
	add_nobody(&subsystem.su_group);

	return configfs_register_subsystem(&subsystem);
}

void mock_config_exit(void)
{
	configfs_unregister_subsystem(&subsystem);
	mutex_destroy(&nobody.lock);
	mutex_destroy(&subsystem.su_mutex);
}

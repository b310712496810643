// SPDX-License-Identifier: LGPL-2.1-or-later
/* A fake /sys for testing libmockvfio without the module: see fakefs.h. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakefs.h"

#define CONFIG	"/sys/kernel/config/mock_vfio"
#define TYPE_P	"/sys/class/mdev_bus/mock_vfio.0/mdev_supported_types/mock_vfio-p"
#define PATHS	(MOCKVFIO_PATH_MAX * 2)

static struct fakefs fake;
static const char *refused_glob;
static int refused_code;
static const char *refused_why;

/* What mkdir() of a directory that matches brings: "name=value", or "name/" for a group. */
static const struct {
	const char *glob;
	const char *entries[24];
} templates[] = {
	{ CONFIG "/*/faults/*",
	  { "site=", "effect=errno", "errno=0", "match_iova=", "match_size=", "match_ioctl=",
	    "match_index=", "match_tgid=", "times=1", "skip=0", "interval=1", "value=0",
	    "probability=100", "seed=0", "priority=0", "armed=0", "seen=0", "hits=0" } },
	{ CONFIG "/*/regions/*/areas/*", { "offset=0", "size=0", "access=rw" } },
	{ CONFIG "/*/regions/*",
	  { "index=0", "size=0", "access=rw", "backing=ram", "type=0x0", "subtype=0x0", "caps=",
	    "unaligned=0", "io=0", "areas/" } },
	{ CONFIG "/*/irqs/*",
	  { "index=0", "count=0", "flags=", "granted=0", "table_bar=0", "table_offset=0x4000",
	    "pba_bar=0", "pba_offset=0xc000" } },
	{ CONFIG "/*/iommu_backend/ranges/*", { "first=0", "last=0" } },
	{ CONFIG "/*/iommu_backend",
	  { "enable=0", "model=emulated", "types=type1 type1v2", "pgsizes=0x0", "dma_avail=65535",
	    "quirks=", "ranges/" } },
	{ CONFIG "/*/*", { NULL } },
	{ CONFIG "/*",
	  { "live=0", "dev_name=mock_vfio.0", "device_api=vfio-pci", "pci_vendor=0x4d56",
	    "pci_device=0x1", "pci_class=0x0", "pci_caps=", "reset=1", "hot_reset=0", "migration=",
	    "dma_logging=0", "low_power=0", "max_instances=8", "fail_nth=0",
	    "disarm_on_close=0", "regions/", "irqs/", "faults/", "iommu_backend/" } },
};

/* Where the module lets directories be made. */
static const char *const parents[] = {
	CONFIG, CONFIG "/*/regions", CONFIG "/*/regions/*/areas", CONFIG "/*/irqs",
	CONFIG "/*/faults", CONFIG "/*/iommu_backend/ranges",
};

static const char *full(const char *path)
{
	static char buf[PATHS + sizeof(fake.root)];

	snprintf(buf, sizeof(buf), "%s%s", fake.root, path);
	return buf;
}

static void make_path(char *buf, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, PATHS, fmt, args);
	va_end(args);
}

/* The path below the fake root, or NULL when it is elsewhere. */
static const char *below_root(const char *path)
{
	size_t len = strlen(fake.root);

	return len && !strncmp(path, fake.root, len) ? path + len : NULL;
}

static void make_parents(const char *path)
{
	char buf[PATHS];
	char *slash;

	make_path(buf, "%s", path);
	for (slash = strchr(buf + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		__real_mkdir(buf, 0755);
		*slash = '/';
	}
}

void fakefs_put(const struct fakefs *fs, const char *path, const char *text)
{
	FILE *file;

	(void)fs;
	make_parents(full(path));
	file = fopen(full(path), "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
}

int fakefs_exists(const struct fakefs *fs, const char *path)
{
	struct stat st;

	(void)fs;
	return !lstat(full(path), &st);
}

const char *fakefs_content(const struct fakefs *fs, const char *path)
{
	static char text[MOCKVFIO_VALUE_MAX];
	FILE *file = fopen(full(path), "r");
	size_t n;

	(void)fs;
	if (!file)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	return text;
}

void fakefs_refuse_why(const char *glob, int code, const char *why)
{
	refused_glob = glob;
	refused_code = code;
	refused_why = why;
}

void fakefs_refuse(const char *glob, int code)
{
	fakefs_refuse_why(glob, code, NULL);
}

/* One record of /dev/kmsg behind those that are there. */
static void log_to_kernel(const char *text)
{
	FILE *file = fopen(full("/dev/kmsg"), "a");

	if (!file || fprintf(file, "3,1,1,-;%s\n", text) < 0 || fclose(file))
		abort();
}

static void populate(const char *path)
{
	char entry[PATHS];
	const char *text, *value;
	size_t i, e;

	for (i = 0; i < ARRAY_SIZE(templates); i++)
		if (!fnmatch(templates[i].glob, path, FNM_PATHNAME))
			break;
	if (i == ARRAY_SIZE(templates))
		return;
	for (e = 0; (text = templates[i].entries[e]); e++) {
		value = strchr(text, '=');
		if (value) {
			make_path(entry, "%s/%.*s", path, (int)(value - text), text);
			fakefs_put(&fake, entry, value + 1);
		} else {
			make_path(entry, "%s/%.*s", path, (int)strlen(text) - 1, text);
			__real_mkdir(full(entry), 0755);
			populate(entry);
		}
	}
}

/* Outside of the module's tree anything goes. */
static bool may_make(const char *path)
{
	char parent[PATHS];
	size_t i;

	if (strncmp(path, CONFIG "/", strlen(CONFIG "/")) != 0)
		return true;
	make_path(parent, "%.*s", (int)(strrchr(path, '/') - path), path);
	for (i = 0; i < ARRAY_SIZE(parents); i++)
		if (!fnmatch(parents[i], parent, FNM_PATHNAME))
			return true;
	return false;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	const char *below = below_root(path);
	int ret;

	if (below && !may_make(below)) {
		errno = EPERM;
		return -1;
	}
	ret = __real_mkdir(path, mode);
	if (!ret && below)
		populate(below);
	return ret;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_tree(const char *path)
{
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void fakefs_remove(const struct fakefs *fs, const char *path)
{
	(void)fs;
	if (remove_tree(full(path)))
		abort();
}

/* Groups that come with their parent; all other directories were made by mkdir(). */
static int is_default_group(const char *path)
{
	static const char *const globs[] = {
		CONFIG "/*/regions", CONFIG "/*/irqs", CONFIG "/*/faults",
		CONFIG "/*/iommu_backend", CONFIG "/*/iommu_backend/ranges",
		CONFIG "/*/regions/*/areas",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(globs); i++)
		if (!fnmatch(globs[i], path, FNM_PATHNAME))
			return 1;
	return 0;
}

/* Finds what keeps configfs from removing a directory: one that was made in it. */
static int find_made(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	if (type != FTW_D || !ftw->level)
		return 0;
	return !is_default_group(below_root(path));
}

int __wrap_rmdir(const char *path)
{
	const char *below = below_root(path);

	if (!below)
		return __real_rmdir(path);
	if (is_default_group(below)) {
		errno = EPERM;
		return -1;
	}
	if (nftw(path, find_made, 16, FTW_PHYS)) {
		errno = ENOTEMPTY;
		return -1;
	}
	return remove_tree(path);
}

static int find_link(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)ftw;
	return type == FTW_SL || type == FTW_SLN;
}

static int write_live(const char *name, const char *value)
{
	char type_dir[PATHS], path[PATHS];

	make_path(type_dir, "/sys/class/mdev_bus/mock_vfio.0/mdev_supported_types/mock_vfio-%s",
		  name);
	if (*value == '1') {
		make_path(path, "%s/create", type_dir);
		fakefs_put(&fake, path, "");
		make_path(path, "%s/devices", type_dir);
		__real_mkdir(full(path), 0755);
	} else if (fakefs_exists(&fake, type_dir)) {
		if (nftw(full(type_dir), find_link, 16, FTW_PHYS))
			return -EBUSY;
		remove_tree(full(type_dir));
	}
	return 0;
}

static int write_create(const char *type_dir, const char *uuid)
{
	char path[PATHS], link[PATHS];

	make_path(path, "/sys/bus/mdev/devices/%s/remove", uuid);
	fakefs_put(&fake, path, "");
	make_path(path, "%s/sys/bus/mdev/devices/%s/iommu_group", fake.root, uuid);
	if (symlink("../../../../kernel/iommu_groups/7", path))
		abort();
	make_path(path, "%s/sys/bus/mdev/devices/%s", fake.root, uuid);
	make_path(link, "%s%s/devices/%s", fake.root, type_dir, uuid);
	if (symlink(path, link))
		abort();
	return 0;
}

static int write_remove(const char *uuid)
{
	char path[PATHS];

	/* One profile is live at a time in these tests; its type links to the device. */
	make_path(path, TYPE_P "/devices/%s", uuid);
	unlink(full(path));
	make_path(path, "/sys/bus/mdev/devices/%s", uuid);
	return remove_tree(full(path)) ? -errno : 0;
}

/* Writing to @path below the root: 0, or minus the errno the kernel would give. */
static int side_effect(const char *path, const char *value)
{
	char name[64], rest[64];

	if (sscanf(path, CONFIG "/%63[^/]/%63s", name, rest) == 2 && !strcmp(rest, "live"))
		return write_live(name, value);
	if (sscanf(path, "/sys/bus/mdev/devices/%63[^/]/%63s", name, rest) == 2 &&
	    !strcmp(rest, "remove"))
		return write_remove(name);
	if (!fnmatch("/sys/class/mdev_bus/*/create", path, 0)) {
		char type_dir[PATHS];

		make_path(type_dir, "%.*s", (int)(strlen(path) - strlen("/create")), path);
		return write_create(type_dir, value);
	}
	return 0;
}

ssize_t __wrap_write(int fd, const void *buf, size_t count)
{
	char proc[64], path[PATHS], value[MOCKVFIO_VALUE_MAX];
	const char *below;
	ssize_t len;
	int ret;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	len = readlink(proc, path, sizeof(path) - 1);
	if (len < 0)
		return -1;
	path[len] = '\0';
	below = below_root(path);
	if (!below)
		return __real_write(fd, buf, count);

	snprintf(value, sizeof(value), "%.*s", (int)count, (const char *)buf);
	if (refused_glob && !fnmatch(refused_glob, below, 0)) {
		refused_glob = NULL;
		if (refused_why)
			log_to_kernel(refused_why);
		errno = refused_code;
		return -1;
	}
	ret = side_effect(below, value);
	if (ret) {
		errno = -ret;
		return -1;
	}
	if (ftruncate(fd, 0))
		return -1;
	return __real_write(fd, buf, count);
}

int fakefs_setup(void **state)
{
	snprintf(fake.root, sizeof(fake.root), "/tmp/mockvfio-test-XXXXXX");
	if (!mkdtemp(fake.root))
		return -1;
	refused_glob = NULL;
	fakefs_put(&fake, CONFIG "/features", "regions\nfaults\n");
	fakefs_put(&fake, "/dev/kmsg", "6,0,0,-;mock_vfio: an old line\n");
	if (mockvfio_new(fake.root, &fake.mock, NULL))
		return -1;
	*state = &fake;
	return 0;
}

int fakefs_teardown(void **state)
{
	struct fakefs *fs = *state;

	mockvfio_free(fs->mock);
	return remove_tree(fs->root);
}

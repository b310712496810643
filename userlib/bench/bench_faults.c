// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the fault engine costs a call that no rule strikes: with no rule armed,
 * against a module that was built without the engine; with a thousand rules armed,
 * against none. The event log is there on both sides.
 *
 *	bench_faults MODULE PLAIN-MODULE
 *
 * To be run as root on a machine that counts instructions. Unloads and loads the
 * two modules, given as files, in turn: one kernel, one boot, and the rounds of
 * both interleaved.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mockvfio/mockvfio.h>
#include <uvfio/uvfio.h>

#include "compare.h"
#include "ioctls.h"

#define MODULE		"mock_vfio"
#define PROFILE		"bench"
#define ARMED		"/sys/kernel/config/" MODULE "/" PROFILE "/faults/%s/armed"
#define RULES		1000u
#define IOVA		0x100000u
#define CALLS		1000

struct bench {
	const char *module[2];		/* file: plain, ours */
	struct mockvfio *mock;
	struct mockvfio_profile *profile;
	struct uvfio *ctx;
	struct uvfio_group *group;
	struct uvfio_device *dev;
	int container_fd;
	int device_fd;
	uint64_t bar0;			/* in the device's file */
	void *memory;
	int armed[RULES];		/* each rule's file, open: rules are armed often */
};

static void must(int ret, const char *what, const char *why)
{
	if (ret < 0) {
		fprintf(stderr, "bench_faults: %s: %s\n", what, why ? why : strerror(-ret));
		exit(2);
	}
}

/* --- calls -------------------------------------------------------------------------- */

static void read_region(void *opaque, unsigned int n)
{
	struct bench *b = opaque;
	uint32_t value;

	while (n--)
		must(pread(b->device_fd, &value, sizeof(value), b->bar0) < 0 ? -errno : 0, "pread",
		     NULL);
}

static void map_and_unmap(void *opaque, unsigned int n)
{
	struct bench *b = opaque;

	while (n--) {
		must(map_page(b->container_fd, IOVA, b->memory), "MAP_DMA", NULL);
		must(unmap_page(b->container_fd, IOVA), "UNMAP_DMA", NULL);
	}
}

/* --- a device on the backend ---------------------------------------------------------- */

static void open_device(struct bench *b)
{
	struct mockvfio_instance instance;
	struct vfio_region_info *info;
	struct uvfio_address_space *as;
	struct mockvfio_error why;
	struct uvfio_error err;

	must(mockvfio_new(NULL, &b->mock, &why), "mock", why.message);
	must(mockvfio_profile_create(b->mock, PROFILE, &b->profile, &why), "mock", why.message);
	must(mockvfio_set(b->profile, "iommu_backend/enable", "1", &why), "mock", why.message);
	must(mockvfio_profile_set_live(b->profile, true, &why), "mock", why.message);
	must(mockvfio_instance_create(b->profile, NULL, &instance, &why), "mock", why.message);

	must(uvfio_new(NULL, &b->ctx, &err), "context", err.message);
	must(uvfio_get_address_space(b->ctx, NULL, &as, &err), "address space", err.message);
	must(uvfio_get_group(as, instance.group, &b->group, &err), "group", err.message);
	uvfio_put_address_space(as);
	must(uvfio_get_device(b->group, instance.uuid, NULL, &b->dev, &err), "device", err.message);
	must(uvfio_get_region_info(b->dev, VFIO_PCI_BAR0_REGION_INDEX, &info, &err), "region",
	     err.message);
	b->bar0 = info->offset;
	free(info);
	b->container_fd = uvfio_container_fd(uvfio_group_container(b->group));
	b->device_fd = uvfio_device_fd(b->dev);
}

static void close_device(struct bench *b)
{
	struct mockvfio_error why;

	must(uvfio_put_base_device(b->dev, NULL), "device", NULL);
	must(uvfio_put_group(b->group, NULL), "group", NULL);
	must(uvfio_free(b->ctx), "context", NULL);
	must(mockvfio_profile_destroy(b->profile, &why), "mock", why.message);
	mockvfio_free(b->mock);
}

/* --- the engine, and no engine ---------------------------------------------------------- */

static void load(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	must(fd < 0 || syscall(SYS_finit_module, fd, "", 0) ? -errno : 0, file, NULL);
	close(fd);
}

static void unload(void)
{
	must(syscall(SYS_delete_module, MODULE, 0) ? -errno : 0, "unloading " MODULE, NULL);
}

static void change_module(void *opaque, bool ours)
{
	struct bench *b = opaque;

	close_device(b);
	unload();
	load(b->module[ours]);
	open_device(b);
}

static bool bench_idle(struct bench *b)
{
	static const struct comparison rows[] = {
		{ "no rule: region read of 4 bytes by pread", read_region, read_region, CALLS,
		  1.01 },
		{ "no rule: map and unmap", map_and_unmap, map_and_unmap, CALLS, 1.01 },
	};

	bench_header("without the fault engine (plain) and with it (ours)", "insns");
	return bench_compare_prepared(&rows[0], change_module, b) &
	       bench_compare_prepared(&rows[1], change_module, b);
}

/* --- rules ------------------------------------------------------------------------------ */

/**
 * struct rules - a thousand rules, and a call that none of them strikes
 * @name: of the row
 * @site: of all of them; NULL spreads them over all sites
 * @see: they count the call, and let it pass; false: they are for other calls
 * @call: the call
 * @limit: of the row
 */
struct rules {
	const char *name;
	const char *site;
	bool see;
	bench_fn call;
	double limit;
};

/* No argument of any call here; each rule has one of its own from here on. */
#define ELSEWHERE	1000000000u

static void rule_name(char name[16], unsigned int i)
{
	snprintf(name, 16, "rule%u", i);
}

/* The @i-th rule of a site. */
static void add_rule(struct bench *b, unsigned int number, const char *site, unsigned int i,
		     bool see)
{
	char name[16], value[16], path[128];
	struct mockvfio_rule rule = { .name = name, .site = site };
	const char **const matches[] = { &rule.match_iova, &rule.match_index, &rule.match_tgid };
	struct mockvfio_error why;

	rule_name(name, number);
	snprintf(value, sizeof(value), "%u", ELSEWHERE + number);
	if (see)
		rule.skip = UINT64_MAX;
	else
		*matches[i % (sizeof(matches) / sizeof(*matches))] = value;
	must(mockvfio_fault_add(b->profile, &rule, &why), "rule", why.message);
	snprintf(path, sizeof(path), ARMED, name);
	b->armed[number] = open(path, O_WRONLY | O_CLOEXEC);
	must(b->armed[number] < 0 ? -errno : 0, path, NULL);
}

static void add_rules(struct bench *b, const struct rules *rules)
{
	const char *names[256] = { rules->site };
	struct mockvfio_sites sites;
	struct mockvfio_error why;
	unsigned int count = !!rules->site, i;

	must(mockvfio_sites_read(b->mock, &sites, &why), "sites", why.message);
	for (i = 0; !rules->site && i < sites.count; i++)
		if (strcmp(sites.v[i].effects, "-"))
			names[count++] = sites.v[i].name;
	for (i = 0; i < RULES; i++)
		add_rule(b, i, names[i % count], i / count, rules->see);
	mockvfio_sites_free(&sites);
}

static void remove_rules(struct bench *b)
{
	struct mockvfio_error why;
	char name[16];
	unsigned int i;

	for (i = 0; i < RULES; i++) {
		close(b->armed[i]);
		rule_name(name, i);
		must(mockvfio_fault_remove(b->profile, name, &why), "rule", why.message);
	}
}

static void arm_rules(void *opaque, bool ours)
{
	struct bench *b = opaque;
	unsigned int i;

	for (i = 0; i < RULES; i++)
		must(pwrite(b->armed[i], ours ? "1" : "0", 1, 0) < 0 ? -errno : 0, "arming", NULL);
}

static bool bench_rules(struct bench *b)
{
	static const struct rules rows[] = {
		{ "all over, for other calls: region read", NULL, false, read_region, 1.5 },
		{ "all over, for other calls: map and unmap", NULL, false, map_and_unmap, 1.5 },
		{ "region.read.4, for other calls: region read", "region.read.4", false,
		  read_region, 1.5 },
		{ "iommu.map_dma, for other calls: map and unmap", "iommu.map_dma", false,
		  map_and_unmap, 1.5 },
		{ "region.read.4, counting each call: region read", "region.read.4", true,
		  read_region, 0 },
	};
	bool good = true;
	size_t i;

	bench_header("no rule (plain) and a thousand (ours)", "insns");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct comparison row = { rows[i].name, rows[i].call, rows[i].call, CALLS,
					  rows[i].limit };

		add_rules(b, &rows[i]);
		good &= bench_compare_prepared(&row, arm_rules, b);
		remove_rules(b);
	}
	return good;
}

int main(int argc, char **argv)
{
	static const struct rlimit files = { 2 * RULES, 2 * RULES };
	static struct bench b;
	bool good;

	if (argc != 3) {
		fprintf(stderr, "usage: bench_faults MODULE PLAIN-MODULE\n");
		return 2;
	}
	must(setrlimit(RLIMIT_NOFILE, &files) ? -errno : 0, "files", NULL);
	b.module[true] = argv[1];
	b.module[false] = argv[2];
	b.memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(b.memory, 1, PAGE);
	open_device(&b);
	good = bench_idle(&b);
	/* The last round was with the engine. */
	good &= bench_rules(&b);
	close_device(&b);
	return !good;
}

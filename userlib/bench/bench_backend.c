// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How fast the mock IOMMU backend maps and unmaps, against the kernel's own type1:
 * model "emulated" against the mock device on type1, model "iommu" against edu. By
 * raw ioctls, as the library costs both the same.
 *
 * To be run as root where mock_vfio is loaded, on a machine that counts
 * instructions. Makes mock devices of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/vfio.h>

#include <mockvfio/mockvfio.h>

#include "compare.h"
#include "ioctls.h"

#define SPACING		0x2000ull
#define MANY		10000u
#define EDU		"0x1234"	/* vendor */

/* A rate of 0.95: ours may take this much of the kernel's. */
#define LIMIT		(1 / 0.95)

enum side { REAL, OURS };

struct bench {
	int container[2];
	int group[2];
	void *memory;
	uint64_t iova;		/* of the mapping that comes and goes */
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "bench_backend: %s: %s\n", what, why);
	exit(2);
}

static void must(int ret, const char *what)
{
	if (ret < 0)
		fail(what, strerror(errno));
}

static void must_mock(int ret, const struct mockvfio_error *err)
{
	if (ret < 0)
		fail("mock", err->message);
}

static void map(struct bench *b, enum side at, uint64_t iova)
{
	int ret = map_page(b->container[at], iova, b->memory);

	if (ret)
		fail("MAP_DMA", strerror(-ret));
}

static void unmap(struct bench *b, enum side at, uint64_t iova)
{
	int ret = unmap_page(b->container[at], iova);

	if (ret)
		fail("UNMAP_DMA", strerror(-ret));
}

static void cycle(struct bench *b, enum side at, unsigned int n)
{
	while (n--) {
		map(b, at, b->iova);
		unmap(b, at, b->iova);
	}
}

static void cycle_real(void *opaque, unsigned int n)
{
	cycle(opaque, REAL, n);
}

static void cycle_ours(void *opaque, unsigned int n)
{
	cycle(opaque, OURS, n);
}

static void connect(struct bench *b, enum side at, int group)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	b->container[at] = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	must(b->container[at], "/dev/vfio/vfio");
	b->group[at] = open(path, O_RDWR | O_CLOEXEC);
	must(b->group[at], path);
	must(ioctl(b->group[at], VFIO_GROUP_SET_CONTAINER, &b->container[at]), "SET_CONTAINER");
	must(ioctl(b->container[at], VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), "SET_IOMMU");
}

static void disconnect(struct bench *b, enum side at)
{
	close(b->group[at]);
	close(b->container[at]);
}

/* The number that a device's iommu_group links to. */
static int group_of(const char *device)
{
	char path[256], target[256] = "";

	snprintf(path, sizeof(path), "%s/iommu_group", device);
	must(readlink(path, target, sizeof(target) - 1), path);
	return atoi(strrchr(target, '/') + 1);
}

static int edu_group(void)
{
	char vendor[16] = "";
	int group = -1;
	glob_t found;
	size_t i;

	must(glob("/sys/bus/pci/drivers/vfio-pci/*:*:*/vendor", 0, NULL, &found) ? -1 : 0,
	     "no device of vfio-pci's");
	for (i = 0; i < found.gl_pathc && group < 0; i++) {
		FILE *file = fopen(found.gl_pathv[i], "re");

		if (file && fgets(vendor, sizeof(vendor), file) &&
		    !strncmp(vendor, EDU, strlen(EDU))) {
			*strrchr(found.gl_pathv[i], '/') = '\0';
			group = group_of(found.gl_pathv[i]);
		}
		if (file)
			fclose(file);
	}
	globfree(&found);
	if (group < 0)
		fail("edu", "vfio-pci does not have it");
	return group;
}

/* A mock device served by the kernel's type1 (@model NULL), or by the backend. */
static struct mockvfio_profile *make_mock(struct mockvfio *mock, const char *name,
					  const char *model, int *group)
{
	struct mockvfio_profile *profile;
	struct mockvfio_instance instance;
	struct mockvfio_error err;

	must_mock(mockvfio_profile_create(mock, name, &profile, &err), &err);
	if (model) {
		must_mock(mockvfio_set(profile, "iommu_backend/enable", "1", &err), &err);
		must_mock(mockvfio_set(profile, "iommu_backend/model", model, &err), &err);
	}
	must_mock(mockvfio_profile_set_live(profile, true, &err), &err);
	must_mock(mockvfio_instance_create(profile, NULL, &instance, &err), &err);
	*group = instance.group;
	return profile;
}

/* Both with the same mappings beside the one that comes and goes. */
static bool compare(struct bench *b, const char *model)
{
	char name[64];
	struct comparison row = { name, cycle_real, cycle_ours, 1000, LIMIT };
	unsigned int live = 1, i;
	bool good = true;

	b->iova = (MANY / 2) * SPACING + PAGE;
	for (i = 0; i < MANY; i++) {
		map(b, REAL, i * SPACING);
		map(b, OURS, i * SPACING);
		if (i + 1 != live)
			continue;
		snprintf(name, sizeof(name), "%s: map and unmap, %u mapping%s live", model, live,
			 live > 1 ? "s" : "");
		good &= bench_compare(&row, b);
		live = MANY;
	}
	return good;
}

static bool bench_model(struct bench *b, struct mockvfio *mock, const char *model)
{
	struct mockvfio_profile *real = NULL, *ours;
	int groups[2];
	struct mockvfio_error err;
	bool good;

	if (!strcmp(model, "iommu"))
		groups[REAL] = edu_group();
	else
		real = make_mock(mock, "bench-type1", NULL, &groups[REAL]);
	ours = make_mock(mock, "bench-backend", model, &groups[OURS]);
	connect(b, REAL, groups[REAL]);
	connect(b, OURS, groups[OURS]);
	good = compare(b, model);
	disconnect(b, REAL);
	disconnect(b, OURS);
	must_mock(mockvfio_profile_destroy(ours, &err), &err);
	if (real)
		must_mock(mockvfio_profile_destroy(real, &err), &err);
	return good;
}

int main(void)
{
	struct mockvfio_error err;
	struct mockvfio *mock;
	struct bench b = { 0 };
	bool good;

	must_mock(mockvfio_new(NULL, &mock, &err), &err);
	b.memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(b.memory, 1, PAGE);
	bench_header("type1 (plain) and the IOMMU backend (ours)", "insns");
	good = bench_model(&b, mock, "emulated");
	good &= bench_model(&b, mock, "iommu");
	mockvfio_free(mock);
	return !good;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions by what a profile can make of them: their capabilities in any order,
 * what is behind them, what may be mapped and for what, and the holes that MSI-X
 * makes.
 */
#include <linux/pci_regs.h>
#include <sys/mman.h>

#include <mock_vfio.h>

#include "selftest.h"

#define BAR_AREAS	1	/* a read-only, a write-only and an odd area */
#define BAR_REGISTERS	2
#define BAR_MSIX	3	/* table and PBA */
#define BAR_SMALL	4	/* less than a page */
#define BAR_MAPPABLE	5	/* announces MSIX_MAPPABLE */
#define PATTERN		9	/* and the types below */
#define GPU		10
#define HOSTILE		11

FIXTURE(region_kinds) {
	struct target target;
	int fd;
};

static const struct {
	const char *path, *value;
} attributes[] = {
	{ "regions/areas/unaligned", "1" },
	{ "regions/areas/areas/read/access", "r" },
	{ "regions/areas/areas/write/access", "w" },
	{ "regions/registers/backing", "registers" },
	{ "regions/mappable/caps", "msix_mappable" },
	{ "regions/pattern/backing", "pattern" },
	{ "regions/pattern/type", "0x80008086" },
	{ "regions/pattern/subtype", "1" },
	{ "regions/gpu/type", "1" },
	{ "regions/hostile/caps", "msix_mappable type sparse_mmap type" },
	{ "regions/hostile/subtype", "7" },
	{ "irqs/msix/table_bar", "3" },
	{ "irqs/msix/table_offset", "0x2000" },
	{ "irqs/msix/pba_bar", "3" },
	{ "irqs/msix/pba_offset", "0x4008" },
};

static const struct {
	const char *name;
	unsigned int index;
	uint64_t size;
	const char *access;
} regions[] = {
	{ "areas", BAR_AREAS, 0x8000, "rwm" },
	{ "registers", BAR_REGISTERS, MOCK_VFIO_BAR0_SIZE, "rwm" },
	{ "msix", BAR_MSIX, 0x8000, "rwm" },
	{ "small", BAR_SMALL, 0x100, "rwm" },
	{ "mappable", BAR_MAPPABLE, 0x2000, "rwm" },
	{ "pattern", PATTERN, 0x3000, "rwm" },
	{ "gpu", GPU, 8ULL << 30, "rwm" },
	{ "hostile", HOSTILE, 0x1000, "r" },
};

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(regions) && !ret; i++)
		ret = mockvfio_add_region(profile, regions[i].name, regions[i].index,
					  regions[i].size, regions[i].access, err);
	if (!ret)
		ret = mockvfio_add_area(profile, "areas", "read", 0, PAGE, err);
	if (!ret)
		ret = mockvfio_add_area(profile, "areas", "write", 2 * PAGE, PAGE, err);
	if (!ret)
		ret = mockvfio_add_area(profile, "areas", "odd", 4 * PAGE, PAGE + 0x123, err);
	if (!ret)
		ret = mockvfio_add_area(profile, "gpu", "top", (8ULL << 30) - PAGE, PAGE, err);
	if (!ret)
		ret = mockvfio_add_irq(profile, "msix", VFIO_PCI_MSIX_IRQ_INDEX, 16, "eventfd",
				       err);
	for (i = 0; i < ARRAY_SIZE(attributes) && !ret; i++)
		ret = mockvfio_set(profile, attributes[i].path, attributes[i].value, err);
	return ret;
}

FIXTURE_SETUP(region_kinds)
{
	static const struct target_options options = { .shape = shape };

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	self->fd = uvfio_device_fd(self->target.dev);
}

FIXTURE_TEARDOWN(region_kinds)
{
	TARGET_CLOSE(&self->target);
}

/* GET_REGION_INFO with room for all capabilities that a region here has. */
union region_info {
	struct vfio_region_info info;
	unsigned char bytes[512];
};

static int get_info(int fd, uint32_t index, union region_info *info)
{
	memset(info, 0, sizeof(*info));
	info->info.argsz = sizeof(*info);
	info->info.index = index;
	return raw_ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, info);
}

/* The @n-th capability; NULL when there are fewer. */
static const struct vfio_info_cap_header *nth_cap(const union region_info *info, int n)
{
	uint32_t at = info->info.flags & VFIO_REGION_INFO_FLAG_CAPS ? info->info.cap_offset : 0;
	const struct vfio_info_cap_header *cap = NULL;

	while (at && n-- >= 0) {
		cap = (const void *)(info->bytes + at);
		at = cap->next;
	}
	return n < 0 ? cap : NULL;
}

/*
 * Capabilities come in the order in which the profile lists them, as often as it
 * does, and with what they say: rust-vmm 8176ff7 and vfio-ioctls #34 expected one
 * of them.
 */
TEST_F(region_kinds, capabilities_in_order)
{
	static const uint16_t want[] = {
		VFIO_REGION_INFO_CAP_MSIX_MAPPABLE, VFIO_REGION_INFO_CAP_TYPE,
		VFIO_REGION_INFO_CAP_SPARSE_MMAP, VFIO_REGION_INFO_CAP_TYPE,
	};
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	const struct vfio_region_info_cap_type *type;
	const struct vfio_info_cap_header *cap;
	union region_info info;
	size_t i;

	ASSERT_EQ(0, get_info(self->fd, HOSTILE, &info));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		cap = nth_cap(&info, i);
		ASSERT_NE(NULL, cap);
		EXPECT_EQ(want[i], cap->id);
		EXPECT_EQ(1, cap->version);
	}
	EXPECT_EQ(NULL, nth_cap(&info, i));
	type = (const void *)nth_cap(&info, 1);
	EXPECT_EQ(0, type->type);
	EXPECT_EQ(7, type->subtype);
	/* No areas, and yet the capability. */
	sparse = (const void *)nth_cap(&info, 2);
	EXPECT_EQ(0, sparse->nr_areas);
}

/*
 * A device-specific region is found by its type and subtype, whatever its index:
 * by the library's look-up, as a VMM does for a GPU.
 */
TEST_F(region_kinds, found_by_type)
{
	struct vfio_region_info *info;

	ASSERT_EQ(0, uvfio_get_dev_region_info(self->target.dev, 0x80008086, 1, &info, NULL));
	EXPECT_EQ(PATTERN, info->index);
	uvfio_free_region_info(self->target.dev, info);
	EXPECT_GT(0, uvfio_get_dev_region_info(self->target.dev, 0x80008086, 2, &info, NULL));
}

static void *map(int fd, uint32_t index, uint64_t offset, size_t size, int prot)
{
	union region_info info;

	if (get_info(fd, index, &info))
		return MAP_FAILED;
	return mmap(NULL, size, prot, MAP_SHARED, fd, info.info.offset + offset);
}

/* No mapping is left when there is one: the device could not be closed. */
static bool refused(int fd, uint32_t index, uint64_t offset, size_t size, int prot, int error)
{
	void *area = map(fd, index, offset, size, prot);

	if (area == MAP_FAILED)
		return errno == error;
	munmap(area, size);
	return false;
}

/*
 * An area may be for reading or for writing only, and neither mmap() nor a later
 * mprotect() gets more; what lies between areas, or half in one, cannot be mapped.
 */
TEST_F(region_kinds, mapped_for_what)
{
	void *area;

	EXPECT_TRUE(refused(self->fd, BAR_AREAS, 0, PAGE, PROT_READ | PROT_WRITE, EPERM));
	area = map(self->fd, BAR_AREAS, 0, PAGE, PROT_READ);
	ASSERT_NE(MAP_FAILED, area);
	EXPECT_EQ(-1, mprotect(area, PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
	munmap(area, PAGE);

	EXPECT_TRUE(refused(self->fd, BAR_AREAS, 2 * PAGE, PAGE, PROT_READ | PROT_WRITE, EPERM));
	area = map(self->fd, BAR_AREAS, 2 * PAGE, PAGE, PROT_WRITE);
	ASSERT_NE(MAP_FAILED, area);
	*(volatile uint32_t *)area = 1;
	EXPECT_EQ(-1, mprotect(area, PAGE, PROT_READ));
	EXPECT_EQ(EACCES, errno);
	munmap(area, PAGE);

	EXPECT_TRUE(refused(self->fd, BAR_AREAS, PAGE, PAGE, PROT_READ, EINVAL));
	EXPECT_TRUE(refused(self->fd, BAR_AREAS, 0, 3 * PAGE, PROT_READ, EINVAL));
}

/*
 * Areas that are not made of pages are announced as they are, when the profile
 * asks for that; the pages that are wholly inside can be mapped.
 */
TEST_F(region_kinds, unaligned_area)
{
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	union region_info info;
	void *area;

	ASSERT_EQ(0, get_info(self->fd, BAR_AREAS, &info));
	sparse = (const void *)nth_cap(&info, 0);
	ASSERT_NE(NULL, sparse);
	ASSERT_EQ(3, sparse->nr_areas);
	EXPECT_EQ(4 * PAGE, sparse->areas[2].offset);
	EXPECT_EQ(PAGE + 0x123, sparse->areas[2].size);
	area = map(self->fd, BAR_AREAS, 4 * PAGE, PAGE, PROT_READ | PROT_WRITE);
	EXPECT_NE(MAP_FAILED, area);
	munmap(area, PAGE);
	EXPECT_EQ(MAP_FAILED, map(self->fd, BAR_AREAS, 4 * PAGE, 2 * PAGE, PROT_READ));
}

/*
 * The pages of the MSI-X table and of the PBA are left out of what can be mapped,
 * unless the profile says that they need not be: before MSIX_MAPPABLE, that was
 * vfio-pci's way (ae0215b2bb).
 */
TEST_F(region_kinds, holes_for_msix)
{
	static const struct vfio_region_sparse_mmap_area want[] = {
		{ 0, 0x2000 }, { 0x3000, 0x1000 }, { 0x5000, 0x3000 },
	};
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	union region_info info;
	size_t i;
	void *whole;

	ASSERT_EQ(0, get_info(self->fd, BAR_MSIX, &info));
	sparse = (const void *)nth_cap(&info, 0);
	ASSERT_NE(NULL, sparse);
	ASSERT_EQ(VFIO_REGION_INFO_CAP_SPARSE_MMAP, sparse->header.id);
	ASSERT_EQ(ARRAY_SIZE(want), sparse->nr_areas);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		EXPECT_EQ(want[i].offset, sparse->areas[i].offset);
		EXPECT_EQ(want[i].size, sparse->areas[i].size);
	}
	EXPECT_EQ(MAP_FAILED, map(self->fd, BAR_MSIX, 0x2000, PAGE, PROT_READ));

	ASSERT_EQ(0, get_info(self->fd, BAR_MAPPABLE, &info));
	ASSERT_NE(NULL, nth_cap(&info, 0));
	EXPECT_EQ(VFIO_REGION_INFO_CAP_MSIX_MAPPABLE, nth_cap(&info, 0)->id);
	whole = map(self->fd, BAR_MAPPABLE, 0, 0x2000, PROT_READ | PROT_WRITE);
	EXPECT_NE(MAP_FAILED, whole);
	munmap(whole, 0x2000);
}

/*
 * A pattern shows a program that it reads from where it believes to: through
 * read() at any alignment, through a mapping, and after a write everywhere else.
 */
TEST_F(region_kinds, pattern)
{
	struct uvfio_region *region;
	volatile uint64_t *mapped;
	union region_info info;
	uint64_t value;
	uint32_t cut;

	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, PATTERN, NULL, &region, NULL));
	ASSERT_EQ(0, uvfio_region_read(region, 0x1238, 8, &value, NULL));
	EXPECT_EQ(0x1238, value);
	ASSERT_EQ(0, uvfio_region_mmap(region, NULL));
	mapped = uvfio_region_ptr(region, 0x2ff8, 8);
	ASSERT_NE(NULL, mapped);
	EXPECT_EQ(0x2ff8, *mapped);
	ASSERT_EQ(0, uvfio_region_write(region, 0x100, 8, ~0ULL, NULL));
	ASSERT_EQ(0, uvfio_region_read(region, 0x108, 8, &value, NULL));
	EXPECT_EQ(0x108, value);
	uvfio_region_finalize(region);

	/* Bytes 6 and 7 of one word and 0 and 1 of the next: 0000 and 1010. */
	ASSERT_EQ(0, get_info(self->fd, PATTERN, &info));
	ASSERT_EQ(4, pread(self->fd, &cut, 4, info.info.offset + 0x100e));
	EXPECT_EQ(0x10100000, cut);
}

/*
 * The register block can be in another BAR: identification, registers and the
 * engine's buffer are there then, and BAR 0 is not.
 */
TEST_F(region_kinds, registers_elsewhere)
{
	struct uvfio_region *region;
	union region_info info;
	uint64_t value;

	ASSERT_EQ(0, get_info(self->fd, 0, &info));
	EXPECT_EQ(0, info.info.size);
	ASSERT_EQ(0, uvfio_region_setup(self->target.dev, BAR_REGISTERS, NULL, &region, NULL));
	ASSERT_EQ(0, uvfio_region_read(region, MOCK_VFIO_REG_ID, 4, &value, NULL));
	EXPECT_EQ(MOCK_VFIO_ID, value);
	ASSERT_EQ(0, uvfio_region_write(region, MOCK_VFIO_REG_SCRATCH, 8, 77, NULL));
	ASSERT_EQ(0, uvfio_region_read(region, MOCK_VFIO_REG_SCRATCH, 8, &value, NULL));
	EXPECT_EQ(77, value);
	uvfio_region_finalize(region);
}

/*
 * A BAR smaller than a page has the page to itself: it can be mapped, as with
 * vfio-pci, and read() ends where the BAR does (95251725e3).
 */
TEST_F(region_kinds, smaller_than_a_page)
{
	union region_info info;
	unsigned char buf[0x200];
	volatile uint32_t *page;

	ASSERT_EQ(0, get_info(self->fd, BAR_SMALL, &info));
	EXPECT_EQ(0x100, info.info.size);
	page = map(self->fd, BAR_SMALL, 0, PAGE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, page);
	page[1] = 0x1234567;
	ASSERT_EQ(0x100, pread(self->fd, buf, sizeof(buf), info.info.offset));
	EXPECT_EQ(0x1234567, *(uint32_t *)(buf + 4));
	munmap((void *)page, PAGE);
	EXPECT_EQ(MAP_FAILED, map(self->fd, BAR_SMALL, PAGE, PAGE, PROT_READ));
}

/*
 * A region of 8 GiB in a machine that has less: its last page can be mapped and
 * takes one page of memory (29c6e6df49).
 */
TEST_F(region_kinds, end_of_8_gib)
{
	const uint64_t last = (8ULL << 30) - PAGE;
	volatile uint64_t *page;
	union region_info info;
	uint64_t value;

	page = map(self->fd, GPU, last, PAGE, PROT_READ | PROT_WRITE);
	ASSERT_NE(MAP_FAILED, page);
	page[511] = 0xabcdef;
	ASSERT_EQ(0, get_info(self->fd, GPU, &info));
	ASSERT_EQ(8, pread(self->fd, &value, 8, info.info.offset + (8ULL << 30) - 8));
	EXPECT_EQ(0xabcdef, value);
	munmap((void *)page, PAGE);
}

/* Profiles that contradict themselves: attributes to set, and what to look for. */
static const struct {
	const char *what;
	const char *set[4][2];
} contradictions[] = {
	{ "two register blocks", {
		{ "regions/areas/backing", "registers" },
		{ "regions/areas/size", "0x20000" } } },
	{ "registers without room", { { "regions/registers/size", "0x1f000" } } },
	{ "table behind its BAR", { { "irqs/msix/table_offset", "0x7ff8" } } },
	{ "PBA behind its BAR", { { "irqs/msix/pba_offset", "0x8000" } } },
	{ "table in a BAR that is not there", { { "irqs/msix/table_bar", "0" } } },
	{ "table not aligned", { { "irqs/msix/table_offset", "0x2004" } } },
	{ "odd area", { { "regions/areas/unaligned", "0" } } },
};

/* Profiles, which need no device. */
FIXTURE(contradiction) {
	struct mock mock;
};

FIXTURE_SETUP(contradiction)
{
	int ret;

	target_print("mock", "none");
	ret = mock_profile_open(&self->mock, shape);
	if (ret > 0)
		SKIP(return, "%s", self->mock.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->mock.why);
}

FIXTURE_TEARDOWN(contradiction)
{
	EXPECT_EQ(0, mock_close(&self->mock));
}

/*
 * What cannot be is refused when the profile goes live, one thing after the
 * other, and once all is put right the profile works.
 */
TEST_F(contradiction, refused)
{
	char old[4][64];
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(contradictions); i++) {
		for (j = 0; j < 4 && contradictions[i].set[j][0]; j++) {
			ASSERT_LE(0, mockvfio_get(self->mock.profile, contradictions[i].set[j][0],
						  old[j], sizeof(old[j]), NULL));
			ASSERT_EQ(0, mockvfio_set(self->mock.profile, contradictions[i].set[j][0],
						  contradictions[i].set[j][1], NULL));
		}
		EXPECT_EQ(-EINVAL, mockvfio_profile_set_live(self->mock.profile, true, NULL))
			TH_LOG("%s", contradictions[i].what);
		for (j = 0; j < 4 && contradictions[i].set[j][0]; j++)
			ASSERT_EQ(0, mockvfio_set(self->mock.profile, contradictions[i].set[j][0],
						  old[j], NULL));
	}
	EXPECT_EQ(0, mockvfio_profile_set_live(self->mock.profile, true, NULL));
}

/*
 * The list of capabilities is shown in the order in which it was written, and a
 * word that is none, or one too many, is refused and changes nothing.
 */
TEST_F(contradiction, capability_list)
{
	const char *path = "regions/hostile/caps";
	char text[128] = "";
	int i;

	ASSERT_LT(0, mockvfio_get(self->mock.profile, path, text, sizeof(text), NULL));
	EXPECT_STREQ("msix_mappable type sparse_mmap type", text);
	EXPECT_EQ(-EINVAL, mockvfio_set(self->mock.profile, path, "type nvlink", NULL));
	ASSERT_LT(0, mockvfio_get(self->mock.profile, path, text, sizeof(text), NULL));
	EXPECT_STREQ("msix_mappable type sparse_mmap type", text);
	text[0] = '\0';
	for (i = 0; i < 17; i++)
		strcat(text, "type ");
	EXPECT_EQ(-EINVAL, mockvfio_set(self->mock.profile, path, text, NULL));
	EXPECT_EQ(0, mockvfio_set(self->mock.profile, path, "-", NULL));
	EXPECT_EQ(0, mockvfio_get(self->mock.profile, path, text, sizeof(text), NULL));
}

TEST_HARNESS_MAIN

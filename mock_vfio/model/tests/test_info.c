// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* GET_INFO and CHECK_EXTENSION: sizes, flags, the chain of capabilities. */
#include "host.h"

#define INFO	sizeof(struct vfio_iommu_type1_info)

union info {
	struct vfio_iommu_type1_info info;
	u8 bytes[256];
};

static int get_info(struct host *h, union info *buf, u32 argsz)
{
	memset(buf, 0xa5, sizeof(*buf));
	buf->info.argsz = argsz;
	return host_ioctl(h, VFIO_IOMMU_GET_INFO, buf);
}

static const struct vfio_info_cap_header *find_cap(const union info *buf, u16 id)
{
	u32 at;

	if (!(buf->info.flags & VFIO_IOMMU_INFO_CAPS))
		return NULL;
	for (at = buf->info.cap_offset; at; ) {
		const struct vfio_info_cap_header *cap = (const void *)(buf->bytes + at);

		assert_in_range(at, INFO, sizeof(*buf) - sizeof(*cap));
		if (cap->id == id)
			return cap;
		assert_true(!cap->next || cap->next > at);
		at = cap->next;
	}
	return NULL;
}

/* Nothing is written beyond argsz, whatever argsz is; too little is EINVAL. */
static void test_argsz(void **state)
{
	struct host h;
	union info buf;
	u32 argsz, i;

	(void)state;
	host_init_default(&h, TYPE1_IOMMU, true, 0);
	for (argsz = 0; argsz < sizeof(buf); argsz++) {
		int ret = get_info(&h, &buf, argsz);

		assert_int_equal(ret, argsz < 16 ? -EINVAL : 0);
		for (i = argsz < 4 ? 4 : argsz; i < sizeof(buf); i++)
			assert_int_equal(buf.bytes[i], 0xa5);
	}
	host_done(&h);
}

/* A buffer too small for the chain gets no chain but the size it needs. */
static void test_needed_size(void **state)
{
	struct host h;
	union info buf;
	u32 need;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(get_info(&h, &buf, INFO), 0);
	need = buf.info.argsz;
	assert_int_equal(need, INFO + 32 + 16);
	assert_int_equal(buf.info.flags, VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS);
	assert_int_equal(buf.info.cap_offset, 0);
	assert_int_equal(get_info(&h, &buf, need - 1), 0);
	assert_int_equal(buf.info.argsz, need);
	assert_int_equal(buf.info.cap_offset, 0);
	assert_int_equal(get_info(&h, &buf, need), 0);
	assert_int_equal(buf.info.cap_offset, INFO);

	fail_alloc(1);
	assert_int_equal(get_info(&h, &buf, need), -ENOMEM);
	host_done(&h);
}

/* The capabilities say what they should, in both layouts. */
static void test_capabilities(void **state)
{
	const struct vfio_iommu_type1_info_cap_migration *migration;
	struct vfio_iommu_type1_info_cap_iova_range ranges;
	const struct vfio_iommu_type1_info_dma_avail *avail;
	const struct vfio_info_cap_header *cap;
	union info buf;
	struct host h;
	int old;

	(void)state;
	for (old = 0; old < 2; old++) {
		host_init_default(&h, TYPE1_IOMMU, true, old ? TYPE1_QUIRK(CAPS_UNALIGNED) : 0);
		assert_int_equal(host_map(&h, 0, PAGE), 0);
		assert_int_equal(get_info(&h, &buf, sizeof(buf)), 0);
		assert_int_equal(buf.info.iova_pgsizes, 0x40201000);

		migration = (const void *)find_cap(&buf, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION);
		assert_int_equal(migration->pgsize_bitmap, PAGE);
		assert_int_equal(migration->max_dirty_bitmap_size, 1 << 28);
		avail = (const void *)find_cap(&buf, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
		assert_int_equal(avail->avail, 65534);
		cap = find_cap(&buf, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE);
		assert_int_equal((const u8 *)cap - buf.bytes, INFO + 32 + (old ? 12 : 16));
		memcpy(&ranges, cap, sizeof(ranges));
		assert_int_equal(ranges.nr_iovas, 2);
		assert_int_equal(ranges.header.version, 1);
		assert_int_equal(ranges.header.next, 0);
		host_done(&h);
	}
}

/* Quirks take away capabilities, page sizes, or all of it. */
static void test_absent(void **state)
{
	struct host h;
	union info buf;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	assert_int_equal(get_info(&h, &buf, sizeof(buf)), 0);
	assert_null(find_cap(&buf, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE));
	assert_int_equal(buf.info.iova_pgsizes, ~0xfffull);
	host_done(&h);

	host_init_default(&h, TYPE1_IOMMU, true, TYPE1_QUIRK(NO_IOVA_RANGES) |
			  TYPE1_QUIRK(NO_MIGRATION_CAP) | TYPE1_QUIRK(NO_DMA_AVAIL_CAP) |
			  TYPE1_QUIRK(NO_PGSIZES));
	assert_int_equal(get_info(&h, &buf, sizeof(buf)), 0);
	assert_int_equal(buf.info.flags, 0);
	assert_int_equal(buf.info.iova_pgsizes, 0);
	assert_int_equal(buf.info.argsz, sizeof(buf));
	host_done(&h);

	host_init_default(&h, TYPE1_EMULATED, true, TYPE1_QUIRK(ZERO_PGSIZES));
	assert_int_equal(get_info(&h, &buf, INFO), 0);
	assert_true(buf.info.flags & VFIO_IOMMU_INFO_PGSIZES);
	assert_int_equal(buf.info.iova_pgsizes, 0);
	host_done(&h);
}

/* Bad pointers are EFAULT, unknown ioctls ENOTTY. */
static void test_bad_calls(void **state)
{
	static const unsigned int cmds[] = {
		VFIO_IOMMU_GET_INFO, VFIO_IOMMU_MAP_DMA, VFIO_IOMMU_UNMAP_DMA,
		VFIO_IOMMU_DIRTY_PAGES,
	};
	u32 small[16] = { 8 };
	struct host h;
	size_t i;

	(void)state;
	host_init_default(&h, TYPE1_EMULATED, true, 0);
	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		assert_int_equal(host_ioctl(&h, cmds[i], NULL), -EFAULT);
		small[0] = 7;
		assert_int_equal(host_ioctl(&h, cmds[i], small), -EINVAL);
	}
	assert_int_equal(host_ioctl(&h, VFIO_IOMMU_ENABLE, NULL), -ENOTTY);
	host_done(&h);
}

/* What a container can do depends on its configuration, and whether it is set. */
static void test_extensions(void **state)
{
	struct type1_config emulated = default_config(TYPE1_EMULATED);
	struct type1_config iommu = default_config(TYPE1_IOMMU);

	(void)state;
	assert_int_equal(type1_check_extension(&iommu, false, VFIO_TYPE1_IOMMU), 1);
	assert_int_equal(type1_check_extension(&iommu, false, VFIO_TYPE1v2_IOMMU), 1);
	assert_int_equal(type1_check_extension(&iommu, false, VFIO_SPAPR_TCE_IOMMU), 0);
	assert_int_equal(type1_check_extension(&iommu, false, VFIO_UNMAP_ALL), 1);
	assert_int_equal(type1_check_extension(&iommu, false, VFIO_UPDATE_VADDR), 0);
	assert_int_equal(type1_check_extension(&iommu, true, VFIO_UPDATE_VADDR), 1);
	assert_int_equal(type1_check_extension(&emulated, true, VFIO_UPDATE_VADDR), 0);
	assert_int_equal(type1_check_extension(&emulated, true, 6), 0);
	assert_int_equal(type1_check_extension(&emulated, true, ~0ul), 0);

	emulated.types = 1u << VFIO_TYPE1_IOMMU;
	emulated.quirks = TYPE1_QUIRK(NO_UNMAP_ALL) | TYPE1_QUIRK(NESTING_TYPE);
	assert_int_equal(type1_check_extension(&emulated, true, VFIO_TYPE1v2_IOMMU), 0);
	assert_int_equal(type1_check_extension(&emulated, true, VFIO_UNMAP_ALL), 0);
	assert_int_equal(type1_check_extension(&emulated, true, 6), 1);
}

/* A second profile fits a container only when nothing at all differs. */
static void test_same_config(void **state)
{
	struct type1_config config = default_config(TYPE1_IOMMU), other;
	struct host h;

	(void)state;
	host_init(&h, &config, true);
	assert_true(type1_has_config(&h.t, &config));
	other = config;
	other.pgsizes = 0x40201000;
	assert_true(type1_has_config(&h.t, &other));
	other.pgsizes = 0x1000;
	assert_false(type1_has_config(&h.t, &other));
	other = config;
	other.ranges[other.nr_ranges++] = (struct type1_range){ 0, 0xffff };
	assert_false(type1_has_config(&h.t, &other));
	other = config;
	other.quirks = TYPE1_QUIRK(WRAP_EINVAL);
	assert_false(type1_has_config(&h.t, &other));
	host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_argsz),
		cmocka_unit_test(test_needed_size),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_bad_calls),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_same_config),
	};

	return cmocka_run_group_tests_name("model_info", tests, NULL, NULL);
}

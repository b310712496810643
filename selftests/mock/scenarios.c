// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scenarios that mock-vfio comes with: each is applied, opened and probed,
 * and does what its comment says. scenario_files.h is made of the files.
 */
#include <linux/pci_regs.h>
#include <sys/mman.h>

#include <mock_vfio.h>

#include "selftest.h"

#define IOVA	0x100000ULL
#define SIZE	(4 * PAGE)

/* VFIO_MIGRATION_PRE_COPY, which headers have since Linux 6.2. */
#define MIGRATION_PRE_COPY	4

/* What the effect "caps" gives to an answer without capabilities. */
#define UNKNOWN_CAP		65534

FIXTURE(scenarios) {
	struct target target;
};

FIXTURE_VARIANT(scenarios) {
	const char *name;
};

/* All files: their names and texts, and a variant for each. */
#include "scenario_files.h"

/* The one that shape() applies. */
static struct mockvfio_scenario *applied;

static int shape(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	return mockvfio_scenario_shape(profile, applied, err);
}

/* Reads the scenario @name into @applied: 0 or -errno, and why. */
static int load(const char *name, struct mockvfio_error *err)
{
	char path[64];
	size_t i;
	int fd, ret;

	for (i = 0; i < ARRAY_SIZE(scenario_files) - 1; i++)
		if (!strcmp(scenario_files[i].name, name))
			break;
	fd = memfd_create(name, MFD_CLOEXEC);
	if (fd < 0 || dprintf(fd, "%s", scenario_files[i].text) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ret = mockvfio_scenario_load(path, &applied, err);
	close(fd);
	return ret;
}

/* Whether the module has what the scenario needs; the target says so when there is none. */
static bool is_possible(struct mockvfio_error *err)
{
	struct mockvfio *ctx;
	int ret;

	if (mockvfio_new(NULL, &ctx, NULL))
		return true;
	ret = mockvfio_scenario_check(ctx, applied, err);
	mockvfio_free(ctx);
	return !ret;
}

/* Opens a device of the scenario, or skips or fails the test at hand. */
#define SCENARIO_OPEN(target, name) do {						\
	static const struct target_options scenario_options = { .shape = shape };	\
	struct mockvfio_error scenario_err = { };					\
											\
	ASSERT_EQ(0, load(name, &scenario_err))						\
		TH_LOG("%s", scenario_err.message);					\
	if (!is_possible(&scenario_err))						\
		SKIP(return, "%s", scenario_err.message);				\
	TARGET_OPEN(target, TARGET_MOCK_BACKEND, &scenario_options);			\
} while (0)

FIXTURE_SETUP(scenarios)
{
	SCENARIO_OPEN(&self->target, variant->name);
}

FIXTURE_TEARDOWN(scenarios)
{
	TARGET_CLOSE(&self->target);
	mockvfio_scenario_free(applied);
}

/*
 * A device of every scenario that is installed can be made, opened, and asked about
 * all of its regions and interrupts, and closing it leaves nothing held. A scenario
 * that a change of the module breaks would be found by its users only.
 */
TEST_F(scenarios, probe)
{
	struct uvfio_device *dev = self->target.dev;
	struct vfio_irq_info irq;
	struct uvfio_region *region;
	struct uvfio_error err;
	uint32_t i;
	int ret;

	EXPECT_LT(0, (int)strlen(mockvfio_scenario_description(applied)));
	for (i = 0; i < uvfio_device_num_regions(dev); i++) {
		/* VGA is EINVAL where there is none, as with vfio-pci. */
		ret = uvfio_region_setup(dev, i, NULL, &region, &err);
		if (ret == -EINVAL && i == VFIO_PCI_VGA_REGION_INDEX)
			continue;
		ASSERT_EQ(0, ret)
			TH_LOG("region %u: %s", i, err.message);
		uvfio_region_exit(region);
		uvfio_region_finalize(region);
	}
	for (i = 0; i < uvfio_device_num_irqs(dev); i++) {
		ret = uvfio_get_irq_info(dev, i, &irq, &err);
		/* Only PCI Express devices have an error interrupt. */
		if (ret == -EINVAL && i == VFIO_PCI_ERR_IRQ_INDEX)
			continue;
		EXPECT_EQ(0, ret)
			TH_LOG("irq %u: %s", i, err.message);
	}
}

static int region_info(struct target *target, uint32_t index, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info){ .argsz = sizeof(*info), .index = index };
	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_GET_REGION_INFO, info);
}

/* The 8 bytes at @offset of a region; all ones when they cannot be read. */
static uint64_t read_at(struct target *target, uint32_t index, uint64_t offset)
{
	struct vfio_region_info info;
	uint64_t value;

	if (region_info(target, index, &info) ||
	    pread(uvfio_device_fd(target->dev), &value, sizeof(value), info.offset + offset) !=
	    sizeof(value))
		return UINT64_MAX;
	return value;
}

/* mmap() of a page of a region: 0 or -errno. */
static int try_mmap(struct target *target, uint32_t index, uint64_t offset, int prot)
{
	struct vfio_region_info info;
	void *page;
	int ret;

	ret = region_info(target, index, &info);
	if (ret)
		return ret;
	page = mmap(NULL, PAGE, prot, MAP_SHARED, uvfio_device_fd(target->dev),
		    info.offset + offset);
	if (page == MAP_FAILED)
		return -errno;
	munmap(page, PAGE);
	return 0;
}

static uint32_t irq_count(struct target *target, uint32_t index)
{
	struct vfio_irq_info info = { .argsz = sizeof(info), .index = index };

	return raw_ioctl(uvfio_device_fd(target->dev), VFIO_DEVICE_GET_IRQ_INFO, &info) ?
		0 : info.count;
}

static int map(struct target *target, uint64_t iova, uint64_t size, void *memory)
{
	return raw_map(uvfio_container_fd(target->container), iova, size, memory,
		       VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
}

static int unmap(struct target *target, uint64_t iova, uint64_t size, uint64_t *unmapped)
{
	return raw_unmap(uvfio_container_fd(target->container), iova, size, 0, unmapped);
}

static void close_scenario(struct __test_metadata *_metadata, struct target *target)
{
	TARGET_CLOSE(target);
	mockvfio_scenario_free(applied);
}

/*
 * minimal: what a program maps and unmaps is in the event log, and nothing else is.
 */
TEST(minimal)
{
	struct target target;
	void *memory = memory_new(SIZE);

	SCENARIO_OPEN(&target, "minimal");
	CLEAR_EVENTS(target.mock.profile);
	EXPECT_EQ(0, map(&target, IOVA, SIZE, memory));
	EXPECT_EQ(0, unmap(&target, IOVA, SIZE, NULL));
	EXPECT_EVENTS(target.mock.profile, "*", "iommu.map_dma iova=0x100000 ret=0",
		      "iommu.unmap_dma iova=0x100000 ret=0");
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

/*
 * sparse-bar: pages inside the areas can be mapped, those in between cannot, and the
 * last one for reading only.
 */
TEST(sparse_bar)
{
	struct target target;

	SCENARIO_OPEN(&target, "sparse-bar");
	EXPECT_EQ(0, try_mmap(&target, 2, 0x1000, PROT_READ | PROT_WRITE));
	EXPECT_EQ(-EINVAL, try_mmap(&target, 2, 0x3000, PROT_READ));
	EXPECT_EQ(-EINVAL, try_mmap(&target, 2, 0x4000, PROT_READ));
	EXPECT_EQ(0, try_mmap(&target, 2, 0xf000, PROT_READ));
	EXPECT_EQ(-EPERM, try_mmap(&target, 2, 0xf000, PROT_READ | PROT_WRITE));
	close_scenario(_metadata, &target);
}

/*
 * msix-nic: a network controller by its class, with 64 MSI-X vectors that can all be
 * set up, and a table that cannot be mapped.
 */
TEST(msix_nic)
{
	struct target target;
	uint64_t class;
	int32_t fds[64];
	int i;

	SCENARIO_OPEN(&target, "msix-nic");
	class = read_at(&target, VFIO_PCI_CONFIG_REGION_INDEX, PCI_CLASS_REVISION);
	EXPECT_EQ(0x020000, (uint32_t)class >> 8);
	EXPECT_EQ(64, irq_count(&target, VFIO_PCI_MSIX_IRQ_INDEX));
	for (i = 0; i < 64; i++)
		fds[i] = eventfd_new();
	EXPECT_EQ(0, uvfio_set_irq_vectors(target.dev, VFIO_PCI_MSIX_IRQ_INDEX, 0, 64,
					   VFIO_IRQ_SET_ACTION_TRIGGER, fds, NULL));
	EXPECT_EQ(0, mockvfio_irq_fire(target.mock.profile, target.name, 2, 63, NULL));
	EXPECT_EQ(1, eventfd_wait(fds[63], IRQ_TIMEOUT_MS));
	EXPECT_EQ(0, uvfio_disable_irqindex(target.dev, VFIO_PCI_MSIX_IRQ_INDEX, NULL));
	EXPECT_EQ(-EINVAL, try_mmap(&target, 4, 0, PROT_READ));
	EXPECT_EQ(0, try_mmap(&target, 4, 0x1000, PROT_READ));
	close_scenario(_metadata, &target);
	for (i = 0; i < 64; i++)
		close(fds[i]);
}

/*
 * few-vectors: a program that asks for 8 vectors is told 4, and gets them when it
 * asks for 4.
 */
TEST(few_vectors)
{
	const uint32_t flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	struct target target;
	int32_t fds[8];
	int i, fd;

	SCENARIO_OPEN(&target, "few-vectors");
	fd = uvfio_device_fd(target.dev);
	for (i = 0; i < 8; i++)
		fds[i] = eventfd_new();
	EXPECT_EQ(32, irq_count(&target, VFIO_PCI_MSIX_IRQ_INDEX));
	EXPECT_EQ(4, raw_set_irqs(fd, flags, VFIO_PCI_MSIX_IRQ_INDEX, 0, 8, fds, sizeof(fds)));
	EXPECT_EQ(0, raw_set_irqs(fd, flags, VFIO_PCI_MSIX_IRQ_INDEX, 0, 4, fds,
				  4 * sizeof(*fds)));
	close_scenario(_metadata, &target);
	for (i = 0; i < 8; i++)
		close(fds[i]);
}

/*
 * gpu: a BAR of 4 GiB, VGA, and regions that are found by their type, as QEMU looks for
 * the OpRegion.
 */
TEST(gpu)
{
	struct vfio_region_info *typed, info;
	struct target target;

	SCENARIO_OPEN(&target, "gpu");
	EXPECT_EQ(0, region_info(&target, 2, &info));
	EXPECT_EQ(1ULL << 32, info.size);
	EXPECT_EQ(0, region_info(&target, VFIO_PCI_VGA_REGION_INDEX, &info));
	ASSERT_EQ(0, uvfio_get_dev_region_info(target.dev, VFIO_REGION_TYPE_PCI_VENDOR_TYPE |
					       0x8086, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
					       &typed, NULL));
	EXPECT_EQ(9, typed->index);
	uvfio_free_region_info(target.dev, typed);
	close_scenario(_metadata, &target);
}

/*
 * platform: one interrupt, which is a level that is masked when delivered; neither MSI
 * nor reset.
 */
TEST(platform)
{
	struct vfio_irq_info info;
	struct target target;

	SCENARIO_OPEN(&target, "platform");
	ASSERT_EQ(0, uvfio_get_irq_info(target.dev, 0, &info, NULL));
	EXPECT_EQ(1, info.count);
	EXPECT_TRUE(info.flags & VFIO_IRQ_INFO_AUTOMASKED);
	EXPECT_EQ(0, irq_count(&target, VFIO_PCI_MSI_IRQ_INDEX));
	EXPECT_FALSE(uvfio_device_reset_works(target.dev));
	close_scenario(_metadata, &target);
}

/*
 * intx-only: INTx is there, and no other index has a vector.
 */
TEST(intx_only)
{
	struct target target;
	uint32_t index;

	SCENARIO_OPEN(&target, "intx-only");
	for (index = 0; index < VFIO_PCI_NUM_IRQS; index++)
		EXPECT_EQ(index == VFIO_PCI_INTX_IRQ_INDEX, irq_count(&target, index));
	close_scenario(_metadata, &target);
}

/*
 * no-reset: VFIO_DEVICE_RESET is not announced and fails with EINVAL.
 */
TEST(no_reset)
{
	struct target target;

	SCENARIO_OPEN(&target, "no-reset");
	EXPECT_FALSE(uvfio_device_reset_works(target.dev));
	EXPECT_EQ(-EINVAL, raw_ioctl(uvfio_device_fd(target.dev), VFIO_DEVICE_RESET, NULL));
	close_scenario(_metadata, &target);
}

static uint64_t migration_flags(struct target *target)
{
	struct vfio_device_feature_migration migration = { };

	uvfio_device_get_feature(target->dev, VFIO_DEVICE_FEATURE_MIGRATION, &migration,
				 sizeof(migration), NULL);
	return migration.flags;
}

/*
 * migratable: migration by stop-and-copy with peer-to-peer states, and DMA logging.
 */
TEST(migratable)
{
	struct target target;

	SCENARIO_OPEN(&target, "migratable");
	EXPECT_EQ(2, mockvfio_scenario_instances(applied));
	EXPECT_EQ(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P, migration_flags(&target));
	EXPECT_EQ(0, uvfio_device_probe_feature(target.dev, VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
						VFIO_DEVICE_FEATURE_SET, NULL));
	close_scenario(_metadata, &target);
}

/*
 * migratable-live: pre-copy as well, on kernels that have it.
 */
TEST(migratable_live)
{
	struct target target;

	SCENARIO_OPEN(&target, "migratable-live");
	EXPECT_TRUE(migration_flags(&target) & MIGRATION_PRE_COPY);
	close_scenario(_metadata, &target);
}

/*
 * dirty-tracking: the container tracks dirty pages of 4 KiB, and no other size is
 * offered.
 */
TEST(dirty_tracking)
{
	struct vfio_iommu_type1_dirty_bitmap start = {
		.argsz = sizeof(start), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
	};
	struct vfio_iommu_type1_dirty_bitmap stop = {
		.argsz = sizeof(stop), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP,
	};
	struct target target;
	int fd;

	SCENARIO_OPEN(&target, "dirty-tracking");
	fd = uvfio_container_fd(target.container);
	EXPECT_EQ(PAGE, uvfio_container_pgsizes(target.container));
	EXPECT_EQ(0, raw_ioctl(fd, VFIO_IOMMU_DIRTY_PAGES, &start));
	EXPECT_EQ(0, raw_ioctl(fd, VFIO_IOMMU_DIRTY_PAGES, &stop));
	close_scenario(_metadata, &target);
}

/*
 * hostile: a read of BAR 2 comes short, a region far behind the PCI ones is there, with
 * a capability made up for it, and one of size 0 is not; MSI has as many vectors as the
 * file says. Of an IOMMU that does not tell its page sizes the library takes it that
 * they are 4 KiB.
 */
TEST(hostile)
{
	struct vfio_region_info info;
	struct target target;
	uint64_t value;

	SCENARIO_OPEN(&target, "hostile");
	ASSERT_EQ(0, region_info(&target, 2, &info));
	EXPECT_EQ(0x10123, info.size);
	EXPECT_EQ(3, pread(uvfio_device_fd(target.dev), &value, sizeof(value), info.offset));
	EXPECT_EQ(0x100, read_at(&target, 31, 0x100));
	EXPECT_TRUE(uvfio_has_region_cap(target.dev, 31, UNKNOWN_CAP));
	ASSERT_EQ(0, region_info(&target, 4, &info));
	EXPECT_EQ(0, info.size);
	EXPECT_EQ(0x7fffffff, irq_count(&target, VFIO_PCI_MSI_IRQ_INDEX));
	EXPECT_EQ(4096, uvfio_container_pgsizes(target.container));
	close_scenario(_metadata, &target);
}

/*
 * busy-map: the library gets over one EBUSY by unmapping and mapping again; the log
 * shows the three calls.
 */
TEST(busy_map)
{
	struct target target;
	void *memory = memory_new(SIZE);

	SCENARIO_OPEN(&target, "busy-map");
	CLEAR_EVENTS(target.mock.profile);
	EXPECT_EQ(0, uvfio_dma_map(target.container, IOVA, SIZE, memory, false, NULL));
	EXPECT_EVENTS(target.mock.profile, "iommu.*", "iommu.map_dma ret=-16 fault=busy",
		      "iommu.unmap_dma ret=0", "iommu.map_dma ret=0");
	EXPECT_EQ(0, uvfio_dma_unmap(target.container, IOVA, SIZE, NULL));
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

/*
 * busy-map-always: mapping again is of no use, and the library says EBUSY.
 */
TEST(busy_map_always)
{
	struct target target;
	void *memory = memory_new(SIZE);

	SCENARIO_OPEN(&target, "busy-map-always");
	EXPECT_EQ(-EBUSY, uvfio_dma_map(target.container, IOVA, SIZE, memory, false, NULL));
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

/*
 * short-unmap: of two mappings the one behind the first page stays, and the size that
 * comes back says so.
 */
TEST(short_unmap)
{
	struct target target;
	void *memory = memory_new(SIZE);
	uint64_t unmapped = 0;

	SCENARIO_OPEN(&target, "short-unmap");
	EXPECT_EQ(0, map(&target, IOVA, PAGE, memory));
	EXPECT_EQ(0, map(&target, IOVA + PAGE, PAGE, memory));
	EXPECT_EQ(0, unmap(&target, IOVA, 2 * PAGE, &unmapped));
	EXPECT_EQ(PAGE, unmapped);
	EXPECT_EQ(1, mock_counter(&target.mock, "mappings"));
	EXPECT_EQ(0, unmap(&target, IOVA + PAGE, PAGE, NULL));
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

/*
 * small-windows: an address in the gap is EINVAL, one in the high window is good, and
 * the seventeenth mapping is ENOSPC.
 */
TEST(small_windows)
{
	struct target target;
	void *memory = memory_new(SIZE);
	int i;

	SCENARIO_OPEN(&target, "small-windows");
	EXPECT_EQ(-EINVAL, map(&target, 0x1000000, PAGE, memory));
	EXPECT_EQ(0, map(&target, 1ULL << 32, PAGE, memory));
	for (i = 1; i < 16; i++)
		EXPECT_EQ(0, map(&target, i * PAGE, PAGE, memory));
	EXPECT_EQ(-ENOSPC, map(&target, 16 * PAGE, PAGE, memory));
	EXPECT_EQ(0, unmap(&target, 1ULL << 32, PAGE, NULL));
	EXPECT_EQ(0, unmap(&target, PAGE, 15 * PAGE, NULL));
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

/*
 * linux-4.15: unmapping a range that ends at 2^64 is EINVAL, which is why programs leave
 * the last page out and unmap it on its own.
 */
TEST(linux_4_15)
{
	struct target target;

	SCENARIO_OPEN(&target, "linux-4.15");
	EXPECT_EQ(-EINVAL, unmap(&target, -(2 * PAGE), 2 * PAGE, NULL));
	close_scenario(_metadata, &target);
}

/*
 * linux-6.1: the same unmapping succeeds and unmaps nothing.
 */
TEST(linux_6_1)
{
	uint64_t unmapped = UINT64_MAX;
	struct target target;

	SCENARIO_OPEN(&target, "linux-6.1");
	EXPECT_EQ(0, unmap(&target, -(2 * PAGE), 2 * PAGE, &unmapped));
	EXPECT_EQ(0, unmapped);
	close_scenario(_metadata, &target);
}

/*
 * old-kernel: a mapping over another is EBUSY rather than EEXIST.
 */
TEST(old_kernel)
{
	struct target target;
	void *memory = memory_new(SIZE);

	SCENARIO_OPEN(&target, "old-kernel");
	EXPECT_EQ(0, map(&target, IOVA, SIZE, memory));
	EXPECT_EQ(-EBUSY, map(&target, IOVA, SIZE, memory));
	EXPECT_EQ(0, unmap(&target, IOVA, SIZE, NULL));
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

/*
 * low-power: the device goes to low power and comes back.
 */
TEST(low_power)
{
	struct target target;

	SCENARIO_OPEN(&target, "low-power");
	EXPECT_EQ(0, uvfio_device_set_feature(target.dev, VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
					      NULL, 0, NULL));
	EXPECT_EQ(0, uvfio_device_set_feature(target.dev, VFIO_DEVICE_FEATURE_LOW_POWER_EXIT,
					      NULL, 0, NULL));
	close_scenario(_metadata, &target);
}

/*
 * hot-reset: each of the two devices names both as what a reset concerns.
 */
TEST(hot_reset)
{
	struct vfio_pci_hot_reset_info info = { .argsz = sizeof(info) };
	struct mockvfio_instance other;
	struct target target;

	SCENARIO_OPEN(&target, "hot-reset");
	EXPECT_EQ(2, mockvfio_scenario_instances(applied));
	ASSERT_EQ(0, mockvfio_instance_create(target.mock.profile, NULL, &other, NULL));
	EXPECT_EQ(-ENOSPC, raw_ioctl(uvfio_device_fd(target.dev),
				     VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &info));
	EXPECT_EQ(2, info.count);
	close_scenario(_metadata, &target);
}

/*
 * big-region: the last 8 bytes of 8 GiB are where they belong, which an offset of 32
 * bits would miss.
 */
TEST(big_region)
{
	const uint64_t last = 0x200000000ULL - 8;
	struct target target;

	SCENARIO_OPEN(&target, "big-region");
	EXPECT_EQ(last, read_at(&target, 2, last));
	EXPECT_EQ(0, try_mmap(&target, 2, 0x200000000ULL - PAGE, PROT_READ | PROT_WRITE));
	close_scenario(_metadata, &target);
}

/*
 * many-regions: there are 32, and the last one is found by its type.
 */
TEST(many_regions)
{
	struct vfio_region_info *info;
	struct target target;

	SCENARIO_OPEN(&target, "many-regions");
	EXPECT_EQ(32, uvfio_device_num_regions(target.dev));
	ASSERT_EQ(0, uvfio_get_dev_region_info(target.dev, 0x4d56, 31, &info, NULL));
	EXPECT_EQ(31, info->index);
	uvfio_free_region_info(target.dev, info);
	close_scenario(_metadata, &target);
}

/*
 * lost-interrupt: the first one arrives, the second does not, the third does.
 */
TEST(lost_interrupt)
{
	struct target target;
	int32_t fd = eventfd_new();
	int i;

	SCENARIO_OPEN(&target, "lost-interrupt");
	ASSERT_EQ(0, uvfio_set_irq_vectors(target.dev, VFIO_PCI_MSI_IRQ_INDEX, 0, 1,
					   VFIO_IRQ_SET_ACTION_TRIGGER, &fd, NULL));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, mockvfio_irq_fire(target.mock.profile, target.name, 1, 0, NULL));
		EXPECT_EQ(i != 1, eventfd_wait(fd, i == 1 ? NO_IRQ_MS : IRQ_TIMEOUT_MS));
	}
	close_scenario(_metadata, &target);
	close(fd);
}

/* Which of 32 DMAs of the device fail, one bit each. */
static uint32_t failing(struct engine *engine)
{
	uint32_t bits = 0;
	int i;

	for (i = 0; i < 32; i++)
		bits |= (uint32_t)!!engine->ops->from_device(engine, IOVA, 64) << i;
	return bits;
}

/*
 * flaky-dma: some DMAs fail, and when the rule begins anew, the same ones do.
 */
TEST(flaky_dma)
{
	void *memory = memory_new(SIZE);
	struct engine engine;
	struct target target;
	uint32_t first;

	SCENARIO_OPEN(&target, "flaky-dma");
	ENGINE_OPEN(&engine, &target);
	EXPECT_EQ(0, map(&target, IOVA, SIZE, memory));
	first = failing(&engine);
	EXPECT_NE(0, first);
	EXPECT_NE(UINT32_MAX, first);
	EXPECT_EQ(0, mockvfio_fault_arm(target.mock.profile, "flaky", false, NULL));
	EXPECT_EQ(0, failing(&engine));
	EXPECT_EQ(0, mockvfio_fault_arm(target.mock.profile, "flaky", true, NULL));
	EXPECT_EQ(first, failing(&engine));
	EXPECT_EQ(0, unmap(&target, IOVA, SIZE, NULL));
	engine_close(&engine);
	close_scenario(_metadata, &target);
	memory_free(memory, SIZE);
}

TEST_HARNESS_MAIN

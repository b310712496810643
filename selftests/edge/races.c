// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that get in each other's way where programs and the kernel had races.
 * Each race runs for a short time; what it leaves is checked, and the kernel
 * log, which the harness watches, says the rest.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "selftest.h"

#define RACE_MS	150

FIXTURE(race) {
	struct target target;
	struct engine engine;
	atomic_bool stop;
};

FIXTURE_VARIANT(race) {
	enum target_kind kind;
};

TARGET_VARIANT(race, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(race, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(race, edu, TARGET_EDU);

FIXTURE_SETUP(race)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
}

FIXTURE_TEARDOWN(race)
{
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
}

/* What a thread works on: the fixture's struct has no name outside tests. */
struct racer {
	struct engine *engine;
	atomic_bool *stop;
	atomic_int *errors;
};

static bool running(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000 <
	       RACE_MS;
}

static void *fire(void *data)
{
	struct racer *racer = data;

	while (!atomic_load(racer->stop)) {
		if (racer->engine->ops->raise_irq(racer->engine) ||
		    racer->engine->ops->ack_irq(racer->engine))
			atomic_fetch_add(racer->errors, 1);
	}
	return NULL;
}

/*
 * INTx is set up, masked, unmasked by ioctl and by eventfd and torn down while
 * the device fires: kernel commits fe9a7082684e and 18c198c96a81
 * (CVE-2024-26812) and CVE-2024-26810 were races between these. Afterwards
 * INTx still works.
 */
TEST_F(race, intx)
{
	const uint32_t index = VFIO_PCI_INTX_IRQ_INDEX;
	struct uvfio_device *dev = self->target.dev;
	int trigger = eventfd_new(), unmask = eventfd_new();
	atomic_int errors = 0;
	struct racer racer = { &self->engine, &self->stop, &errors };
	struct timespec start;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, fire, &racer));
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (running(&start)) {
		ASSERT_EQ(0, uvfio_set_irq_resample(dev, index, 0, trigger, unmask, NULL));
		uvfio_unmask_single_irqindex(dev, index, NULL);
		eventfd_signal(unmask);
		uvfio_mask_single_irqindex(dev, index, NULL);
		uvfio_unmask_single_irqindex(dev, index, NULL);
		ASSERT_EQ(0, uvfio_disable_irqindex(dev, index, NULL));
	}
	atomic_store(&self->stop, true);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, atomic_load(&errors));

	eventfd_wait(trigger, 0);
	ASSERT_EQ(0, uvfio_set_irq_signaling(dev, index, 0, VFIO_IRQ_SET_ACTION_TRIGGER, trigger,
					     NULL));
	ASSERT_EQ(0, self->engine.ops->raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, self->engine.ops->ack_irq(&self->engine));
	close(trigger);
	close(unmask);
}

static void *load(void *data)
{
	struct racer *racer = data;
	uint64_t first, value;

	if (uvfio_region_read(racer->engine->bar0, 0, 4, &first, NULL))
		atomic_fetch_add(racer->errors, 1);
	while (!atomic_load(racer->stop)) {
		if (uvfio_region_load(racer->engine->bar0, 0, 4, &value, NULL) || value != first)
			atomic_fetch_add(racer->errors, 1);
	}
	return NULL;
}

/*
 * Direct access to a region is switched off and on, as for every INTx, while
 * another thread reads: it always gets the value, by one way or the other.
 */
TEST_F(race, mmaps_toggled)
{
	atomic_int errors = 0;
	struct racer racer = { &self->engine, &self->stop, &errors };
	struct timespec start;
	pthread_t thread;
	bool enabled = false;

	ASSERT_EQ(0, uvfio_region_mmap(self->engine.bar0, NULL));
	ASSERT_EQ(0, pthread_create(&thread, NULL, load, &racer));
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (running(&start)) {
		uvfio_region_mmaps_set_enabled(self->engine.bar0, enabled);
		enabled = !enabled;
	}
	atomic_store(&self->stop, true);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, atomic_load(&errors));
}

/*
 * MSI on the mock only: a kernel that frees a vector of a real device writes
 * zeros to its message first, and the device that fires then does DMA to
 * address 0, which the IOMMU reports.
 */
FIXTURE(msi_race) {
	struct target target;
	struct engine engine;
	atomic_bool stop;
};

FIXTURE_VARIANT(msi_race) {
	enum target_kind kind;
};

TARGET_VARIANT(msi_race, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(msi_race, mock_backend, TARGET_MOCK_BACKEND);

FIXTURE_SETUP(msi_race)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
}

FIXTURE_TEARDOWN(msi_race)
{
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
}

/*
 * An MSI vector's eventfd is exchanged and the index torn down while the
 * vector fires: no signal goes to a descriptor that is gone, none is lost for
 * good.
 */
TEST_F(msi_race, eventfd_replaced)
{
	const uint32_t index = VFIO_PCI_MSI_IRQ_INDEX;
	struct uvfio_device *dev = self->target.dev;
	atomic_int errors = 0;
	struct racer racer = { &self->engine, &self->stop, &errors };
	struct timespec start;
	pthread_t thread;
	int fd;

	ASSERT_EQ(0, pthread_create(&thread, NULL, fire, &racer));
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (running(&start)) {
		fd = eventfd_new();
		ASSERT_EQ(0, uvfio_set_irq_signaling(dev, index, 0, VFIO_IRQ_SET_ACTION_TRIGGER,
						     fd, NULL));
		close(fd);
		fd = eventfd_new();
		ASSERT_EQ(0, uvfio_set_irq_signaling(dev, index, 0, VFIO_IRQ_SET_ACTION_TRIGGER,
						     fd, NULL));
		ASSERT_EQ(0, uvfio_disable_irqindex(dev, index, NULL));
		close(fd);
	}
	atomic_store(&self->stop, true);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, atomic_load(&errors));

	fd = eventfd_new();
	ASSERT_EQ(0, uvfio_set_irq_signaling(dev, index, 0, VFIO_IRQ_SET_ACTION_TRIGGER, fd,
					     NULL));
	ASSERT_EQ(0, self->engine.ops->raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(fd, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, self->engine.ops->ack_irq(&self->engine));
	close(fd);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mock's interrupts: vectors kept apart, an interrupt that is lost on its
 * way, and eventfds given back however a program ends.
 */
#include <mock_vfio.h>

#include "selftest.h"

#define VECTORS	8

FIXTURE(irq_vectors) {
	struct target target;
	struct engine engine;
	int32_t fds[VECTORS];
};

FIXTURE_SETUP(irq_vectors)
{
	int i;

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	for (i = 0; i < VECTORS; i++)
		self->fds[i] = eventfd_new();
}

FIXTURE_TEARDOWN(irq_vectors)
{
	int i;

	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	for (i = 0; i < VECTORS; i++)
		close(self->fds[i]);
}

static int set_vectors(struct target *target, const int32_t *fds, uint32_t count)
{
	return uvfio_set_irq_vectors(target->dev, VFIO_PCI_MSI_IRQ_INDEX, 0, count,
				     VFIO_IRQ_SET_ACTION_TRIGGER, fds, NULL);
}

static int raise_vector(struct engine *engine, uint32_t vector)
{
	return uvfio_region_write(engine->bar0, MOCK_VFIO_REG_IRQ_RAISE, 4, vector, NULL);
}

/*
 * Each MSI vector signals its own eventfd and no other one.
 */
TEST_F(irq_vectors, msi_vectors)
{
	uint32_t i, j;

	ASSERT_EQ(0, set_vectors(&self->target, self->fds, VECTORS));
	for (i = 0; i < VECTORS; i++) {
		ASSERT_EQ(0, raise_vector(&self->engine, i));
		for (j = 0; j < VECTORS; j++)
			EXPECT_EQ(i == j, eventfd_wait(self->fds[j], i == j ? IRQ_TIMEOUT_MS : 0));
	}
}

/*
 * An interrupt that is dropped on its way is lost once: nothing is signalled,
 * the log says so, and the next one arrives. Programs that rely on a count of
 * interrupts rather than on the device's state hang here.
 */
TEST_F(irq_vectors, dropped)
{
	const struct mockvfio_rule rule = {
		.name = "lost", .site = "irq.deliver", .effect = "drop", .times = 1,
	};

	ASSERT_EQ(0, set_vectors(&self->target, self->fds, 1));
	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	CLEAR_EVENTS(self->target.mock.profile);
	ASSERT_EQ(0, raise_vector(&self->engine, 0));
	EXPECT_EQ(0, eventfd_wait(self->fds[0], NO_IRQ_MS));
	ASSERT_EQ(0, raise_vector(&self->engine, 0));
	EXPECT_EQ(1, eventfd_wait(self->fds[0], IRQ_TIMEOUT_MS));
	EXPECT_EVENTS(self->target.mock.profile, "irq.deliver",
		      "irq.deliver index=1 fault=lost", "irq.deliver index=1");
}

/*
 * The eventfds that the device holds are counted: each that is set up, none
 * after the index is disabled, and the old one goes when it is replaced.
 */
TEST_F(irq_vectors, eventfds_counted)
{
	EXPECT_EQ(0, mock_counter(&self->target.mock, "eventfds"));
	ASSERT_EQ(0, set_vectors(&self->target, self->fds, VECTORS));
	EXPECT_EQ(VECTORS, mock_counter(&self->target.mock, "eventfds"));
	ASSERT_EQ(0, set_vectors(&self->target, self->fds, 2));
	EXPECT_EQ(VECTORS, mock_counter(&self->target.mock, "eventfds"));
	ASSERT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, 1,
					     VFIO_IRQ_SET_ACTION_TRIGGER, -1, NULL));
	EXPECT_EQ(VECTORS - 1, mock_counter(&self->target.mock, "eventfds"));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, NULL));
	EXPECT_EQ(0, mock_counter(&self->target.mock, "eventfds"));
}

/*
 * A device that is closed with all kinds of eventfds set up gives them all
 * back, a hundred times over: mtty, the kernel's sample, leaked them.
 */
TEST_F(irq_vectors, closed_while_set_up)
{
	static const uint32_t indexes[] = {
		VFIO_PCI_INTX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX, VFIO_PCI_REQ_IRQ_INDEX,
	};
	struct target *target = &self->target;
	struct uvfio_device *dev;
	int i;

	for (i = 0; i < 100; i++) {
		ASSERT_EQ(0, uvfio_get_device(target->group, target->name, NULL, &dev, NULL));
		ASSERT_EQ(0, uvfio_set_irq_signaling(dev, indexes[i % 3], 0,
						     VFIO_IRQ_SET_ACTION_TRIGGER, self->fds[0],
						     NULL));
		if (indexes[i % 3] == VFIO_PCI_INTX_IRQ_INDEX)
			ASSERT_EQ(0, uvfio_set_irq_signaling(dev, VFIO_PCI_INTX_IRQ_INDEX, 0,
							     VFIO_IRQ_SET_ACTION_UNMASK,
							     self->fds[1], NULL));
		ASSERT_EQ(0, uvfio_put_base_device(dev, NULL));
		/* The device stays open by the fixture, so disable what is left. */
		ASSERT_EQ(0, uvfio_disable_irqindex(target->dev, indexes[i % 3], NULL));
	}
	engine_close(&self->engine);
	ASSERT_EQ(0, set_vectors(target, self->fds, VECTORS));
	ASSERT_EQ(0, uvfio_set_irq_signaling(target->dev, VFIO_PCI_REQ_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, self->fds[0], NULL));
	EXPECT_EQ(VECTORS + 1, mock_counter(&target->mock, "eventfds"));
	ASSERT_EQ(0, uvfio_put_base_device(target->dev, NULL));
	target->dev = NULL;
	EXPECT_EQ(0, mock_counter(&target->mock, "eventfds"));
}

/*
 * SET_IRQS that fails is reported with the interrupt's name, what was attempted
 * and the errno; nothing is set up then, and the next call works.
 */
TEST_F(irq_vectors, set_up_fails)
{
	const struct mockvfio_rule rule = {
		.name = "irq", .site = "device.set_irqs", .error = "ENOMEM", .times = 1,
	};
	struct uvfio_error err;

	ASSERT_EQ(0, mockvfio_fault_add(self->target.mock.profile, &rule, NULL));
	EXPECT_EQ(-ENOMEM, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, 0,
						   VFIO_IRQ_SET_ACTION_TRIGGER, self->fds[0],
						   &err));
	EXPECT_EQ(-ENOMEM, err.code);
	EXPECT_NE(NULL, strstr(err.message, "INTX-0: Failed to set up TRIGGER eventfd"))
		TH_LOG("%s", err.message);
	EXPECT_EQ(0, mock_counter(&self->target.mock, "eventfds"));
	EXPECT_EQ(0, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, self->fds[0], NULL));
	EXPECT_EQ(1, mock_counter(&self->target.mock, "eventfds"));
}

/*
 * The default device has eight MSI vectors, no MSI-X and one request
 * interrupt, as its documentation says; a vector past the last one is EINVAL.
 */
TEST_F(irq_vectors, counts)
{
	struct vfio_irq_info info;

	ASSERT_EQ(0, uvfio_get_irq_info(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, &info, NULL));
	EXPECT_EQ(VECTORS, info.count);
	ASSERT_EQ(0, uvfio_get_irq_info(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, &info, NULL));
	EXPECT_EQ(0, info.count);
	ASSERT_EQ(0, uvfio_get_irq_info(self->target.dev, VFIO_PCI_REQ_IRQ_INDEX, &info, NULL));
	EXPECT_EQ(1, info.count);
	EXPECT_EQ(-EINVAL, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX,
						   VECTORS, VFIO_IRQ_SET_ACTION_TRIGGER,
						   self->fds[0], NULL));
}

/* A device with more MSI-X vectors than it has room for, and a few MSI ones. */
#define MSIX_VECTORS	64
#define MSIX_GRANTED	4

FIXTURE(msix) {
	struct target target;
	struct engine engine;
	int32_t fds[VECTORS];
};

static int shape_msix(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	int ret;

	ret = mockvfio_add_irq(profile, "msix", VFIO_PCI_MSIX_IRQ_INDEX, MSIX_VECTORS, "eventfd",
			       err);
	if (!ret)
		ret = mockvfio_add_irq(profile, "msi", VFIO_PCI_MSI_IRQ_INDEX, VECTORS,
				       "eventfd noresize", err);
	return ret ? ret : mockvfio_set_u64(profile, "irqs/msix/granted", MSIX_GRANTED, err);
}

FIXTURE_SETUP(msix)
{
	static const struct target_options options = { .shape = shape_msix };
	int i;

	TARGET_OPEN(&self->target, TARGET_MOCK_TYPE1, &options);
	ENGINE_OPEN(&self->engine, &self->target);
	for (i = 0; i < VECTORS; i++)
		self->fds[i] = eventfd_new();
}

FIXTURE_TEARDOWN(msix)
{
	int i;

	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	for (i = 0; i < VECTORS; i++)
		close(self->fds[i]);
}

static int set_msix(struct target *target, uint32_t start, uint32_t count, const int32_t *fds)
{
	return raw_set_irqs(uvfio_device_fd(target->dev),
			    VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			    VFIO_PCI_MSIX_IRQ_INDEX, start, count, fds, count * sizeof(*fds));
}

/*
 * A host that is short of vectors answers with how many it has, nothing is set
 * up, and that many work: QEMU c174088923 retries with the positive result of
 * SET_IRQS.
 */
TEST_F(msix, fewer_vectors_granted)
{
	EXPECT_EQ(MSIX_GRANTED, set_msix(&self->target, 0, VECTORS, self->fds));
	EXPECT_EQ(0, mock_counter(&self->target.mock, "eventfds"));
	EXPECT_EQ(MSIX_GRANTED, set_msix(&self->target, MSIX_GRANTED, 1, self->fds));
	ASSERT_EQ(0, set_msix(&self->target, 0, MSIX_GRANTED, self->fds));
	ASSERT_EQ(0, raise_vector(&self->engine, MSIX_GRANTED - 1));
	EXPECT_EQ(1, eventfd_wait(self->fds[MSIX_GRANTED - 1], IRQ_TIMEOUT_MS));
}

/*
 * Where MSI-X is not NORESIZE, vectors are added one by one while others are in
 * use, and these miss nothing; MSI, which is, refuses a vector more until it was
 * torn down.
 */
TEST_F(msix, vectors_added)
{
	ASSERT_EQ(0, set_msix(&self->target, 0, 1, self->fds));
	ASSERT_EQ(0, raise_vector(&self->engine, 0));
	ASSERT_EQ(0, set_msix(&self->target, MSIX_VECTORS - 1, 1, self->fds + 1));
	ASSERT_EQ(0, raise_vector(&self->engine, MSIX_VECTORS - 1));
	EXPECT_EQ(1, eventfd_wait(self->fds[0], IRQ_TIMEOUT_MS));
	EXPECT_EQ(1, eventfd_wait(self->fds[1], IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, NULL));

	ASSERT_EQ(0, set_vectors(&self->target, self->fds, 1));
	EXPECT_EQ(-EINVAL, uvfio_set_irq_signaling(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, 1,
						   VFIO_IRQ_SET_ACTION_TRIGGER, self->fds[1],
						   NULL));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, NULL));
	EXPECT_EQ(0, set_vectors(&self->target, self->fds, 2));
}

/*
 * An MSI-X vector that is raised while it has no eventfd is pending, as a masked
 * one is in hardware: it comes once when the eventfd is set up. What was not set
 * up at all is forgotten with the index.
 */
TEST_F(msix, pending)
{
	ASSERT_EQ(0, set_msix(&self->target, 0, 1, self->fds));
	ASSERT_EQ(0, raise_vector(&self->engine, 2));
	ASSERT_EQ(0, raise_vector(&self->engine, 2));
	ASSERT_EQ(0, set_msix(&self->target, 2, 1, self->fds + 2));
	EXPECT_EQ(1, eventfd_wait(self->fds[2], IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, raise_vector(&self->engine, 3));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSIX_IRQ_INDEX, NULL));
	ASSERT_EQ(0, set_msix(&self->target, 0, 4, self->fds));
	EXPECT_EQ(0, eventfd_wait(self->fds[3], NO_IRQ_MS));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: from the device to an eventfd, masked as their index says, and
 * SET_IRQS calls that must be refused.
 */
#include "selftest.h"

/* INTx as vfio describes it on every PCI device. */
#define INTX_FLAGS	(VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED)

/* Devices that can raise an interrupt by a register: the mock and edu. */
FIXTURE(irq) {
	struct target target;
	struct engine engine;
	int trigger;
	int unmask;
};

FIXTURE_VARIANT(irq) {
	enum target_kind kind;
};

TARGET_VARIANT(irq, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(irq, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(irq, edu, TARGET_EDU);

FIXTURE_SETUP(irq)
{
	TARGET_OPEN(&self->target, variant->kind, NULL);
	ENGINE_OPEN(&self->engine, &self->target);
	self->trigger = eventfd_new();
	self->unmask = eventfd_new();
}

FIXTURE_TEARDOWN(irq)
{
	engine_close(&self->engine);
	TARGET_CLOSE(&self->target);
	close(self->trigger);
	close(self->unmask);
}

static int set_trigger(struct target *target, uint32_t index, int fd)
{
	return uvfio_set_irq_signaling(target->dev, index, 0, VFIO_IRQ_SET_ACTION_TRIGGER, fd,
				       NULL);
}

static int raise_irq(struct engine *engine)
{
	return engine->ops->raise_irq(engine);
}

static int ack_irq(struct engine *engine)
{
	return engine->ops->ack_irq(engine);
}

/*
 * INTx masks itself when it fires: until the unmask ioctl a second interrupt
 * is held back, then it comes. Without the automask a level interrupt would
 * storm until the guest has serviced the device.
 */
TEST_F(irq, intx_automask)
{
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(0, eventfd_wait(self->trigger, NO_IRQ_MS));
	ASSERT_EQ(0, uvfio_unmask_single_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX,
						  NULL));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
}

/*
 * INTx is a level: unmasking while the device still asserts it signals again,
 * unmasking after the device was serviced does not.
 */
TEST_F(irq, intx_level)
{
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, uvfio_unmask_single_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX,
						  NULL));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
	ASSERT_EQ(0, uvfio_unmask_single_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX,
						  NULL));
	EXPECT_EQ(0, eventfd_wait(self->trigger, NO_IRQ_MS));
}

/*
 * Signalling the unmask eventfd unmasks INTx as the ioctl does: this is how
 * KVM's resampling irqfd ends an interrupt without leaving the kernel.
 */
TEST_F(irq, intx_unmask_eventfd)
{
	ASSERT_EQ(0, uvfio_set_irq_resample(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, 0,
					    self->trigger, self->unmask, NULL));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	EXPECT_EQ(0, eventfd_wait(self->trigger, NO_IRQ_MS));
	eventfd_signal(self->unmask);
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
}

/*
 * A mask by ioctl holds INTx back, and the interrupt is not lost: it comes
 * with the unmask.
 */
TEST_F(irq, intx_mask)
{
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, uvfio_mask_single_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, NULL));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(0, eventfd_wait(self->trigger, NO_IRQ_MS));
	ASSERT_EQ(0, uvfio_unmask_single_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX,
						  NULL));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
}

/*
 * After its index is disabled (TRIGGER, DATA_NONE, count 0) INTx signals
 * nothing any more, and can be set up again. rust-vmm 4825ba1 and
 * cloud-hypervisor #460 got the disabling call wrong.
 */
TEST_F(irq, intx_disable)
{
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, NULL));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(0, eventfd_wait(self->trigger, NO_IRQ_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
}

/*
 * MSI is an edge: it signals each time without any unmasking, and no more once
 * its index is disabled.
 */
TEST_F(irq, msi)
{
	int i;

	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_MSI_IRQ_INDEX, self->trigger));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, raise_irq(&self->engine));
		EXPECT_EQ(1, eventfd_wait(self->trigger, IRQ_TIMEOUT_MS));
		ASSERT_EQ(0, ack_irq(&self->engine));
	}
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, NULL));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(0, eventfd_wait(self->trigger, NO_IRQ_MS));
	ASSERT_EQ(0, ack_irq(&self->engine));
}

/*
 * A vector's eventfd can be replaced by another one: from then on only the new
 * one is signalled. DPDK 89aac60e0b lost interrupts in this step and had to be
 * reverted.
 */
TEST_F(irq, msi_eventfd_replaced)
{
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_MSI_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_MSI_IRQ_INDEX, self->unmask));
	ASSERT_EQ(0, raise_irq(&self->engine));
	EXPECT_EQ(1, eventfd_wait(self->unmask, IRQ_TIMEOUT_MS));
	EXPECT_EQ(0, eventfd_wait(self->trigger, 0));
	ASSERT_EQ(0, ack_irq(&self->engine));
}

/*
 * One interrupt index is active at a time: MSI is refused while INTx is set
 * up, and the other way round, until the first is disabled. A VMM that forgets
 * gets EINVAL, as QEMU did before d2b668fca5.
 */
TEST_F(irq, one_index_at_a_time)
{
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	EXPECT_EQ(-EINVAL, set_trigger(&self->target, VFIO_PCI_MSI_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, NULL));
	ASSERT_EQ(0, set_trigger(&self->target, VFIO_PCI_MSI_IRQ_INDEX, self->trigger));
	EXPECT_EQ(-EINVAL, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, VFIO_PCI_MSI_IRQ_INDEX, NULL));
	EXPECT_EQ(0, set_trigger(&self->target, VFIO_PCI_INTX_IRQ_INDEX, self->trigger));
}

/* All devices: descriptions, and calls that must be refused. */
FIXTURE(set_irqs) {
	struct target target;
	int fd;
	int eventfd;
	uint32_t msg_index;	/* MSI or MSI-X, whichever the device has */
	uint32_t msg_count;
};

FIXTURE_VARIANT(set_irqs) {
	enum target_kind kind;
};

TARGET_VARIANT(set_irqs, mock_type1, TARGET_MOCK_TYPE1);
TARGET_VARIANT(set_irqs, mock_backend, TARGET_MOCK_BACKEND);
TARGET_VARIANT(set_irqs, edu, TARGET_EDU);
TARGET_VARIANT(set_irqs, nvme, TARGET_NVME);

FIXTURE_SETUP(set_irqs)
{
	struct vfio_irq_info info;

	TARGET_OPEN(&self->target, variant->kind, NULL);
	self->fd = uvfio_device_fd(self->target.dev);
	self->eventfd = eventfd_new();
	self->msg_index = VFIO_PCI_MSI_IRQ_INDEX;
	if (variant->kind == TARGET_NVME)
		self->msg_index = VFIO_PCI_MSIX_IRQ_INDEX;
	ASSERT_EQ(0, uvfio_get_irq_info(self->target.dev, self->msg_index, &info, NULL));
	self->msg_count = info.count;
}

FIXTURE_TEARDOWN(set_irqs)
{
	TARGET_CLOSE(&self->target);
	close(self->eventfd);
}

/* Before 6.5 MSI-X vectors could not be added one by one. */
static const struct expect_row msix_noresize[] = {
	{ EXPECT_KERNEL(6, 5), VFIO_IRQ_INFO_NORESIZE,
	  "6c8017c6a58d vfio/pci: Clear VFIO_IRQ_INFO_NORESIZE for MSI-X" },
	{ 0, 0, NULL },
};

/*
 * The description of INTx and of the message interrupts: counts, eventfds, and
 * which of them can be masked or resized. An index out of range is EINVAL.
 */
TEST_F(set_irqs, info)
{
	struct vfio_irq_info info;
	uint32_t noresize = VFIO_IRQ_INFO_NORESIZE;

	ASSERT_EQ(0, uvfio_get_irq_info(self->target.dev, VFIO_PCI_INTX_IRQ_INDEX, &info, NULL));
	EXPECT_EQ(1, info.count);
	EXPECT_EQ(INTX_FLAGS, info.flags);
	ASSERT_EQ(0, uvfio_get_irq_info(self->target.dev, self->msg_index, &info, NULL));
	EXPECT_LT(0, info.count);
	if (self->msg_index == VFIO_PCI_MSIX_IRQ_INDEX)
		noresize = expect_value(msix_noresize);
	EXPECT_EQ(VFIO_IRQ_INFO_EVENTFD | noresize, info.flags);
	EXPECT_EQ(-EINVAL, uvfio_get_irq_info(self->target.dev,
					      uvfio_device_num_irqs(self->target.dev), &info,
					      NULL));
}

/*
 * start + count that overflows 32 bits, or passes the index's count, is
 * EINVAL: kernel commit 05692d7005a3 (CVE-2016-9083 and 9084) and libvfio-user
 * b646559 checked it only in part.
 */
TEST_F(set_irqs, range)
{
	const uint32_t flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	uint32_t index = self->msg_index, count = self->msg_count;

	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, flags, index, UINT32_MAX, 2, NULL, 0));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, flags, index, 1, UINT32_MAX, NULL, 0));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, flags, index, 0, count + 1, NULL, 0));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, flags, index, count, 1, NULL, 0));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, flags, 0x7fffffff, 0, 1, NULL, 0));
}

/*
 * An argsz that does not hold the eventfds of count vectors is EINVAL, which
 * is what rust-vmm da21ba8 ran into when it enabled fewer vectors than it made
 * room for; so are two kinds of data and unknown bits. No action, or two of
 * them, name no operation: ENOTTY.
 */
TEST_F(set_irqs, malformed)
{
	const uint32_t fds = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	const uint32_t none = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	const uint32_t size = sizeof(struct vfio_irq_set);
	uint32_t index = self->msg_index;
	int32_t fd = self->eventfd;

	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, fds, index, 0, 1, NULL, 0));
	EXPECT_EQ(-EINVAL, raw_set_irqs_argsz(self->fd, size + 3, fds, index, 0, 1, &fd,
					      sizeof(fd)));
	EXPECT_EQ(-EINVAL, raw_set_irqs_argsz(self->fd, size - 1, none, index, 0, 0, NULL, 0));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, VFIO_IRQ_SET_ACTION_TRIGGER, index, 0, 1, &fd,
					sizeof(fd)));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, fds | VFIO_IRQ_SET_DATA_NONE, index, 0, 1, &fd,
					sizeof(fd)));
	EXPECT_EQ(-EINVAL, raw_set_irqs(self->fd, none | 1u << 31, index, 0, 0, NULL, 0));
	EXPECT_EQ(-ENOTTY, raw_set_irqs(self->fd, VFIO_IRQ_SET_DATA_NONE, index, 0, 0, NULL, 0));
	EXPECT_EQ(-ENOTTY, raw_set_irqs(self->fd, none | VFIO_IRQ_SET_ACTION_MASK, index, 0, 1,
					NULL, 0));
}

/*
 * Message interrupts cannot be masked through SET_IRQS: programs that try,
 * because INTx can, get ENOTTY.
 */
TEST_F(set_irqs, messages_cannot_be_masked)
{
	int32_t fd = self->eventfd;

	ASSERT_EQ(0, raw_set_irqs(self->fd,
				  VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
				  self->msg_index, 0, 1, &fd, sizeof(fd)));
	EXPECT_EQ(-ENOTTY, uvfio_mask_single_irqindex(self->target.dev, self->msg_index, NULL));
	EXPECT_EQ(-ENOTTY, uvfio_unmask_single_irqindex(self->target.dev, self->msg_index, NULL));
}

/*
 * Fewer vectors than there are can be set up, and each eventfd is wired to its
 * own vector: a loopback trigger of one vector signals that eventfd alone.
 * rust-vmm da21ba8 and b08ffd1 mixed up counts and numbers of vectors.
 */
TEST_F(set_irqs, vectors)
{
	const uint32_t trigger = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	uint32_t count = self->msg_count > 3 ? 3 : self->msg_count, i, j;
	int32_t fds[3];

	for (i = 0; i < count; i++)
		fds[i] = eventfd_new();
	ASSERT_EQ(0, uvfio_set_irq_vectors(self->target.dev, self->msg_index, 0, count,
					   VFIO_IRQ_SET_ACTION_TRIGGER, fds, NULL));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, raw_set_irqs(self->fd, trigger, self->msg_index, i, 1, NULL, 0));
		for (j = 0; j < count; j++)
			EXPECT_EQ(i == j, eventfd_wait(fds[j], i == j ? IRQ_TIMEOUT_MS : 0));
	}
	ASSERT_EQ(0, raw_set_irqs(self->fd, trigger, self->msg_index, 0, count, NULL, 0));
	for (i = 0; i < count; i++)
		EXPECT_EQ(1, eventfd_wait(fds[i], IRQ_TIMEOUT_MS));
	ASSERT_EQ(0, uvfio_disable_irqindex(self->target.dev, self->msg_index, NULL));
	for (i = 0; i < count; i++)
		close(fds[i]);
}

/*
 * A descriptor that is no eventfd, or none at all, is refused, and the vector
 * can be set up properly afterwards.
 */
TEST_F(set_irqs, bad_descriptor)
{
	EXPECT_EQ(-EBADF, uvfio_set_irq_signaling(self->target.dev, self->msg_index, 0,
						  VFIO_IRQ_SET_ACTION_TRIGGER, 1000, NULL));
	EXPECT_EQ(-EINVAL, uvfio_set_irq_signaling(self->target.dev, self->msg_index, 0,
						   VFIO_IRQ_SET_ACTION_TRIGGER, self->fd, NULL));
	EXPECT_EQ(0, uvfio_set_irq_signaling(self->target.dev, self->msg_index, 0,
					     VFIO_IRQ_SET_ACTION_TRIGGER, self->eventfd, NULL));
}

TEST_HARNESS_MAIN

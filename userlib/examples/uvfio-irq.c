// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Waits for interrupts: connects the first MSI, or INTx where there is no MSI,
 * to an eventfd, lets the device raise it a few times, and sees that nothing
 * arrives once the interrupt is disabled again.
 *
 * The mock device and QEMU's edu raise it themselves. For any other device the
 * kernel is asked to pretend that it did.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../mock_vfio/uapi/mock_vfio.h"
#include "common.h"

#define TIMES		3
#define PATIENCE	10000	/* ms; emulated machines are slow */
#define SILENCE		200	/* ms */

struct source;

struct machine {
	struct session session;
	const struct source *source;
	uint32_t index;
	int eventfd;
};

/* How to make one kind of device raise its interrupt, and have done with it. */
struct source {
	uint32_t id;		/* device and vendor; 0 matches every device */
	const char *name;
	bool (*raise)(struct machine *m);
	bool (*acknowledge)(struct machine *m);
};

static bool mock_raise(struct machine *m)
{
	return session_write_reg(&m->session, MOCK_VFIO_REG_IRQ_RAISE, 4, 0);
}

static bool mock_acknowledge(struct machine *m)
{
	return session_write_reg(&m->session, MOCK_VFIO_REG_IRQ_STATUS, 4,
				 MOCK_VFIO_IRQ_CAUSE_RAISE);
}

/* See docs/specs/edu.rst of QEMU. */
#define EDU_IRQ_RAISE	0x60
#define EDU_IRQ_ACK	0x64

static bool edu_raise(struct machine *m)
{
	return session_write_reg(&m->session, EDU_IRQ_RAISE, 4, 1);
}

static bool edu_acknowledge(struct machine *m)
{
	return session_write_reg(&m->session, EDU_IRQ_ACK, 4, 1);
}

/* A call that the library does not wrap goes to the device's descriptor. */
static bool loopback_raise(struct machine *m)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = m->index,
		.count = 1,
	};

	/* An interrupt that is not set up cannot be triggered: that is an error. */
	ioctl(uvfio_device_fd(m->session.dev), VFIO_DEVICE_SET_IRQS, &set);
	return true;
}

static bool nothing_to_acknowledge(struct machine *m)
{
	(void)m;
	return true;
}

static const struct source sources[] = {
	{ MOCK_VFIO_PCI_DEVICE << 16 | MOCK_VFIO_PCI_VENDOR, "mock device",
	  mock_raise, mock_acknowledge },
	{ 0x11e8 << 16 | 0x1234, "edu", edu_raise, edu_acknowledge },
	{ 0, "kernel", loopback_raise, nothing_to_acknowledge },
};

static void find_source(struct machine *m)
{
	m->source = sources;
	while (m->source->id && m->source->id != m->session.id)
		m->source++;
}

static bool find_interrupt(struct machine *m)
{
	static const uint32_t indexes[] = { VFIO_PCI_MSI_IRQ_INDEX, VFIO_PCI_INTX_IRQ_INDEX };
	struct session *s = &m->session;
	struct vfio_irq_info info;
	size_t i;

	for (i = 0; i < sizeof(indexes) / sizeof(*indexes); i++) {
		m->index = indexes[i];
		if (!uvfio_get_irq_info(s->dev, m->index, &info, &s->err) && info.count)
			return true;
	}
	fprintf(stderr, "the device has neither MSI nor INTx\n");
	return false;
}

static bool connect_interrupt(struct machine *m)
{
	struct session *s = &m->session;

	m->eventfd = eventfd(0, EFD_CLOEXEC);
	if (m->eventfd < 0) {
		perror("eventfd");
		return false;
	}
	if (uvfio_set_irq_signaling(s->dev, m->index, 0, VFIO_IRQ_SET_ACTION_TRIGGER,
				    m->eventfd, &s->err))
		return session_failed(s);
	return true;
}

static bool arrives(const struct machine *m, int milliseconds)
{
	struct pollfd pollfd = { .fd = m->eventfd, .events = POLLIN };
	uint64_t count;

	return poll(&pollfd, 1, milliseconds) == 1 &&
	       read(m->eventfd, &count, sizeof(count)) == sizeof(count);
}

/* INTx is masked by the kernel when it fires. */
static bool rearm(struct machine *m)
{
	struct session *s = &m->session;

	if (!m->source->acknowledge(m))
		return false;
	if (m->index == VFIO_PCI_INTX_IRQ_INDEX &&
	    uvfio_unmask_single_irqindex(s->dev, m->index, &s->err))
		return session_failed(s);
	return true;
}

static bool wait_for_interrupts(struct machine *m)
{
	int i;

	for (i = 1; i <= TIMES; i++) {
		if (!m->source->raise(m))
			return false;
		if (!arrives(m, PATIENCE)) {
			printf("FAILED: interrupt %d did not arrive\n", i);
			return false;
		}
		printf("interrupt %d of %d arrived\n", i, TIMES);
		if (!rearm(m))
			return false;
	}
	return true;
}

static bool disable(struct machine *m)
{
	struct session *s = &m->session;

	if (uvfio_disable_irqindex(s->dev, m->index, &s->err))
		return session_failed(s);
	if (!m->source->raise(m))
		return false;
	if (arrives(m, SILENCE)) {
		printf("FAILED: an interrupt that is disabled arrived\n");
		return false;
	}
	printf("no interrupt arrives any more\n");
	return m->source->acknowledge(m);
}

int main(int argc, char **argv)
{
	struct machine m = { .eventfd = -1 };
	bool ok;

	if (argc != 3) {
		session_usage(argv[0]);
		return 2;
	}
	if (!session_open(&m.session, argv[1], argv[2]))
		return 1;
	ok = session_enable_pci(&m.session) && find_interrupt(&m);
	if (ok) {
		find_source(&m);
		printf("%s, raised by the %s\n",
		       m.index == VFIO_PCI_MSI_IRQ_INDEX ? "MSI" : "INTx", m.source->name);
		ok = connect_interrupt(&m) && wait_for_interrupts(&m) && disable(&m);
	}
	session_close(&m.session);
	if (m.eventfd >= 0)
		close(m.eventfd);
	return !ok;
}

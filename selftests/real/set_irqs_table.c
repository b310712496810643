// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO_DEVICE_SET_IRQS, call by call: a table of good and bad calls that the mock
 * must answer as vfio-pci does, in the same state, with the same eventfds
 * signalled. The mock is given the interrupts that the real device says it has.
 */
#include <limits.h>

#include "selftest.h"

#define FDS	4

/* What is set up before a call. */
enum state { NOTHING, INTX, RESAMPLED, MESSAGES, SINGLES };

/* Interrupt indexes; of MSI and MSI-X, the one that the device has and the other one. */
enum index { LINE, MESSAGE, OTHER, ERROR, REQUEST, BEHIND, FAR };

/* The data after the header, and whether argsz is right for them. */
enum data {
	NO_DATA,	/* nothing follows */
	NO_HEADER,	/* nothing follows, and argsz does not hold the header */
	ROOM,		/* nothing follows, and argsz has room for more */
	EVENTFDS,	/* good ones */
	MINUS_ONE,	/* all -1 */
	MINUS_TWO,	/* all -2 */
	CLOSED,		/* descriptors that are not open */
	NO_EVENTFD,	/* descriptors of something else */
	LAST_CLOSED,	/* good ones but for the last */
	CUT_EVENTFDS,	/* good ones, and argsz a byte too small */
	ZEROES,		/* bytes */
	ONES,		/* bytes */
	CUT_ONES,	/* bytes, and argsz one too small */
	UNTYPED,	/* no data flag */
	TWO_TYPES,	/* two data flags */
	NR_DATA
};

static const struct {
	uint32_t flags;
	int argsz;	/* added to the right one */
} kinds_of_data[NR_DATA] = {
	[NO_DATA] = { VFIO_IRQ_SET_DATA_NONE, 0 },
	[NO_HEADER] = { VFIO_IRQ_SET_DATA_NONE, -1 },
	[ROOM] = { VFIO_IRQ_SET_DATA_NONE, 1000 },
	[EVENTFDS] = { VFIO_IRQ_SET_DATA_EVENTFD, 0 },
	[MINUS_ONE] = { VFIO_IRQ_SET_DATA_EVENTFD, 0 },
	[MINUS_TWO] = { VFIO_IRQ_SET_DATA_EVENTFD, 0 },
	[CLOSED] = { VFIO_IRQ_SET_DATA_EVENTFD, 0 },
	[NO_EVENTFD] = { VFIO_IRQ_SET_DATA_EVENTFD, 0 },
	[LAST_CLOSED] = { VFIO_IRQ_SET_DATA_EVENTFD, 0 },
	[CUT_EVENTFDS] = { VFIO_IRQ_SET_DATA_EVENTFD, -1 },
	[ZEROES] = { VFIO_IRQ_SET_DATA_BOOL, 0 },
	[ONES] = { VFIO_IRQ_SET_DATA_BOOL, 0 },
	[CUT_ONES] = { VFIO_IRQ_SET_DATA_BOOL, -1 },
	[UNTYPED] = { 0, 0 },
	[TWO_TYPES] = { VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_DATA_EVENTFD, 0 },
};

#define MASK	VFIO_IRQ_SET_ACTION_MASK
#define UNMASK	VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER	VFIO_IRQ_SET_ACTION_TRIGGER

static const struct call {
	enum state state;
	enum index index;
	uint32_t action;	/* and any other flag that is no data flag */
	enum data data;
	uint32_t start, count;
} calls[] = {
	/* Set-up from nothing */
	{ NOTHING, LINE, TRIGGER, EVENTFDS, 0, 1 },
	{ NOTHING, LINE, TRIGGER, MINUS_ONE, 0, 1 },
	{ NOTHING, LINE, TRIGGER, CLOSED, 0, 1 },
	{ NOTHING, LINE, TRIGGER, NO_EVENTFD, 0, 1 },
	{ NOTHING, LINE, TRIGGER, EVENTFDS, 0, 0 },
	{ NOTHING, LINE, TRIGGER, EVENTFDS, 0, 2 },
	{ NOTHING, LINE, TRIGGER, EVENTFDS, 1, 1 },
	{ NOTHING, MESSAGE, TRIGGER, EVENTFDS, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, EVENTFDS, 0, 3 },
	{ NOTHING, MESSAGE, TRIGGER, EVENTFDS, 2, 1 },
	{ NOTHING, MESSAGE, TRIGGER, EVENTFDS, 0, 0 },
	{ NOTHING, MESSAGE, TRIGGER, MINUS_ONE, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, MINUS_TWO, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, CLOSED, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, NO_EVENTFD, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, LAST_CLOSED, 0, 3 },
	{ NOTHING, OTHER, TRIGGER, EVENTFDS, 0, 1 },
	{ NOTHING, ERROR, TRIGGER, EVENTFDS, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, EVENTFDS, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, CLOSED, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, NO_EVENTFD, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, MINUS_ONE, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, MINUS_TWO, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, EVENTFDS, 0, 0 },

	/* What is not set up cannot be triggered, masked or taken down */
	{ NOTHING, LINE, TRIGGER, NO_DATA, 0, 0 },
	{ NOTHING, LINE, TRIGGER, NO_DATA, 0, 1 },
	{ NOTHING, LINE, TRIGGER, ONES, 0, 1 },
	{ NOTHING, LINE, MASK, NO_DATA, 0, 1 },
	{ NOTHING, LINE, UNMASK, NO_DATA, 0, 1 },
	{ NOTHING, LINE, UNMASK, EVENTFDS, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, NO_DATA, 0, 0 },
	{ NOTHING, MESSAGE, TRIGGER, NO_DATA, 0, 1 },
	{ NOTHING, MESSAGE, TRIGGER, ZEROES, 0, 1 },
	{ NOTHING, ERROR, TRIGGER, NO_DATA, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, NO_DATA, 0, 0 },
	{ NOTHING, REQUEST, TRIGGER, NO_DATA, 0, 1 },
	{ NOTHING, REQUEST, TRIGGER, ONES, 0, 1 },

	/* With INTx set up */
	{ INTX, LINE, TRIGGER, NO_DATA, 0, 0 },
	{ INTX, LINE, TRIGGER, NO_DATA, 0, 1 },
	{ INTX, LINE, TRIGGER, ONES, 0, 1 },
	{ INTX, LINE, TRIGGER, ZEROES, 0, 1 },
	{ INTX, LINE, TRIGGER, ONES, 0, 0 },
	{ INTX, LINE, TRIGGER, EVENTFDS, 0, 1 },
	{ INTX, LINE, TRIGGER, CLOSED, 0, 1 },
	{ INTX, LINE, TRIGGER, MINUS_ONE, 0, 1 },
	{ INTX, LINE, MASK, NO_DATA, 0, 1 },
	{ INTX, LINE, MASK, NO_DATA, 0, 0 },
	{ INTX, LINE, MASK, ONES, 0, 1 },
	{ INTX, LINE, MASK, ZEROES, 0, 1 },
	{ INTX, LINE, MASK, EVENTFDS, 0, 1 },
	{ INTX, LINE, UNMASK, NO_DATA, 0, 1 },
	{ INTX, LINE, UNMASK, NO_DATA, 0, 0 },
	{ INTX, LINE, UNMASK, ONES, 0, 1 },
	{ INTX, LINE, UNMASK, EVENTFDS, 0, 1 },
	{ INTX, LINE, UNMASK, CLOSED, 0, 1 },
	{ INTX, LINE, UNMASK, NO_EVENTFD, 0, 1 },
	{ INTX, LINE, UNMASK, MINUS_ONE, 0, 1 },
	{ INTX, MESSAGE, TRIGGER, EVENTFDS, 0, 1 },
	{ INTX, MESSAGE, TRIGGER, NO_DATA, 0, 0 },
	{ INTX, MESSAGE, TRIGGER, NO_DATA, 0, 1 },
	{ INTX, REQUEST, TRIGGER, EVENTFDS, 0, 1 },
	{ RESAMPLED, LINE, UNMASK, EVENTFDS, 0, 1 },
	{ RESAMPLED, LINE, UNMASK, MINUS_ONE, 0, 1 },
	{ RESAMPLED, LINE, TRIGGER, NO_DATA, 0, 0 },

	/* With messages set up */
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 0, 0 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 1, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 0, 2 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 0, 3 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 2, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, ONES, 0, 2 },
	{ MESSAGES, MESSAGE, TRIGGER, ZEROES, 0, 2 },
	{ MESSAGES, MESSAGE, TRIGGER, ONES, 0, 0 },
	{ MESSAGES, MESSAGE, TRIGGER, EVENTFDS, 0, 2 },
	{ MESSAGES, MESSAGE, TRIGGER, EVENTFDS, 1, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, EVENTFDS, 0, 3 },
	{ MESSAGES, MESSAGE, TRIGGER, EVENTFDS, 2, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, EVENTFDS, 0, 0 },
	{ MESSAGES, MESSAGE, TRIGGER, MINUS_ONE, 1, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, MINUS_ONE, 2, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, CLOSED, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, LAST_CLOSED, 0, 2 },
	{ MESSAGES, MESSAGE, MASK, NO_DATA, 0, 1 },
	{ MESSAGES, MESSAGE, UNMASK, NO_DATA, 0, 1 },
	{ MESSAGES, MESSAGE, UNMASK, EVENTFDS, 0, 1 },
	{ MESSAGES, LINE, TRIGGER, EVENTFDS, 0, 1 },
	{ MESSAGES, LINE, TRIGGER, NO_DATA, 0, 0 },
	{ MESSAGES, LINE, MASK, NO_DATA, 0, 1 },
	{ MESSAGES, OTHER, TRIGGER, EVENTFDS, 0, 1 },
	{ MESSAGES, ERROR, TRIGGER, EVENTFDS, 0, 1 },

	/* With error and request set up */
	{ SINGLES, REQUEST, TRIGGER, NO_DATA, 0, 1 },
	{ SINGLES, REQUEST, TRIGGER, NO_DATA, 0, 0 },
	{ SINGLES, REQUEST, TRIGGER, ONES, 0, 1 },
	{ SINGLES, REQUEST, TRIGGER, ZEROES, 0, 1 },
	{ SINGLES, REQUEST, TRIGGER, ONES, 0, 0 },
	{ SINGLES, REQUEST, TRIGGER, EVENTFDS, 0, 1 },
	{ SINGLES, REQUEST, TRIGGER, MINUS_ONE, 0, 1 },
	{ SINGLES, REQUEST, TRIGGER, MINUS_TWO, 0, 1 },
	{ SINGLES, REQUEST, TRIGGER, NO_DATA, 1, 0 },
	{ SINGLES, REQUEST, MASK, NO_DATA, 0, 1 },
	{ SINGLES, REQUEST, UNMASK, NO_DATA, 0, 1 },
	{ SINGLES, ERROR, TRIGGER, NO_DATA, 0, 1 },
	{ SINGLES, ERROR, TRIGGER, NO_DATA, 0, 0 },
	{ SINGLES, ERROR, TRIGGER, ONES, 0, 1 },
	{ SINGLES, ERROR, MASK, NO_DATA, 0, 1 },

	/* Malformed */
	{ NOTHING, BEHIND, TRIGGER, NO_DATA, 0, 0 },
	{ NOTHING, FAR, TRIGGER, NO_DATA, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 0, INT_MAX },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, UINT32_MAX, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, 1, UINT32_MAX },
	{ MESSAGES, MESSAGE, TRIGGER, NO_DATA, UINT32_MAX, UINT32_MAX },
	{ MESSAGES, MESSAGE, TRIGGER, NO_HEADER, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, ROOM, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, CUT_EVENTFDS, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, CUT_ONES, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, UNTYPED, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER, TWO_TYPES, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER | MASK, NO_DATA, 0, 1 },
	{ MESSAGES, MESSAGE, 0, NO_DATA, 0, 0 },
	{ MESSAGES, MESSAGE, TRIGGER | 1u << 6, NO_DATA, 0, 1 },
	{ MESSAGES, MESSAGE, TRIGGER | 1u << 31, NO_DATA, 0, 1 },
	{ INTX, LINE, MASK | UNMASK, NO_DATA, 0, 1 },
	{ INTX, LINE, 0, EVENTFDS, 0, 1 },
};

/* A device under comparison. */
struct side {
	struct target target;
	int fd;			/* the device */
	int32_t eventfds[FDS];
	int32_t unmask;
	uint32_t message, other, messages;
};

FIXTURE(set_irqs_table) {
	struct side real, mock;
};

FIXTURE_VARIANT(set_irqs_table) {
	enum target_kind kind;
};

TARGET_VARIANT(set_irqs_table, edu, TARGET_EDU);
TARGET_VARIANT(set_irqs_table, nvme, TARGET_NVME);

/* What shape_like_model() works from: a shape function has no argument for it. */
static struct uvfio_device *model;

static int shape_like_model(struct mockvfio_profile *profile, struct mockvfio_error *err)
{
	struct vfio_irq_info info;
	char name[8], flags[64];
	uint32_t i;
	int ret = 0;

	for (i = 0; i < VFIO_PCI_NUM_IRQS && !ret; i++) {
		if (uvfio_get_irq_info(model, i, &info, NULL))
			continue;
		snprintf(name, sizeof(name), "irq%u", i);
		snprintf(flags, sizeof(flags), "%s%s%s%s",
			 info.flags & VFIO_IRQ_INFO_EVENTFD ? "eventfd " : "",
			 info.flags & VFIO_IRQ_INFO_MASKABLE ? "maskable " : "",
			 info.flags & VFIO_IRQ_INFO_AUTOMASKED ? "automasked " : "",
			 info.flags & VFIO_IRQ_INFO_NORESIZE ? "noresize" : "");
		ret = mockvfio_add_irq(profile, name, i, info.count, flags, err);
	}
	return ret;
}

static void prepare(struct side *side)
{
	struct vfio_irq_info info;
	int i;

	side->fd = uvfio_device_fd(side->target.dev);
	side->message = VFIO_PCI_MSIX_IRQ_INDEX;
	side->other = VFIO_PCI_MSI_IRQ_INDEX;
	if (uvfio_get_irq_info(side->target.dev, side->message, &info, NULL) || !info.count) {
		side->message = VFIO_PCI_MSI_IRQ_INDEX;
		side->other = VFIO_PCI_MSIX_IRQ_INDEX;
		uvfio_get_irq_info(side->target.dev, side->message, &info, NULL);
	}
	side->messages = info.count;
	for (i = 0; i < FDS; i++)
		side->eventfds[i] = eventfd_new();
	side->unmask = eventfd_new();
}

FIXTURE_SETUP(set_irqs_table)
{
	static const struct target_options options = { .shape = shape_like_model };

	TARGET_OPEN(&self->real.target, variant->kind, NULL);
	prepare(&self->real);
	model = self->real.target.dev;
	TARGET_OPEN(&self->mock.target, TARGET_MOCK_TYPE1, &options);
	prepare(&self->mock);
}

static void tidy(struct side *side)
{
	int i;

	for (i = 0; i < FDS; i++)
		close(side->eventfds[i]);
	close(side->unmask);
}

FIXTURE_TEARDOWN(set_irqs_table)
{
	TARGET_CLOSE(&self->mock.target);
	TARGET_CLOSE(&self->real.target);
	tidy(&self->mock);
	tidy(&self->real);
}

static int set_eventfds(struct side *side, uint32_t index, uint32_t action, const int32_t *fds,
			uint32_t count)
{
	return raw_set_irqs(side->fd, VFIO_IRQ_SET_DATA_EVENTFD | action, index, 0, count, fds,
			    count * sizeof(*fds));
}

/* Takes down everything, whatever it is. */
static void clear(struct side *side)
{
	const int32_t none = -1;
	uint32_t i;

	for (i = VFIO_PCI_INTX_IRQ_INDEX; i <= VFIO_PCI_MSIX_IRQ_INDEX; i++)
		raw_set_irqs(side->fd, VFIO_IRQ_SET_DATA_NONE | TRIGGER, i, 0, 0, NULL, 0);
	for (i = VFIO_PCI_ERR_IRQ_INDEX; i <= VFIO_PCI_REQ_IRQ_INDEX; i++)
		set_eventfds(side, i, TRIGGER, &none, 1);
	for (i = 0; i < FDS; i++)
		eventfd_wait(side->eventfds[i], 0);
}

static int set_up(struct side *side, enum state state)
{
	uint32_t two = side->messages < 2 ? side->messages : 2;
	struct vfio_irq_info info;
	int ret;

	clear(side);
	switch (state) {
	case NOTHING:
		return 0;
	case INTX:
		return set_eventfds(side, VFIO_PCI_INTX_IRQ_INDEX, TRIGGER, side->eventfds, 1);
	case RESAMPLED:
		ret = set_up(side, INTX);
		return ret ? ret : set_eventfds(side, VFIO_PCI_INTX_IRQ_INDEX, UNMASK,
						&side->unmask, 1);
	case MESSAGES:
		return set_eventfds(side, side->message, TRIGGER, side->eventfds, two);
	case SINGLES:
		ret = set_eventfds(side, VFIO_PCI_REQ_IRQ_INDEX, TRIGGER, side->eventfds, 1);
		if (!ret && !uvfio_get_irq_info(side->target.dev, VFIO_PCI_ERR_IRQ_INDEX, &info,
						NULL))
			ret = set_eventfds(side, VFIO_PCI_ERR_IRQ_INDEX, TRIGGER,
					   side->eventfds + 1, 1);
		return ret;
	}
	return -EINVAL;
}

static uint32_t index_of(const struct side *side, enum index index)
{
	const uint32_t indexes[] = {
		[LINE] = VFIO_PCI_INTX_IRQ_INDEX,
		[MESSAGE] = side->message,
		[OTHER] = side->other,
		[ERROR] = VFIO_PCI_ERR_IRQ_INDEX,
		[REQUEST] = VFIO_PCI_REQ_IRQ_INDEX,
		[BEHIND] = VFIO_PCI_NUM_IRQS,
		[FAR] = 0x80000000,
	};

	return indexes[index];
}

static int32_t descriptor(const struct side *side, const struct call *call, uint32_t i)
{
	switch (call->data) {
	case MINUS_ONE:
		return -1;
	case MINUS_TWO:
		return -2;
	case CLOSED:
		return 1000;
	case NO_EVENTFD:
		return side->fd;
	case LAST_CLOSED:
		return i + 1 == call->count ? 1000 : side->eventfds[i];
	default:
		/* The last ones first, to see them replace what was set up. */
		return side->eventfds[FDS - 1 - i];
	}
}

static int do_call(struct side *side, const struct call *call)
{
	uint32_t flags = call->action | kinds_of_data[call->data].flags;
	uint32_t argsz = sizeof(struct vfio_irq_set), i;
	union {
		int32_t fds[FDS];
		uint8_t bools[FDS];
	} data = { 0 };

	for (i = 0; i < call->count && i < FDS; i++) {
		if (flags & VFIO_IRQ_SET_DATA_EVENTFD)
			data.fds[i] = descriptor(side, call, i);
		else
			data.bools[i] = call->data != ZEROES;
	}
	if (flags & VFIO_IRQ_SET_DATA_EVENTFD)
		argsz += i * sizeof(data.fds[0]);
	else if (flags & VFIO_IRQ_SET_DATA_BOOL)
		argsz += i;

	return raw_set_irqs_argsz(side->fd, argsz + kinds_of_data[call->data].argsz, flags,
				  index_of(side, call->index), call->start, call->count, &data,
				  sizeof(data));
}

/*
 * Each of more than a hundred calls, good and bad, in each state that there is:
 * mock and vfio-pci return the same and signal the same eventfds, and afterwards
 * a loopback of messages, INTx and request finds the same ones set up. The
 * validation of SET_IRQS had CVE-2016-9083 and 9084, and VMMs rely on its details.
 */
TEST_F(set_irqs_table, same_as_mock)
{
	static const struct call loop_back[] = {
		{ .index = MESSAGE, .action = TRIGGER, .data = NO_DATA, .count = 1 },
		{ .index = MESSAGE, .action = TRIGGER, .data = NO_DATA, .start = 1, .count = 1 },
		{ .index = MESSAGE, .action = TRIGGER, .data = NO_DATA, .start = 2, .count = 1 },
		{ .index = LINE, .action = TRIGGER, .data = NO_DATA, .count = 1 },
		{ .index = REQUEST, .action = TRIGGER, .data = NO_DATA, .count = 1 },
	};
	struct side *real = &self->real, *mock = &self->mock;
	int good = 0, bad = 0, ret, j;
	size_t i, k;

	ASSERT_LE(60, (int)ARRAY_SIZE(calls));
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		const struct call *call = &calls[i];

		ASSERT_EQ(0, set_up(real, call->state));
		ASSERT_EQ(0, set_up(mock, call->state));
		ret = do_call(real, call);
		EXPECT_EQ(ret, do_call(mock, call))
			TH_LOG("call %zu: state %d index %d action 0x%x data %d start %u count %u",
			       i, call->state, call->index, call->action, call->data, call->start,
			       call->count);
		good += !ret;
		bad += ret < 0;
		for (k = 0; k < ARRAY_SIZE(loop_back); k++)
			EXPECT_EQ(do_call(real, &loop_back[k]), do_call(mock, &loop_back[k]))
				TH_LOG("call %zu: loopback %zu afterwards", i, k);
		for (j = 0; j < FDS; j++)
			EXPECT_EQ(eventfd_wait(real->eventfds[j], 0),
				  eventfd_wait(mock->eventfds[j], 0))
				TH_LOG("call %zu: eventfd %d", i, j);
	}
	/* Neither a device that refuses everything nor one that refuses nothing. */
	EXPECT_LE(20, good);
	EXPECT_LE(40, bad);
	clear(real);
	clear(mock);
}

TEST_HARNESS_MAIN

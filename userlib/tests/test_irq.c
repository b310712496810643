// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * VFIO_DEVICE_SET_IRQS: the bytes that reach the kernel, and the messages.
 */
#include "env.h"

#define INTX	VFIO_PCI_INTX_IRQ_INDEX
#define MSI	VFIO_PCI_MSI_IRQ_INDEX
#define TRIGGER	VFIO_IRQ_SET_ACTION_TRIGGER
#define MASK	VFIO_IRQ_SET_ACTION_MASK
#define UNMASK	VFIO_IRQ_SET_ACTION_UNMASK

/* The bytes of the last SET_IRQS, taken below the fake. */
static unsigned char last[128];
static uint32_t last_size;
static int answer;

static int capture(void *opaque, int fd, unsigned long request, void *arg)
{
	if (request == VFIO_DEVICE_SET_IRQS) {
		memcpy(&last_size, arg, sizeof(last_size));
		assert_in_range(last_size, 20, sizeof(last));
		memcpy(last, arg, last_size);
		if (answer)
			return answer;
	}
	return fake_sysops.ioctl(opaque, fd, request, arg);
}

static int env_capture(void **state)
{
	struct uvfio_sysops sysops = fake_sysops;
	struct uvfio_options opts;
	struct env *env;

	env_fake(state);
	env = *state;
	opts = fake_options(env->fake);
	sysops.ioctl = capture;
	opts.sysops = &sysops;
	answer = 0;
	last_size = 0;
	assert_int_equal(uvfio_new(&opts, &env->ctx, NULL), 0);
	env_open_device(env);
	return 0;
}

static void assert_sent(uint32_t flags, uint32_t index, uint32_t start,
			uint32_t count, const int32_t *fds)
{
	const uint32_t payload = fds ? count * 4 : 0;
	const uint32_t words[] = { 20 + payload, flags, index, start, count };

	assert_int_equal(last_size, 20 + payload);
	assert_memory_equal(last, words, sizeof(words));
	if (fds)
		assert_memory_equal(last + 20, fds, payload);
}

static void payloads(void **state)
{
	const int32_t fds[] = { 0, -1, 7 };
	struct env *env = *state;

	assert_int_equal(uvfio_disable_irqindex(env->dev, MSI, NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_NONE | TRIGGER, MSI, 0, 0, NULL);
	assert_int_equal(uvfio_mask_single_irqindex(env->dev, INTX, NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_NONE | MASK, INTX, 0, 1, NULL);
	assert_int_equal(uvfio_unmask_single_irqindex(env->dev, INTX, NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_NONE | UNMASK, INTX, 0, 1, NULL);

	assert_int_equal(uvfio_set_irq_signaling(env->dev, MSI, 2, TRIGGER, 0,
						 NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, MSI, 2, 1, &fds[0]);
	assert_int_equal(uvfio_set_irq_signaling(env->dev, MSI, 2, TRIGGER, -1,
						 NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, MSI, 2, 1, &fds[1]);
	assert_int_equal(uvfio_set_irq_signaling(env->dev, INTX, 0, UNMASK, 7,
						 NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_EVENTFD | UNMASK, INTX, 0, 1, &fds[2]);

	assert_int_equal(uvfio_set_irq_vectors(env->dev, MSI, 1, 3, TRIGGER, fds,
					       NULL), 0);
	assert_sent(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, MSI, 1, 3, fds);
}

static void eventfds_arrive(void **state)
{
	const int32_t fds[] = { 30, 31, -1, 33 };
	struct env *env = *state;
	struct fake_irq *msi = &env->fake->devices[0].irqs[MSI];

	assert_int_equal(uvfio_set_irq_vectors(env->dev, MSI, 2, 4, TRIGGER, fds,
					       NULL), 0);
	assert_memory_equal(&msi->trigger[2], fds, sizeof(fds));
	assert_int_equal(uvfio_disable_irqindex(env->dev, MSI, NULL), 0);
	assert_int_equal(msi->trigger[2], -1);
	assert_int_equal(uvfio_mask_single_irqindex(env->dev, INTX, NULL), 0);
	assert_true(env->fake->devices[0].irqs[INTX].masked);
	assert_int_equal(uvfio_unmask_single_irqindex(env->dev, INTX, NULL), 0);
	assert_false(env->fake->devices[0].irqs[INTX].masked);
}

#define SIGNALING \
	" eventfd signaling for interrupt: VFIO_DEVICE_SET_IRQS failure: Invalid argument"

/* The reference's texts, word for word. */
static void messages(void **state)
{
	static const struct {
		uint32_t index, subindex, action;
		int fd;
		const char *message;
	} cases[] = {
		{ VFIO_PCI_INTX_IRQ_INDEX, 0, TRIGGER, 5,
		  "INTX-0: Failed to set up TRIGGER" SIGNALING },
		{ VFIO_PCI_MSI_IRQ_INDEX, 1, TRIGGER, -1,
		  "MSI-1: Failed to tear down TRIGGER" SIGNALING },
		{ VFIO_PCI_MSIX_IRQ_INDEX, 17, MASK, 0,
		  "MSIX-17: Failed to set up MASK" SIGNALING },
		{ VFIO_PCI_ERR_IRQ_INDEX, 0, UNMASK, 5,
		  "ERR-0: Failed to set up UNMASK" SIGNALING },
		{ VFIO_PCI_REQ_IRQ_INDEX, 0, 0, 5,
		  "REQ-0: Failed to set up UNKNOWN ACTION" SIGNALING },
		{ 5, 3, TRIGGER, 5,
		  "index 5-3: Failed to set up TRIGGER" SIGNALING },
	};
	struct env *env = *state;
	size_t i;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 0, -1, -EINVAL);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_failed(env, uvfio_set_irq_signaling(env->dev, cases[i].index,
							   cases[i].subindex,
							   cases[i].action,
							   cases[i].fd, &env->err),
			      -EINVAL);
		assert_string_equal(env->err.message, cases[i].message);
		assert_string_equal(env->err.ioctl, "VFIO_DEVICE_SET_IRQS");
		assert_string_equal(env->err.path, "dev");
	}
}

static void messages_of_other_devices(void **state)
{
	struct env *env = *state;

	env->fake->devices[0].flags = VFIO_DEVICE_FLAGS_PLATFORM;
	env_open_device(env);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 0, -1, -EIO);
	assert_failed(env, uvfio_set_irq_signaling(env->dev, 0, 4, TRIGGER, 1,
						   &env->err), -EIO);
	assert_contains(env->err.message, "index 0-4: Failed to set up TRIGGER");
}

static void messages_of_the_plain_calls(void **state)
{
	const int32_t none[] = { -1, -1 }, second[] = { -1, 5 };
	struct env *env = *state;

	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 0, -1, -EBUSY);
	assert_failed(env, uvfio_disable_irqindex(env->dev, MSI, &env->err), -EBUSY);
	assert_string_equal(env->err.operation, "uvfio_disable_irqindex");
	assert_contains(env->err.message, "MSI-0: TRIGGER of 0 interrupts");
	assert_failed(env, uvfio_mask_single_irqindex(env->dev, INTX, &env->err),
		      -EBUSY);
	assert_contains(env->err.message, "INTX-0: MASK of 1 interrupts");
	assert_failed(env, uvfio_unmask_single_irqindex(env->dev, INTX, &env->err),
		      -EBUSY);
	assert_contains(env->err.message, "INTX-0: UNMASK of 1 interrupts");
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 1, 2, TRIGGER, none,
						 &env->err), -EBUSY);
	assert_contains(env->err.message, "MSI-1..2: Failed to tear down");
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 1, 2, TRIGGER, second,
						 &env->err), -EBUSY);
	assert_contains(env->err.message, "MSI-1..2: Failed to set up");
}

/* QEMU c174088923: the kernel says how many there are. */
static void fewer_vectors(void **state)
{
	const int32_t fds[] = { 1, 2, 3, 4 };
	struct env *env = *state;

	env->fake->devices[0].vectors_available = 1;
	assert_int_equal(uvfio_set_irq_vectors(env->dev, MSI, 0, 4, TRIGGER, fds,
					       &env->err), 1);
	assert_int_equal(env->fake->devices[0].irqs[MSI].trigger[0], -1);
	assert_int_equal(uvfio_set_irq_vectors(env->dev, MSI, 0, 1, TRIGGER, fds,
					       &env->err), 0);
	assert_failed(env, uvfio_set_irq_signaling(env->dev, MSI, 3, TRIGGER, 9,
						   &env->err), -ENOSPC);
	/* Counted from the index's first, wherever the call starts. */
	env->fake->devices[0].vectors_available = 3;
	assert_int_equal(uvfio_set_irq_vectors(env->dev, MSI, 2, 2, TRIGGER, fds,
					       &env->err), 3);
}

#define MOST	((UINT32_MAX - sizeof(struct vfio_irq_set)) / sizeof(int32_t))

static void nonsense_vector_counts(void **state)
{
	const int32_t fds[] = { 1, 2 };
	struct env *env = *state;

	answer = 2;
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, 2, TRIGGER, fds,
						 &env->err), -EPROTO);
	answer = 0;
	last_size = 0;
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, 0, TRIGGER, fds,
						 &env->err), -EINVAL);
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, UINT32_MAX, 2,
						 TRIGGER, fds, &env->err), -EINVAL);
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, UINT32_MAX,
						 TRIGGER, fds, &env->err), -EINVAL);
	fake_fail(env->fake, FAKE_ALLOC, 0, 0, 1, -ENOMEM);
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, 2, TRIGGER, fds,
						 &env->err), -ENOMEM);
	/* As many as argsz can say, and one more. */
	fake_fail(env->fake, FAKE_ALLOC, 0, 0, 1, -ENOMEM);
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, MOST, TRIGGER, fds,
						 &env->err), -ENOMEM);
	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, MOST + 1, TRIGGER, fds,
						 &env->err), -EINVAL);
	/* The kernel was asked none of it. */
	assert_int_equal(last_size, 0);
}

/* Not every vector on descriptor 0. */
static void no_eventfds_are_an_error(void **state)
{
	struct env *env = *state;

	assert_failed(env, uvfio_set_irq_vectors(env->dev, MSI, 0, 2, TRIGGER, NULL,
						 &env->err), -EINVAL);
	assert_string_equal(env->err.operation, "uvfio_set_irq_vectors");
	assert_contains(env->err.message, "no eventfds for 2 interrupts");
	assert_int_equal(last_size, 0);
}

static void resample(void **state)
{
	struct env *env = *state;
	struct fake_irq *intx = &env->fake->devices[0].irqs[INTX];

	assert_int_equal(uvfio_set_irq_resample(env->dev, INTX, 0, 0, 41, NULL), 0);
	assert_int_equal(intx->trigger[0], 0);
	assert_int_equal(intx->unmask, 41);

	/* The second step fails: the trigger goes again. */
	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 1, 1, -EBADF);
	assert_failed(env, uvfio_set_irq_resample(env->dev, INTX, 0, 0, 41,
						  &env->err), -EBADF);
	assert_contains(env->err.message, "set up UNMASK");
	assert_int_equal(intx->trigger[0], -1);
	/* So does that: the errno is the second step's all the same. */
	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 1, 1, -EBADF);
	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 1, 1, -EIO);
	assert_failed(env, uvfio_set_irq_resample(env->dev, INTX, 0, 0, 41,
						  &env->err), -EBADF);

	fake_fail(env->fake, FAKE_IOCTL, VFIO_DEVICE_SET_IRQS, 0, 1, -EINVAL);
	assert_failed(env, uvfio_set_irq_resample(env->dev, INTX, 0, 0, 41,
						  &env->err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on(env_capture, payloads),
		test_on(env_device, eventfds_arrive),
		test_on(env_device, messages),
		test_on(env_context, messages_of_other_devices),
		test_on(env_device, messages_of_the_plain_calls),
		test_on(env_device, fewer_vectors),
		test_on(env_capture, nonsense_vector_counts),
		test_on(env_capture, no_eventfds_are_an_error),
		test_on(env_device, resample),
	};

	return cmocka_run_group_tests_name("irq", tests, NULL, NULL);
}

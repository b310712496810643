// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
/* VFIO_EEH_PE_OP: every state, how it is reached, and what is refused. */
#include "spapr_host.h"

#define END	~0u

/* Each way through the operations ends in this state. */
static void test_states(void **state)
{
	static const struct {
		u32 ops[5];
		int state;
	} rows[] = {
		{ { END }, VFIO_EEH_PE_STATE_NORMAL },
		{ { VFIO_EEH_PE_ENABLE, END }, VFIO_EEH_PE_STATE_NORMAL },
		{ { VFIO_EEH_PE_INJECT_ERR, END }, VFIO_EEH_PE_STATE_STOPPED },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_CONFIGURE, END },
		  VFIO_EEH_PE_STATE_STOPPED },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_UNFREEZE_IO, END },
		  VFIO_EEH_PE_STATE_STOPPED_DMA },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_UNFREEZE_DMA, END },
		  VFIO_EEH_PE_STATE_UNAVAIL },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_UNFREEZE_IO, VFIO_EEH_PE_UNFREEZE_DMA,
		    END }, VFIO_EEH_PE_STATE_NORMAL },
		{ { VFIO_EEH_PE_RESET_HOT, END }, VFIO_EEH_PE_STATE_RESET },
		{ { VFIO_EEH_PE_RESET_FUNDAMENTAL, END }, VFIO_EEH_PE_STATE_RESET },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_RESET_HOT, END },
		  VFIO_EEH_PE_STATE_RESET },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_RESET_HOT, VFIO_EEH_PE_RESET_DEACTIVATE,
		    END }, VFIO_EEH_PE_STATE_NORMAL },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_RESET_DEACTIVATE, END },
		  VFIO_EEH_PE_STATE_STOPPED },
		{ { VFIO_EEH_PE_INJECT_ERR, VFIO_EEH_PE_DISABLE, END },
		  VFIO_EEH_PE_STATE_STOPPED },
	};
	struct spapr_host h;
	size_t i, op;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		spapr_host_init(&h, SPAPR_POWERNV, true, 0);
		for (op = 0; rows[i].ops[op] != END; op++)
			assert_int_equal(spapr_host_eeh(&h, rows[i].ops[op]), 0);
		assert_int_equal(spapr_host_eeh(&h, VFIO_EEH_PE_GET_STATE), rows[i].state);
		spapr_host_done(&h);
	}
}

/* As measured on powernv: which mistake is which errno, and nothing changes. */
static void test_arguments(void **state)
{
	static const struct {
		u32 argsz, flags, op, type, func;
		int ret;
	} rows[] = {
		{ 12, 0, VFIO_EEH_PE_GET_STATE, 0, 0, 0 },
		{ 11, 0, VFIO_EEH_PE_GET_STATE, 0, 0, -EINVAL },
		{ 40, 1, VFIO_EEH_PE_GET_STATE, 0, 0, -EINVAL },
		{ 40, 0, VFIO_EEH_PE_INJECT_ERR + 1, 0, 0, -EINVAL },
		{ 40, 0, ~0u, 0, 0, -EINVAL },
		{ 39, 0, VFIO_EEH_PE_INJECT_ERR, 0, 0, -EINVAL },
		{ 40, 0, VFIO_EEH_PE_INJECT_ERR, 2, 0, -ERANGE },
		{ 40, 0, VFIO_EEH_PE_INJECT_ERR, 1, 20, -EINVAL },
	};
	struct spapr_host h;
	size_t i;

	(void)state;
	spapr_host_init(&h, SPAPR_POWERNV, true, 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vfio_eeh_pe_op arg = {
			.argsz = rows[i].argsz, .flags = rows[i].flags, .op = rows[i].op,
			.err = { .type = rows[i].type, .func = rows[i].func },
		};

		assert_int_equal(spapr_host_ioctl(&h, VFIO_EEH_PE_OP, &arg), rows[i].ret);
		assert_int_equal(spapr_host_eeh(&h, VFIO_EEH_PE_GET_STATE), 0);
	}
	assert_int_equal(spapr_host_ioctl(&h, VFIO_EEH_PE_OP, NULL), -EFAULT);
	spapr_host_done(&h);
}

/* Without EEH: ENODEV, before the argument is looked at. */
static void test_absent(void **state)
{
	const struct spapr_config config = { .types = 1u << VFIO_SPAPR_TCE_IOMMU };
	struct spapr_host h;

	(void)state;
	spapr_host_init_config(&h, &config, false);
	assert_int_equal(spapr_host_ioctl(&h, VFIO_EEH_PE_OP, NULL), -ENODEV);
	assert_int_equal(spapr_check_extension(&config, VFIO_EEH), 0);
	spapr_host_done(&h);
}

/* An operation is for all groups, and the first that has something to say ends it. */
static void test_groups(void **state)
{
	struct spapr_host h;

	(void)state;
	spapr_host_init(&h, SPAPR_POWERNV, true, 0);
	assert_int_equal(spapr_attach(&h.s, &h.groups[1]), 0);
	assert_int_equal(spapr_host_eeh(&h, VFIO_EEH_PE_INJECT_ERR), 0);
	assert_int_equal(h.groups[0].pe.state, EEH_IO_STOPPED | EEH_DMA_STOPPED);
	assert_int_equal(h.groups[1].pe.state, EEH_IO_STOPPED | EEH_DMA_STOPPED);
	h.groups[1].pe.state = 0;
	assert_int_equal(spapr_host_eeh(&h, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_STOPPED);
	h.groups[1].pe.state = EEH_RESET;
	assert_int_equal(spapr_host_eeh(&h, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_RESET);
	spapr_host_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests_name("model_eeh", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every test file includes: the kernel's harness and this directory's
 * helpers.
 */
#ifndef SELFTESTS_SELFTEST_H
#define SELFTESTS_SELFTEST_H

#include <errno.h>
#include <linux/vfio.h>

#include <kselftest_harness.h>

/*
 * The framework's 30 seconds are for machines that are not emulated, and kernels
 * that do not watch themselves. Whoever runs the tests has limits that know both.
 */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	1200

#include "client.h"
#include "engine.h"
#include "eventfd.h"
#include "events.h"
#include "expect.h"
#include "kmsg.h"
#include "locked.h"
#include "memory.h"
#include "mock.h"
#include "nvme.h"
#include "party.h"
#include "raw.h"
#include "sigbus.h"
#include "space.h"
#include "sweep.h"
#include "target.h"
#include "walk.h"

#endif /* SELFTESTS_SELFTEST_H */

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

#include "engine.h"
#include "eventfd.h"
#include "events.h"
#include "expect.h"
#include "kmsg.h"
#include "memory.h"
#include "mock.h"
#include "nvme.h"
#include "raw.h"
#include "sigbus.h"
#include "space.h"
#include "target.h"

#endif /* SELFTESTS_SELFTEST_H */

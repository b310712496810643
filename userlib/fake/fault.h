/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fault rules in the module's own words, decided by the module's own code: what
 * a rule does in the kernel under mock_vfio it does here, at the sites that this
 * kernel has, with the effects errno, result and short.
 */
#ifndef UVFIO_FAKE_FAULT_H
#define UVFIO_FAKE_FAULT_H

#include <stdbool.h>

#include "../../mock_vfio/model/fault_rule.h"

struct fake;
struct fake_call;

/*
 * A rule, armed: words such as "site=iommu.map_dma errno=EBUSY times=1", the site
 * first. Its counts are to be read in it. NULL, with the reason on stderr, for what
 * the module or this kernel would not take.
 */
struct mock_fault_rule *fake_arm(struct fake *fake, const char *words);

/* Takes all of them out. */
void fake_disarm_all(struct fake *fake);

/* Hits of all of them together. */
unsigned int fake_fault_hits(const struct fake *fake);

/*
 * For the fake's own files. True when a rule has decided the call, with call->ret
 * set; false when the call is to be made, up to fake->short_of bytes of it.
 */
bool fake_fault_decides(struct fake *fake, struct fake_call *call);

/* The same for a site without arguments: -errno, or 0 to go on. */
int fake_fault_at(struct fake *fake, enum mock_site site);

#endif /* UVFIO_FAKE_FAULT_H */

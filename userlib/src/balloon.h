/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef UVFIO_SRC_BALLOON_H
#define UVFIO_SRC_BALLOON_H

#include <uvfio/balloon.h>

/* One group more, or one less, that forbids ballooning. */
void uvfio_balloon_inhibit(struct uvfio *ctx, bool inhibit);

#endif /* UVFIO_SRC_BALLOON_H */

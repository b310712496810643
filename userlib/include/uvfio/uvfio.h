/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libuvfio: the layer between a virtual machine monitor's memory model and
 * /dev/vfio. This header only gathers the others; each of them also stands
 * alone.
 *
 * Conventions that hold for every call:
 *
 * - An int result is 0 or positive on success and -errno on failure; errno is
 *   set to the same value. Codes from the kernel are passed on unchanged. Two
 *   codes are the library's own verdict on a kernel's answer: -EPROTO, the
 *   answer contradicts the VFIO ABI, and -E2BIG, the kernel keeps asking for a
 *   larger buffer.
 * - The optional struct uvfio_error is written only when a call fails. Without
 *   one the same text goes to the log hook, so that no failure goes unseen.
 * - Nothing is printed and nothing aborts.
 * - Sizes and addresses are in bytes. Pointers handed out stay the library's
 *   unless the call's description says who frees them.
 * - There are no globals: every object belongs to one struct uvfio, which is
 *   used by one thread at a time. What is safe beyond that is said where it is.
 */
#ifndef UVFIO_UVFIO_H
#define UVFIO_UVFIO_H

#include <uvfio/version.h>
#include <uvfio/error.h>
#include <uvfio/log.h>
#include <uvfio/sysops.h>
#include <uvfio/context.h>
#include <uvfio/viommu.h>
#include <uvfio/memory.h>
#include <uvfio/address_space.h>
#include <uvfio/section.h>
#include <uvfio/listener.h>
#include <uvfio/container.h>
#include <uvfio/group.h>
#include <uvfio/balloon.h>
#include <uvfio/device.h>
#include <uvfio/feature.h>
#include <uvfio/caps.h>
#include <uvfio/region.h>
#include <uvfio/mmio.h>
#include <uvfio/irq.h>
#include <uvfio/dma.h>
#include <uvfio/dirty.h>
#include <uvfio/host_window.h>
#include <uvfio/eeh.h>
#include <uvfio/kvm.h>
#include <uvfio/reset.h>

#endif /* UVFIO_UVFIO_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A static probe (USDT) for each trace event: a nop that SystemTap, bpftrace,
 * perf and gdb can stop at, with the event's name and its arguments as they
 * are. Built in where <sys/sdt.h> is; -DUVFIO_NO_PROBES leaves them out.
 */
#ifndef UVFIO_SRC_PROBE_H
#define UVFIO_SRC_PROBE_H

#if defined(__has_include) && !defined(UVFIO_NO_PROBES)
#if __has_include("sys/sdt.h")
#define SDT_USE_VARIADIC
#include <sys/sdt.h>
#define uvfio_probe(event, ...)	STAP_PROBEV(uvfio, event, ##__VA_ARGS__)
#endif
#endif

#ifndef uvfio_probe
#define uvfio_probe(event, ...)	((void)0)
#endif

#endif /* UVFIO_SRC_PROBE_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why the module refused something: it says so in the kernel log, in one line
 * that names attribute and value. An errno says much less.
 */
#ifndef MOCKVFIO_KMSG_H
#define MOCKVFIO_KMSG_H

struct mockvfio;
struct mockvfio_error;

/* A place in the kernel log. */
struct mv_kmsg {
	int fd;
};

/* Remembers where the log ends. Whoever may not read it goes without reasons. */
void mv_kmsg_begin(struct mv_kmsg *log, const struct mockvfio *mock);

/*
 * Closes the log; when @ret is a failure, adds to @err what the module has
 * logged since then. Returns @ret, in errno too.
 */
int mv_kmsg_end(struct mv_kmsg *log, int ret, struct mockvfio_error *err);

#endif /* MOCKVFIO_KMSG_H */

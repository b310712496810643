/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fake /sys for testing libmockvfio without the module: a directory tree in
 * which mkdir() brings attributes, rmdir() obeys configfs's rules, and writing
 * to "live", "create" and "remove" does what the kernel does. Works by the
 * linker's --wrap on those three calls. It checks no values: tests that need a
 * refusal ask for it.
 */
#ifndef FAKEFS_H
#define FAKEFS_H

#include <sys/types.h>

#include <mockvfio/mockvfio.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

struct fakefs {
	char root[64];
	struct mockvfio *mock;
};

/* cmocka set-up and teardown; the state is a struct fakefs. */
int fakefs_setup(void **state);
int fakefs_teardown(void **state);

/*
 * Makes writing to a path below the root that matches @glob fail with @code,
 * once, after the kernel log has got @why, which may be NULL.
 */
void fakefs_refuse(const char *glob, int code);
void fakefs_refuse_why(const char *glob, int code, const char *why);

/* Whether a path below the root exists; what a file of the tree holds. */
int fakefs_exists(const struct fakefs *fs, const char *path);
const char *fakefs_content(const struct fakefs *fs, const char *path);

/* Puts text into a file, making it where it does not exist. */
void fakefs_put(const struct fakefs *fs, const char *path, const char *text);

/* Removes a file or a directory with all that is in it. */
void fakefs_remove(const struct fakefs *fs, const char *path);

/* The linker's names for the calls that are replaced, and for the originals. */
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_rmdir(const char *path);
ssize_t __wrap_write(int fd, const void *buf, size_t count);
int __real_mkdir(const char *path, mode_t mode);
int __real_rmdir(const char *path);
ssize_t __real_write(int fd, const void *buf, size_t count);

#endif /* FAKEFS_H */

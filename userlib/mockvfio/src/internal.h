/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the library's files share: the context, error reporting, paths and the
 * few file operations that configfs, debugfs and sysfs need.
 */
#ifndef MOCKVFIO_INTERNAL_H
#define MOCKVFIO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mockvfio/mockvfio.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

struct mockvfio {
	char root[MOCKVFIO_PATH_MAX];
};

struct mockvfio_profile {
	struct mockvfio *mock;
	char name[MOCKVFIO_NAME_MAX];
};

/* error.c */

/* Records the failure, sets errno, returns -code. @path may be NULL. */
int mv_error(struct mockvfio_error *err, int code, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* path.c */

struct mv_path {
	char s[MOCKVFIO_PATH_MAX];
};

/* The module's directories below the context's root. */
#define MV_CONFIGFS	"/sys/kernel/config/mock_vfio"
#define MV_DEBUGFS	"/sys/kernel/debug/mock_vfio"

/* Builds root + the formatted text; 0 or -ENAMETOOLONG. */
int mv_path(struct mv_path *path, const struct mockvfio *mock, struct mockvfio_error *err,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The configfs path of @below, which may be "", inside a profile. */
int mv_config_path(struct mv_path *path, const struct mockvfio_profile *profile, const char *below,
		   struct mockvfio_error *err);

/* file.c */

/* Opens a file, closed on exec; the descriptor or -errno. */
int mv_open(const char *path, int flags, struct mockvfio_error *err);

/*
 * Writes @value by a single write(), as configfs and sysfs require; @flags are
 * added to O_WRONLY.
 */
int mv_write(const char *path, const char *value, int flags, struct mockvfio_error *err);

/* Reads a small file into @buf, without its last newline; its length or -errno. */
int mv_read(const char *path, char *buf, size_t size, struct mockvfio_error *err);

/* Reads a file of any length into memory the caller frees; 0 or -errno. */
int mv_read_all(const char *path, char **textp, struct mockvfio_error *err);

/* How many lines a text has at most. */
size_t mv_count_lines(const char *text);

int mv_mkdir(const char *path, struct mockvfio_error *err);
int mv_rmdir(const char *path, struct mockvfio_error *err);

/*
 * Removes every directory below @path that configfs lets go, deepest first.
 * Those that stay are the ones the kernel made.
 */
int mv_rmdir_below(const char *path, struct mockvfio_error *err);

/* Calls @fn for each entry of a directory but dot files, until it is not 0. */
int mv_for_each(const char *path, int (*fn)(const char *path, const char *name, void *data),
		void *data, struct mockvfio_error *err);

/* number.c */

/* Parses a whole string as a number in C's notation; 0 or -EINVAL. */
int mv_parse_u64(const char *text, uint64_t *valuep);
int mv_parse_s64(const char *text, int64_t *valuep);

/* uuid.c */

int mv_uuid_random(char uuid[MOCKVFIO_UUID_SIZE], struct mockvfio_error *err);

/* instance.c */

int mv_instances_remove_all(struct mockvfio_profile *profile, struct mockvfio_error *err);

#endif /* MOCKVFIO_INTERNAL_H */

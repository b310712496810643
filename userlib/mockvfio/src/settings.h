/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making a directory and setting its attributes from a table, all or nothing:
 * what regions, interrupts, ranges and fault rules have in common.
 */
#ifndef MOCKVFIO_SETTINGS_H
#define MOCKVFIO_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct mockvfio_error;
struct mockvfio_profile;

/* How a setting's value is written. */
enum mv_kind {
	MV_TEXT,	/* text */
	MV_NUMBER,	/* number, unsigned */
	MV_SIGNED,	/* number as int64_t */
};

struct mv_setting {
	const char *attribute;
	enum mv_kind kind;
	const char *text;
	uint64_t number;
};

/* Sets @count attributes in the directory @dir of the profile. */
int mv_settings_apply(struct mockvfio_profile *profile, const char *dir,
		      const struct mv_setting *settings, size_t count, struct mockvfio_error *err);

/* Makes @dir, then applies the settings; removes @dir again when one fails. */
int mv_settings_mkdir(struct mockvfio_profile *profile, const char *dir,
		      const struct mv_setting *settings, size_t count, struct mockvfio_error *err);

#endif /* MOCKVFIO_SETTINGS_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making a directory and setting its attributes, all or nothing: what regions,
 * interrupts, ranges and fault rules have in common. A table says which member
 * of a public structure is which attribute.
 */
#ifndef MOCKVFIO_SETTINGS_H
#define MOCKVFIO_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mockvfio_error;
struct mockvfio_profile;

/* How a setting's value is written, and what its member is. */
enum mv_kind {
	MV_TEXT,	/* const char *: text */
	MV_NUMBER,	/* uint64_t, unsigned */
	MV_SIGNED,	/* int64_t */
	MV_FLAG,	/* bool: "1" when set */
	MV_NOT,		/* bool: "0" when set */
};

struct mv_setting {
	const char *attribute;
	enum mv_kind kind;
	const char *text;
	uint64_t number;
};

/* One member of a structure. */
struct mv_member {
	const char *attribute;
	enum mv_kind kind;
	size_t offset;
	/* Written even when it is 0: there is no value that means "the default". */
	bool always;
};

#define MV_MEMBER(_type, _attribute, _kind, _member)	\
	{ .attribute = (_attribute), .kind = (_kind), .offset = offsetof(_type, _member) }
#define MV_ALWAYS(_type, _attribute, _kind, _member)	\
	{ .attribute = (_attribute), .kind = (_kind), .offset = offsetof(_type, _member),	\
	  .always = true }

/* Turns the members of @object that are set into settings; returns how many. */
size_t mv_settings_of(const void *object, const struct mv_member *members, size_t count,
		      struct mv_setting *settings);

/* Sets @count attributes in the directory @dir of the profile, which may be "". */
int mv_settings_apply(struct mockvfio_profile *profile, const char *dir,
		      const struct mv_setting *settings, size_t count, struct mockvfio_error *err);

/* Makes @dir, then applies the settings; removes @dir again when one fails. */
int mv_settings_mkdir(struct mockvfio_profile *profile, const char *dir,
		      const struct mv_setting *settings, size_t count, struct mockvfio_error *err);

#endif /* MOCKVFIO_SETTINGS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes as data. A configfs attribute of ours is a struct mock_field, which
 * knows how to read, check and show a value, and one macro line that ties it to
 * a member of the item it belongs to:
 *
 *	MOCK_FIELD(mock_region_item, size, MOCK_NUMBER(0, MOCK_REGION_MAX));
 *
 * gives mock_region_item_attr_size for the item type's table. The owner has a
 * "config" member, and there is a to_<owner>().
 *
 * A value is stored whole or not at all: a bad one is refused with an errno and
 * a line in the kernel log that names profile, attribute, value and reason.
 */
#ifndef MOCK_VFIO_CONFIG_FIELD_H
#define MOCK_VFIO_CONFIG_FIELD_H

#include <linux/configfs.h>
#include <linux/types.h>

#include "model/fault_rule.h"

struct mock_config;

/* A word of an attribute that takes words, and what it stands for. */
struct mock_word {
	const char *name;
	u64 value;
};

/**
 * struct mock_field - an attribute's type
 * @name: the attribute's
 * @parse: reads @text, which it may change, into @value; -errno, with the
 *	reason in @why, leaves @value alone
 * @show: writes @value to @page, as one line; returns the length
 * @min: lowest number
 * @max: highest number
 * @hex: numbers are shown in hexadecimal
 * @words: ends with an entry without a name
 */
struct mock_field {
	const char *name;
	int (*parse)(const struct mock_field *field, char *text, void *value,
		     char *why);
	int (*show)(const struct mock_field *field, char *page,
		    const void *value);
	u64 min, max;
	bool hex;
	const struct mock_word *words;
};

/* Field types. The member is a u64, but where it says otherwise. */
int mock_parse_number(const struct mock_field *field, char *text, void *value,
		      char *why);
int mock_show_number(const struct mock_field *field, char *page,
		     const void *value);
int mock_parse_signed(const struct mock_field *field, char *text, void *value,
		      char *why);
int mock_show_signed(const struct mock_field *field, char *page,
		     const void *value);
int mock_parse_choice(const struct mock_field *field, char *text, void *value,
		      char *why);
int mock_show_choice(const struct mock_field *field, char *page,
		     const void *value);
int mock_parse_words(const struct mock_field *field, char *text, void *value,
		     char *why);
int mock_show_words(const struct mock_field *field, char *page,
		    const void *value);
int mock_parse_letters(const struct mock_field *field, char *text, void *value,
		       char *why);
int mock_show_letters(const struct mock_field *field, char *page,
		      const void *value);
int mock_parse_order(const struct mock_field *field, char *text, void *value,
		     char *why);
int mock_show_order(const struct mock_field *field, char *page,
		    const void *value);
int mock_parse_range(const struct mock_field *field, char *text, void *value,
		     char *why);
int mock_show_range(const struct mock_field *field, char *page,
		    const void *value);

#define MOCK_NUMBER(_min, _max)						\
	.parse = mock_parse_number, .show = mock_show_number,		\
	.min = _min, .max = _max
#define MOCK_HEX(_min, _max)	MOCK_NUMBER(_min, _max), .hex = true
#define MOCK_BOOL()		MOCK_NUMBER(0, 1)

/* An s64 member. */
#define MOCK_SIGNED(_min, _max)						\
	.parse = mock_parse_signed, .show = mock_show_signed,		\
	.min = (u64)(_min), .max = (u64)(_max)

/* Exactly one of the words. */
#define MOCK_CHOICE(_words)						\
	.parse = mock_parse_choice, .show = mock_show_choice, .words = _words

/* Any number of words, separated by space or comma; "-" for none. */
#define MOCK_WORDS(_words)						\
	.parse = mock_parse_words, .show = mock_show_words, .words = _words

/*
 * Up to 16 words, separated by space or comma, whose order is kept; their values
 * are 1 to MOCK_ORDER_MASK.
 */
#define MOCK_ORDER(_words)						\
	.parse = mock_parse_order, .show = mock_show_order, .words = _words

/* Any number of one-letter words, run together. */
#define MOCK_LETTERS(_words)						\
	.parse = mock_parse_letters, .show = mock_show_letters, .words = _words

/* A struct mock_match member: "first-last", "only" or nothing. */
#define MOCK_RANGE()							\
	.parse = mock_parse_range, .show = mock_show_range

/*
 * Takes apart a list of words. Returns the next word, or NULL; an empty word is
 * never returned, nor is the lone "-" that stands for an empty list.
 */
char *mock_next_word(char **text);

ssize_t mock_field_show(struct mock_config *config,
			const struct mock_field *field, const void *value,
			char *page);

/* -EBUSY while @busy, which the configuration's lock protects. */
ssize_t mock_field_store(struct mock_config *config, struct config_item *item,
			 const struct mock_field *field, const bool *busy,
			 void *value, const char *page, size_t count);

/* The line in the log about a value that was refused. */
void mock_bad_value(struct config_item *item, const char *attr,
		    const char *page, size_t count, const char *why);

/* @_busy is an expression in terms of "owner"; @_stored is done afterwards. */
#define MOCK_FIELD_OF(_owner, _name, _member, _busy, _stored, ...)	\
static const struct mock_field _owner##_##_name##_field = {		\
	.name = #_name, __VA_ARGS__					\
};									\
									\
static ssize_t _owner##_##_name##_show(struct config_item *item,	\
				       char *page)			\
{									\
	struct _owner *owner = to_##_owner(item);			\
									\
	return mock_field_show(owner->config,				\
			       &_owner##_##_name##_field,		\
			       &owner->_member, page);			\
}									\
									\
static ssize_t _owner##_##_name##_store(struct config_item *item,	\
					const char *page, size_t count)	\
{									\
	struct _owner *owner = to_##_owner(item);			\
	ssize_t ret;							\
									\
	ret = mock_field_store(owner->config, item,			\
			       &_owner##_##_name##_field, _busy,	\
			       &owner->_member, page, count);		\
	if (ret > 0)							\
		_stored(owner);						\
									\
	return ret;							\
}									\
CONFIGFS_ATTR(_owner##_, _name)

#define mock_field_stored(owner)	do { } while (0)

/* The usual attribute: it cannot be changed while the profile is live. */
#define MOCK_FIELD(_owner, _name, ...)					\
	MOCK_FIELD_OF(_owner, _name, _name, &owner->config->live,	\
		      mock_field_stored, __VA_ARGS__)

#endif /* MOCK_VFIO_CONFIG_FIELD_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Attributes as data: how values are read, refused and shown. */

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "config_field.h"
#include "config_tree.h"
#include "fault.h"

/* As much of a refused value as the log line shows. */
#define SHOWN_MAX	64

int mock_parse_number(const struct mock_field *field, char *text, void *value,
		      char *why)
{
	u64 number;
	int ret;

	ret = kstrtou64(text, 0, &number);
	if (ret) {
		strscpy(why, "not a number", MOCK_WHY_MAX);
		return ret;
	}

	if (number < field->min || number > field->max) {
		snprintf(why, MOCK_WHY_MAX,
			 field->hex ? "not in 0x%llx..0x%llx" :
				      "not in %llu..%llu",
			 field->min, field->max);
		return -EINVAL;
	}

	*(u64 *)value = number;

	return 0;
}

int mock_show_number(const struct mock_field *field, char *page,
		     const void *value)
{
	return sysfs_emit(page, field->hex ? "0x%llx\n" : "%llu\n",
			  *(const u64 *)value);
}

int mock_parse_signed(const struct mock_field *field, char *text, void *value,
		      char *why)
{
	s64 number, min = field->min, max = field->max;
	int ret;

	ret = kstrtos64(text, 0, &number);
	if (ret) {
		strscpy(why, "not a number", MOCK_WHY_MAX);
		return ret;
	}

	if (number < min || number > max) {
		snprintf(why, MOCK_WHY_MAX, "not in %lld..%lld", min, max);
		return -EINVAL;
	}

	*(s64 *)value = number;

	return 0;
}

int mock_show_signed(const struct mock_field *field, char *page,
		     const void *value)
{
	return sysfs_emit(page, "%lld\n", *(const s64 *)value);
}

static const struct mock_word *find_word(const struct mock_word *words,
					 const char *name)
{
	for (; words->name; words++) {
		if (!strcmp(words->name, name))
			return words;
	}

	return NULL;
}

static const char *name_of(const struct mock_word *words, u64 value)
{
	while (words->value != value)
		words++;

	return words->name;
}

/* "no such word: <word>; known: <word> <word> ..." */
static int refuse_word(const struct mock_word *words, const char *name,
		       char *why)
{
	int n = scnprintf(why, MOCK_WHY_MAX, "\"%.16s\" is none of", name);

	for (; words->name; words++)
		n += scnprintf(why + n, MOCK_WHY_MAX - n, " %s", words->name);

	return -EINVAL;
}

int mock_parse_choice(const struct mock_field *field, char *text, void *value,
		      char *why)
{
	const struct mock_word *word = find_word(field->words, text);

	if (!word)
		return refuse_word(field->words, text, why);

	*(u64 *)value = word->value;

	return 0;
}

int mock_show_choice(const struct mock_field *field, char *page,
		     const void *value)
{
	return sysfs_emit(page, "%s\n",
			  name_of(field->words, *(const u64 *)value));
}

char *mock_next_word(char **text)
{
	char *word;

	while ((word = strsep(text, " ,\t\n"))) {
		if (*word && strcmp(word, "-"))
			return word;
	}

	return NULL;
}

int mock_parse_words(const struct mock_field *field, char *text, void *value,
		     char *why)
{
	const struct mock_word *word;
	u64 set = 0;
	char *name;

	while ((name = mock_next_word(&text))) {
		word = find_word(field->words, name);
		if (!word)
			return refuse_word(field->words, name, why);
		set |= word->value;
	}

	*(u64 *)value = set;

	return 0;
}

static int show_set(const struct mock_word *words, char *page, u64 set,
		    const char *separator)
{
	int n = 0;

	for (; words->name; words++) {
		if (set & words->value)
			n += sysfs_emit_at(page, n, "%s%s", n ? separator : "",
					   words->name);
	}

	return n + sysfs_emit_at(page, n, "\n");
}

int mock_show_words(const struct mock_field *field, char *page,
		    const void *value)
{
	return show_set(field->words, page, *(const u64 *)value, " ");
}

int mock_parse_letters(const struct mock_field *field, char *text, void *value,
		       char *why)
{
	const struct mock_word *word;
	u64 set = 0;

	for (; *text; text++) {
		char name[] = { *text, '\0' };

		word = find_word(field->words, name);
		if (!word)
			return refuse_word(field->words, name, why);
		set |= word->value;
	}

	*(u64 *)value = set;

	return 0;
}

int mock_show_letters(const struct mock_field *field, char *page,
		      const void *value)
{
	return show_set(field->words, page, *(const u64 *)value, "");
}

int mock_parse_order(const struct mock_field *field, char *text, void *value,
		     char *why)
{
	const struct mock_word *word;
	unsigned int shift = 0;
	u64 order = 0;
	char *name;

	while ((name = mock_next_word(&text))) {
		word = find_word(field->words, name);
		if (!word)
			return refuse_word(field->words, name, why);
		if (shift == BITS_PER_TYPE(order)) {
			snprintf(why, MOCK_WHY_MAX, "more than %lu words",
				 BITS_PER_TYPE(order) / MOCK_ORDER_BITS);
			return -EINVAL;
		}
		order |= word->value << shift;
		shift += MOCK_ORDER_BITS;
	}

	*(u64 *)value = order;

	return 0;
}

int mock_show_order(const struct mock_field *field, char *page,
		    const void *value)
{
	u64 order = *(const u64 *)value;
	int n = 0;

	for (; order; order >>= MOCK_ORDER_BITS)
		n += sysfs_emit_at(page, n, "%s%s", n ? " " : "",
				   name_of(field->words,
					   order & MOCK_ORDER_MASK));

	return n + sysfs_emit_at(page, n, "\n");
}

int mock_parse_range(const struct mock_field *field, char *text, void *value,
		     char *why)
{
	return mock_match_parse(value, text, why);
}

int mock_show_range(const struct mock_field *field, char *page,
		    const void *value)
{
	const struct mock_match *range = value;

	if (!range->set)
		return sysfs_emit(page, "\n");

	return sysfs_emit(page, "0x%llx-0x%llx\n", range->first, range->last);
}

/* "<profile>/regions/<name>/" for an item below a profile. */
static int item_path(struct config_item *item, char *path, size_t size)
{
	int n = 0;

	if (item->ci_parent != mock_config_root())
		n = item_path(item->ci_parent, path, size);

	return n + scnprintf(path + n, size - n, "%s/", config_item_name(item));
}

void mock_bad_value(struct config_item *item, const char *attr,
		    const char *page, size_t count, const char *why)
{
	char path[256];

	if (count && page[count - 1] == '\n')
		count--;

	item_path(item, path, sizeof(path));
	pr_err("%s%s: bad value \"%*pE\": %s\n", path, attr,
	       (int)min_t(size_t, count, SHOWN_MAX), page, why);
}

ssize_t mock_field_show(struct mock_config *config,
			const struct mock_field *field, const void *value,
			char *page)
{
	guard(mutex)(&config->lock);

	return field->show(field, page, value);
}

ssize_t mock_field_store(struct mock_config *config, struct config_item *item,
			 const struct mock_field *field, const bool *busy,
			 void *value, const char *page, size_t count)
{
	char why[MOCK_WHY_MAX];
	char *copy, *text;
	int ret;

	copy = kstrndup(page, count, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	text = strim(copy);

	mutex_lock(&config->lock);
	ret = *busy ? -EBUSY : field->parse(field, text, value, why);
	mutex_unlock(&config->lock);

	kfree(copy);
	if (ret && ret != -EBUSY)
		mock_bad_value(item, field->name, page, count, why);

	return ret ?: count;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One line of an event log:
 *
 *	<seq> <site> t=<seconds.micro> tgid=<n> [dev=<uuid>] [<args>] ret=<n> [fault=<rule>]
 *
 * The fixed keys become members, everything else is kept as text in @args.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static int copy_text(char *to, size_t size, const char *from)
{
	int len = snprintf(to, size, "%s", from);

	return len < 0 || (size_t)len >= size ? -EPROTO : 0;
}

/* "seconds.micro", six digits behind the point. */
static int parse_time(const char *text, uint64_t *usp)
{
	unsigned long long seconds;
	unsigned int micro;
	int end = -1;

	if (sscanf(text, "%llu.%6u%n", &seconds, &micro, &end) != 2 || end < 0 || text[end])
		return -EPROTO;
	*usp = seconds * 1000000 + micro;
	return 0;
}

static int parse_tgid(const char *text, int *tgidp)
{
	int64_t value;

	if (mv_parse_s64(text, &value) || value < 0 || value > INT32_MAX)
		return -EPROTO;
	*tgidp = (int)value;
	return 0;
}

static int append_arg(struct mockvfio_event *event, const char *word)
{
	size_t len = strlen(event->args);
	int n = snprintf(event->args + len, sizeof(event->args) - len, "%s%s", len ? " " : "",
			 word);

	return n < 0 || (size_t)n >= sizeof(event->args) - len ? -EPROTO : 0;
}

/* One "key=value" word; notes in @has_ret that the result was there. */
static int parse_word(struct mockvfio_event *event, const char *word, bool *has_ret)
{
	if (!strncmp(word, "t=", 2))
		return parse_time(word + 2, &event->time_us);
	if (!strncmp(word, "tgid=", 5))
		return parse_tgid(word + 5, &event->tgid);
	if (!strncmp(word, "dev=", 4))
		return copy_text(event->dev, sizeof(event->dev), word + 4);
	if (!strncmp(word, "fault=", 6))
		return copy_text(event->fault, sizeof(event->fault), word + 6);
	if (!strncmp(word, "ret=", 4)) {
		*has_ret = true;
		return mv_parse_s64(word + 4, &event->ret) ? -EPROTO : 0;
	}
	return strchr(word, '=') ? append_arg(event, word) : -EPROTO;
}

int mockvfio_event_parse(const char *line, struct mockvfio_event *event)
{
	char text[1024];
	char *word, *rest = text;
	bool has_ret = false;
	int field = 0, ret;

	memset(event, 0, sizeof(*event));
	if (copy_text(text, sizeof(text), line))
		return -EPROTO;
	text[strcspn(text, "\n")] = '\0';
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		if (field == 0)
			ret = mv_parse_u64(word, &event->seq) ? -EPROTO : 0;
		else if (field == 1)
			ret = copy_text(event->site, sizeof(event->site), word);
		else
			ret = parse_word(event, word, &has_ret);
		if (ret)
			return ret;
		field++;
	}
	return has_ret ? 0 : -EPROTO;
}

int mockvfio_event_str(const struct mockvfio_event *event, const char *key, char *buf, size_t size)
{
	size_t key_len = strlen(key), len;
	const char *word;

	for (word = event->args; *word; word += strspn(word, " ")) {
		len = strcspn(word, " ");
		if (len > key_len && word[key_len] == '=' && !strncmp(word, key, key_len)) {
			word += key_len + 1;
			len -= key_len + 1;
			if (len >= size)
				return -ENOSPC;
			memcpy(buf, word, len);
			buf[len] = '\0';
			return 0;
		}
		word += len;
	}
	return -ENOENT;
}

int mockvfio_event_u64(const struct mockvfio_event *event, const char *key, uint64_t *valuep)
{
	char text[32];
	int64_t negative;
	int ret;

	ret = mockvfio_event_str(event, key, text, sizeof(text));
	if (ret == -ENOSPC)
		return -EINVAL;
	if (ret)
		return ret;
	if (text[0] != '-')
		return mv_parse_u64(text, valuep);
	if (mv_parse_s64(text, &negative))
		return -EINVAL;
	*valuep = (uint64_t)negative;
	return 0;
}

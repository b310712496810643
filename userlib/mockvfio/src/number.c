// SPDX-License-Identifier: LGPL-2.1-or-later
/* Numbers as text, in C's notation, the whole string or nothing. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

int mv_parse_u64(const char *text, uint64_t *valuep)
{
	unsigned long long value;
	char *end;

	/* strtoull() would take blanks and a sign. */
	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end)
		return -EINVAL;
	*valuep = value;
	return 0;
}

int mv_parse_s64(const char *text, int64_t *valuep)
{
	uint64_t value;

	if (text[0] != '-') {
		if (mv_parse_u64(text, &value) || value > INT64_MAX)
			return -EINVAL;
		*valuep = (int64_t)value;
		return 0;
	}
	if (mv_parse_u64(text + 1, &value) || value > INT64_MAX)
		return -EINVAL;
	*valuep = -(int64_t)value;
	return 0;
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/* Writing JSON: see json.h. */
#include <inttypes.h>

#include "json.h"

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text < ' ')
			fprintf(out, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static void put_key(struct json *json, const char *key)
{
	if (json->again)
		fputs(", ", json->out);
	json->again = true;
	if (key) {
		put_string(json->out, key);
		fputs(": ", json->out);
	}
}

void json_open(struct json *json, const char *key, char bracket)
{
	put_key(json, key);
	fputc(bracket, json->out);
	json->again = false;
}

void json_close(struct json *json, char bracket)
{
	fputc(bracket, json->out);
	json->again = true;
}

void json_text(struct json *json, const char *key, const char *text)
{
	put_key(json, key);
	put_string(json->out, text);
}

void json_number(struct json *json, const char *key, int64_t number)
{
	put_key(json, key);
	fprintf(json->out, "%" PRId64, number);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_end(struct json *json)
{
	fputc('\n', json->out);
	json->again = false;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing JSON, a value at a time: commas and quotes are taken care of. Every
 * value inside an object has a key, inside an array NULL.
 */
#ifndef MOCK_VFIO_JSON_H
#define MOCK_VFIO_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool again;	/* there is a value before the next one */
};

void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);
void json_text(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, int64_t number);
void json_bool(struct json *json, const char *key, bool value);

/* Ends the text with a newline. */
void json_end(struct json *json);

#endif /* MOCK_VFIO_JSON_H */

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading a scenario: YAML becomes steps. A mapping is a directory, a scalar or
 * a sequence of scalars is an attribute's value.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "internal.h"
#include "scenario.h"

/* Enough for any device, too few for aliases that multiply or refer to themselves. */
#define DEPTH_MAX	8
#define STEPS_MAX	4096
#define INSTANCES_MAX	1024

struct reader {
	struct mockvfio_scenario *scenario;
	yaml_document_t *document;
	struct mockvfio_error *err;
};

__attribute__((format(printf, 3, 4)))
static int bad(const struct reader *reader, const yaml_node_t *node, const char *fmt, ...)
{
	char what[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return mv_error(reader->err, EINVAL, reader->scenario->file, "%s:%zu: %s",
			reader->scenario->file, node->start_mark.line + 1, what);
}

static int no_memory(const struct reader *reader)
{
	return mv_error(reader->err, ENOMEM, NULL, "out of memory");
}

static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static const yaml_node_t *node_of(const struct reader *reader, int id)
{
	return yaml_document_get_node(reader->document, id);
}

static size_t pair_count(const yaml_node_t *mapping)
{
	return (size_t)(mapping->data.mapping.pairs.top - mapping->data.mapping.pairs.start);
}

/* The words that YAML has for what the module writes as 1, 0 and nothing. */
static int plain_text(const struct reader *reader, const yaml_node_t *node, const char *name,
		      const char **textp)
{
	static const struct {
		const char *word;
		const char *text;
	} words[] = {
		{ "true", "1" }, { "false", "0" }, { "", NULL }, { "~", NULL }, { "null", NULL },
	};
	size_t i;

	*textp = text_of(node);
	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return 0;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].word, *textp))
			continue;
		*textp = words[i].text;
		return *textp ? 0 : bad(reader, node, "%s: there is no value", name);
	}
	return 0;
}

static int append_word(const struct reader *reader, const yaml_node_t *node, const char *name,
		       char *value)
{
	size_t len = strlen(value);
	const char *text;
	int n, ret;

	if (node->type != YAML_SCALAR_NODE)
		return bad(reader, node, "%s: a list may hold words and numbers only", name);
	ret = plain_text(reader, node, name, &text);
	if (ret)
		return ret;
	n = snprintf(value + len, MOCKVFIO_VALUE_MAX - len, "%s%s", len ? " " : "", text);
	if ((size_t)n >= MOCKVFIO_VALUE_MAX - len)
		return bad(reader, node, "%s: the value is longer than %d bytes", name,
			   MOCKVFIO_VALUE_MAX - 1);
	return 0;
}

/* The value of a scalar, or of a sequence of them, as the module takes it. */
static int read_value(const struct reader *reader, const yaml_node_t *node, const char *name,
		      char *value)
{
	const yaml_node_item_t *item;
	int ret = 0;

	value[0] = '\0';
	if (node->type == YAML_SCALAR_NODE)
		return append_word(reader, node, name, value);
	if (node->type != YAML_SEQUENCE_NODE)
		return bad(reader, node, "%s: a value is wanted, not a mapping", name);
	for (item = node->data.sequence.items.start;
	     !ret && item < node->data.sequence.items.top; item++)
		ret = append_word(reader, node_of(reader, *item), name, value);
	return ret;
}

static int add_step(struct reader *reader, const yaml_node_t *node, const char *path,
		    const char *value)
{
	struct mockvfio_scenario *scenario = reader->scenario;
	struct mv_step *steps, *step;

	if (scenario->step_count == STEPS_MAX)
		return bad(reader, node, "more than %d settings", STEPS_MAX);
	steps = realloc(scenario->steps, (scenario->step_count + 1) * sizeof(*steps));
	if (!steps)
		return no_memory(reader);
	scenario->steps = steps;
	step = &steps[scenario->step_count++];
	step->line = (unsigned int)node->start_mark.line + 1;
	step->path = strdup(path);
	step->value = value ? strdup(value) : NULL;
	return !step->path || (value && !step->value) ? no_memory(reader) : 0;
}

/* A key is one component of a path. */
static int check_key(const struct reader *reader, const yaml_node_t *mapping,
		     const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = node_of(reader, pair->key);
	const yaml_node_pair_t *other;

	if (key->type != YAML_SCALAR_NODE)
		return bad(reader, key, "a name is wanted in front of the colon");
	if (!*text_of(key) || *text_of(key) == '.' || strchr(text_of(key), '/'))
		return bad(reader, key, "\"%s\" is no name", text_of(key));
	for (other = mapping->data.mapping.pairs.start; other < pair; other++)
		if (!strcmp(text_of(node_of(reader, other->key)), text_of(key)))
			return bad(reader, key, "%s: given twice, first in line %zu", text_of(key),
				   node_of(reader, other->key)->start_mark.line + 1);
	return 0;
}

static int check_keys(const struct reader *reader, const yaml_node_t *mapping)
{
	const yaml_node_pair_t *pair;
	int ret;

	for (pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
	     pair++) {
		ret = check_key(reader, mapping, pair);
		if (ret)
			return ret;
	}
	return 0;
}

/* A rule's site comes first, it resets other attributes; it is armed last. */
enum turn {
	FIRST,
	MIDDLE,
	LAST,
	TURNS,
};

static enum turn turn_of(const char *name)
{
	if (!strcmp(name, "site"))
		return FIRST;
	return strcmp(name, "armed") ? MIDDLE : LAST;
}

static bool is_rule(const char *path)
{
	static const char faults[] = "faults/";

	return !strncmp(path, faults, strlen(faults)) && !strchr(path + strlen(faults), '/');
}

static bool has_key(const struct reader *reader, const yaml_node_t *mapping, const char *name)
{
	const yaml_node_pair_t *pair;

	for (pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
	     pair++)
		if (!strcmp(text_of(node_of(reader, pair->key)), name))
			return true;
	return false;
}

static int read_directory(struct reader *reader, const yaml_node_t *node, const char *path,
			  int depth);

static int read_setting(struct reader *reader, const yaml_node_pair_t *pair, const char *dir,
			int depth)
{
	const yaml_node_t *key = node_of(reader, pair->key);
	const yaml_node_t *node = node_of(reader, pair->value);
	char path[MOCKVFIO_PATH_MAX], value[MOCKVFIO_VALUE_MAX];
	int ret;

	if (snprintf(path, sizeof(path), "%s%s%s", dir, *dir ? "/" : "", text_of(key)) >=
	    (int)sizeof(path))
		return bad(reader, key, "%s: the name is too long", text_of(key));
	if (!strcmp(path, "live"))
		return bad(reader, key, "live: a scenario does not say so, applying it does");
	if (node->type != YAML_MAPPING_NODE) {
		ret = read_value(reader, node, path, value);
		return ret ? ret : add_step(reader, key, path, value);
	}
	ret = add_step(reader, key, path, NULL);
	return ret ? ret : read_directory(reader, node, path, depth + 1);
}

static int read_directory(struct reader *reader, const yaml_node_t *node, const char *path,
			  int depth)
{
	const yaml_node_pair_t *pair;
	char armed[MOCKVFIO_PATH_MAX];
	enum turn turn;
	int ret;

	if (depth > DEPTH_MAX)
		return bad(reader, node, "%s: nested too deeply", path);
	ret = check_keys(reader, node);
	if (ret)
		return ret;
	for (turn = FIRST; turn < TURNS; turn++) {
		for (pair = node->data.mapping.pairs.start;
		     pair < node->data.mapping.pairs.top; pair++) {
			if (turn_of(text_of(node_of(reader, pair->key))) != turn)
				continue;
			ret = read_setting(reader, pair, path, depth);
			if (ret)
				return ret;
		}
	}
	if (!is_rule(path) || has_key(reader, node, "armed"))
		return 0;
	if (snprintf(armed, sizeof(armed), "%s/armed", path) >= (int)sizeof(armed))
		return bad(reader, node, "%s: the name is too long", path);
	return add_step(reader, node, armed, "1");
}

static int read_description(struct reader *reader, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE)
		return bad(reader, node, "description: a line of text is wanted");
	reader->scenario->description = strdup(text_of(node));
	return reader->scenario->description ? 0 : no_memory(reader);
}

static int read_instances(struct reader *reader, const yaml_node_t *node)
{
	unsigned int count;
	char rest;

	if (node->type != YAML_SCALAR_NODE ||
	    sscanf(text_of(node), "%u%c", &count, &rest) != 1 || !count || count > INSTANCES_MAX)
		return bad(reader, node, "instances: a number from 1 to %d is wanted",
			   INSTANCES_MAX);
	reader->scenario->instances = count;
	reader->scenario->instances_line = (unsigned int)node->start_mark.line + 1;
	return 0;
}

static int add_need(struct reader *reader, const yaml_node_t *node)
{
	struct mockvfio_scenario *scenario = reader->scenario;
	struct mv_need *needs, *need;

	if (node->type != YAML_SCALAR_NODE)
		return bad(reader, node, "needs: a list of words is wanted");
	needs = realloc(scenario->needs, (scenario->need_count + 1) * sizeof(*needs));
	if (!needs)
		return no_memory(reader);
	scenario->needs = needs;
	need = &needs[scenario->need_count++];
	need->line = (unsigned int)node->start_mark.line + 1;
	need->feature = strdup(text_of(node));
	return need->feature ? 0 : no_memory(reader);
}

static int read_needs(struct reader *reader, const yaml_node_t *node)
{
	const yaml_node_item_t *item;
	int ret = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return add_need(reader, node);
	for (item = node->data.sequence.items.start;
	     !ret && item < node->data.sequence.items.top; item++)
		ret = add_need(reader, node_of(reader, *item));
	return ret;
}

static int read_device(struct reader *reader, const yaml_node_t *node)
{
	if (node->type != YAML_MAPPING_NODE)
		return bad(reader, node, "device: a mapping is wanted ({} for the default device)");
	return read_directory(reader, node, "", 0);
}

static const struct {
	const char *name;
	int (*read)(struct reader *reader, const yaml_node_t *node);
} chapters[] = {
	{ "description", read_description },
	{ "needs", read_needs },
	{ "instances", read_instances },
	{ "device", read_device },
};

static int read_chapter(struct reader *reader, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = node_of(reader, pair->key);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chapters); i++)
		if (!strcmp(chapters[i].name, text_of(key)))
			return chapters[i].read(reader, node_of(reader, pair->value));
	return bad(reader, key, "%s: unknown; a scenario has description, needs, instances, device",
		   text_of(key));
}

static int read_root(struct reader *reader)
{
	const yaml_node_t *root = yaml_document_get_root_node(reader->document);
	size_t i;
	int ret;

	if (!root)
		return mv_error(reader->err, EINVAL, reader->scenario->file,
				"%s:1: the file is empty", reader->scenario->file);
	if (root->type != YAML_MAPPING_NODE)
		return bad(reader, root, "a scenario is a mapping: description, device ...");
	ret = check_keys(reader, root);
	for (i = 0; !ret && i < pair_count(root); i++)
		ret = read_chapter(reader, &root->data.mapping.pairs.start[i]);
	if (!ret && !reader->scenario->description)
		ret = bad(reader, root, "description: missing");
	if (!ret && !has_key(reader, root, "device"))
		ret = bad(reader, root, "device: missing");
	return ret;
}

static int parse(struct mockvfio_scenario *scenario, yaml_parser_t *parser,
		 struct mockvfio_error *err)
{
	yaml_document_t document;
	struct reader reader = { .scenario = scenario, .document = &document, .err = err };
	int ret;

	if (!yaml_parser_load(parser, &document))
		return mv_error(err, EINVAL, scenario->file, "%s:%zu: %s", scenario->file,
				parser->problem_mark.line + 1,
				parser->problem ? parser->problem : "this is no YAML");
	ret = read_root(&reader);
	yaml_document_delete(&document);
	return ret;
}

int mv_scenario_read(struct mockvfio_scenario *scenario, struct mockvfio_error *err)
{
	yaml_parser_t parser;
	FILE *file;
	int ret;

	file = fopen(scenario->file, "re");
	if (!file)
		return mv_error(err, errno, scenario->file, "cannot open %s: %s", scenario->file,
				strerror(errno));
	/* A directory can be opened, too. */
	if (ungetc(getc(file), file) == EOF && ferror(file)) {
		ret = mv_error(err, errno, scenario->file, "cannot read %s: %s", scenario->file,
			       strerror(errno));
		fclose(file);
		return ret;
	}
	if (!yaml_parser_initialize(&parser)) {
		fclose(file);
		return mv_error(err, ENOMEM, NULL, "out of memory");
	}
	yaml_parser_set_input_file(&parser, file);
	ret = parse(scenario, &parser, err);
	yaml_parser_delete(&parser);
	fclose(file);
	return ret;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the sub-commands of mock-vfio share: the context they run in, options,
 * messages and exit statuses.
 */
#ifndef MOCK_VFIO_COMMAND_H
#define MOCK_VFIO_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <mockvfio/mockvfio.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Exit statuses; `run` has more of them, in run.c. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
};

struct subcommand;

/**
 * struct cli - what a sub-command runs in
 * @root: in front of every path: "", but for tests
 * @mock: the context of the library; NULL when the module is not there
 * @no_module: why it is not there
 * @sub: the sub-command itself
 */
struct cli {
	const char *root;
	struct mockvfio *mock;
	struct mockvfio_error no_module;
	const struct subcommand *sub;
};

/**
 * struct subcommand - a row of the table
 * @name: its name
 * @arguments: what follows it, for the usage
 * @summary: what it does, in one line
 * @help: the rest of its help; may be NULL
 * @run: does it; @argv[0] is the sub-command's name; returns an exit status
 * @without_module: it works when the module is not loaded
 * @failed: exit status when it cannot start; 0 for the usual one
 */
struct subcommand {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	int (*run)(struct cli *cli, int argc, char **argv);
	bool without_module;
	int failed;
};

/* One table, in the order of the help; the end has no name. */
extern const struct subcommand subcommands[];

/* Everything that main() does. */
int mock_vfio_command(const char *root, int argc, char **argv);

/* "mock-vfio: " and a line on stderr; returns STATUS_FAILED. */
int cli_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same with the library's message. */
int cli_error(const struct mockvfio_error *err);

/* The same when the module is not there. */
int cli_no_module(const struct cli *cli);

/* The same about the command line, with a hint at the help; returns STATUS_USAGE. */
int cli_usage(const struct cli *cli, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* options.c */

/**
 * struct cli_option - an option of a sub-command
 * @letter: its short name
 * @name: its long name; NULL ends the list
 * @flag: set to true by an option without a value
 * @value: gets the value of an option with one
 */
struct cli_option {
	char letter;
	const char *name;
	bool *flag;
	const char **value;
};

/*
 * Takes the options out of the command line, wherever they stand, and leaves
 * operands in @argvp and @argcp. Returns -1 to go on, or an exit status.
 */
int cli_options(const struct cli *cli, const struct cli_option *options, int *argcp,
		char ***argvp);

/* The usage and the help of a sub-command. */
void cli_help(const struct subcommand *sub);

/* lookup.c */

/* The path of a scenario given as a file or by the name of a ready one; 0 or a status. */
int cli_scenario_path(const char *name, char *path, size_t size);

/* The name of a scenario: its file's, without directory and suffix. */
void cli_scenario_name(const char *path, char *name, size_t size);

/* Where ready scenarios are. */
const char *cli_scenario_dir(void);

/* Calls @fn for the file of each ready scenario, in the order of names; 0 or -errno. */
int cli_each_scenario(void (*fn)(const char *path, void *data), void *data);

/* Opens a profile; NULL after a message. */
struct mockvfio_profile *cli_profile(const struct cli *cli, const char *name);

/* Opens the profile that an instance is of; NULL after a message. */
struct mockvfio_profile *cli_profile_of(const struct cli *cli, const char *uuid);

/* All instances of a profile, which the caller frees; their number, or -1 after a message. */
int cli_instances(struct mockvfio_profile *profile, struct mockvfio_instance **instancesp);

/* A number on the command line; false when it is none or above @max. */
bool cli_number(const char *text, uint64_t max, uint64_t *valuep);

/* The sub-commands. */
int cmd_list(struct cli *cli, int argc, char **argv);
int cmd_apply(struct cli *cli, int argc, char **argv);
int cmd_remove(struct cli *cli, int argc, char **argv);
int cmd_create(struct cli *cli, int argc, char **argv);
int cmd_destroy(struct cli *cli, int argc, char **argv);
int cmd_run(struct cli *cli, int argc, char **argv);
int cmd_irq(struct cli *cli, int argc, char **argv);
int cmd_memory(struct cli *cli, int argc, char **argv);
int cmd_unplug(struct cli *cli, int argc, char **argv);
int cmd_fault(struct cli *cli, int argc, char **argv);
int cmd_sites(struct cli *cli, int argc, char **argv);
int cmd_events(struct cli *cli, int argc, char **argv);
int cmd_stats(struct cli *cli, int argc, char **argv);
int cmd_doctor(struct cli *cli, int argc, char **argv);
int cmd_help(struct cli *cli, int argc, char **argv);

#endif /* MOCK_VFIO_COMMAND_H */

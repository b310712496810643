// SPDX-License-Identifier: LGPL-2.1-or-later
/* Options of sub-commands, by getopt_long(). */
#include <getopt.h>

#include "command.h"

#define OPTIONS_MAX	8

/* What getopt_long() wants to know; --help is every sub-command's. */
struct tables {
	char letters[2 * OPTIONS_MAX + 3];
	struct option names[OPTIONS_MAX + 2];
};

static void fill(struct tables *tables, const struct cli_option *options)
{
	char *letter = tables->letters;
	struct option *name = tables->names;

	/* The colon: a missing value is told from an unknown option. */
	*letter++ = ':';
	*letter++ = 'h';
	*name++ = (struct option){ .name = "help", .val = 'h' };
	for (; options->name; options++) {
		*name++ = (struct option){
			.name = options->name, .val = options->letter,
			.has_arg = options->value ? required_argument : no_argument,
		};
		*letter++ = options->letter;
		if (options->value)
			*letter++ = ':';
	}
	*letter = '\0';
	*name = (struct option){ };
}

static void take(const struct cli_option *options, int letter)
{
	while (options->letter != letter)
		options++;
	if (options->flag)
		*options->flag = true;
	else
		*options->value = optarg;
}

int cli_options(const struct cli *cli, const struct cli_option *options, int *argcp,
		char ***argvp)
{
	char **argv = *argvp;
	struct tables tables;
	int letter;

	fill(&tables, options);
	opterr = 0;
	optind = 0;
	while ((letter = getopt_long(*argcp, argv, tables.letters, tables.names, NULL)) != -1) {
		if (letter == 'h') {
			cli_help(cli->sub);
			return STATUS_OK;
		}
		if (letter == ':')
			return cli_usage(cli, "option %s needs a value", argv[optind - 1]);
		if (letter == '?' && optopt)
			return cli_usage(cli, "there is no option -%c", optopt);
		if (letter == '?')
			return cli_usage(cli, "there is no option %s", argv[optind - 1]);
		take(options, letter);
	}
	*argcp -= optind;
	*argvp += optind;
	return -1;
}

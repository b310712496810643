// SPDX-License-Identifier: LGPL-2.1-or-later
/* Finding the sub-command, and what all of them have to say the same way. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "command.h"

int cli_fail(const char *fmt, ...)
{
	va_list args;

	fputs("mock-vfio: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return STATUS_FAILED;
}

int cli_error(const struct mockvfio_error *err)
{
	return cli_fail("%s", err->message);
}

int cli_usage(const struct cli *cli, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "mock-vfio %s: ", cli->sub->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nTry: mock-vfio help %s\n", cli->sub->name);
	return STATUS_USAGE;
}

int cli_no_module(const struct cli *cli)
{
	return cli_fail("%s (mock-vfio doctor tells more)", cli->no_module.message);
}

void cli_help(const struct subcommand *sub)
{
	printf("usage: mock-vfio %s %s\n\n%s\n", sub->name, sub->arguments, sub->summary);
	if (sub->help)
		printf("\n%s", sub->help);
}

static const struct subcommand *find(const char *name)
{
	const struct subcommand *sub;

	for (sub = subcommands; sub->name; sub++)
		if (!strcmp(sub->name, name))
			return sub;
	return NULL;
}

static void print_list(FILE *out)
{
	const struct subcommand *sub;

	fprintf(out, "usage: mock-vfio COMMAND ...\n\n");
	for (sub = subcommands; sub->name; sub++)
		fprintf(out, "  %-10s%s\n", sub->name, sub->summary);
	fprintf(out, "\nmock-vfio help COMMAND tells more.\n");
	fprintf(out, "Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}

int cmd_help(struct cli *cli, int argc, char **argv)
{
	const struct subcommand *sub;

	if (argc < 2) {
		print_list(stdout);
		return STATUS_OK;
	}
	sub = find(argv[1]);
	if (!sub || argc > 2)
		return cli_usage(cli, "there is no command \"%s\"", argv[argc > 2 ? 2 : 1]);
	cli_help(sub);
	return STATUS_OK;
}

static int run_sub(struct cli *cli, int argc, char **argv)
{
	int status;

	if (mockvfio_new(cli->root, &cli->mock, &cli->no_module) && !cli->sub->without_module) {
		cli_no_module(cli);
		return cli->sub->failed ? cli->sub->failed : STATUS_FAILED;
	}
	status = cli->sub->run(cli, argc, argv);
	mockvfio_free(cli->mock);
	/* What did not reach the reader must not look like success. */
	if (fflush(stdout) && !status)
		status = cli_fail("cannot write the output: %s", strerror(errno));
	return status;
}

int mock_vfio_command(const char *root, int argc, char **argv)
{
	struct cli cli = { .root = root };
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--version")) {
		printf("mock-vfio %s\n", MOCK_VFIO_VERSION);
		return STATUS_OK;
	}
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		name = "help";
	cli.sub = find(name);
	if (!cli.sub) {
		if (*name)
			cli_fail("there is no command \"%s\"", name);
		print_list(stderr);
		return STATUS_USAGE;
	}
	return run_sub(&cli, argc - 1, argv + 1);
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/* The table of sub-commands, with their help. */
#include "command.h"
#include "run.h"

const struct subcommand subcommands[] = {
	{
		.name = "run", .arguments = "[-r] [-e] [-j FILE] SCENARIO -- COMMAND [ARG ...]",
		.summary = "run a program on the device of a scenario",
		.help =
"Makes the device, runs COMMAND, tells what it did to the device and which\n"
"faults fired, and takes everything away again. In COMMAND and its arguments\n"
"{group} is /dev/vfio/N, {device} the device's directory in sysfs, {uuid} its\n"
"name; {group2}, {device2}, {uuid2} are those of a second device, and so on.\n"
"  -r, --real-iommu  let the kernel's own IOMMU driver serve the device\n"
"  -e, --events      print the event log as well\n"
"  -j, --json FILE   write the report to FILE, as JSON\n"
"The exit status is COMMAND's; 128+N when signal N ended it; 127 when it was not\n"
"found, 126 when it could not be run, 125 when the device could not be made or\n"
"removed, or the report not be written.\n",
		.run = cmd_run, .failed = RUN_FAILED,
	}, {
		.name = "list", .arguments = "[-s] [-j]",
		.summary = "profiles and their instances",
		.help =
"  -s, --scenarios   the scenarios that are ready for use instead\n"
"  -j, --json        as JSON\n",
		.run = cmd_list, .without_module = true,
	}, {
		.name = "apply", .arguments = "[-r] [-n NAME] [-j] SCENARIO",
		.summary = "make a live profile, and its instances, of a scenario",
		.help =
"SCENARIO is a file, or the name of one of those that list -s shows.\n"
"  -n, --name NAME   name of the profile; the scenario's by default\n"
"  -r, --real-iommu  let the kernel's own IOMMU driver serve the device\n"
"  -j, --json        print what was made as JSON\n",
		.run = cmd_apply,
	}, {
		.name = "remove", .arguments = "[-f] [-a] [-l] [PROFILE ...]",
		.summary = "remove profiles with all that is in them",
		.help =
"  -f, --force       kill the processes that use the devices\n"
"  -a, --all         all profiles\n"
"  -l, --leftovers   only what runs left behind that were killed\n",
		.run = cmd_remove,
	}, {
		.name = "create", .arguments = "[-j] PROFILE [UUID]",
		.summary = "create an instance of a live profile",
		.help = "  -j, --json        print it as JSON\n",
		.run = cmd_create,
	}, {
		.name = "destroy", .arguments = "[-f] UUID ...",
		.summary = "remove instances",
		.help = "  -f, --force       kill the processes that use them\n",
		.run = cmd_destroy,
	}, {
		.name = "irq", .arguments = "UUID INDEX [VECTOR]",
		.summary = "fire an interrupt of an instance",
		.help = "INDEX is a number or one of intx, msi, msix, err, req.\n",
		.run = cmd_irq,
	}, {
		.name = "memory", .arguments = "UUID on|off",
		.summary = "let an instance's memory answer or not",
		.run = cmd_memory,
	}, {
		.name = "unplug", .arguments = "UUID",
		.summary = "pull an instance's hardware out, for ever",
		.run = cmd_unplug,
	}, {
		.name = "fault", .arguments = "add|arm|disarm|list|clear [-j] PROFILE [...]",
		.summary = "fault rules of a profile",
		.help =
"  fault add PROFILE RULE SITE [ATTRIBUTE=VALUE ...]\n"
"                    make a rule and arm it (unless armed=0 is given)\n"
"  fault arm PROFILE RULE ...\n"
"  fault disarm PROFILE RULE ...\n"
"  fault list [-j] PROFILE\n"
"                    the rules, and what became of them\n"
"  fault clear PROFILE [RULE ...]\n"
"                    remove these rules, or all\n",
		.run = cmd_fault,
	}, {
		.name = "sites", .arguments = "[-j]",
		.summary = "where rules can strike, how, and how often they have",
		.help = "  -j, --json        as JSON\n",
		.run = cmd_sites,
	}, {
		.name = "events", .arguments = "[-f] [-c] [-j] PROFILE",
		.summary = "the event log of a profile",
		.help =
"  -f, --follow      go on with what happens until interrupted\n"
"  -c, --clear       empty the log, once it has been printed\n"
"  -j, --json        a JSON object a line\n",
		.run = cmd_events,
	}, {
		.name = "stats", .arguments = "[-j] [PROFILE]",
		.summary = "what is held, by a profile's devices or by all",
		.help = "  -j, --json        as JSON\n",
		.run = cmd_stats,
	}, {
		.name = "doctor", .arguments = "[-j]",
		.summary = "what is missing on this machine, and what to do",
		.help = "  -j, --json        as JSON\n",
		.run = cmd_doctor, .without_module = true,
	}, {
		.name = "help", .arguments = "[COMMAND]",
		.summary = "this list, or more about a command",
		.run = cmd_help, .without_module = true,
	},
	{ }
};

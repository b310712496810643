# SPDX-License-Identifier: GPL-2.0-only
"""The command line: a table of sub-commands, and what becomes of errors."""

import argparse
import errno
import os
import shlex
import signal
import sys
from dataclasses import dataclass
from typing import Callable

from . import (arguments, bisect, bundle, clean, completion, doctor, extras, gdb, kernels, listing,
               paths, run, shell, spread, verdict)
from .errors import Exit, HarnessError
from .reports import command as reports


def _fetch(args):
    say = _say if sys.stderr.isatty() else lambda text: None
    with bundle.Cache(paths.cache_dir(), say) as cache:
        if args.what == "kselftest":
            print(extras.kselftest(cache, args.update))
        elif args.what == "cmocka":
            print(extras.cmocka(cache))
        elif args.what == "tree":
            print(extras.tree(cache, "upstream-7.3", args.update))
        else:
            kernel = kernels.get(cache, args.kernel, args.update)
            print(kernel.headers if args.what == "headers" else kernel.image)
    return Exit.PASS


def _say(text):
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def _run(args):
    args.kernel = args.kernel or [kernels.DEFAULT]
    return _with_verdict(run.run, args)


def _matrix(args):
    return _with_verdict(spread.run, args)


def _merge(args):
    return _with_verdict(spread.merge_only, args)


def _with_verdict(function, args):
    code = _guarded(function, args)
    # Machines read this line: it is the last, whatever went wrong.
    print(f"verdict: {verdict.WORDS[code]} (exit {int(code)})", flush=True)
    return code


def _guarded(function, args):
    """The exit status of function(args); what a user can mend is a message, not a traceback."""
    try:
        return function(args)
    except HarnessError as error:
        _complain(error)
        return error.code
    except BrokenPipeError:
        # Whoever reads has read enough (`list | head`). A run that nobody reads to its
        # end has not passed. Python must find nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.INFRA
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        _complain(f"{error.filename or 'writing'}: {error.strerror}")
        return Exit.INFRA
    except KeyboardInterrupt:
        _complain("interrupted")
        return Exit.INFRA


def _complain(what):
    print(f"ci/harness: {what}", file=sys.stderr, flush=True)


def _complete(args):
    print("\n".join(completion.candidates(parser(), args.words, args.number)))
    return Exit.PASS


@dataclass(frozen=True)
class Command:
    """A sub-command; without help, help does not show it."""

    arguments: Callable
    function: Callable
    help: str | None = None
    epilog: str | None = None


COMMANDS = {
    "run": Command(arguments.for_run, _run, "build, boot, run the tests, judge"),
    "matrix": Command(
        arguments.for_matrix, _matrix, "run, spread over several hosts by GNU parallel",
        "Exit status: as of run, for all hosts together; one that is lost is 2."),
    "merge": Command(
        arguments.for_merge, _merge, "make one run, and one verdict, of shares of it",
        "Exit status: as of run, for all shares together; one that is missing is 2."),
    "list": Command(arguments.for_list, listing.run, "list the tests, with what they prove"),
    "report": Command(
        arguments.for_report, reports.run,
        "a run as text and as an HTML page, or what changed between runs",
        "Exit status: 0, or 1 when the last of several runs is worse: a test fails that did not, "
        "or its verdict is bad and the one before was not."),
    "shell": Command(arguments.for_shell, shell.run, "a shell in the VM, with a mock device made"),
    "gdb": Command(arguments.for_gdb, gdb.run, "gdb on the guest's kernel and on mock_vfio"),
    "doctor": Command(
        arguments.for_doctor, doctor.run,
        "what is missing on the host and in a kernel, and which tests will skip for it"),
    "bisect": Command(
        arguments.for_bisect, bisect.run, "a step of `git bisect run`",
        "Exit status: 0 good, 1 bad, 125 does not build or boot, 128 cannot go on."),
    "clean": Command(
        arguments.for_clean, clean.run,
        "remove what was built, downloaded, or left by runs, and say how much"),
    "fetch": Command(arguments.for_fetch, _fetch, "download what is missing, print where it is"),
    # For ci/completion/harness.bash.
    "complete": Command(arguments.for_complete, _complete),
}


def parser():
    """Of the whole command line."""
    made = argparse.ArgumentParser(
        prog="ci/harness", description="The VFIO regression harness.",
        epilog="Exit status of run: 0 passed, 1 a test failed, 2 usage or infrastructure, "
               "3 kernel splat or panic, 4 nothing ran.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        # A help of None would be shown as "None".
        shown = {"help": command.help} if command.help else {}
        command.arguments(commands.add_parser(name, description=command.help,
                                              epilog=command.epilog, **shown))
    return made


def _parse(argv):
    try:
        return parser().parse_args(argv)
    except SystemExit as error:
        # git would take argparse's 2 for "bad".
        raise SystemExit(bisect.Answer.STOP if argv[:1] == ["bisect"] and error.code
                         else error.code) from None


def main(argv=None):
    """Run the command line; returns the exit status."""
    argv = sys.argv[1:] if argv is None else argv
    args = _parse(argv)
    args.command_line = shlex.join(["ci/harness", *argv])
    # Being ended is like Ctrl-C: VMs are ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return _guarded(COMMANDS[args.command].function, args)

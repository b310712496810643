# SPDX-License-Identifier: GPL-2.0-only
"""The command line: one function a sub-command."""

import argparse
import errno
import os
import shlex
import signal
import sys

from . import bundle, extras, kernels, listing, paths, run, shell, verdict
from .errors import Exit, HarnessError
from .reports import command as reports


def _fetch(args):
    say = _say if sys.stderr.isatty() else lambda text: None
    with bundle.Cache(paths.cache_dir(), say) as cache:
        if args.what == "kselftest":
            print(extras.kselftest(cache, args.update))
        elif args.what == "cmocka":
            print(extras.cmocka(cache))
        else:
            kernel = kernels.get(cache, args.kernel, args.update)
            print(kernel.headers if args.what == "headers" else kernel.image)
    return Exit.PASS


def _say(text):
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def _run(args):
    args.kernel = args.kernel or [kernels.DEFAULT]
    code = _guarded(run.run, args)
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


def _positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise ValueError
        return value
    parse.__name__ = f"positive {kind.__name__}"
    return parse


def _add_kernel(parser):
    parser.add_argument("-k", dest="kernel", metavar="KERNEL", default=kernels.DEFAULT,
                        help=f"{', '.join(kernels.known())}, or a path (default: %(default)s)")
    _add_update(parser)


def _add_update(parser):
    parser.add_argument("--update", action="store_true",
                        help="look for newer packages instead of using the cached ones")


def _add_machine(parser):
    parser.add_argument("--accel", choices=("auto", "kvm", "tcg"), default="auto",
                        help="auto (default): KVM if a probe boot works, else emulation")
    parser.add_argument("--timeout-scale", metavar="X", type=_positive(float), default=1.0,
                        help="multiply all time-outs, for slow or busy machines; below 1 "
                             "only those of single tests")


def _add_selection(parser):
    parser.add_argument("-t", dest="include", metavar="GLOB", action="append", default=[],
                        help="only tests whose name matches (\"mock/*\"); may be repeated")
    parser.add_argument("-x", dest="exclude", metavar="GLOB", action="append", default=[],
                        help="but not these; may be repeated")


def _parser():
    parser = argparse.ArgumentParser(
        prog="ci/harness", description="The VFIO regression harness.",
        epilog="Exit status of run: 0 passed, 1 a test failed, 2 usage or infrastructure, "
               "3 kernel splat or panic, 4 nothing ran.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    known = ", ".join(kernels.known())

    command = commands.add_parser("run", help="build, boot, run the tests, judge")
    command.add_argument("-k", dest="kernel", metavar="KERNEL", action="append",
                         help=f"kernel under test: {known}, or the path of a build tree or of "
                              f"unpacked packages (default: {kernels.DEFAULT}); may be repeated")
    _add_selection(command)
    command.add_argument("-j", dest="jobs", metavar="N", type=_positive(int), default=1,
                         help="number of VMs to run at a time (default: 1)")
    command.add_argument("--repeat", metavar="N", type=_positive(int), default=1,
                         help="run each test N times")
    command.add_argument("--isolate", action="store_true", help="run each test in a fresh VM")
    command.add_argument("--until-fail", action="store_true",
                         help="run the tests again and again, in fresh VMs, until one fails")
    _add_machine(command)
    command.add_argument("--seed", metavar="N", type=int,
                         help="what tests with random operations start from (default: random)")
    command.add_argument("--results", metavar="DIR",
                         help="where runs leave their results (default: results)")
    command.add_argument("--json", metavar="FILE", help="copy summary.json there")
    command.add_argument("--junit", metavar="FILE", help="copy junit.xml there")
    command.add_argument("--uapi", action="store_true",
                         help="record which ioctls, flags and features of linux/vfio.h are used")
    command.add_argument("--gcov", action="store_true",
                         help="record which code runs, of mock_vfio, libuvfio and the kernel's "
                              "VFIO, and report it in the results (needs -k debug, or a kernel "
                              "of your own with GCOV_KERNEL)")
    command.add_argument("-v", "--verbose", action="store_true",
                         help="show what the tests print")
    _add_update(command)
    command.set_defaults(function=_run)

    command = commands.add_parser("list", help="list the tests, with what they prove")
    _add_selection(command)
    command.add_argument("--json", action="store_true", help="as JSON")
    command.set_defaults(function=listing.run, update=False)

    command = commands.add_parser("shell", help="a shell in the VM, with a mock device made")
    _add_kernel(command)
    _add_machine(command)
    command.set_defaults(function=shell.run)

    command = commands.add_parser(
        "report", help="a run as text and as an HTML page, or what changed between runs",
        epilog="Exit status: 0, or 1 when the last of several runs is worse: a test fails that "
               "did not, or its verdict is bad and the one before was not.")
    command.add_argument("runs", metavar="RUN", nargs="*",
                         help="results directory or summary.json (default: the newest run); of "
                              "several, the last is compared with those before it")
    command.add_argument("--html", metavar="FILE",
                         help="where to write the page (default: report.html, or compare.html, "
                              "in the last run's directory)")
    command.set_defaults(function=reports.run)

    command = commands.add_parser("fetch", help="download what is missing, print where it is")
    command.add_argument("what", choices=("kernel", "headers", "kselftest", "cmocka"))
    _add_kernel(command)
    command.set_defaults(function=_fetch)
    return parser


def main(argv=None):
    """Run the command line; returns the exit status."""
    argv = sys.argv[1:] if argv is None else argv
    args = _parser().parse_args(argv)
    args.command_line = shlex.join(["ci/harness", *argv])
    # Being ended is like Ctrl-C: VMs are ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return _guarded(args.function, args)

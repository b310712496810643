# SPDX-License-Identifier: GPL-2.0-only
"""The arguments of each sub-command: a function for each adds them to its parser."""

import argparse
from pathlib import Path

from . import clean, kernels


def _positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise ValueError
        return value
    parse.__name__ = f"positive {kind.__name__}"
    return parse


def _shard(text):
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1/3")
    return int(number), int(count)


def _module(text):
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text}: no such file")
    return path.absolute()


def _variable(text):
    name, separator, value = text.partition("=")
    if not (name.isidentifier() and separator and not any(map(str.isspace, value))):
        raise argparse.ArgumentTypeError(f"{text!r} is not like NAME=VALUE, without spaces")
    return name, value


def _kind(text):
    if text not in clean.KINDS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(clean.KINDS)}")
    return text


def _known():
    return ", ".join(kernels.known())


def _kernel(parser):
    parser.add_argument("-k", dest="kernel", metavar="KERNEL", default=kernels.DEFAULT,
                        help=f"{_known()}, or a path (default: %(default)s)")
    _update(parser)


def _update(parser):
    parser.add_argument("--update", action="store_true",
                        help="look for newer packages instead of using the cached ones")


def _machine(parser):
    parser.add_argument("--accel", choices=("auto", "kvm", "tcg"), default="auto",
                        help="auto (default): KVM if a probe boot works, else emulation")
    parser.add_argument("--timeout-scale", metavar="X", type=_positive(float), default=1.0,
                        help="multiply all time-outs, for slow or busy machines; below 1 "
                             "only those of single tests")


def _selection(parser):
    parser.add_argument("-t", dest="include", metavar="GLOB", action="append", default=[],
                        help="only tests whose name matches (\"mock/*\"); may be repeated")
    parser.add_argument("-x", dest="exclude", metavar="GLOB", action="append", default=[],
                        help="but not these; may be repeated")


def _guest_command(parser, what):
    parser.add_argument("--add", metavar="FILE", action="append", default=[],
                        help="put a file or directory into the guest's /, a program with its "
                             "shared libraries; may be repeated")
    parser.add_argument("guest_command", nargs="*", metavar="COMMAND",
                        help=f"after --: {what}; {{group}}, {{device}} and {{uuid}} stand for the "
                             "mock device")


def for_run(parser):
    """Of `ci/harness run`."""
    parser.add_argument("-k", dest="kernel", metavar="KERNEL", action="append",
                        help=f"kernel under test: {_known()}, or the path of a build tree or of "
                             f"unpacked packages (default: {kernels.DEFAULT}); may be repeated")
    _selection(parser)
    parser.add_argument("-j", dest="jobs", metavar="N", type=_positive(int), default=1,
                        help="number of VMs to run at a time (default: 1)")
    parser.add_argument("--repeat", metavar="N", type=_positive(int), default=1,
                        help="run each test N times")
    parser.add_argument("--isolate", action="store_true", help="run each test in a fresh VM")
    parser.add_argument("--until-fail", action="store_true",
                        help="run the tests again and again, in fresh VMs, until one fails")
    parser.add_argument("--shard", metavar="I/N", type=_shard, default=(1, 1),
                        help="run only the Ith of N shares of the tests, on each kernel")
    _machine(parser)
    parser.add_argument("--seed", metavar="N", type=int,
                        help="what tests with random operations start from (default: random)")
    parser.add_argument("--module", metavar="FILE", type=_module, action="append", default=[],
                        help="load this file in place of the kernel's module of its name; may be "
                             "repeated")
    parser.add_argument("--env", metavar="NAME=VALUE", type=_variable, action="append", default=[],
                        help="put this into the tests' environment; may be repeated")
    parser.add_argument("--results", metavar="DIR",
                        help="where runs leave their results (default: results)")
    parser.add_argument("--json", metavar="FILE", help="copy summary.json there")
    parser.add_argument("--junit", metavar="FILE", help="copy junit.xml there")
    parser.add_argument("--uapi", action="store_true",
                        help="record which ioctls, flags and features of linux/vfio.h are used")
    parser.add_argument("--gcov", action="store_true",
                        help="record which code runs, of mock_vfio, libuvfio and the kernel's "
                             "VFIO, and report it in the results (needs -k debug, or a kernel "
                             "of your own with GCOV_KERNEL)")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="show what the tests print")
    _update(parser)


def for_matrix(parser):
    """Of `ci/harness matrix`."""
    parser.add_argument("--hosts", metavar="FILE", required=True,
                        help="where to run: a line each, USER@HOST or an ssh command, as GNU "
                             "parallel's --sshloginfile takes them")
    parser.add_argument("--shards", metavar="N", type=_positive(int),
                        help="into how many shares to divide the tests (default: as many as "
                             "there are hosts)")
    parser.add_argument("-k", dest="kernel", metavar="KERNEL", action="append", default=[],
                        help=f"{_known()} (default: {kernels.DEFAULT}); may be repeated")
    _selection(parser)
    _machine(parser)
    parser.add_argument("--env", metavar="NAME=VALUE", type=_variable, action="append", default=[],
                        help="put this into the tests' environment; may be repeated")
    parser.add_argument("--results", metavar="DIR",
                        help="where runs leave their results (default: results)")


def for_merge(parser):
    """Of `ci/harness merge`."""
    parser.add_argument("shares", metavar="DIR", nargs="+",
                        help="results of a `run --shard`, each as results/latest was")
    parser.add_argument("--expect", metavar="N", type=_positive(int),
                        help="it is a failure if there are fewer than N")
    parser.add_argument("--results", metavar="DIR",
                        help="where the one run is put (default: results)")


def for_list(parser):
    """Of `ci/harness list`."""
    _selection(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def for_shell(parser):
    """Of `ci/harness shell`."""
    _kernel(parser)
    _machine(parser)
    _guest_command(parser, "run this in place of a shell, and exit with its status")


def for_report(parser):
    """Of `ci/harness report`."""
    parser.add_argument("runs", metavar="RUN", nargs="*",
                        help="results directory or summary.json (default: the newest run); of "
                             "several, the last is compared with those before it")
    parser.add_argument("--html", metavar="FILE",
                        help="where to write the page (default: report.html, or compare.html, "
                             "in the last run's directory)")
    parser.add_argument("--kcidb", metavar="FILE",
                        help="write the last run there as JSON for KCIDB")


def for_gdb(parser):
    """Of `ci/harness gdb`."""
    _kernel(parser)
    _machine(parser)
    _selection(parser)
    parser.add_argument("-ex", dest="execute", metavar="COMMAND", action="append", default=[],
                        help="a command for gdb, once it has the guest; may be repeated")
    parser.add_argument("--batch", action="store_true",
                        help="end gdb, and the VM, after these commands")
    parser.add_argument("--symbols", action="store_true",
                        help="download Debian's symbols of the kernel (about 1 GB)")
    _guest_command(parser, "run this in place of tests")


def for_bisect(parser):
    """Of `ci/harness bisect`."""
    parser.add_argument("--build", metavar="COMMAND",
                        help="run this first; -k is then the current directory by default")
    parser.add_argument("-k", dest="kernel", metavar="KERNEL",
                        help=f"{_known()}, or a path (default: . with --build, else "
                             f"{kernels.DEFAULT})")
    parser.add_argument("--tree", metavar="DIR",
                        help="bisecting this project: build the module and the tests from there")
    _selection(parser)
    parser.add_argument("--repeat", metavar="N", type=_positive(int), default=1,
                        help="run each test N times: bad if one fails")
    parser.add_argument("--env", metavar="NAME=VALUE", type=_variable, action="append", default=[],
                        help="put this into the tests' environment; may be repeated")
    parser.add_argument("--results", metavar="DIR",
                        help="where runs leave their results (default: results)")
    _machine(parser)


def for_doctor(parser):
    """Of `ci/harness doctor`."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-k", dest="kernel", metavar="KERNEL",
                       help=f"{_known()}, or a path (default: the running kernel)")
    group.add_argument("--config", metavar="FILE", help="a kernel's configuration")


def for_clean(parser):
    """Of `ci/harness clean`."""
    # (`choices` would refuse to have none of them.)
    parser.add_argument("what", nargs="*", type=_kind, metavar="WHAT",
                        help=f"{', '.join(clean.KINDS)} (default: build and results); old: "
                             "results but the latest, and downloads that newer ones replaced")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")


def for_complete(parser):
    """Of `ci/harness complete`."""
    parser.add_argument("number", type=int)
    parser.add_argument("words", nargs=argparse.REMAINDER)


def for_fetch(parser):
    """Of `ci/harness fetch`."""
    parser.add_argument("what", choices=("kernel", "headers", "kselftest", "cmocka", "tree"))
    _kernel(parser)

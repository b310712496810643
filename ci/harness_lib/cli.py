# SPDX-License-Identifier: GPL-2.0-only
"""The command line: one function a sub-command."""

import argparse
import sys

from . import bundle, extras, kernels, paths
from .errors import Exit, HarnessError


def _fetch(args):
    say = _say if sys.stderr.isatty() else lambda text: None
    with bundle.Cache(paths.cache_dir(), say) as cache:
        if args.what == "kselftest":
            print(extras.kselftest(cache, args.update))
        else:
            kernel = kernels.get(cache, args.kernel, args.update)
            print(kernel.headers if args.what == "headers" else kernel.vmlinux)
    return Exit.PASS


def _say(text):
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def _parser():
    parser = argparse.ArgumentParser(
        prog="ci/harness", description="The VFIO regression harness.",
        epilog="Exit status of run: 0 passed, 1 a test failed, 2 usage or infrastructure, "
               "3 kernel splat or panic, 4 nothing ran.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    kernel = argparse.ArgumentParser(add_help=False)
    kernel.add_argument("-k", dest="kernel", metavar="KERNEL", default=kernels.DEFAULT,
                        help=f"{', '.join(kernels.known())} (default: %(default)s)")
    kernel.add_argument("--update", action="store_true",
                        help="look for newer packages instead of using the cached ones")

    fetch = commands.add_parser("fetch", parents=[kernel],
                                help="download what is missing and print where it is")
    fetch.add_argument("what", choices=("kernel", "headers", "kselftest"))
    fetch.set_defaults(function=_fetch)
    return parser


def main(argv=None):
    """Run the command line; returns the exit status."""
    args = _parser().parse_args(argv)
    try:
        return args.function(args)
    except HarnessError as error:
        print(f"ci/harness: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("ci/harness: interrupted", file=sys.stderr)
        return Exit.INFRA

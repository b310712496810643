# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command bisect: one step of `git bisect run`.

It builds what is checked out, tests that, and answers as git wants it: good,
bad, or "cannot tell, try another commit". What is no property of the commit,
such as a full disk, ends the bisection: a wrong answer would be worse.
"""

import enum
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import kernels, paths
from .errors import HarnessError


class Answer(enum.IntEnum):
    """Exit statuses as `git bisect run` takes them."""

    GOOD = 0
    BAD = 1
    SKIP = 125
    STOP = 128


# Words of the verdict that are about the commit.
ANSWERS = {"pass": Answer.GOOD, "fail": Answer.BAD, "splat": Answer.BAD}


def run(args):
    """Carry out `ci/harness bisect`."""
    try:
        answer, why = _step(args)
    except (HarnessError, KeyboardInterrupt) as error:
        answer, why = Answer.STOP, str(error) or "interrupted"
    print(f"bisect: {answer.name.lower()} (exit {int(answer)}): {why}", flush=True)
    return answer


def _step(args):
    # A directory is checked now: the run would take a missing one for a commit without a build.
    for directory in filter(None, [args.tree]):
        if not (Path(directory) / "mock_vfio").is_dir():
            raise HarnessError(f"--tree {directory}: no tree of this project")
    if args.build:
        print(f"bisect: {args.build}", flush=True)
        done = subprocess.run(args.build, shell=True, check=False)
        if done.returncode:
            return Answer.SKIP, f"{args.build!r} failed (exit {done.returncode})"
    with tempfile.TemporaryDirectory() as scratch:
        summary = Path(scratch) / "summary.json"
        subprocess.run([sys.executable, paths.CI / "harness", *_arguments(args, summary)],
                       env=_environment(args.tree), check=False)
        if not summary.exists():
            raise HarnessError("the run wrote no summary.json; its messages are above")
        return judge(json.loads(summary.read_text()), bool(args.tree))


def _arguments(args, summary):
    """Of the `run` that is made."""
    kernel = args.kernel or ("." if args.build else kernels.DEFAULT)
    words = ["run", "-k", kernel, "--json", str(summary), "--accel", args.accel,
             "--timeout-scale", str(args.timeout_scale), "--repeat", str(args.repeat)]
    for option, globs in (("-t", args.include), ("-x", args.exclude)):
        for glob in globs:
            words += [option, glob]
    return words + (["--results", args.results] if args.results else [])


def _environment(tree):
    return {**os.environ, paths.TREE_VARIABLE: os.path.abspath(tree)} if tree else None


def judge(summary, tests_change):
    """(Answer, reason) of a run; @tests_change: a test may be missing from a commit."""
    for kernel in summary["kernels"]:
        if kernel["state"] == "unbuilt":
            return Answer.SKIP, f"does not build: {kernel['error']}"
        if kernel["state"] == "unbooted":
            return Answer.SKIP, f"{kernel['name']} does not boot"
    word = summary["verdict"]
    reason = "; ".join(summary["problems"]) or f"{summary['totals']['passed']} tests passed"
    if word == "empty" and (summary["tests"] or tests_change):
        return Answer.SKIP, reason
    return ANSWERS.get(word, Answer.STOP), reason

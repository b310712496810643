# SPDX-License-Identifier: GPL-2.0-only
"""The answers that `git bisect run` gets; ci/tests/tools.py makes it bisect for real."""

import contextlib
import io
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from harness_lib import bisect, cli, paths
from harness_lib.bisect import Answer


def summary(verdict="pass", state="tested", tests=({},), **kernel):
    """As much of a summary.json as is looked at."""
    return {"verdict": verdict, "problems": ["why"] if verdict != "pass" else [],
            "totals": {"passed": 1}, "tests": list(tests),
            "kernels": [{"name": "6.12", "state": state, **kernel}]}


class JudgeTest(unittest.TestCase):
    """What a run means for the commit."""

    def test_table(self):
        for run, tests_change, answer in (
                (summary("pass"), False, Answer.GOOD),
                (summary("fail"), False, Answer.BAD),
                (summary("splat"), False, Answer.BAD),
                # Before anything ran: that is no answer about the test.
                (summary("infra", "unbuilt", error="#error"), False, Answer.SKIP),
                (summary("splat", "unbooted"), False, Answer.SKIP),
                # All of them skipped: this kernel has not what they need.
                (summary("empty"), False, Answer.SKIP),
                # No test of that name: wrong for any kernel, possible in an old tree.
                (summary("empty", tests=()), False, Answer.STOP),
                (summary("empty", tests=()), True, Answer.SKIP),
                # QEMU is not there, or the disk is full.
                (summary("infra"), False, Answer.STOP)):
            with self.subTest(run=run, tests_change=tests_change):
                self.assertEqual(bisect.judge(run, tests_change)[0], answer)

    def test_numbers_are_those_of_git(self):
        self.assertEqual([int(answer) for answer in Answer], [0, 1, 125, 128])


class StepTest(unittest.TestCase):
    """The command, around a `run` that is made up."""

    def bisect(self, *arguments, found=None):
        """(exit status, what is printed, the words of the run)"""
        calls = []
        real = subprocess.run

        def run(command, **options):
            if options.get("shell"):
                return real(command, **options)
            calls.append((command[2:], options["env"]))
            if found:
                Path(command[command.index("--json") + 1]).write_text(json.dumps(found))
            return mock.Mock(returncode=0)

        printed = io.StringIO()
        with mock.patch.object(bisect.subprocess, "run", run), \
                contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                code = cli.main(["bisect", *arguments])
            except SystemExit as error:
                code = error.code
        return code, printed.getvalue(), calls

    def test_good(self):
        code, printed, calls = self.bisect("-t", "mock/*", "-x", "*nvme*", found=summary())
        self.assertEqual(code, 0)
        self.assertIn("bisect: good (exit 0): 1 tests passed", printed)
        (words, env), = calls
        self.assertEqual(words[:3], ["run", "-k", "6.1"])
        self.assertEqual(words[-4:], ["-t", "mock/*", "-x", "*nvme*"])
        self.assertIsNone(env)

    def test_build_comes_first_and_the_kernel_is_here(self):
        code, _, calls = self.bisect("--build", "true", found=summary("fail"))
        self.assertEqual((code, calls[0][0][:3]), (1, ["run", "-k", "."]))

    def test_build_that_fails_is_skipped(self):
        code, printed, calls = self.bisect("--build", "exit 3")
        self.assertEqual((code, calls), (125, []))
        self.assertIn("bisect: skip (exit 125): 'exit 3' failed (exit 3)", printed)

    def test_another_tree(self):
        with tempfile.TemporaryDirectory() as tree:
            code, printed, calls = self.bisect("--tree", tree, found=summary())
            self.assertEqual((code, calls), (128, []))
            self.assertIn("no tree of this project", printed)
            (Path(tree) / "mock_vfio").mkdir()
            code, _, ((_, env),) = self.bisect("--tree", os.path.relpath(tree), found=summary())
            self.assertEqual((code, env[paths.TREE_VARIABLE]), (0, os.path.realpath(tree)))

    def test_no_answer_stops_the_bisection(self):
        for arguments in (("--nonsense",), ("-t",), ("--repeat", "0"), ()):
            with self.subTest(arguments):
                self.assertEqual(self.bisect(*arguments)[0], 128)

    def test_tree_is_built_in_place_of_the_harness_own(self):
        with tempfile.TemporaryDirectory() as tree:
            done = subprocess.run(
                ["python3", "-c", "from harness_lib import paths, suites; "
                 "print(paths.TOP, paths.BUILD, suites.SELFTESTS.sources, paths.CI)"],
                cwd=paths.CI, env={**os.environ, paths.TREE_VARIABLE: tree},
                capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout.split(),
                             [tree, f"{tree}/build", f"{tree}/selftests", str(paths.CI)])


if __name__ == "__main__":
    unittest.main()

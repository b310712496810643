# SPDX-License-Identifier: GPL-2.0-only
"""Runs the tests of ci/meta/ by the harness, as a user would."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class MetaRun(unittest.TestCase):
    """One run of `ci/harness run` in each test."""

    def run_meta(self, *globs, code, word, options=(), timeout=600):
        """Run the meta tests that match; check exit status and last line."""
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        command = [TOP / "ci" / "harness", "run", "--results", scratch.name, *options]
        for glob in globs:
            command += ["-t", glob]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout,
                              check=False)
        self.output = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, self.output)
        self.assertEqual(done.stdout.splitlines()[-1], f"verdict: {word} (exit {code})")
        latest = Path(scratch.name) / "latest"
        self.junit = (latest / "junit.xml").read_text()
        self.summary = json.loads((latest / "summary.json").read_text())
        self.assertEqual((self.summary["verdict"], self.summary["exit_code"]), (word, code))
        return {test["name"].removeprefix("meta/"): test["result"]
                for test in self.summary["tests"]}

# SPDX-License-Identifier: GPL-2.0-only
"""ci/setup and .ci/run: what they say when things are missing; with false tools."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness_lib import paths


class Script(unittest.TestCase):
    """A directory for the script, and one for the tools it finds."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)
        self.tools = self.directory / "tools"
        self.tools.mkdir()

    def copy(self, script, name):
        """The script of this tree, in a tree that is otherwise empty."""
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(script, path)
        return path

    def tool(self, name, script):
        """A false tool."""
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run_script(self, *command, path=None):
        """(exit status, standard output, standard error)"""
        done = subprocess.run(command, text=True, capture_output=True, check=False,
                              env={"PATH": path or f"{self.tools}:{os.environ['PATH']}"})
        return done.returncode, done.stdout, done.stderr


class SetupTest(Script):
    """ci/setup on a machine that has the packages "there" and "also-there"."""

    def setUp(self):
        super().setUp()
        self.script = self.copy(paths.CI / "setup", "ci/setup")
        (self.directory / "ci" / "packages").mkdir()
        self.list("some", "# comment\nthere missing\t# another\nmissing-too\n")
        self.tool("dpkg-query", 'case $4 in there|also-there) echo installed ;; '
                                'removed) echo config-files ;; *) exit 1 ;; esac')
        self.tool("apt-get", f'echo "$@" >>{self.directory}/apt')
        self.tool("id", "echo 0")

    def list(self, name, text):
        """A list of packages."""
        (self.directory / "ci" / "packages" / f"{name}.list").write_text(text)

    def setup_with(self, *lists):
        """(exit status, standard output, standard error, apt-get's command lines)"""
        apt = self.directory / "apt"
        apt.write_text("")
        return *self.run_script(self.script, *lists), apt.read_text()

    def test_all_there_is_silent(self):
        self.list("all", "there also-there\n")
        self.assertEqual(self.setup_with("all"), (0, "", "", ""))

    def test_root_installs_what_is_missing_and_nothing_else(self):
        self.list("more", "removed\n")
        status, out, err, apt = self.setup_with("some", "more")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out, "set-up: installing missing missing-too removed\n")
        self.assertIn("install -y --no-install-recommends missing missing-too removed\n", apt)
        self.assertTrue(apt.startswith("-q update\n"))

    def test_others_are_told_the_command(self):
        self.tool("id", "echo 1000")
        status, _, err, apt = self.setup_with("some")
        self.assertEqual((status, apt), (2, ""))
        self.assertIn("sudo apt-get update && sudo apt-get install -y "
                      "--no-install-recommends missing missing-too\n", err)

    def test_apts_own_words_are_shown_when_it_fails(self):
        self.tool("apt-get", 'echo "E: Unable to locate package missing"; exit 100')
        status, _, err, _ = self.setup_with("some")
        self.assertEqual(status, 2)
        self.assertIn("E: Unable to locate package missing", err)
        self.assertIn("network, disk space", err)

    def test_usage(self):
        for lists, words in (((), "usage: ci/setup LIST"), (("nosuch",), "no package list")):
            status, _, err, apt = self.setup_with(*lists)
            self.assertEqual((status, apt), (2, ""))
            self.assertIn(words, err)

    def test_elsewhere_than_on_debian(self):
        (self.tools / "dpkg-query").unlink()
        self.tool("dirname", 'echo "${1%/*}"')
        status, _, err = self.run_script("/bin/sh", self.script, "some", path=str(self.tools))
        self.assertEqual(status, 2)
        self.assertIn("dpkg-query not found: set-up is by Debian's packages", err)


class ContinuousIntegrationTest(Script):
    """.ci/run around a false make."""

    def setUp(self):
        super().setUp()
        self.script = self.copy(paths.CI.parent / ".ci" / "run", ".ci/run")

    def run_ci(self, make):
        """(exit status, lines of standard output, standard error)"""
        self.tool("make", make)
        status, out, err = self.run_script(self.script)
        return status, out.splitlines(), err

    def test_the_counts_come_last_once_more(self):
        self.assertEqual(self.run_ci('echo "$@"; echo "3 passed, 0 failed, 1 skipped"; echo bye'),
                         (0, ["check", "3 passed, 0 failed, 1 skipped", "bye",
                              "3 passed, 0 failed, 1 skipped"], ""))

    def test_the_exit_status_is_makes(self):
        status, out, _ = self.run_ci('echo "3 passed, 2 failed, 0 skipped"; exit 2')
        self.assertEqual((status, out[-1]), (2, "3 passed, 2 failed, 0 skipped"))

    def test_no_counts_are_a_failure(self):
        for make in ("exit 0", 'echo "x 3 passed, 0 failed, 0 skipped"', "echo broken >&2; exit 2"):
            status, out, err = self.run_ci(make)
            self.assertEqual((status, out[-1]), (1, "0 passed, 1 failed, 0 skipped"))
            self.assertIn("printed no counts", err)

    def test_nothing_run_is_a_failure(self):
        status, out, err = self.run_ci('echo "0 passed, 0 failed, 5 skipped"')
        self.assertEqual((status, out[-1]), (1, "0 passed, 0 failed, 5 skipped"))
        self.assertIn("no test ran", err)


if __name__ == "__main__":
    unittest.main()

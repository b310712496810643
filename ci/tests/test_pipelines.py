# SPDX-License-Identifier: GPL-2.0-only
"""The pipeline files parse, and what they call exists: targets, options, files, lists."""

import argparse
import re
import shlex
import subprocess
import sys
import unittest
from unittest import mock

import yaml

from harness_lib import cli, kernels, paths

GITHUB = ".github/workflows/regression.yml"
GITLAB = ".gitlab-ci.yml"
LAVA = ("ci/lava/job.yml", "ci/lava/suite.yml")
# What a CI system puts in place of its variables.
VALUES = {"matrix.kernel": "6.1", "matrix.shard": "1/2", "KERNEL": "6.1", "SHARD": "1/2"}
VARIABLE = re.compile(r"\$\{\{ *([\w.]+) *\}\}|\$(\w+)")


def load(name):
    return yaml.safe_load((paths.TOP / name).read_text())


def filled(command):
    """A command with its variables' values."""
    return VARIABLE.sub(lambda match: VALUES.get(match[1] or match[2], "value"), command)


def commands(name):
    """All shell commands of a pipeline, whatever form it has."""
    document = load(name)
    if name == GITHUB:
        return [step["run"] for job in document["jobs"].values() for step in job["steps"]
                if "run" in step]
    if name == GITLAB:
        return [line for job in document.values() if isinstance(job, dict)
                for part in ("before_script", "script") for line in job.get(part, ())]
    return document.get("run", {}).get("steps", [])


class PipelineTest(unittest.TestCase):
    """Each file."""

    def check_harness(self, words):
        with mock.patch.object(argparse.ArgumentParser, "error",
                               side_effect=lambda text: self.fail(f"{words}: {text}")):
            args = cli.parser().parse_args(words)
        if words[0] == "run":
            for kernel in args.kernel:
                self.assertIn(kernel, kernels.known())

    def check_command(self, command):
        """True when the command is one of this project's, and right."""
        words = shlex.split(filled(command))
        if words[0] == "lava-test-case":
            words = words[words.index("--shell") + 1:]
        if words[0] == "make":
            makefile = (paths.TOP / "Makefile").read_text()
            self.assertRegex(makefile, rf"(?m)^{words[1]}:")
        elif words[0] == "ci/harness":
            self.check_harness(words[1:])
        elif words[0] == "ci/setup":
            for name in words[1:]:
                self.assertTrue((paths.CI / "packages" / f"{name}.list").exists(), name)
        elif words[0].startswith("ci/"):
            self.assertTrue((paths.TOP / words[0]).exists(), words[0])
        else:
            return False
        return True

    def test_every_command_exists(self):
        for name in (GITHUB, GITLAB, "ci/lava/suite.yml"):
            with self.subTest(name):
                checked = [self.check_command(command) for command in commands(name)]
                self.assertGreaterEqual(checked.count(True), 3)

    def test_the_verdict_expects_each_share_and_kernel_once(self):
        github = load(GITHUB)["jobs"]["matrix"]["strategy"]["matrix"]
        gitlab, = load(GITLAB)["matrix"]["parallel"]["matrix"]
        for name, matrix, key in ((GITHUB, github, str.lower), (GITLAB, gitlab, str.upper)):
            series, shards = matrix[key("kernel")], matrix[key("shard")]
            self.assertEqual(series, [one for one in kernels.known() if re.match(r"\d", one)])
            self.assertEqual(shards, [f"{n + 1}/{len(shards)}" for n in range(len(shards))])
            merging, = [command for command in commands(name) if "harness merge" in command]
            self.assertIn(f"--expect {len(series) * len(shards)} ", merging)

    def test_lava_job(self):
        job = load(LAVA[0])
        self.assertEqual([next(iter(action)) for action in job["actions"]],
                         ["deploy", "boot", "test"])
        definition, = job["actions"][2]["test"]["definitions"]
        self.assertEqual(definition["path"], LAVA[1])
        self.assertEqual(set(definition["parameters"]), set(load(LAVA[1])["params"]))

    def test_lava_gets_each_test(self):
        program = paths.CI / "lava" / "cases"
        junit = ("<testsuites><testsuite><testcase classname='6.1.mock/a' name='f.one'/>"
                 "<testcase classname='6.1.upstream:vfio/p@igb' name='two'><failure/></testcase>"
                 "<testcase classname='x' name='three'><skipped/></testcase>"
                 "</testsuite></testsuites>")
        script = ("import io, runpy, subprocess, sys; sys.argv[1] = io.StringIO(sys.argv[1]); "
                  "subprocess.run = lambda words, check: print(*words); "
                  f"runpy.run_path({str(program)!r}, run_name='__main__')")
        done = subprocess.run([sys.executable, "-c", script, junit], capture_output=True,
                              text=True, check=True)
        self.assertEqual(done.stdout.splitlines(), [
            "lava-test-case 6.1.mock_a.f.one --result pass",
            "lava-test-case 6.1.upstream_vfio_p_igb.two --result fail",
            "lava-test-case x.three --result skip"])


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""The files of the results directory, and what is printed."""

import json
import os
import subprocess
import tempfile
import tomllib
import unittest
import xml.etree.ElementTree as ET
from pathlib import Path

from harness_lib import ending, record, results, table, verdict
from harness_lib.errors import HarnessError

from .test_canned import CANNED, make_vm

INFO = {"verdict": "pass", "exit_code": 0, "problems": [], "command": "ci/harness run", "seed": 1,
        "started": "2026-01-01 12:00:00 UTC", "accel": "tcg",
        "qemu": "", "kernels": [], "phases": {}, "descriptions": {"mock/one.global.first": "Why."}}


def run_of(name):
    """(RunRecord, Verdict) of a canned guest."""
    vm = make_vm(tomllib.loads((CANNED / f"{name}.toml").read_text()))
    tests, _ = vm.collect()
    run = record.RunRecord(tests, [vm])
    return run, verdict.judge(run)


class ResultsTest(unittest.TestCase):
    """What is written."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)

    def write(self, name):
        run, final = run_of(name)
        run.vms[0].outcome.command = ["qemu", "-kernel", "a b", "-initrd", "x"]
        results.write(self.directory, run, dict(
            INFO, verdict=final.word, exit_code=int(final.code),
            problems=[problem.text for problem in final.problems]))
        return json.loads((self.directory / "summary.json").read_text())

    def test_summary_has_the_pinned_fields(self):
        summary = self.write("clean")
        self.assertLessEqual({"schema", "verdict", "exit_code", "commit", "command", "seed", "qemu",
                              "kernels", "phases", "totals", "tests"}, set(summary))
        self.assertEqual(summary["totals"], {"passed": 1, "failed": 0, "skipped": 0,
                                             "crashed": 0, "flaky": 0})
        test, = summary["tests"]
        self.assertLessEqual({"name", "description", "kernel", "device", "iommu", "result",
                              "duration_s"}, set(test))
        self.assertEqual(test["description"], "Why.")

    def test_failed_counts_crashes_and_timeouts(self):
        self.assertEqual(self.write("no-plan")["totals"]["failed"], 1)
        self.assertEqual(self.write("test-timeout")["totals"]["failed"], 1)

    def test_flaky_counts_as_passed(self):
        totals = self.write("flaky-boot")["totals"]
        self.assertEqual((totals["passed"], totals["flaky"]), (1, 1))

    def test_junit_fails_when_only_the_verdict_does(self):
        self.write("warn")
        root = ET.parse(self.directory / "junit.xml").getroot()
        self.assertEqual([suite.get("failures") for suite in root], ["0", "1"])
        self.assertIn("WARNING", root[1][0][0].text)

    def test_junit_of_a_pass_has_no_failure(self):
        self.write("clean")
        root = ET.parse(self.directory / "junit.xml").getroot()
        self.assertEqual([suite.get("failures") for suite in root], ["0", "0"])

    def test_junit_takes_any_byte(self):
        run, _ = run_of("clean")
        run.tests[0].output.append("\x00\x1b\ufffe")
        results.write(self.directory, run, dict(INFO))
        ET.parse(self.directory / "junit.xml")

    def test_ktap(self):
        self.write("clean")
        lines = (self.directory / "ktap.log").read_text().splitlines()
        self.assertEqual(lines[:3], ["KTAP version 1", "1..1", "  TAP version 13"])
        self.assertEqual(lines[-1], "ok 1 mock/one.global.first")
        self.write("test-failed")
        last = (self.directory / "ktap.log").read_text().splitlines()[-1]
        self.assertRegex(last, r"^not ok 1 mock/one.global.first # .*Expected 1")

    def test_repro_is_a_script_that_the_shell_takes(self):
        self.write("panic")
        path = self.directory / "repro.sh"
        self.assertTrue(os.access(path, os.X_OK))
        subprocess.run(["sh", "-n", path], check=True)
        self.assertIn("'a b' -initrd vm-1/initramfs.cpio", path.read_text())
        done = subprocess.run([path, "7"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (2, "repro.sh: this run had no VM 7\n"))

    def test_latest_is_the_newest(self):
        results.new_directory(self.directory)
        second = results.new_directory(self.directory)
        self.assertEqual((self.directory / "latest").resolve(), second.resolve())

    def test_directory_that_cannot_be_made(self):
        with self.assertRaisesRegex(HarnessError, "--results"):
            results.new_directory(Path("/proc/nosuch"))


class ReportTest(unittest.TestCase):
    """What is printed."""

    def text(self, name):
        run, final = run_of(name)
        return "\n".join(ending.text(run, final, "Linux 6.1", Path("results/x")))

    def test_pass_is_short(self):
        text = self.text("clean")
        self.assertIn("1 passed, 0 failed, 0 skipped", text)
        self.assertNotIn("console", text)

    def test_failure_names_the_test_and_shows_the_evidence(self):
        text = self.text("test-failed")
        for part in ("FAILED: mock/one.global.first: one.c:9:first:Expected 1",
                     "QEMU: qemu -initrd x", "repro.sh", "reboot: Power down"):
            self.assertIn(part, text)

    def test_splat_is_shown_from_its_beginning(self):
        self.assertRegex(self.text("warn"),
                         r"splat on the console of VM 1 \(kernel 6.1\):\n.*cut here")

    def test_skips_are_named_with_the_missing_thing(self):
        self.assertIn("skipped: mock/one.global.first: no IOMMU", self.text("all-skipped"))

    def test_flaky_is_named(self):
        run, final = run_of("flaky-boot")
        lost = make_vm(tomllib.loads((CANNED / "no-output.toml").read_text()))
        lost.retried = True
        run.vms.insert(0, lost)
        text = "\n".join(ending.text(run, final, "", Path("x")))
        self.assertIn("flaky: VM 1 did not get ready", text)

    def test_table(self):
        run, _ = run_of("clean")
        entry, = run.tests
        for device, result in (("mock", "fail"), ("edu", "pass")):
            other = record.TestRecord(**{**vars(entry), "device": device, "iommu": "type1",
                                         "result": result})
            run.tests.append(other)
        self.assertEqual([line.split() for line in table.render(run.tests[1:])],
                         [["mock/type1", "edu/type1"], ["mock/one.first", "FAIL", "ok"]])

    def test_several_kernels(self):
        run, final = run_of("test-failed")
        entry, = run.tests
        run.tests.append(record.TestRecord(**{**vars(entry), "kernel": "7.3", "result": "pass"}))
        self.assertEqual([line.split() for line in table.render(run.tests)],
                         [["6.1", "7.3"], ["mock/one.first", "FAIL", "ok"]])
        self.assertIn("FAILED: 6.1: mock/one.global.first: ",
                      "\n".join(ending.text(run, final, "", Path("x"))))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""The verdict on canned guests: canned/*.toml, one guest each.

A file says what the guest did and what must come out; what it leaves out is
as in a guest that ran one test and passed:

    verdict          pass, fail, infra, splat or empty
    results          result of each test (default: ["pass"])
    tests            names (default: ["mock/one.global.first"])
    console          all of the console, or only what it said
    console_before   before the first test,
    console_during   while it ran,
    console_after    after the last
    channel          what init reported
    end              a name of harness_lib.vm.End (default: POWER_OFF)
    qemu_status, qemu_said, attempt
"""

import tomllib
import unittest
from pathlib import Path

from harness_lib import console, record, verdict
from harness_lib.suites import by_name
from harness_lib.vm import End, Outcome

CANNED = Path(__file__).parent / "canned"

CONSOLE = """\
[    0.000000] Linux version 6.1.0-56-amd64
{before}[    3.161192] ci: begin {name}
{during}[    3.242845] ci: end {name}
{after}[    3.347032] ACPI: PM: Preparing to enter system sleep state S5
[    3.349712] reboot: Power down
"""

CHANNEL = """
@hello protocol=1 release=6.1.0-56-amd64 taint=0
@ready
@begin index=0 name=mock/one.global.first
|TAP version 13
|1..1
|# Starting 1 tests from 1 test cases.
|#  RUN           global.first ...
|#            OK  global.first
|ok 1 global.first
|# PASSED: 1 / 1 tests passed.
|# Totals: pass:1 fail:0 xfail:0 xpass:0 skip:0 error:0
@end index=0 exit=0 ms=84 timeout=0 stuck=0 taint=12288
@held name=mappings value=0
@held name=pinned_pages value=0
@unload module=mock_vfio errno=0
@done taint=12288
"""


def make_vm(can):
    """The VMRecord that the file describes."""
    tests = [by_name(name) for name in can.get("tests", ["mock/one.global.first"])]
    text = can.get("console")
    if text is None:
        text = CONSOLE.format(name=tests[0].name, before=can.get("console_before", ""),
                              during=can.get("console_during", ""),
                              after=can.get("console_after", ""))
    outcome = Outcome(["qemu", "-initrd", "x"], End[can.get("end", "POWER_OFF")], text, text,
                      qemu_status=can.get("qemu_status", 0), qemu_said=can.get("qemu_said", ""))
    for line in can.get("channel", CHANNEL).strip().splitlines():
        outcome.report.feed(line)
    return record.VMRecord(1, "6.1", tests, Path("vm-1"), outcome,
                           console.splats(text, console.Rules.load()), can.get("attempt", 1))


class Canned(unittest.TestCase):
    """One test method for each file, made below."""

    def check(self, path):
        """The file's guest gets the file's verdict and results."""
        can = tomllib.loads(path.read_text())
        vm = make_vm(can)
        tests, left = vm.collect()
        final = verdict.judge(record.RunRecord(tests, [vm]))
        said = "\n".join([problem.text for problem in final.problems]
                         + [f"{test.name}: {test.result}: {test.reason}" for test in tests])
        self.assertEqual(final.word, can["verdict"], said)
        self.assertEqual([test.result for test in tests], can.get("results", ["pass"]), said)
        self.assertFalse(left)


def _method(path):
    return lambda self: self.check(path)


for _path in sorted(CANNED.glob("*.toml")):
    setattr(Canned, "test_" + _path.stem.replace("-", "_"), _method(_path))


class SplatTest(unittest.TestCase):
    """What a splat says about itself."""

    def test_report_is_one_splat_named_by_its_own_line(self):
        vm = make_vm(tomllib.loads((CANNED / "warn.toml").read_text()))
        splat, = vm.splats
        self.assertIn("WARNING: CPU: 1 PID: 93", splat.line)
        self.assertEqual(splat.test, "mock/one.global.first")

    def test_two_reports_are_two_splats(self):
        can = tomllib.loads((CANNED / "warn.toml").read_text())
        can["console_during"] *= 2
        self.assertEqual(len(make_vm(can).splats), 2)

    def test_a_long_report_of_kasan_is_one_splat(self):
        can = tomllib.loads((CANNED / "kasan.toml").read_text())
        can["console_during"] += ("[   31.153302]  kmalloc_trace+0x1f/0x80\n" * console.REPORT_LINES
                                  + "[   31.153401] page dumped because: kasan: bad access "
                                    "detected\n")
        splat, = make_vm(can).splats
        self.assertIn("BUG: KASAN", splat.line)

    def test_every_rule_of_the_deny_list_is_shown_by_a_canned_console(self):
        rules = console.Rules.load()
        lines = [line for path in CANNED.glob("*.toml") for line in path.read_text().splitlines()]
        unused = [rule.pattern.pattern for rule in rules.deny
                  if not any(rule.pattern.search(line) for line in lines)]
        self.assertEqual(unused, [])


if __name__ == "__main__":
    unittest.main()

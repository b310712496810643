# SPDX-License-Identifier: GPL-2.0-only
"""mock-vfio on a real kernel: `python3 -m unittest -v ci/tests/command.py`.

One VM runs command.sh, a section of it for each test here. Not found by
`unittest discover`, because it boots that VM.
"""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TOP = TESTS.parents[1]
PATIENCE_S = 1800

HARNESS = TOP / "ci" / "harness"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def output_of_the_guest():
    """What command.sh prints in the guest."""
    with tempfile.TemporaryDirectory() as scratch:
        holder = Path(scratch) / "holder"
        subprocess.run(["gcc", "-static", "-Wall", "-Werror", "-o", holder,
                        TESTS / "command_holder.c"], check=True)
        done = subprocess.run(
            [HARNESS, "shell", "--add", holder, "--add", TESTS / "command.sh",
             "--", "sh", "/command.sh"],
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
            stdin=subprocess.DEVNULL)
    if done.returncode:
        raise AssertionError(f"exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class CommandTest(unittest.TestCase):
    """Each looks at the section of the output that is called as it is."""

    @classmethod
    def setUpClass(cls):
        parts = re.split(r"^== (\w+)\n", output_of_the_guest(), flags=re.M)
        cls.sections = dict(zip(parts[1::2], parts[2::2]))

    def setUp(self):
        self.output = self.sections[self._testMethodName.removeprefix("test_")]

    def assert_lines(self, *patterns):
        """The output has lines that match, in this order, with others in between."""
        rest = self.output
        for pattern in patterns:
            found = re.search(f"^{pattern}$", rest, re.M)
            self.assertTrue(found, f"no line (in this order): {pattern}\n{self.output}")
            rest = rest[found.end():]

    def assert_clean(self):
        """No profile but the shell's is left, and nothing is held."""
        self.assert_lines("profiles: demo", "held: instances 1", "records:")

    def test_statuses(self):
        self.assert_lines("exit 7: 7", "signal: 139", "not found: 127", "not run: 126",
                          "no scenario: 125", "no device: 125", "usage: 2")
        self.assert_clean()

    def test_placeholders(self):
        self.assert_lines(rf"/dev/vfio/\d+ /dev/vfio/\d+ {UUID} "
                          rf"/sys/bus/mdev/devices/{UUID} a{UUID}b \{{\}} \{{other\}}",
                          rf"run\.\d+ /dev/vfio/\d+ {UUID}",
                          r"mock-vfio: \{group2\}: the scenario has 1 device")

    def test_report(self):
        self.assert_lines(r"mock-vfio: busy-map: exit status 0, \d+ events",
                          r"  iommu\.map_dma +2 +1 +1",
                          r"mock-vfio: fault busy \(iommu\.map_dma: EBUSY\) fired 1 time of 2")
        report = json.loads(re.search(r"^\{.*\}$", self.output, re.M).group())
        self.assertEqual(report["sites"]["iommu.map_dma"],
                         {"calls": 2, "failed": 1, "faults": 1})
        self.assertEqual(report["faults"]["busy"]["hits"], 1)
        self.assertEqual(report["status"], 0)
        first = next(event for event in report["events"] if event["site"] == "iommu.map_dma")
        self.assertEqual((first["ret"], first["fault"]), (-16, "busy"))
        self.assert_lines("mock-vfio: cannot write /nowhere/report: No such file or directory",
                          "nowhere: 125", "not run")

    def test_real_iommu(self):
        self.assert_lines(r"  device\.open +1 +0 +0")
        self.assertNotIn("iommu.", self.output)

    def test_bad_scenario(self):
        self.assert_lines(
            r'mock-vfio: /bad\.yaml:6: regions/x/access: bad value "rx": .*',
            r'mock-vfio: /worse\.yaml:4: faults/x/effect: bad value "explode": .*',
            r'mock-vfio: /clash\.yaml:1: live: bad value "1": .*b.*',
            r"mock-vfio: /crowd\.yaml:2: instances: 9 are more than max_instances, 8",
            r"mock-vfio: cannot read /: Is a directory")
        self.assert_clean()

    def test_signal(self):
        self.assert_lines("got TERM", "status 5")
        self.assert_clean()

    def test_child_killed(self):
        self.assert_lines("open", "status 137")
        self.assert_clean()

    def test_left_behind(self):
        self.assert_lines("open", r"mock-vfio: minimal: exit status 0, .*, "
                          "1 process left behind and ended", "status 0")
        self.assert_clean()

    def test_killed(self):
        self.assert_lines("open", "status 137", r"left: minimal\.\d+",
                          "note +leftovers +1 run was killed .*: mock-vfio remove -l",
                          r"mock-vfio: removed minimal\.\d+, left by process \d+ when .*",
                          "next: 0")
        self.assert_clean()

    def test_killed_with_orphan(self):
        self.assert_lines("open", "status 137", r"left: minimal\.\d+", "orphan lives",
                          r"mock-vfio: removed minimal\.\d+, left by process \d+ when .*",
                          "orphan is gone")
        self.assert_clean()

    def test_two_at_a_time(self):
        self.assert_lines("both: 0 0")
        self.assert_clean()

    def test_in_use(self):
        self.assert_lines(
            "open", r"mock-vfio: profile used: a device is in use by \d+ \(holder\) "
            r"\(-f kills it\)", "remove: 1", "destroy: 1", "remove -f: 0")
        self.assert_clean()

    def test_apply(self):
        self.assert_lines("profile gpu", rf"  {UUID} /dev/vfio/\d+ /sys/.*",
                          "mock-vfio: there is a profile gpu already: .*", "again: 1",
                          rf"{UUID} /dev/vfio/\d+ /sys/.*", "instances: 1")
        self.assert_clean()

    def test_triggers(self):
        self.assert_lines("mock-vfio: .*/irq: No such device or address", "irq: 1",
                          "mock-vfio: .*/irq: Invalid argument", "beyond: 1", "memory: 0",
                          "unplug: 0")
        self.assert_clean()

    def test_faults(self):
        self.assert_lines(
            r'mock-vfio: minimal/faults/x/effect: bad value "explode": .*', "effect: 1",
            r'mock-vfio: minimal/faults/x/site: bad value "no\.site": .*', "site: 1",
            r"busy +iommu\.map_dma +EBUSY +yes +2 +1", "cleared: 1")
        self.assert_clean()

    def test_follow(self):
        self.assert_lines(r"\d+ device\.open .*dev=.*", "follow ended: 0")
        self.assert_clean()


if __name__ == "__main__":
    unittest.main()

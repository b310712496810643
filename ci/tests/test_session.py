# SPDX-License-Identifier: GPL-2.0-only
"""How tests are spread over VMs: what a dead guest left undone, retries, shards.

The VMs are scripts: each takes the channel's lines from a list.
"""

import itertools
import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

from harness_lib import guestplan, record, session, verdict
from harness_lib.accel import Accel
from harness_lib.protocol import GuestReport
from harness_lib.suites import by_name
from harness_lib.vm import LIMITS, End, Outcome

HELLO = "@hello protocol=1 release=6.1.0 taint=0"
DONE = ("@held name=mappings value=0", "@unload module=mock_vfio errno=0", "@done taint=0")


def ran(index, name, **end):
    """Lines of one test that passed, or with other values in its end record."""
    values = {"exit": 0, "ms": 10, "timeout": 0, "stuck": 0, "taint": 0, **end}
    return (f"@begin index={index} name=mock/one.{name}", "|TAP version 13", "|1..1",
            f"|ok 1 {name}", f"@end index={index} "
            + " ".join(f"{key}={value}" for key, value in values.items()))


class Guests:
    """Stands in for vm.VM: the n-th VM does what the n-th script says."""

    def __init__(self, *scripts):
        self.scripts = list(scripts)
        self.commands = []

    def __call__(self, command, limits, listen):
        self.commands.append(command)
        end, console, *lines = self.scripts.pop(0)
        report = GuestReport()

        def run():
            for line in lines:
                word = report.feed(line)
                if word:
                    listen(word, report)
            return Outcome(command, end, console, console, "", report, 0)

        return mock.Mock(run=run)


class SessionTest(unittest.TestCase):
    """Results and number of VMs."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)
        self.names = ["global.a", "global.b", "global.c"]
        self.accel = Accel("tcg")

    def run_with(self, *scripts, jobs=1, isolate=False):
        """Run the tests in VMs that follow @scripts; returns {test: result}."""
        guests = Guests(*scripts)
        kernel = types.SimpleNamespace(name="6.1", release="6.1.0", image="vmlinux")
        self.progress = mock.Mock()
        image = mock.Mock(**{"write.side_effect": lambda path: path})
        with mock.patch.object(session, "VM", guests), \
                mock.patch.object(guestplan, "for_tests", return_value=image) as plans, \
                mock.patch("harness_lib.tools.require", return_value="qemu"):
            made = session.Session(kernel, self.accel, lambda kind: LIMITS[kind], None, [],
                                   {"SEED": 1}, self.directory, itertools.count(1),
                                   self.progress)
            self.record = made.run([by_name("mock/one." + name) for name in self.names], jobs,
                                   isolate)
        self.assertEqual(guests.scripts, [], "fewer VMs than expected")
        self.planned = [[test.inner for test in call.args[2]] for call in plans.call_args_list]
        self.environments = [call.args[5] for call in plans.call_args_list]
        self.commands = guests.commands
        return {entry.test.inner: entry.result for entry in self.record.tests}

    def test_all_in_one(self):
        results = self.run_with((End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a"),
                                 *ran(1, "global.b"), *ran(2, "global.c"), *DONE))
        self.assertEqual(results, dict.fromkeys(self.names, "pass"))
        self.assertEqual(verdict.judge(self.record).word, "pass")
        self.assertEqual(self.environments, [{"SEED": 1}])

    def test_after_a_crash_the_rest_runs_in_a_fresh_vm(self):
        results = self.run_with(
            (End.RESET, "Kernel panic - not syncing: x", HELLO, "@ready", *ran(0, "global.a"),
             "@begin index=1 name=mock/one.global.b"),
            (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.c"), *DONE))
        self.assertEqual(results, {"global.a": "pass", "global.b": "crash", "global.c": "pass"})
        self.assertEqual(self.planned[1], ["global.c"])
        self.assertEqual(verdict.judge(self.record).word, "splat")

    def test_a_guest_that_dies_between_tests_costs_the_next_one(self):
        # Otherwise a guest that always dies there would be started for ever.
        results = self.run_with(
            (End.RESET, "", HELLO, "@ready"),
            (End.RESET, "", HELLO, "@ready"),
            (End.RESET, "", HELLO, "@ready"))
        self.assertEqual(results, dict.fromkeys(self.names, "crash"))

    def test_after_a_stuck_test_the_rest_runs_in_a_fresh_vm(self):
        results = self.run_with(
            (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a", timeout=1, stuck=1)),
            (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.b"), *ran(1, "global.c"), *DONE))
        self.assertEqual(results, {"global.a": "timeout", "global.b": "pass", "global.c": "pass"})
        self.assertEqual(verdict.judge(self.record).word, "fail")

    def test_a_boot_that_fails_is_tried_once_more_and_named_flaky(self):
        results = self.run_with(
            (End.HANG, "Linux version"),
            (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a"), *ran(1, "global.b", exit=1),
             *ran(2, "global.c"), *DONE))
        self.assertEqual(results, {"global.a": "flaky", "global.b": "fail", "global.c": "flaky"})
        self.assertEqual(len(self.record.vms), 2)
        self.progress.retry.assert_called_once()

    def test_a_boot_panic_before_init_is_tried_once_more(self):
        self.run_with(
            (End.RESET, "Kernel panic - not syncing: timer doesn't work"),
            (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a"), *ran(1, "global.b"),
             *ran(2, "global.c"), *DONE))
        self.assertEqual(verdict.judge(self.record).word, "pass")

    def test_two_boots_that_fail_are_a_splat(self):
        results = self.run_with((End.HANG, "Linux version"), (End.HANG, "Linux version"))
        self.assertEqual(results, dict.fromkeys(self.names, "crash"))
        self.assertEqual(verdict.judge(self.record).word, "splat")

    def test_a_splat_while_modules_load_is_not_tried_again(self):
        self.run_with((End.HANG, "BUG: kernel NULL pointer dereference", HELLO))
        self.assertEqual(verdict.judge(self.record).word, "splat")

    def test_what_the_guest_says_is_wrong_is_not_tried_again(self):
        self.run_with((End.POWER_OFF, "Linux version", HELLO, "@error what=module:x errno=2"))
        self.assertEqual(verdict.judge(self.record).word, "infra")

    def test_qemu_that_does_not_start_is_not_tried_again(self):
        self.run_with((End.QEMU, ""))
        self.assertEqual(verdict.judge(self.record).word, "infra")

    def test_kvm_that_fails_falls_back_to_emulation(self):
        answers = self.directory / "accel.json"
        answers.touch()
        self.accel = Accel("kvm", answers)
        self.run_with(
            (End.KVM_ERROR, ""),
            (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a"), *ran(1, "global.b"),
             *ran(2, "global.c"), *DONE))
        self.assertIn("kvm", self.commands[0])
        self.assertIn("tcg", self.commands[1])
        self.assertFalse(answers.exists())

    def test_jobs_share_the_tests(self):
        self.names = ["global.a", "global.b"]
        one = (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a"), *DONE)
        two = (End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.b"), *DONE)
        self.run_with(one, two, jobs=5)
        self.assertEqual(sorted(self.planned), [["global.a"], ["global.b"]])
        self.assertEqual([entry.test.inner for entry in self.record.tests], self.names)

    def test_isolated_each_test_has_a_vm_of_its_own(self):
        results = self.run_with(*((End.POWER_OFF, "", HELLO, "@ready", *ran(0, name), *DONE)
                                  for name in self.names), isolate=True)
        self.assertEqual(self.planned, [[name] for name in self.names])
        self.assertEqual(results, dict.fromkeys(self.names, "pass"))

    def test_a_kernel_that_is_lost_is_infra_whatever_the_others_say(self):
        self.names = ["global.a"]
        self.run_with((End.POWER_OFF, "", HELLO, "@ready", *ran(0, "global.a"), *DONE))
        self.record.lost.append(record.Lost("7.3", "building mock_vfio.ko failed"))
        final = verdict.judge(self.record)
        self.assertEqual(final.word, "infra")
        self.assertEqual([problem.text for problem in final.problems],
                         ["kernel 7.3: building mock_vfio.ko failed"])


if __name__ == "__main__":
    unittest.main()

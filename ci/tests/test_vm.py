# SPDX-License-Identifier: GPL-2.0-only
"""vm.py with a QEMU that is a script: how each way to end is told apart."""

import sys
import textwrap
import unittest

from harness_lib.vm import VM, End, Limits

# Finds its three sockets on the command line, as QEMU would.
QEMU = """
import json, os, re, socket, sys, time
fd = dict(re.findall(r"id=(\\w+),fd=(\\d+)", " ".join(sys.argv)))
console, channel, monitor = (socket.socket(fileno=int(fd[name]))
                             for name in ("console", "channel", "monitor"))
def event(name, **data):
    monitor.sendall(json.dumps({"event": name, "data": data}).encode() + b"\\n")
"""


class VMTest(unittest.TestCase):
    """The outcome of scripted QEMUs."""

    def run_vm(self, script, limits=Limits(boot=10, test=1, finish=10, grace=0.2)):
        words = []
        vm = VM([sys.executable, "-c", QEMU + textwrap.dedent(script)], limits,
                lambda word, report: words.append(word))
        return vm.run(), words

    def test_power_off(self):
        outcome, words = self.run_vm("""
            console.sendall(b"hello\\r\\nworld")
            channel.sendall(b"@hello protocol=1 release=6.1 taint=0\\n@rea")
            channel.sendall(b"dy\\n@begin index=0 name=x\\n|ok\\n")
            channel.sendall(b"@end index=0 exit=0 ms=5 timeout=0 stuck=0 taint=0\\n")
            channel.sendall(b"@done taint=0\\n")
            event("SHUTDOWN", guest=True, reason="guest-shutdown")
        """)
        self.assertTrue(outcome.clean)
        self.assertEqual(words, ["hello", "ready", "begin", "output", "end", "done"])
        self.assertEqual(outcome.console_judged, "hello\r\nworld")
        self.assertEqual(outcome.report.tests[0].output, ["ok"])

    def test_version_comes_from_the_monitor(self):
        outcome, _ = self.run_vm("""
            version = {"qemu": {"major": 7, "minor": 2, "micro": 22}, "package": "Debian 1:7.2"}
            monitor.sendall(json.dumps({"QMP": {"version": version}}).encode() + b"\\n")
        """)
        self.assertEqual(outcome.qemu_version, "QEMU 7.2.22 (Debian 1:7.2)")

    def test_reset(self):
        outcome, _ = self.run_vm('event("SHUTDOWN", guest=True, reason="guest-reset")')
        self.assertIs(outcome.end, End.RESET)
        self.assertFalse(outcome.clean)

    def test_qemu_says_what_is_wrong_and_exits(self):
        outcome, _ = self.run_vm('sys.exit("edu: not a valid device")')
        self.assertIs(outcome.end, End.QEMU)
        self.assertEqual(outcome.qemu_status, 1)
        self.assertIn("not a valid device", outcome.qemu_said)

    def test_qemu_is_killed(self):
        outcome, _ = self.run_vm("os.kill(os.getpid(), 9)")
        self.assertIs(outcome.end, End.QEMU)
        self.assertEqual(outcome.qemu_status, -9)

    def test_kvm_error(self):
        outcome, _ = self.run_vm('event("STOP"); time.sleep(60)')
        self.assertIs(outcome.end, End.KVM_ERROR)

    def test_boot_that_hangs(self):
        outcome, _ = self.run_vm("time.sleep(60)", Limits(0.3, 1, 1, 1))
        self.assertIs(outcome.end, End.HANG)

    def test_hang_is_asked_where_it_is_and_that_is_not_judged(self):
        outcome, _ = self.run_vm("""
            channel.sendall(b"@ready\\n@begin index=0 name=x\\n")
            console.sendall(b"working\\n")
            while True:
                if b"inject-nmi" in monitor.recv(4096):
                    console.sendall(b"Kernel panic - not syncing: NMI\\n")
        """, Limits(boot=10, test=0.3, finish=10, grace=0.2))
        self.assertIs(outcome.end, End.HANG)
        self.assertEqual(outcome.console_judged, "working\n")
        self.assertIn("the guest hangs", outcome.console)
        self.assertIn("Kernel panic", outcome.console)

    def test_each_report_extends_the_deadline(self):
        outcome, _ = self.run_vm("""
            channel.sendall(b"@ready\\n")
            for index in range(8):
                channel.sendall(b"@begin index=%d name=x\\n" % index)
                time.sleep(0.2)
                channel.sendall(b"@end index=%d exit=0 ms=5 timeout=0 stuck=0 taint=0\\n" % index)
            channel.sendall(b"@done taint=0\\n")
            event("SHUTDOWN", guest=True, reason="guest-shutdown")
        """, Limits(boot=10, test=0.7, finish=10, grace=0.3))
        self.assertTrue(outcome.clean)

    def test_a_line_that_was_cut_is_not_taken(self):
        outcome, words = self.run_vm('channel.sendall(b"@ready")')
        self.assertEqual(words, [])
        self.assertFalse(outcome.report.ready)

    def test_monitor_that_talks_nonsense(self):
        outcome, _ = self.run_vm("""
            monitor.sendall(b"nonsense\\n")
            event("SHUTDOWN", guest=True, reason="guest-shutdown")
        """)
        self.assertIs(outcome.end, End.POWER_OFF)


if __name__ == "__main__":
    unittest.main()

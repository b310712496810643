# SPDX-License-Identifier: GPL-2.0-only
"""Real VMs in which something goes wrong: `python3 -m unittest -v ci/tests/meta.py`.

The tests in ci/meta/ panic, hang and warn; the harness must say so. Slow, and
so not found by `unittest discover`.
"""

import unittest

from .metarun import MetaRun


class MetaTest(MetaRun):
    """What goes wrong on any kernel."""

    def test_panic(self):
        results = self.run_meta("meta/panic*", code=3, word="splat")
        self.assertEqual(results, {"panic.global.before": "pass", "panic.global.sysrq": "crash",
                                   "panic.global.after": "pass"})
        self.assertIn("Kernel panic - not syncing: sysrq triggered crash", self.output)
        self.assertIn("FAILED: meta/panic.global.sysrq", self.output)
        self.assertIn("repro.sh", self.output)

    def test_warn_during_a_test_that_passes(self):
        results = self.run_meta("meta/warn*", code=3, word="splat")
        self.assertEqual(results, {"warn.global.passing": "pass"})
        self.assertIn("during meta/warn.global.passing", self.output)
        self.assertIn("kernel tainted by meta/warn.global.passing: W", self.output)
        self.assertIn('failure message="splat"', self.junit)

    def test_hangs(self):
        results = self.run_meta("meta/hang*", code=1, word="fail",
                                options=("--timeout-scale", "0.05"))
        self.assertEqual(results, {"hang.forever.user": "timeout",
                                   "hang.forever.kernel": "timeout",
                                   "hang.forever.machine": "timeout",
                                   "hang.forever.after": "pass"})
        self.assertIn("the last lines on the console of VM", self.output)
        self.assertIn("the guest stopped answering", self.output)

    def test_a_program_without_a_result_is_a_crash(self):
        results = self.run_meta("meta/crash*", code=1, word="fail")
        self.assertEqual(results, {"crash.global.silent": "crash",
                                   "crash.global.failing": "fail"})
        self.assertIn("the program died of SIGKILL", self.output)

    def test_a_clean_run_passes(self):
        results = self.run_meta("meta/panic*before", code=0, word="pass")
        self.assertEqual(results, {"panic.global.before": "pass"})


if __name__ == "__main__":
    unittest.main()

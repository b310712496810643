# SPDX-License-Identifier: GPL-2.0-only
"""The debug kernel notices bugs: `python3 -m unittest -v ci/tests/meta_debug.py`.

A debug kernel whose checks are off looks like one that found nothing. Builds
that kernel if it is not in the cache.
"""

import unittest

from .metarun import MetaRun

# Test -> what the console says.
BUGS = {
    "lock_order": "WARNING: possible circular locking dependency",
    "use_after_free": "BUG: KASAN: slab-use-after-free",
    "shift": "UBSAN: shift-out-of-bounds",
    "sleep_in_atomic": "BUG: sleeping function called from invalid context",
    "free_active": "ODEBUG: free active",
}

# A kernel build may come before the tests.
HOUR = 3600


class MetaDebugTest(MetaRun):
    """Tests that pass while the kernel does something wrong."""

    def test_each_bug_is_noticed(self):
        results = self.run_meta("meta/bug*", code=3, word="splat", options=("-k", "debug"),
                                timeout=HOUR)
        self.assertEqual(results, {f"bug.global.{name}": "pass" for name in [*BUGS, "leak"]})
        for name, message in BUGS.items():
            with self.subTest(name):
                self.assertRegex(self.output, f"{message}.*during meta/bug.global.{name};")
        self.assertRegex(self.output, r"kmemleak: \d+ lost objects")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""The debug kernel is one: `python3 -m unittest -v ci/tests/meta_debug.py`.

A debug kernel whose checks are off looks like one that found nothing. Builds
that kernel if it is not in the cache.
"""

import subprocess
import unittest
from pathlib import Path

from .metarun import TOP, MetaRun

# Test -> what the console says.
BUGS = {
    "lock_order": "WARNING: possible circular locking dependency",
    "use_after_free": "BUG: KASAN: slab-use-after-free",
    "shift": "UBSAN: shift-out-of-bounds",
    "sleep_in_atomic": "BUG: sleeping function called from invalid context",
    "free_active": "ODEBUG: free active",
}

# What people take this kernel for.
OPTIONS = """
    KASAN UBSAN PROVE_LOCKING DEBUG_ATOMIC_SLEEP DEBUG_OBJECTS DEBUG_KMEMLEAK
    FAULT_INJECTION FAILSLAB FAIL_PAGE_ALLOC FAULT_INJECTION_USERCOPY FAIL_FUNCTION
    GCOV_KERNEL KCOV
    VFIO_GROUP VFIO_CONTAINER VFIO_DEVICE_CDEV VFIO_NOIOMMU VFIO_PCI VFIO_MDEV
    IOMMUFD IOMMUFD_TEST SAMPLE_VFIO_MDEV_MTTY
""".split()

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

    def test_its_instruments_work(self):
        results = self.run_meta("meta/instruments*", code=0, word="pass", options=("-k", "debug"),
                                timeout=HOUR)
        self.assertEqual(results, {"instruments.global.fail_nth": "pass",
                                   "instruments.global.kcov": "pass"})

    def test_it_tells_what_of_each_part_ran(self):
        self.run_meta("real/regions.*edu*", "mock/irq_vectors.*", code=0, word="pass",
                      options=("-k", "debug", "--gcov"), timeout=HOUR)
        hit = {part["part"]: part["lines"][0] for part in self.summary["coverage"]}
        for name in ("mock_vfio", "libuvfio", "drivers/vfio", "drivers/vfio/pci"):
            with self.subTest(name):
                self.assertGreater(hit.get(name, 0), 100)


class ConfigTest(unittest.TestCase):
    """What came out of kconfig."""

    def test_everything_is_in(self):
        done = subprocess.run([TOP / "ci/harness", "fetch", "kernel", "-k", "debug"],
                              capture_output=True, text=True, timeout=HOUR, check=True)
        image = Path(done.stdout.strip())
        config = image.with_name(image.name.replace("vmlinuz", "config")).read_text().splitlines()
        missing = [option for option in OPTIONS
                   if not {f"CONFIG_{option}=y", f"CONFIG_{option}=m"}.intersection(config)]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()

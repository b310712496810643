# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trace events: each is a static probe, and the borrowed names are QEMU's own."""

import re
import subprocess
import unittest

from build import BUILD, CC, USERLIB, needs, output

HAVE_SDT = not subprocess.run([*CC, "-E", "-include", "sys/sdt.h", "-xc", "/dev/null"],
                              capture_output=True, check=False).returncode


def events():
    """Every event that the sources emit."""
    text = "".join(path.read_text() for path in sorted((USERLIB / "src").glob("*.c")))
    return set(re.findall(r"\buvfio_trace\([^,;]*,\s*(\w+)\s*,", text))


class ProbesTest(unittest.TestCase):
    @needs("readelf")
    @unittest.skipUnless(HAVE_SDT, "not installed: sys/sdt.h")
    def test_each_event_is_a_probe(self):
        notes = output("readelf", "--notes", BUILD / "libuvfio.so")
        probes = set(re.findall(r"Provider: uvfio\n\s+Name: (\w+)", notes))
        self.assertEqual(probes, events())

    def test_a_unit_test_expects_each_event(self):
        text = "".join(path.read_text() for path in sorted((USERLIB / "tests").glob("test_*.c")))
        # With what is said of it, hence the space.
        self.assertEqual({event for event in events() if f'"{event} ' not in text}, set())

    @needs("qemu-system-x86_64")
    def test_names_are_those_of_qemu(self):
        known = set(output("qemu-system-x86_64", "-trace", "help").split())
        borrowed = {event for event in events() if event.startswith("vfio_")}
        self.assertTrue(borrowed)
        self.assertEqual(borrowed - known, set())

    @needs("qemu-system-x86_64")
    def test_no_name_of_ours_hides_one_of_qemu(self):
        known = set(output("qemu-system-x86_64", "-trace", "help").split())
        ours = {event for event in events() if event.startswith("uvfio_")}
        self.assertEqual({event for event in ours if event[1:] in known}, set())


if __name__ == "__main__":
    unittest.main()

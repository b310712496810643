# SPDX-License-Identifier: GPL-2.0-only
"""Every path that the module makes is documented, and every documented one is made.

The module's side is read out of its tables of attributes, its debugfs files and its
tracepoints; the other side out of Documentation/.
"""

import re
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
MODULE = sorted((TOP / "mock_vfio").glob("*.[ch]"))

CONFIGFS = "/sys/kernel/config/mock_vfio"
DEBUGFS = "/sys/kernel/debug/mock_vfio"
TRACEFS = "/sys/kernel/tracing/events/mock_vfio"

PROFILE = f"{CONFIGFS}/<profile>"

# The directory of each kind of item, by the type that owns its attributes.
ITEMS = {
    "mock_config_root": CONFIGFS,
    "mock_config": PROFILE,
    "mock_config_iommu": f"{PROFILE}/iommu_backend",
    "mock_range_item": f"{PROFILE}/iommu_backend/ranges/<name>",
    "mock_region_item": f"{PROFILE}/regions/<name>",
    "mock_area_item": f"{PROFILE}/regions/<name>/areas/<name>",
    "mock_irq_item": f"{PROFILE}/irqs/<name>",
    "mock_rule_item": f"{PROFILE}/faults/<rule>",
}

# The directory in debugfs, by file and variable.
DEBUGFS_DIRS = {
    ("debugfs.c", "root"): DEBUGFS,
    ("debugfs.c", "dir"): f"{DEBUGFS}/<profile>",
    ("trigger.c", "dir"): f"{DEBUGFS}/<profile>/devices/<uuid>",
}


def paths_of(path, text):
    """The paths that one source file makes."""
    for owner, name in re.findall(r"&(mock_\w+?)_attr_(\w+),", text):
        yield f"{ITEMS[owner]}/{name}"
    for name, directory in re.findall(
            r'debugfs_create_(?:file|file_unsafe)\("(\w+)",\s*0\d+,\s*(\w+),', text):
        yield f"{DEBUGFS_DIRS[path.name, directory]}/{name}"
    for name in re.findall(r"^TRACE_EVENT\((\w+),", text, re.MULTILINE):
        yield f"{TRACEFS}/{name}"


def made():
    """All paths of files that the module makes."""
    return {name for path in MODULE for name in paths_of(path, path.read_text())}


def documented():
    """All paths of files below the module's directories that the pages explain."""
    pages = "\n".join(path.read_text() for path in (TOP / "Documentation").glob("*.rst"))
    return set(re.findall(r"^\*\*Attribute:\*\* ``(\S+)``$", pages, re.MULTILINE)) | set(
        re.findall(rf"^``((?:{DEBUGFS}|{TRACEFS})/\S+)``$", pages, re.MULTILINE))


class Paths(unittest.TestCase):
    def test_the_sources_are_understood(self):
        found = made()
        for root, least in (CONFIGFS, 50), (DEBUGFS, 8), (TRACEFS, 1):
            self.assertLessEqual(least, sum(path.startswith(root) for path in found), root)

    def test_every_path_is_documented(self):
        self.assertEqual(set(), made() - documented())

    def test_every_documented_path_is_there(self):
        self.assertEqual(set(), documented() - made())


if __name__ == "__main__":
    unittest.main()

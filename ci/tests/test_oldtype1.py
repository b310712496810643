# SPDX-License-Identifier: GPL-2.0-only
"""Editing the kernel's type1: each edit fits in one place, or it is an error."""

import re
import unittest

from harness_lib import oldtype1, paths
from harness_lib.errors import HarnessError

EDIT = {"find": r"a \+ 1 (?=< b)", "replace": "a "}


class EditTest(unittest.TestCase):
    """On made-up text."""

    def test_one_place(self):
        self.assertEqual(oldtype1.edited("if (a + 1 < b || c)", EDIT, "it"), "if (a < b || c)")

    def test_what_is_put_there_is_no_pattern(self):
        edit = {"find": "a", "replace": r"\1\n"}
        self.assertEqual(oldtype1.edited("bac", edit, "it"), r"b\1\nc")

    def test_no_place_and_two(self):
        for text, times in (("a + 1 > b", 0), ("a + 1 < b, a + 1 < b", 2)):
            with self.assertRaisesRegex(HarnessError, f"type1.c: .* matches {times} times"):
                oldtype1.edited(text, EDIT, "type1.c")

    def test_edits_are_quirks_that_the_model_has(self):
        table = (paths.TOP / "mock_vfio/model/quirks.c").read_text()
        known = re.findall(r'\.name = "(\w+)"', table)
        self.assertTrue(oldtype1.edits())
        for name, edit in oldtype1.edits().items():
            self.assertIn(name, known)
            self.assertEqual(set(edit), {"find", "replace"})
            re.compile(edit["find"])

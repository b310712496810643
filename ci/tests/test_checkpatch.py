# SPDX-License-Identifier: GPL-2.0-only
"""checkpatch: what is clean is not looked at twice, what is not clean always is."""

import os
import tempfile
import time
import unittest
from pathlib import Path

from harness_lib import checkpatch

# Complains of each file that has "bad" in it, as checkpatch does; notes what it was given.
TOOL = """#!/bin/sh
while [ "$1" != -f ]; do shift; done
shift
status=0
for file; do
    echo "$file" >>seen
    ! grep -q strange "$file" || echo "Perl is unhappy"
    ! grep -q silent "$file" || exit 2
    ! grep -q bad "$file" || { echo "$file:1: ERROR: bad"; status=1; }
done
exit $status
"""


class CheckpatchTest(unittest.TestCase):
    """A tree with a checkpatch.pl that notes which files it sees."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(scratch.name)
        Path("scripts").mkdir()
        for name in checkpatch.TOOL:
            Path("scripts", name).write_text(TOOL)
            Path("scripts", name).chmod(0o755)
        Path("a.c").write_text("good")
        Path("b.c").write_text("good as well")

    def check(self, *ignored):
        """(what is wrong, files that were looked at)"""
        Path("seen").write_text("")
        wrong = checkpatch.Checkpatch(os.getcwd(), ignored, Path("marks")).check(["a.c", "b.c"])
        return wrong, Path("seen").read_text().split()

    def test_clean_files_are_looked_at_once(self):
        self.assertEqual(self.check(), ("", ["a.c", "b.c"]))
        self.assertEqual(self.check(), ("", []))

    def test_a_file_with_anything_wrong_is_looked_at_again(self):
        Path("b.c").write_text("bad")
        self.assertEqual(self.check(), ("b.c:1: ERROR: bad\n", ["a.c", "b.c"]))
        self.assertEqual(self.check(), ("b.c:1: ERROR: bad\n", ["b.c"]))

    def test_changes_of_all_that_matters_are_seen(self):
        self.check()
        Path("a.c").write_text("good, too")
        self.assertEqual(self.check()[1], ["a.c"])
        self.assertEqual(self.check("RULE")[1], ["a.c", "b.c"])
        Path("scripts/spelling.txt").write_text("teh||the")
        self.assertEqual(self.check("RULE")[1], ["a.c", "b.c"])

    def test_what_nobody_understands_makes_no_file_clean(self):
        Path("b.c").write_text("strange")
        for _ in range(2):
            self.assertEqual(self.check(), ("Perl is unhappy\n", ["a.c", "b.c"]))

    def test_a_silent_failure_is_one(self):
        Path("a.c").write_text("silent")
        for _ in range(2):
            self.assertIn("ended with exit status 2", self.check()[0])

    def test_marks_that_nobody_asks_for_go_away(self):
        self.check()
        mark, other = Path("marks").iterdir()
        for old in (mark, other):
            os.utime(old, (0, time.time() - (checkpatch.MARK_DAYS + 1) * 24 * 3600))
        Path("b.c").write_text("new")
        self.check()
        self.assertEqual(len(list(Path("marks").iterdir())), 2)


if __name__ == "__main__":
    unittest.main()

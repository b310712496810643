# SPDX-License-Identifier: GPL-2.0-only
"""Documentation/device-map.rst: what it names is there, and has been seen to fail."""

import fnmatch
import json
import re
import subprocess
import tomllib
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TOP = TESTS.parents[1]
MAP = TOP / "Documentation" / "device-map.rst"

TITLE = re.compile(r"^(.+)\n=+\n", re.M)
CELL = r"- ((?:.*\n(?:       .*\n)*))"
ROW = re.compile(rf"^   \* {CELL}     {CELL}", re.M)

# Its tests are on the host or about a command, which mutations of the module are not.
NO_MODULE = "libmockvfio and mock-vfio"


def rows():
    """(chapter, what, tests) of each row."""
    found = []
    text = MAP.read_text() + "\n"
    titles = list(TITLE.finditer(text))
    for title, following in zip(titles, [*titles[1:], None]):
        end = following.start() if following else len(text)
        found += [(title[1], " ".join(what.split()), tests.split())
                  for what, tests in ROW.findall(text, title.end(), end) if what != "what\n"]
    return found


def selftests():
    """Names as the map has them, without fixtures: {"mock/file.test"}."""
    printed = subprocess.run(["selftests/tools/descriptions.py", "selftests"], cwd=TOP,
                             capture_output=True, text=True, check=True).stdout
    return {".".join((name.split(".")[0], name.split(".")[-1])) for name in json.loads(printed)}


def functions(pattern, prefix, kind):
    """Tests that are functions called test_..., in files that may be, too."""
    return {f"{prefix}/{path.stem.removeprefix('test_')}.{name}" for path in TOP.glob(pattern)
            for name in re.findall(rf"^\s*{kind} test_(\w+)\(", path.read_text(), re.M)}


def mutated():
    """Patterns of selftests that see a mutation of the module."""
    with (TOP / "ci" / "mutations.toml").open("rb") as file:
        table = tomllib.load(file)["mutation"]
    return [f"{entry['test'].split('.')[0]}.{entry['test'].split('.')[-1]}"
            for entry in table if entry["file"].startswith("mock_vfio/")]


class DeviceMap(unittest.TestCase):
    def test_it_is_understood(self):
        count = MAP.read_text().count("\n   * - ")
        headings = len({chapter for chapter, _, _ in rows()})
        self.assertEqual(count - headings, len(rows()))
        self.assertEqual(8, headings)

    def test_every_row_has_tests_that_are_there(self):
        there = (selftests() | functions("ci/tests/*.py", "ci", "def") |
                 functions("userlib/mockvfio/tests/test_*.c", "libmockvfio", "static void"))
        for _, what, tests in rows():
            with self.subTest(what):
                self.assertTrue(tests)
                self.assertEqual(set(), set(tests) - there)

    def test_every_row_about_the_module_has_been_broken(self):
        patterns = mutated()
        for chapter, what, tests in rows():
            if chapter == NO_MODULE:
                continue
            with self.subTest(what):
                self.assertTrue(any(fnmatch.filter(tests, pattern) for pattern in patterns))


if __name__ == "__main__":
    unittest.main()

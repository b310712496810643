# SPDX-License-Identifier: GPL-2.0-only
"""Names of tests: read from the programs' own lists, chosen by globs."""

import unittest

from harness_lib import suites
from harness_lib.errors import Exit, HarnessError
from harness_lib.suites import by_name

# Verbatim output of kselftest_harness.
ONE_FIXTURE = """\
# FIXTURE            VARIANT                   TEST
global                                         plain
--------------------------------------------------------------------------------
f                    a                         one
                     b                         two
                                               bad
"""
MORE_VARIANTS = """\
# FIXTURE            VARIANT                   TEST
global                                        \x20
--------------------------------------------------------------------------------
dma                  mock_type1                map
                     mock_backend             \x20
                     edu                      \x20
"""
LONG_NAMES = """\
# FIXTURE            VARIANT                   TEST
a_fixture_with_a_long_name a_variant_with_a_very_long_name one
                     b                         two
"""
LONG_FIXTURE = """\
# FIXTURE            VARIANT                   TEST
a_fixture_with_a_long_name                           one
                                               two
"""


class ListTest(unittest.TestCase):
    """The columns of -l."""

    def check(self, text, expected):
        self.assertEqual([".".join(filter(None, triple)) for triple in suites.parse_list(text)],
                         expected)

    def test_one_fixture(self):
        self.check(ONE_FIXTURE, ["global.plain", "f.a.one", "f.a.two", "f.a.bad",
                                 "f.b.one", "f.b.two", "f.b.bad"])

    def test_more_variants_than_tests(self):
        self.check(MORE_VARIANTS, ["dma.mock_type1.map", "dma.mock_backend.map", "dma.edu.map"])

    def test_long_names(self):
        self.check(LONG_NAMES, [
            "a_fixture_with_a_long_name.a_variant_with_a_very_long_name.one",
            "a_fixture_with_a_long_name.a_variant_with_a_very_long_name.two",
            "a_fixture_with_a_long_name.b.one", "a_fixture_with_a_long_name.b.two"])

    def test_long_fixture_without_variant(self):
        self.check(LONG_FIXTURE, ["a_fixture_with_a_long_name.one",
                                  "a_fixture_with_a_long_name.two"])

    def test_nothing(self):
        self.check("", [])


class SelectTest(unittest.TestCase):
    """-t and -x."""

    tests = [by_name(name) for name in (
        "mock/map.dma.mock_type1.busy", "mock/map.dma.mock_backend.busy", "real/irqs.irq.edu.msi")]

    def chosen(self, include=(), exclude=()):
        return [test.name for test in suites.select(self.tests, include, exclude)]

    def test_all(self):
        self.assertEqual(len(self.chosen()), 3)

    def test_include(self):
        self.assertEqual(self.chosen(["real/*"]), ["real/irqs.irq.edu.msi"])
        self.assertEqual(len(self.chosen(["real/*", "*mock_type1*"])), 2)

    def test_exclude_wins(self):
        self.assertEqual(self.chosen(["mock/*"], ["*backend*"]), ["mock/map.dma.mock_type1.busy"])

    def test_a_glob_that_matches_nothing_is_named(self):
        with self.assertRaisesRegex(HarnessError, "no test matches -t 'nosuch/") as caught:
            self.chosen(["nosuch/*"])
        self.assertEqual(caught.exception.code, Exit.EMPTY)

    def test_nothing_left(self):
        with self.assertRaisesRegex(HarnessError, "no test is left by -t 'mock.*-x") as caught:
            self.chosen(["mock/*"], ["*"])
        self.assertEqual(caught.exception.code, Exit.EMPTY)

    def test_no_tests_at_all(self):
        with self.assertRaisesRegex(HarnessError, "no tests to run"):
            suites.select([], [], [])

    def test_names(self):
        test = by_name("mock/map.dma.mock_type1.busy")
        self.assertEqual(test.inner, "dma.mock_type1.busy")
        self.assertEqual(test.base, "mock/map.dma.busy")

    def test_meta_only_by_name(self):
        self.assertTrue(suites.wants_meta(["meta/warn*"]))
        self.assertFalse(suites.wants_meta(["*", "*meta*"]))


if __name__ == "__main__":
    unittest.main()

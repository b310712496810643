# SPDX-License-Identifier: GPL-2.0-only
"""ci/mutations.toml follows the tree: every entry can be applied, and names tests.

What the mutations do is seen by `make check-mutation`; that takes a virtual machine
each, and is of no use when the code has moved on.
"""

import fnmatch
import importlib.machinery
import importlib.util
import json
import subprocess
import tomllib
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent

with (TOP / "ci" / "mutations.toml").open("rb") as file:
    MUTATIONS = tomllib.load(file)["mutation"]


def described_tests():
    """The names of all tests, without variants."""
    printed = subprocess.run(["selftests/tools/descriptions.py", "selftests"], cwd=TOP,
                             capture_output=True, text=True, check=True).stdout
    return list(json.loads(printed))


def mutate():
    """ci/mutate as a module."""
    loader = importlib.machinery.SourceFileLoader("mutate", str(TOP / "ci" / "mutate"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutate", loader))
    loader.exec_module(module)
    return module


class Mutations(unittest.TestCase):
    def test_each_can_be_applied(self):
        for mutation in MUTATIONS:
            with self.subTest(mutation["name"]):
                text = (TOP / mutation["file"]).read_text()
                self.assertEqual(1, text.count(mutation["find"]))
                self.assertNotEqual(mutation["find"], mutation["replace"])

    def test_each_names_a_test(self):
        tests = described_tests()
        for mutation in MUTATIONS:
            with self.subTest(mutation["name"]):
                # Variants, which a pattern may name, are not described.
                suite, test = mutation["test"].split(".")[0], mutation["test"].split(".")[-1]
                self.assertTrue(fnmatch.filter(tests, f"{suite}.*{test}"), mutation["test"])

    def test_names_are_unique(self):
        names = [mutation["name"] for mutation in MUTATIONS]
        self.assertEqual(sorted(set(names)), sorted(names))

    def test_kernels_are_known(self):
        known = {path.stem for path in (TOP / "ci" / "kernels").glob("*.toml")}
        self.assertEqual(set(), {mutation["kernel"] for mutation in MUTATIONS
                                 if "kernel" in mutation} - known)


class Batches(unittest.TestCase):
    def batches(self, together, *mutations):
        keys = ("file", "test", "kernel")
        return [[entry["test"] for entry in batch] for batch in mutate().batches(
            [dict(zip(keys, mutation)) for mutation in mutations], together)]

    def test_one_at_a_time(self):
        self.assertEqual([["x.a"], ["y.a"]],
                         self.batches(False, ("f", "x.a"), ("g", "y.a")))

    def test_together_what_shares_nothing(self):
        self.assertEqual([["x.a", "y.a"]], self.batches(True, ("f", "x.a"), ("g", "y.a")))

    def test_one_file_one_program_and_one_kernel_at_a_time(self):
        self.assertEqual([["x.a"], ["y.a"]], self.batches(True, ("f", "x.a"), ("f", "y.a")))
        self.assertEqual([["x.a"], ["x.b"]], self.batches(True, ("f", "x.a"), ("g", "x.b")))
        self.assertEqual([["x.a"], ["y.a"]],
                         self.batches(True, ("f", "x.a"), ("g", "y.a", "6.12")))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""Coverage reports, from programs that gcc and gcov of this machine make."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from harness_lib import coverage, paths, protocol
from harness_lib.errors import HarnessError

SOURCE = (
    "int sign(int x)\n"
    "{\n"
    "\tif (x < 0)\n"
    "\t\treturn -1;\n"
    "\treturn x > 0;\n"
    "}\n"
    "int main(int argc, char **argv)\n"
    "{\n"
    "\t(void)argv;\n"
    "\treturn sign(argc) - 1;\n"
    "}\n"
)
TOOLS = shutil.which("gcov") and shutil.which("lcov")


class Guest(unittest.TestCase):
    """What comes over the report channel."""

    def feed(self, *lines):
        report = protocol.GuestReport()
        for line in lines:
            report.feed(line)
        return report

    def test_puts_files_together(self):
        report = self.feed("@gcov path=/gcov/a.gcda", "@gcda base64=b25l", "@gcda base64=IHR3bw==",
                           "@gcov path=/gcov/empty.gcda")
        self.assertEqual(report.gcda, {"/gcov/a.gcda": b"one two", "/gcov/empty.gcda": b""})
        self.assertEqual(report.errors, [])

    def test_a_cut_line_is_an_error(self):
        report = self.feed("@gcov path=/gcov/a.gcda", "@gcda base64=b25")
        self.assertEqual(report.errors, ["garbled record: @gcda base64=b25"])


class Names(unittest.TestCase):
    """Which data and which sources belong to a tree."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)
        (self.root / "drivers/vfio").mkdir(parents=True)
        (self.root / "drivers/vfio/group.gcno").touch()
        self.kernel = coverage.Tree(self.root, None, ("drivers/vfio/",), self.root)
        self.library = coverage.Tree(self.root, Path("/src"), ("lib/",), Path("/src"))

    def test_data_belongs_by_the_end_of_its_path(self):
        for path, end in (
                ("/sys/kernel/debug/gcov/build/linux/drivers/vfio/group.gcda",
                 "drivers/vfio/group.gcno"),
                ("/sys/kernel/debug/gcov/build/linux/drivers/iommu/group.gcda", None),
                ("/sys/kernel/debug/gcov/build/linux/drivers/vfio/main.gcda", None)):
            with self.subTest(path):
                self.assertEqual(self.kernel.find(path), end and Path(end))

    def test_sources_are_named_from_their_base(self):
        for tree, source, directory, name in (
                (self.kernel, "drivers/vfio/group.c", "/gone/linux", "drivers/vfio/group.c"),
                (self.kernel, "./include/linux/list.h", "/gone/linux", None),
                (self.library, "../lib/a.c", "/src/tests", "lib/a.c"),
                (self.library, "test.c", "/src/tests", None),
                (self.library, "/usr/include/stdio.h", "/src/lib", None)):
            with self.subTest(source):
                self.assertEqual(tree.name(source, directory), name)

    def test_parts_are_components_and_kernel_directories(self):
        for name, part in (("mock_vfio/model/type1.c", "mock_vfio"),
                           ("userlib/src/irq.c", "libuvfio"),
                           ("drivers/vfio/pci/vfio_pci_core.c", "drivers/vfio/pci"),
                           ("drivers/vfio/group.c", "drivers/vfio")):
            with self.subTest(name):
                self.assertEqual(coverage.part(name), part)

    def test_a_kernel_without_gcov_is_refused(self):
        kernels = [SimpleNamespace(name="debug", profile=self.root),
                   SimpleNamespace(name="6.1", profile=None)]
        with mock.patch("harness_lib.tools.require"), \
                self.assertRaisesRegex(HarnessError, "kernel 6.1 cannot record coverage.*-k debug"):
            coverage.require(kernels)


@unittest.skipUnless(TOOLS, "lcov is not installed (ci/setup gcov)")
class Report(unittest.TestCase):
    """A program that ran twice, as if in two guests."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)
        self.sources = self.root / "userlib/src"
        self.sources.mkdir(parents=True)
        (self.sources / "sign.c").write_text(SOURCE)
        subprocess.run(["gcc", "--coverage", "-o", "sign", "sign.c"], cwd=self.sources, check=True)
        self.tree = coverage.Tree(self.root, self.root, ("userlib/src/",), self.root)

    def run_program(self, *arguments):
        """The data that one run leaves, by its path there."""
        with tempfile.TemporaryDirectory() as prefix:
            subprocess.run([self.sources / "sign", *arguments], check=False,
                           env=dict(os.environ, GCOV_PREFIX=prefix))
            return {str(path): path.read_bytes() for path in Path(prefix).rglob("*.gcda")}

    def report(self, *sets):
        made = coverage.Coverage(self.root)
        for data in sets:
            made.add([self.tree], data)
        made.write()
        return made

    def test_counts_add_up(self):
        once = self.report(self.run_program())
        self.assertEqual(once.summary()["coverage"],
                         [{"part": "libuvfio", "lines": [5, 6], "branches": [1, 2]}])
        shutil.rmtree(self.root / "coverage")
        self.report(self.run_program(), self.run_program("more"))
        info = (self.root / "coverage/coverage.info").read_text()
        self.assertIn("SF:userlib/src/sign.c\n", info)
        self.assertIn("DA:3,2\n", info)
        self.assertIn("DA:4,0\n", info)

    def test_writes_pages_and_a_summary(self):
        self.report(self.run_program())
        directory = self.root / "coverage"
        self.assertIn(">5</td>", (directory / "index.html").read_text())
        self.assertTrue((directory / "userlib/src/sign.c.gcov.html").is_file())
        summary = (directory / "summary.txt").read_text()
        self.assertRegex(summary, r"libuvfio +83.3 % +\(5/6\) +50.0 % +\(1/2\)")
        self.assertRegex(summary, r"userlib/src/sign.c +83.3 % +\(5/6\)")

    def test_data_of_other_programs_is_left_out(self):
        made = self.report({**self.run_program(), "/other/main.gcda": b"not ours"})
        self.assertEqual(made.summary()["coverage"][0]["lines"], [5, 6])

    def test_nothing_that_ran_is_an_error(self):
        with self.assertRaisesRegex(HarnessError, "nothing reported which of its code ran"):
            self.report({})

    def test_a_run_without_it_says_nothing(self):
        made = coverage.Coverage(self.root)
        self.assertEqual((made.summary(), list(made.lines())), ({}, []))
        self.assertFalse((self.root / "coverage").exists())


class Exit(unittest.TestCase):
    """ci/gcov/exit.c: a test's process leaves its data although it ends by _exit()."""

    def test_data_is_written(self):
        with tempfile.TemporaryDirectory() as scratch:
            program = Path(scratch) / "program.c"
            program.write_text("#include <unistd.h>\nint main(void)\n{\n\t_exit(3);\n}\n")
            subprocess.run(["gcc", "--coverage", "-Wl,--wrap=_exit", "-o", "program", program,
                            paths.CI / "gcov/exit.c"], cwd=scratch, check=True)
            done = subprocess.run([Path(scratch) / "program"], check=False)
            self.assertEqual(done.returncode, 3)
            self.assertTrue(list(Path(scratch).glob("*program.gcda")))


if __name__ == "__main__":
    unittest.main()

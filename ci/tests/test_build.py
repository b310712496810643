# SPDX-License-Identifier: GPL-2.0-only
"""Builds that can be left out, and files made ready for the guest."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from harness_lib import build, uptodate

MAKEFILE = """\
out/product: src/a
\t@echo built
\t@! grep -q wrong src/a
\t@cp src/a out/product
"""


class StampTest(unittest.TestCase):
    """A make that copies a file, and when it is called."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)
        for name in ("src", "out"):
            (self.directory / name).mkdir()
        (self.directory / "Makefile").write_text(MAKEFILE)
        self.source = self.directory / "src/a"
        self.source.write_text("one")
        self.arguments = ("-B", "-C", str(self.directory))

    def called(self):
        """Whether make was called."""
        stamp = uptodate.Stamp(self.directory / "out", "product", (self.directory / "src",))
        _, output = build._run(build.Step("product", self.arguments, stamp))
        return "built" in output

    def test_only_once(self):
        self.assertEqual([self.called(), self.called()], [True, False])

    def test_again_when_something_changed(self):
        for change in (lambda: self.source.write_text("two"),
                       lambda: os.utime(self.source, (1, 1)),
                       lambda: (self.directory / "src/new").touch(),
                       lambda: (self.directory / "src/new").unlink(),
                       lambda: (self.directory / "out/product").unlink(),
                       lambda: (self.directory / "out/product").write_text("by somebody else"),
                       lambda: setattr(self, "arguments", (*self.arguments, "FLAGS=1"))):
            self.called()
            self.assertFalse(self.called())
            change()
            self.assertTrue(self.called())

    def test_what_failed_is_tried_again(self):
        self.source.write_text("wrong")
        self.assertEqual([self.called(), self.called()], [True, True])


class ModulesTest(unittest.TestCase):
    """The module, and the one without a fault engine that it is compared with."""

    def test_only_the_plain_one_has_no_engine(self):
        kernel = SimpleNamespace(release="6.1", tag="", clang=False, profile=None, gcov=False,
                                 headers=Path("/headers"), toolchain=None)
        flags = "MOD_FLAGS=CFLAGS_MODULE=-DMOCK_WITHOUT_FAULTS"
        plain = build.plain_modules(kernel).arguments
        self.assertIn(flags, plain)
        self.assertIn(f"MOD_OUT={build.plain_module_dir(kernel)}", plain)
        self.assertNotIn(flags, build.modules(kernel).arguments)
        self.assertNotEqual(build.plain_module_dir(kernel), build.module_dir(kernel))


class StripTest(unittest.TestCase):
    """What the guest need not carry."""

    def test_module_keeps_the_symbols_it_is_loaded_by(self):
        with tempfile.TemporaryDirectory() as directory:
            source = Path(directory) / "x.c"
            source.write_text("int symbol_of_mine(void) { return 1; }\n")
            file = Path(directory) / "x.ko"
            subprocess.run(["gcc", "-g", "-c", "-o", file, source], check=True)
            small = build.stripped(file)
            self.addCleanup(small.unlink)
            names = subprocess.run(["nm", small], capture_output=True, text=True, check=True)
            self.assertIn("symbol_of_mine", names.stdout)
            self.assertLess(small.stat().st_size, file.stat().st_size)
            before = small.stat().st_ino
            self.assertEqual(build.stripped(file).stat().st_ino, before)
            os.utime(file, (1, 1))
            self.assertNotEqual(build.stripped(file).stat().st_ino, before)


if __name__ == "__main__":
    unittest.main()

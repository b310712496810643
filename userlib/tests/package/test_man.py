# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual pages: there is one for everything public, and no tool complains."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

from build import BUILD, USERLIB, exported, needs, output

sys.path.insert(0, str(USERLIB / "tools"))

import headers  # noqa: E402 (found by what stands above)
import man  # noqa: E402


def plain(page):
    """A page's words without what roff makes of them."""
    return " ".join(re.sub(r"\\f[BIP]|\\&|\\(?=-)", "", page.read_text()).split())


class Pages:
    """What holds for the pages of each library."""

    def test_one_page_for_each_name(self):
        self.assertEqual({page.name for page in self.pages},
                         {f"{item.name}.3" for item in self.items} | {f"{self.library}.7"})

    def test_each_item_is_on_its_page(self):
        for item in self.items:
            self.assertIn(" ".join(item.declaration.split()),
                          plain(self.directory / "man3" / f"{item.name}.3").replace("\\e", "\\"))

    def test_the_overview_lists_every_page(self):
        text = (self.directory / "man7" / f"{self.library}.7").read_text()
        self.assertEqual({f"{name}.3" for name in re.findall(r"^\.BR (\w+) \(3\)$", text, re.M)},
                         {page.name for page in self.pages} - {f"{self.library}.7"})

    @needs("mandoc")
    def test_mandoc_has_nothing_to_say(self):
        output("mandoc", "-T", "lint", "-W", "style", *self.pages)

    @needs("groff")
    def test_groff_has_nothing_to_say(self):
        said = output("sh", "-c", "exec groff -man -Tutf8 -ww -z \"$@\" 2>&1", "-", *self.pages)
        self.assertEqual(said, "")

    @classmethod
    def look_at(cls, library, directory):
        cls.library = library
        cls.directory = directory
        cls.pages = sorted(directory.glob("man[37]/*.[37]"))
        cls.items = [item for header in headers.load(man.MANUALS[library].headers)
                     for item in header.items]


class LibuvfioTest(Pages, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.look_at("uvfio", BUILD / "uvfio" / "man")

    def test_all_that_is_exported_is_documented(self):
        self.assertEqual(set(exported()) - {item.name for item in self.items}, set())

    def test_a_page_says_what_the_header_says(self):
        text = plain(self.directory / "man3" / "uvfio_free.3")
        for part in ("uvfio_free - destroy a context", "#include <uvfio/context.h>",
                     "int uvfio_free(struct uvfio *ctx);", ".I ctx the context, or NULL",
                     "-EBUSY, and nothing is destroyed"):
            self.assertIn(part, text)


class LibmockvfioTest(Pages, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory()
        cls.addClassCleanup(made.cleanup)
        output(sys.executable, "-B", USERLIB / "tools" / "man.py", "mockvfio", "0.1.0", made.name)
        cls.look_at("mockvfio", Path(made.name))

    def test_constants_are_in_the_overview(self):
        self.assertIn(".B MOCKVFIO_UUID_SIZE size of a UUID's text",
                      plain(self.directory / "man7" / "mockvfio.7"))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual pages: there is one for everything public, and no tool complains."""

import re
import sys
import unittest

from build import BUILD, USERLIB, exported, needs, output

sys.path.insert(0, str(USERLIB / "tools"))

import headers  # noqa: E402 (found by what stands above)

MAN = BUILD / "uvfio" / "man"
PAGES = sorted(MAN.glob("man[37]/*.[37]"))


class ManTest(unittest.TestCase):
    def test_one_page_for_each_name(self):
        documented = {item.name for header in headers.load() for item in header.items}
        self.assertEqual(set(exported()) - documented, set())
        self.assertEqual({page.name for page in PAGES},
                         {f"{name}.3" for name in documented} | {"uvfio.7"})

    def test_the_overview_lists_every_page(self):
        text = (MAN / "man7" / "uvfio.7").read_text()
        self.assertEqual({f"{name}.3" for name in re.findall(r"^\.BR (\w+) \(3\)$", text, re.M)},
                         {page.name for page in PAGES} - {"uvfio.7"})

    def test_a_page_says_what_the_header_says(self):
        text = re.sub(r"\\f[BIP]|\\&|\\(?=-)", "", (MAN / "man3" / "uvfio_free.3").read_text())
        text = " ".join(text.split())
        for part in ("uvfio_free - destroy a context", "#include <uvfio/context.h>",
                     "int uvfio_free(struct uvfio *ctx);", ".I ctx the context, or NULL",
                     "-EBUSY, and nothing is destroyed"):
            self.assertIn(part, text)

    @needs("mandoc")
    def test_mandoc_has_nothing_to_say(self):
        output("mandoc", "-T", "lint", "-W", "style", *PAGES)

    @needs("groff")
    def test_groff_has_nothing_to_say(self):
        said = output("sh", "-c", "exec groff -man -Tutf8 -ww -z \"$@\" 2>&1", "-", *PAGES)
        self.assertEqual(said, "")


if __name__ == "__main__":
    unittest.main()

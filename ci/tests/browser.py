# SPDX-License-Identifier: GPL-2.0-only
"""The report in a real browser: keys, filter, width, contrast, paper.

`make check-report`, which installs Chromium. Not found by `unittest discover`.
Screenshots are left in results/check/report/.
"""

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness_lib import paths
from harness_lib.reports import page, saved

from . import demo

KEPT = paths.RESULTS / "check" / "report"
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--no-first-run", "--virtual-time-budget=20000", "--enable-logging=stderr")
DARK = ("--blink-settings=preferredColorScheme=0",)
# Console messages of the page itself; Chromium's own have no such source.
COMPLAINT = re.compile(r"CONSOLE.*source: file:")


class BrowserTest(unittest.TestCase):
    """One page, looked at in several ways."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = Path(scratch.name)
        cls.page = page.write(saved.load(demo.write(cls.scratch / "run")))
        asked = cls.page.read_text().replace(
            "</body>", f"<script>{(Path(__file__).parent / 'browser.js').read_text()}</script>"
                       "</body>")
        cls.asking = cls.scratch / "asking.html"
        cls.asking.write_text(asked)
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)

    def chromium(self, *arguments):
        """Its output; a complaint on the page's console is a failure."""
        done = subprocess.run(
            [*CHROMIUM, f"--user-data-dir={self.scratch / 'profile'}", *arguments],
            capture_output=True, text=True, timeout=300, check=True,
            env=dict(os.environ, HOME=str(self.scratch)))
        self.assertNotRegex(done.stderr, COMPLAINT)
        return done.stdout

    def ask(self, width, *more):
        """What browser.js finds in a window of @width pixels."""
        dom = self.chromium(f"--window-size={width},1000", *more, "--dump-dom",
                            self.asking.as_uri())
        return json.loads(html.unescape(
            re.search(r'<pre id="findings">(.*?)</pre>', dom, re.S).group(1)))

    def picture(self, name, size, *more):
        """Keep a screenshot; it must have more than one colour."""
        target = KEPT / f"{name}.png"
        self.chromium(f"--window-size={size}", *more, f"--screenshot={target}",
                      self.page.as_uri())
        self.assertGreater(target.stat().st_size, 20000)

    def test_filter_and_keys(self):
        found = self.ask(1400)
        self.assertEqual(found["all"], demo.TESTS)
        self.assertTrue(0 < found["atFirst"] < demo.TESTS)
        self.assertTrue(found["slashFocuses"])
        names = {test["name"] for test in demo.summary()["tests"]}
        expected = sum("case_7" in name and "mock_backend" in name for name in names)
        self.assertEqual((found["twoWords"], found["shown"]), (expected, f"{expected} shown"))
        self.assertEqual(found["nothing"], [0, True])
        self.assertEqual(found["escaped"], ["", found["atFirst"]])
        self.assertEqual(*found["onlyFailed"])
        self.assertEqual((found["unfolded"], found["folded"], found["printed"]),
                         (demo.TESTS, 0, demo.TESTS))

    def test_fits_its_window(self):
        for width in (1400, 800):
            wanted, there = self.ask(width)["width"]
            self.assertLessEqual(wanted, there)

    def test_contrast(self):
        for more, dark in (((), False), (DARK, True)):
            found = self.ask(1400, *more)
            self.assertEqual(found["dark"], dark)
            self.assertEqual(found["poor"], [])

    def test_pictures(self):
        self.picture("light", "1400,3000")
        self.picture("dark", "1400,3000", *DARK)
        self.picture("narrow", "600,3000")

    def test_paper(self):
        target = KEPT / "paper.pdf"
        self.chromium("--no-pdf-header-footer", f"--print-to-pdf={target}", self.page.as_uri())
        self.assertTrue(target.read_bytes().startswith(b"%PDF"))


if __name__ == "__main__":
    unittest.main()

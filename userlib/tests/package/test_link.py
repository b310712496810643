# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs of others: with the makefile fragment, and with pkg-config."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from build import BUILD, CC, USERLIB, needs, output

PROGRAM = """\
#include <stdio.h>
#include <uvfio/uvfio.h>

int main(void)
{
\tstruct uvfio *ctx;

\tif (uvfio_new(NULL, &ctx, NULL))
\t\treturn 1;
\tputs(uvfio_version());
\treturn uvfio_free(ctx);
}
"""

MAKEFILE = """\
UVFIO := {build}
TEST_GEN_PROGS := program
all: $(TEST_GEN_PROGS)
include {userlib}/uvfio.mk
"""


class LinkTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.here = Path(scratch.name)
        (self.here / "program.c").write_text(PROGRAM)

    def make(self, *args):
        return subprocess.run(["make", "-s", f"CC={' '.join(CC)}", *args], cwd=self.here,
                              text=True, capture_output=True, check=False)

    def version(self):
        return output("awk", "/_(MAJOR|MINOR|PATCH)/ { v = v s $3; s = \".\" } END { print v }",
                      USERLIB / "include" / "uvfio" / "version.h")

    def test_the_fragment_links_the_archive(self):
        (self.here / "Makefile").write_text(MAKEFILE.format(build=BUILD, userlib=USERLIB))
        done = self.make()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(output(self.here / "program"), self.version())
        self.assertNotIn("libuvfio", output("readelf", "--dynamic", self.here / "program"))

    def test_the_fragment_rebuilds_for_a_new_archive(self):
        (self.here / "Makefile").write_text(MAKEFILE.format(build=BUILD, userlib=USERLIB))
        self.make()
        self.assertEqual(self.make("-q").returncode, 0)
        self.assertEqual(self.make("-q", "-W", BUILD / "libuvfio.a").returncode, 1)

    def test_the_fragment_says_what_it_lacks(self):
        (self.here / "Makefile").write_text(f"include {USERLIB}/uvfio.mk\n")
        done = self.make()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("uvfio.mk: set UVFIO", done.stderr)

    @needs("pkg-config")
    def test_pkg_config_knows_what_was_installed(self):
        output("make", "-s", "-C", USERLIB, f"O={BUILD}", f"PREFIX={self.here}/usr", "DESTDIR=",
               "install")
        env = dict(os.environ, PKG_CONFIG_PATH=f"{self.here}/usr/lib/pkgconfig")
        flags = output("pkg-config", "--cflags", "--libs", "uvfio", env=env).split()
        output(*CC, "program.c", *flags, "-o", "program", cwd=self.here)
        env["LD_LIBRARY_PATH"] = f"{self.here}/usr/lib"
        self.assertEqual(output(self.here / "program", env=env), self.version())
        self.assertEqual(output("pkg-config", "--modversion", "uvfio", env=env), self.version())


if __name__ == "__main__":
    unittest.main()

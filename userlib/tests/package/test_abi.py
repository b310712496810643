# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ABI of the last release: programs linked against it go on working.

What may change: new functions, and structures that grow at their end when
they carry their size. `make abi-release` records the ABI of a new release.
"""

import platform
import re
import subprocess
import tempfile
import unittest

from build import BUILD, USERLIB, needs, output

RELEASE = USERLIB / "abi" / "libuvfio.abi"


@unittest.skipUnless(platform.machine() == "x86_64", "the ABI was recorded on x86-64")
@needs("abidw", "abidiff")
class AbiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        output("make", "-s", "-C", USERLIB, f"O={BUILD}", "abi")

    def differences(self, release):
        """What abidiff has to say about the library, compared with a recorded ABI."""
        with tempfile.NamedTemporaryFile("w", suffix=".abi") as recorded:
            recorded.write(release)
            recorded.flush()
            done = subprocess.run(
                ["abidiff", "--no-added-syms", "--suppressions",
                 USERLIB / "abi" / "libuvfio.suppr", recorded.name,
                 BUILD / "uvfio" / "libuvfio.abi"],
                text=True, capture_output=True, check=False)
        self.assertFalse(done.returncode & 3, done.stdout + done.stderr)
        return done.stdout if done.returncode else ""

    def shorter(self, name):
        """The recorded ABI, where a structure had one member of 64 bits less at its end."""
        text = RELEASE.read_text()
        start = text.index(f"<class-decl name='{name}' size-in-bits='")
        end = text.index("</class-decl>", start)
        last = text.rindex("<data-member", start, end)
        members = re.sub(r"(?<=size-in-bits=')\d+", lambda bits: str(int(bits[0]) - 64),
                         text[start:last], count=1)
        return text[:start] + members + text[end:]

    def test_compatible_with_the_last_release(self):
        self.assertEqual(self.differences(RELEASE.read_text()), "")

    def test_notices_a_function_that_is_gone(self):
        symbol = "<elf-symbol name='uvfio_free' "
        gone = (symbol.replace("free", "gone") + "version='UVFIO_0.1' is-default-version='yes' "
                "type='func-type' binding='global-binding' visibility='default-visibility' "
                "is-defined='yes'/>")
        release = RELEASE.read_text().replace(symbol, gone + symbol)
        self.assertIn("uvfio_gone", self.differences(release))

    def test_notices_a_structure_that_changed(self):
        self.assertIn("uvfio_host_window", self.differences(self.shorter("uvfio_host_window")))

    def test_lets_options_grow(self):
        self.assertEqual(self.differences(self.shorter("uvfio_options")), "")


if __name__ == "__main__":
    unittest.main()

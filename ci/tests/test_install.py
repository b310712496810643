# SPDX-License-Identifier: GPL-2.0-only
"""`make install` and `make uninstall`, as a distribution calls them."""

import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class InstallTest(unittest.TestCase):
    """Below DESTDIR, with another PREFIX than the libraries were built with."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)

    def make(self, target):
        subprocess.run(["make", "-s", target, f"O={TOP}/build/check", f"DESTDIR={self.root}",
                        "PREFIX=/opt/vfio"], cwd=TOP, check=True, capture_output=True)

    def files(self):
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")
                if not path.is_dir() or path.is_symlink()}

    def test_install_and_uninstall(self):
        subprocess.run(["make", "-s", "userlib", f"O={TOP}/build/check"], cwd=TOP, check=True,
                       capture_output=True)
        self.make("install")
        installed = self.files()
        for name in ("lib/libuvfio.a", "lib/libuvfio.so", "lib/libmockvfio.so",
                     "include/uvfio/uvfio.h", "include/mockvfio/mockvfio.h"):
            self.assertIn(f"opt/vfio/{name}", installed)
        for name in ("sbin/mock-vfio", "share/mock_vfio/scenarios/minimal.yaml",
                     "share/man/man1/mock-vfio.1", "share/man/man5/mock-vfio-scenario.5",
                     "share/man/man3/mockvfio_rule.3", "share/man/man7/mockvfio.7",
                     "share/bash-completion/completions/harness",
                     "share/bash-completion/completions/mock-vfio"):
            self.assertIn(f"opt/vfio/{name}", installed)
        # It finds its scenarios where they were installed, wherever it was built.
        program = (self.root / "opt/vfio/sbin/mock-vfio").read_bytes()
        self.assertIn(b"/opt/vfio/share/mock_vfio/scenarios\0", program)
        for name in ("uvfio", "mockvfio"):
            text = (self.root / f"opt/vfio/lib/pkgconfig/{name}.pc").read_text()
            self.assertIn("prefix=/opt/vfio\n", text)
        self.assertEqual(self.completions("ev"), ["events"])
        self.assertEqual(self.completions("run", "busy-map-"), ["busy-map-always"])
        self.assertEqual(self.completions("apply", "--re"), ["--real-iommu"])
        self.make("uninstall")
        self.assertEqual(self.files(), set())

    def completions(self, *words):
        """What bash offers behind mock-vfio and these words."""
        prefix = self.root / "opt/vfio"
        script = """
            . "$1"; shift
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _mock_vfio
            echo "${COMPREPLY[*]}"
        """
        done = subprocess.run(
            ["bash", "-c", script, "bash",
             prefix / "share/bash-completion/completions/mock-vfio", prefix / "sbin/mock-vfio",
             *words], env={"PATH": "/usr/bin:/bin",
                           "MOCK_VFIO_SCENARIOS": str(prefix / "share/mock_vfio/scenarios")},
            capture_output=True, text=True, check=True)
        return done.stdout.split()

# SPDX-License-Identifier: GPL-2.0-only
"""Building with another Debian's tools: what the build is shown, and what not."""

import os
import shlex
import tempfile
import tomllib
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from harness_lib import build, kernels, paths, toolchain
from harness_lib.errors import HarnessError

# Stands in for bubblewrap: says how it was called.
BWRAP = """\
#!/bin/sh
echo "$@"
"""


class ToolchainTest(unittest.TestCase):
    """A root directory, and a bwrap of the test's own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.here = Path(scratch.name)
        for name in ("bin", "lib"):
            (self.here / "root/usr" / name).mkdir(parents=True)
        (self.here / "bwrap").write_text(BWRAP)
        (self.here / "bwrap").chmod(0o755)
        patch = mock.patch.dict(os.environ, PATH=f"{self.here}:{os.environ['PATH']}")
        patch.start()
        self.addCleanup(patch.stop)
        self.tools = toolchain.Toolchain(self.here / "root")

    def test_build_sees_the_tools_and_what_it_is_about(self):
        words = shlex.split(self.tools.prefix([Path("/source")], [Path("/objects")]))
        binds = [words[i:i + 3] for i, word in enumerate(words) if word.endswith("bind")]
        usr = self.here / "root/usr"
        self.assertEqual(binds, [["--ro-bind", f"{usr}/bin", "/usr/bin"],
                                 ["--ro-bind", f"{usr}/lib", "/usr/lib"],
                                 ["--ro-bind", "/source", "/source"],
                                 ["--bind", "/objects", "/objects"]])

    def test_missing_tool(self):
        with mock.patch.dict(os.environ, PATH="/nonexistent"), \
                self.assertRaisesRegex(HarnessError, "bwrap not found.*install bubblewrap"):
            toolchain.get(None, "trixie")

    def test_alternatives(self):
        def bundle(definition, finish, update):
            self.assertTrue(definition.is_file())
            finish(self.here / "root")
            return SimpleNamespace(root=self.here / "root")

        toolchain.get(SimpleNamespace(bundle=bundle), "trixie")
        self.assertEqual(os.readlink(self.here / "root/usr/bin/awk"), "mawk")

    def test_only_kernels_that_need_one_are_built_by_one(self):
        kernel = SimpleNamespace(release="7.3", tag="", clang=False, profile=None, gcov=False,
                                 headers=Path("/headers"), toolchain=None,
                                 files=SimpleNamespace(root=Path("/files")))
        self.assertFalse([a for a in build.modules(kernel).arguments if "MOD_RUN" in a])
        kernel.toolchain = self.tools
        prefix, = [a for a in build.modules(kernel).arguments if a.startswith("MOD_RUN=bwrap ")]
        self.assertIn(f"--ro-bind {paths.TOP} {paths.TOP} --ro-bind /files /files --bind ", prefix)


class DefinitionsTest(unittest.TestCase):
    """The kernels and toolchains that the project has."""

    def test_names_that_are_used_exist(self):
        for definition in [*kernels.DEFINITIONS.glob("*.toml"),
                           *toolchain.DEFINITIONS.glob("*.toml")]:
            recipe = tomllib.loads(definition.read_text())
            with self.subTest(definition.name):
                if "suite" in recipe:
                    self.assertTrue((paths.CI / "suites" / f"{recipe['suite']}.sources").is_file())
                if "toolchain" in recipe:
                    file = toolchain.DEFINITIONS / f"{recipe['toolchain']}.toml"
                    self.assertTrue(file.is_file())


if __name__ == "__main__":
    unittest.main()

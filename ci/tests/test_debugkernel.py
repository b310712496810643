# SPDX-License-Identifier: GPL-2.0-only
"""Building a kernel, with stand-ins for make and the compiler."""

import os
import tarfile
import tempfile
import time
import tomllib
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from harness_lib import bundle, debugkernel, kconfig, kernels
from harness_lib.errors import HarnessError

FAKES = Path(__file__).parent / "fakes"

FRAGMENTS = {"base": "# A comment.\nCONFIG_SMP=y\n# CONFIG_WERROR is not set\n",
             "debug": "CONFIG_KASAN=y\nCONFIG_FRAME_WARN=4096\n"}
DEFINITION = """
[build]
source = "linux-source"
configs = ["base", "debug"]
profile = ["drivers/vfio"]
"""


class FakeCache(bundle.Cache):
    """A cache whose sources are a few empty files."""

    def __init__(self, directory):
        self.said = []
        super().__init__(directory, self.said.append)
        self.packages = [{"name": "linux-source-6.12", "version": "6.12.1-1", "sha256": "11"}]

    def bundle(self, definition, finish=None, update=False):
        assert definition.name == "linux-source.toml" and not update
        return SimpleNamespace(packages=self.packages, find=lambda glob: self._archive())

    def _archive(self):
        path = self.directory / "linux-source-6.12.tar.xz"
        empty = self.directory / "empty"
        empty.touch()
        with tarfile.open(path, "w:xz") as archive:
            for name in ("drivers/vfio/Makefile", "drivers/vfio/group.c",
                         "drivers/vfio/pci/Makefile", "Documentation/Kconfig",
                         "Documentation/driver-api/vfio.rst"):
                archive.add(empty, f"linux-source-6.12/{name}")
        return path


class DebugKernel(unittest.TestCase):
    """Each test has a directory, tools of its own, and fragments."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self._make_tools()
        self._write_sources()
        self._patch(mock.patch.object(debugkernel, "SPACE", 0))
        self.cache = FakeCache(self.directory)

    def _patch(self, patch):
        patch.start()
        self.addCleanup(patch.stop)

    def _make_tools(self):
        tools = self.directory / "tools"
        tools.mkdir()
        for name in ("bison", "flex", "bc", "lz4"):
            (tools / name).write_text("")
            (tools / name).chmod(0o755)
        for fake in FAKES.iterdir():
            (tools / fake.name).symlink_to(fake)
        self._patch(mock.patch.dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}",
                                    SEEN=str(self.directory)))
        # Whether this machine has it is not what is tested.
        self._patch(mock.patch.object(debugkernel, "CCACHE", "fake-ccache"))

    def _write_sources(self):
        configs = self.directory / "configs"
        configs.mkdir()
        for name, text in FRAGMENTS.items():
            (configs / f"{name}.config").write_text(text)
        self._patch(mock.patch.object(kconfig, "FRAGMENTS", configs))
        self.definition = self.directory / "debug.toml"
        self.definition.write_text(DEFINITION)

    def build(self, **environment):
        with mock.patch.dict(os.environ, environment):
            return debugkernel.get(self.cache, self.definition)

    def assert_error(self, pattern, **environment):
        with self.assertRaisesRegex(HarnessError, pattern):
            self.build(**environment)

    def test_lays_files_out_like_a_package(self):
        built = self.build()
        files = {str(path.relative_to(built.root))
                 for path in built.root.rglob("*") if not path.is_dir()}
        self.assertEqual(files, {
            "boot/vmlinuz-6.12.0-test", "boot/vmlinux-6.12.0-test", "boot/config-6.12.0-test",
            "lib/modules/6.12.0-test/modules.order",
            "lib/modules/6.12.0-test/modules.builtin",
            "usr/src/linux-headers-6.12.0-test/Makefile",
            "usr/src/linux-profile-6.12.0-test/drivers/vfio/group.c",
            "usr/src/linux-profile-6.12.0-test/drivers/vfio/group.gcno"})

    def test_is_a_kernel_like_others(self):
        self.definition.write_text('boot = "vmlinuz"\nslowness = 6\n' + DEFINITION)
        with mock.patch.object(kernels, "DEFINITIONS", self.directory):
            kernel = kernels.get(self.cache, "debug")
        self.assertEqual((kernel.release, kernel.version), ("6.12.0-test", "6.12.1-1"))
        self.assertEqual(kernel.files.verified(kernel.image).read_text(), "image\n")
        self.assertTrue((kernel.headers / "Makefile").exists())
        self.assertEqual((kernel.slowness, kernel.kmemleak), (6, False))

    def test_reports_the_build_time(self):
        self.build()
        self.assertRegex(self.cache.said[-1], r"^debug kernel built in 0 min \d\d s, "
                                              r"with 0 min \d\d s of CPU time$")

    def test_profiles_the_chosen_directories_alone(self):
        self.build()
        profiled = (self.directory / "profiled").read_text()
        self.assertEqual(profiled, "drivers/vfio/Makefile\n")

    def test_says_where_the_profile_is(self):
        built = self.build()
        self.assertEqual(debugkernel.profile(built.root, "6.12.0-test"),
                         built.root / "usr/src/linux-profile-6.12.0-test")
        self.assertIsNone(debugkernel.profile(built.root, "6.12.0-other"))

    def test_profile_of_a_directory_that_is_not_there(self):
        self.definition.write_text(DEFINITION.replace("drivers/vfio", "drivers/fvio"))
        self.assert_error("drivers/fvio: the kernel's sources have no such directory to profile")

    def test_names_each_option_that_got_lost(self):
        self.assert_error(r"(?s)kernel debug: kconfig did not take.*"
                          r"ci/configs/debug.config:1: CONFIG_KASAN=y became n\n.*"
                          r"ci/configs/debug.config:2: CONFIG_FRAME_WARN=4096 became n$",
                          DROPPED="KASAN|FRAME_WARN")

    def test_fragments_that_contradict_each_other(self):
        (kconfig.FRAGMENTS / "debug.config").write_text("CONFIG_SMP=n\n")
        self.assert_error("debug.config:1: CONFIG_SMP=n, but ci/configs/base.config:2 says "
                          "CONFIG_SMP=y")

    def test_fragment_that_does_not_exist(self):
        (kconfig.FRAGMENTS / "debug.config").unlink()
        self.assert_error("no configuration fragment is called 'debug'; there are: base")

    def test_line_that_is_no_configuration(self):
        (kconfig.FRAGMENTS / "debug.config").write_text("KASAN=y\n")
        self.assert_error("ci/configs/debug.config:1: no line of a kernel configuration: KASAN=y")

    def test_failed_build_shows_its_first_error_and_its_last_lines(self):
        self.assert_error(r"(?s)^building the kernel failed: fs/super.c:1: error: broken\n"
                          r"the last lines:\n.*  fs/inode.c:2: error: too\n"
                          r"  all of it: .*/debug/make\.log$", BREAK="bzImage")

    def test_failed_build_without_an_error_names_the_program(self):
        self.assert_error(r"(?s)^building the kernel failed: make failed\n", KILLED="bzImage")

    def test_uses_ccache_where_there_is_one(self):
        self.build()
        arguments = (self.directory / "arguments").read_text()
        self.assertIn("CC=gcc HOSTCC=gcc", arguments)
        ccache = self.directory / "tools/fake-ccache"
        ccache.write_text("")
        ccache.chmod(0o755)
        self.build(COMPILER_VERSION="12.3.0")
        arguments = (self.directory / "arguments").read_text()
        self.assertIn("CC=fake-ccache gcc HOSTCC=gcc", arguments)

    def test_keeps_what_kconfig_reads(self):
        self.build()
        self.assertEqual((self.directory / "documentation").read_text(), "Documentation/Kconfig\n")

    def test_an_interrupted_build_leaves_no_process(self):
        def interrupt(text):
            if text.startswith("compiling"):
                raise KeyboardInterrupt

        self.cache.say = interrupt
        with self.assertRaises(KeyboardInterrupt), mock.patch.object(debugkernel, "PULSE", 0):
            self.build(SLOW="bzImage")
        process = Path("/proc") / (self.directory / "process").read_text().strip()
        while (process / "stat").exists() and ") Z " not in (process / "stat").read_text():
            time.sleep(0.01)

    def test_missing_tool(self):
        (self.directory / "tools/flex").unlink()
        with mock.patch.dict(os.environ, PATH=str(self.directory / "tools")):
            self.assert_error("flex, xz not found.*apt-get install")

    def test_missing_header(self):
        self.assert_error("gelf.h not found.*libelf-dev", NO_HEADERS="1")

    def test_is_built_once(self):
        first = self.build()
        self.cache.said.clear()
        self.assertEqual(self.build().directory, first.directory)
        self.assertEqual(self.cache.said, [])

    def test_is_built_anew_when_something_changed(self):
        wants = [self.build().want, self.build(COMPILER_VERSION="12.3.0").want]
        (kconfig.FRAGMENTS / "debug.config").write_text("CONFIG_KASAN=y\n")
        wants.append(self.build().want)
        self.cache.packages = [{**self.cache.packages[0], "sha256": "22"}]
        wants.append(self.build().want)
        self.definition.write_text(DEFINITION.replace('profile = ["drivers/vfio"]', ""))
        wants.append(self.build().want)
        self.assertEqual(len(set(wants)), 5)

    def test_comments_and_other_tables_do_not_matter(self):
        first = self.build()
        self.definition.write_text("slowness = 7\n# A comment.\n" + DEFINITION)
        (kconfig.FRAGMENTS / "base.config").write_text(FRAGMENTS["base"] + "# Another.\n")
        self.assertEqual(self.build().directory, first.directory)


class Fragments(unittest.TestCase):
    """The fragments that the project has."""

    def test_definitions_use_fragments_that_agree(self):
        for definition in kernels.DEFINITIONS.glob("*.toml"):
            recipe = tomllib.loads(definition.read_text()).get("build", {})
            options = [option for name in recipe.get("configs", ())
                       for option in kconfig.parse(kconfig.fragment(name), name)]
            with self.subTest(definition.name):
                self.assertEqual(kconfig.conflicts(options), [])


if __name__ == "__main__":
    unittest.main()

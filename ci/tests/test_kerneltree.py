# SPDX-License-Identifier: GPL-2.0-only
"""Kernels by their path: build trees and unpacked packages, complete and not."""

import lzma
import tempfile
import tomllib
import unittest
from pathlib import Path
from unittest import mock

from harness_lib import guestplan, kernels, kerneltree, requirements
from harness_lib.errors import HarnessError

from .test_kernel_files import ELF, bzimage, module

RELEASE = "6.12.1-own"
# All that any part needs.
CONFIG = {need.option: "y" for need in requirements.Table.load().needs}


def config_text(**changes):
    """An auto.conf that has everything, but for @changes."""
    values = {**CONFIG, **{f"CONFIG_{name}": value for name, value in changes.items()}}
    lines = [f"{name}={value}" for name, value in values.items() if value]
    return "\n".join(["#", "# Linux/x86 6.12.1 Kernel Configuration", "#", *lines]) + "\n"


class TreeTest(unittest.TestCase):
    """A directory of the test's own, where trees are put together."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name).resolve() / "root"
        patch = mock.patch.object(kerneltree, "MADE", Path(scratch.name) / "made")
        patch.start()
        self.addCleanup(patch.stop)

    def write(self, path, content=""):
        """A file below the root."""
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def refused(self, pattern, path=None):
        """The path is not taken, with that message."""
        with self.assertRaisesRegex(HarnessError, pattern):
            kerneltree.find(str(path or self.root))


class BuildTreeTest(TreeTest):
    """make, in a kernel's sources or with O=."""

    def build(self, **changes):
        """A complete build tree."""
        text = config_text(**changes)
        self.write(".config", text)
        self.write("include/config/auto.conf", text)
        self.write("include/config/kernel.release", RELEASE + "\n")
        self.write("arch/x86/boot/bzImage", bzimage(lzma.compress(ELF)))
        self.write("vmlinux", ELF)
        self.write("modules.order", "drivers/vfio/vfio.o\n")
        self.write("modules.builtin")
        self.write("Module.symvers")
        self.write("drivers/vfio/vfio.o", "an object")
        self.write("drivers/vfio/vfio.ko", module(name="vfio", depends=""))

    def test_complete(self):
        self.build(PVH="y", KASAN=None)
        found = kerneltree.find(str(self.root))
        self.assertEqual((found.release, found.image, found.headers),
                         (RELEASE, self.root / "vmlinux", self.root))
        self.assertEqual(found.modules.load_order(["vfio"]),
                         [("vfio", self.root / "drivers/vfio/vfio.ko")])

    def test_by_an_image_in_it(self):
        self.build()
        for name in ("vmlinux", kerneltree.BZIMAGE):
            self.assertEqual(kerneltree.find(self.root / name).root, self.root)

    def test_image_that_cannot_start_by_pvh(self):
        for changes in ({"PVH": None}, {"PVH": "y", "KASAN": "y"}):
            self.build(**changes)
            self.assertEqual(kerneltree.find(self.root).image, self.root / kerneltree.BZIMAGE)

    def test_is_a_kernel_like_others(self):
        self.build(KASAN="y", CC_IS_CLANG="y", DEBUG_KMEMLEAK_DEFAULT_OFF="y")
        kernel = kernels.get(None, str(self.root))
        self.assertEqual((kernel.name, kernel.slowness, kernel.kmemleak, kernel.clang),
                         (RELEASE, kernels.SANITIZER_SLOWNESS, False, True))
        self.assertEqual(kernel.files.verified(kernel.image), kernel.image)

    def test_two_of_one_release_build_apart(self):
        self.build()
        tags = [kerneltree.Local(root, RELEASE, None, None, None).tag
                for root in (self.root, self.root / "other")]
        self.assertNotEqual(*tags)

    def test_without_devices_they_are_left_alone(self):
        self.build(VFIO_PCI=None)
        kernel = kernels.get(None, str(self.root))
        self.assertFalse(kernel.devices)
        image = mock.Mock(spec=guestplan.Image)
        guestplan.Image.vfio(image, kernel, "mock_vfio")
        self.assertNotIn("vfio-pci", image.modules.call_args.args[1])
        image.order.assert_not_called()

    def test_wishes_are_loaded_if_they_can_be(self):
        tree = mock.Mock()
        tree.has.side_effect = lambda name: name == "kvm_amd"
        tree.load_order.side_effect = lambda names: [
            (name, Path("/pkg") / name)
            for name in dict.fromkeys(n for name in names for n in (
                ("irqbypass", name) if name != "configfs" else (name,)))]
        kernel = mock.Mock(modules=tree)
        kernel.files.root = "/elsewhere"
        image = mock.Mock(spec=guestplan.Image)
        image._archive = mock.Mock()
        with mock.patch("harness_lib.guestplan.kmod.read", return_value=b""):
            guestplan.Image.modules(image, kernel, ["configfs", "vfio"], ["kvm_amd", "absent"])
        self.assertEqual([call.args for call in image.order.call_args_list], [
            ("module", "/modules/configfs.ko"), ("module", "/modules/irqbypass.ko"),
            ("module", "/modules/vfio.ko"), ("try", "/modules/kvm_amd.ko")])

    def test_missing_things(self):
        for name, pattern in (
                (".config", "no kernel's build tree, and no unpacked package"),
                ("include/config/kernel.release", r"has no include/config/kernel.release: run `ma"),
                ("arch/x86/boot/bzImage", "has no arch/x86/boot/bzImage: run `make bzImage`"),
                ("modules.order", "has no modules.order: run `make modules`"),
                ("Module.symvers", "has no Module.symvers: run `make modules`")):
            with self.subTest(name):
                self.build()
                (self.root / name).unlink()
                self.refused(pattern)

    def test_module_that_was_not_built(self):
        self.build()
        (self.root / "drivers/vfio/vfio.ko").unlink()
        with self.assertRaisesRegex(HarnessError, "vfio.ko: missing .*`make modules`"):
            kerneltree.find(self.root).modules.load_order(["vfio"])

    def test_missing_options_are_named_with_what_they_are_for(self):
        self.build(VFIO_MDEV=None, DEBUG_FS=None)
        self.refused(r"(?s)auto.conf: the tests cannot run without\n  CONFIG_DEBUG_FS: .*log.*\n"
                     r"  CONFIG_VFIO_MDEV: ")

    def test_option_that_the_release_did_not_have_yet(self):
        self.build(VFIO_GROUP=None)
        self.refused("CONFIG_VFIO_GROUP")
        path = self.root / "include/config/auto.conf"
        path.write_text(path.read_text().replace("6.12.1", "6.1.1"))
        kerneltree.find(self.root)

    def test_another_architecture(self):
        self.build(X86_64=None)
        path = self.root / "include/config/auto.conf"
        path.write_text(path.read_text().replace("Linux/x86", "Linux/arm64"))
        self.refused("a kernel for arm64")

    def test_path_that_make_cannot_take(self):
        self.root = self.root / "a b"
        self.build()
        self.refused("cannot work in a path with ' '")

    def test_not_a_kernel(self):
        self.refused("no such file", self.root / "nonesuch")
        self.refused("not an image in a kernel's build tree", self.write("boot/thing"))


class PackageTest(TreeTest):
    """dpkg-deb -x of a kernel's packages into one directory."""

    def unpack(self, release=RELEASE):
        """Image, modules and headers as Debian has them."""
        sources = f"usr/src/linux-headers-{release}"
        self.write(f"boot/vmlinuz-{release}", bzimage(lzma.compress(ELF)))
        self.write(f"lib/modules/{release}/modules.order", "kernel/drivers/vfio/vfio.ko\n")
        self.write(f"lib/modules/{release}/modules.builtin")
        self.write(f"{sources}/Makefile", "include /usr/src/linux-headers-common/Makefile\n")
        self.write(f"{sources}/include/config/auto.conf", config_text())
        self.write(f"{sources}/Module.symvers")
        self.write(f"{sources}/scripts/mod/modpost")
        self.write("usr/src/linux-headers-common/Makefile", "all:\n")

    def test_complete(self):
        self.unpack()
        before = sorted(self.root.rglob("*"))
        found = kerneltree.find(self.root)
        self.assertEqual(found.image.read_bytes(), ELF)
        self.assertEqual((found.headers / "Makefile").read_text(),
                         f"include {self.root}/usr/src/linux-headers-common/Makefile\n")
        self.assertTrue((found.headers / "scripts/mod/modpost").is_file())
        self.assertEqual(sorted(self.root.rglob("*")), before)

    def test_new_image_in_the_old_place(self):
        self.unpack()
        kerneltree.find(self.root)
        self.write(f"boot/vmlinuz-{RELEASE}", bzimage(lzma.compress(ELF + b"new")))
        self.assertTrue(kerneltree.find(self.root).image.read_bytes().endswith(b"new"))

    def test_several_are_told_apart_by_the_image(self):
        self.unpack()
        self.unpack("6.13.0-own")
        self.refused(f"several kernels.*: choose one by -k {self.root}/boot/vmlinuz-6.1")
        found = kerneltree.find(self.root / "boot/vmlinuz-6.13.0-own")
        self.assertEqual(found.release, "6.13.0-own")

    def test_missing_packages(self):
        for path, pattern in (
                (f"lib/modules/{RELEASE}/modules.order", "the modules of 6.12.1-own are missing"),
                (f"usr/src/linux-headers-{RELEASE}/Makefile", "the headers of 6.12.1-own are miss"),
                (f"usr/src/linux-headers-{RELEASE}/Module.symvers", "has no Module.symvers"),
                ("usr/src/linux-headers-common/Makefile", "includes linux-headers-common, which")):
            with self.subTest(path):
                self.unpack()
                (self.root / path).unlink()
                self.refused(pattern)


class RequirementsTest(unittest.TestCase):
    """ci/requirements.toml."""

    def test_rows_are_complete(self):
        data = tomllib.loads(requirements.TABLE.read_text())
        for name, part in data["parts"].items():
            self.assertNotEqual("skips" in part, part.get("required", False), name)
        for row in data["need"]:
            self.assertLessEqual({"part", "option", "why"}, set(row))
            self.assertIn(row["part"], data["parts"])

    def test_not_a_configuration(self):
        with self.assertRaisesRegex(HarnessError, "x:1: no line of a kernel configuration"):
            requirements.Config("hello\n", "x")
        with self.assertRaisesRegex(HarnessError, "does not say which kernel it is of"):
            requirements.Config("CONFIG_X=y\n", "x")


if __name__ == "__main__":
    unittest.main()

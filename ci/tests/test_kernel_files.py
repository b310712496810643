# SPDX-License-Identifier: GPL-2.0-only
"""What is read out of a kernel package: bzImage, modules, module dependencies."""

import bz2
import gzip
import lzma
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from harness_lib import compression, kernels, kmod, vmlinux
from harness_lib.errors import HarnessError

ELF = b"\x7fELF\x02" + b"kernel" * 100


def bzimage(payload):
    """A bzImage with two setup sectors around @payload."""
    image = bytearray(3 * 512)
    image[0x1f1] = 2
    image[0x202:0x206] = b"HdrS"
    struct.pack_into("<II", image, 0x248, 16, len(payload))
    return bytes(image) + bytes(16) + payload + bytes(32)


def module(**info):
    """A module file with a .modinfo section."""
    names = b"\0.modinfo\0.shstrtab\0"
    modinfo = b"".join(f"{key}={value}".encode() + b"\0" for key, value in info.items())
    header = 64
    table = header + len(names) + len(modinfo)
    sections = [(0, 0, 0), (1, header + len(names), len(modinfo)), (10, header, len(names))]
    data = bytearray(table)
    data[:5] = b"\x7fELF\x02"
    struct.pack_into("<Q", data, 0x28, table)
    struct.pack_into("<HHH", data, 0x3a, 64, len(sections), 2)
    data[header:] = names + modinfo
    for name, offset, length in sections:
        data += struct.pack("<IIQQQQIIQQ", name, 1, 0, 0, offset, length, 0, 0, 1, 0)
    return bytes(data)


class VmlinuxTest(unittest.TestCase):
    """The ELF kernel in a bzImage."""

    def test_compressions(self):
        for pack in (lzma.compress, gzip.compress, bz2.compress):
            with self.subTest(pack.__module__):
                # The unpacked size stands behind the stream, as the kernel's build puts it.
                image = bzimage(pack(ELF) + struct.pack("<I", len(ELF)))
                self.assertEqual(vmlinux.extract(image, "x"), ELF)

    def test_refused(self):
        good = bzimage(lzma.compress(ELF))
        for name, image, why in (
                ("empty", b"", "not a bzImage"),
                ("an ELF file", ELF * 2, "not a bzImage"),
                ("truncated", good[:-100], "truncated"),
                ("unknown compression", bzimage(b"?" * 64), "cannot be decompressed"),
                ("broken stream", bzimage(b"\xfd7zXZ\0" + bytes(64)), "cannot be decompressed"),
                ("no ELF inside", bzimage(lzma.compress(b"MZ" * 64)), "not an ELF")):
            with self.subTest(name), self.assertRaisesRegex(HarnessError, why):
                vmlinux.extract(image, "vmlinuz")


class ModuleTest(unittest.TestCase):
    """.modinfo and the order of loading."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)
        (self.directory / "kernel").mkdir()
        self.order = []

    def add(self, name, depends="", pack=None):
        """A module of the tree."""
        data = module(name=name.replace("-", "_"), depends=depends)
        path = self.directory / "kernel" / (name + ".ko" + (".xz" if pack else ""))
        path.write_bytes(pack(data) if pack else data)
        self.order.append(f"kernel/{name}.ko")
        return path

    def tree(self, builtin=""):
        (self.directory / "modules.order").write_text("\n".join(self.order))
        (self.directory / "modules.builtin").write_text(builtin)
        return kmod.ModuleTree(self.directory)

    def names(self, wanted, **options):
        return [name for name, _ in self.tree(**options).load_order(wanted)]

    def test_dependencies_first_and_once(self):
        self.add("vfio")
        self.add("vfio-pci-core", "vfio,irqbypass")
        self.add("vfio-pci", "vfio-pci-core,vfio")
        self.add("irqbypass")
        self.assertEqual(self.names(["vfio-pci", "vfio"]),
                         ["vfio", "irqbypass", "vfio_pci_core", "vfio_pci"])

    def test_builtin_needs_no_loading(self):
        self.add("vfio-pci", "vfio")
        self.assertEqual(self.names(["vfio-pci"], builtin="kernel/drivers/vfio/vfio.ko"),
                         ["vfio_pci"])

    def test_compressed(self):
        path = self.add("vfio", pack=lzma.compress)
        self.assertEqual(self.names(["vfio"]), ["vfio"])
        self.assertTrue(kmod.read(path).startswith(b"\x7fELF"))

    def test_file_from_elsewhere(self):
        self.add("mdev")
        elsewhere = self.directory / "mock_vfio.ko"
        elsewhere.write_bytes(module(name="mock_vfio", depends="mdev"))
        self.assertEqual(self.names([elsewhere]), ["mdev", "mock_vfio"])

    def test_refused(self):
        with self.assertRaisesRegex(HarnessError, "no module nonesuch"):
            self.names(["nonesuch"])
        with self.assertRaisesRegex(HarnessError, "not a 64-bit ELF"):
            kmod.modinfo(b"junk", "x.ko")


class KernelTest(unittest.TestCase):
    """Names of kernels."""

    def test_unknown(self):
        with self.assertRaisesRegex(HarnessError, "no kernel is called '2.4'; there are: .*6.1"):
            kernels.get(None, "2.4")

    def test_latest_is_the_newest_series(self):
        with tempfile.TemporaryDirectory() as directory:
            for name in ("6.9", "6.12", "debug"):
                (Path(directory) / f"{name}.toml").touch()
            with mock.patch.object(kernels, "DEFINITIONS", Path(directory)):
                self.assertEqual(kernels.known(), ["6.9", "6.12", "debug", "latest"])
                self.assertEqual(kernels.resolve("latest"), "6.12")
                self.assertEqual(kernels.resolve("6.9"), "6.9")


class PackageTest(unittest.TestCase):
    """Packages of all series come to look the same."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)
        self.write("usr/src/linux-headers-7-common/Makefile",
                   "all:\n\t@echo $(KBUILD_OUTPUT) $(notdir $(CURDIR))\n")

    def write(self, path, content):
        """A file of the package."""
        path = self.root / path
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def test_image_with_the_modules(self):
        self.write("usr/lib/modules/7.3-amd64/vmlinuz", bzimage(lzma.compress(ELF)))
        self.write("usr/lib/modules/7.3-amd64/kernel/vfio.ko", "")
        kernels.finish(self.root)
        self.assertEqual((self.root / "boot/vmlinux-7.3-amd64").read_bytes(), ELF)
        self.assertTrue((self.root / "lib/modules/7.3-amd64/kernel/vfio.ko").is_file())

    def test_headers_work_where_they_are(self):
        self.write("usr/src/linux-headers-7-amd64/Makefile",
                   "KBUILD_OUTPUT=/usr/src/linux-headers-7-amd64\n"
                   "include /usr/src/linux-headers-7-common/Makefile\n")
        kernels.finish(self.root)
        headers = self.root / "usr/src/linux-headers-7-amd64"
        done = subprocess.run(["make", "-s", "-C", headers], capture_output=True, text=True,
                              check=True)
        self.assertEqual(done.stdout.split(), [str(headers), headers.name])

    def test_types_are_not_offered(self):
        self.write("usr/src/linux-headers-7-amd64/vmlinux", "BTF")
        kernels.finish(self.root)
        self.assertFalse((self.root / "usr/src/linux-headers-7-amd64/vmlinux").exists())


class CompressionTest(unittest.TestCase):
    """What is not there is said to be missing."""

    def test_nothing_comes_out(self):
        with self.assertRaisesRegex(HarnessError, "x: cannot be decompressed"):
            compression.decompress(b"", "x")


if __name__ == "__main__":
    unittest.main()

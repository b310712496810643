# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Python binding: its idea of the ABI, and a program that uses it."""

import ctypes
import errno
import gc
import mmap
import os
import subprocess
import sys
import tempfile
import unittest
import weakref
from pathlib import Path

from build import BUILD, CC, USERLIB, exported, output

os.environ["UVFIO_LIBRARY"] = str(BUILD / "libuvfio.so")
sys.path.insert(0, str(BUILD / "uvfio" / "python"))

import uvfio  # noqa: E402 (found by what stands above)
from uvfio import _abi  # noqa: E402

PCI_CONFIG_REGION, MSI, BAR0_SIZE = 7, 1, 0x20000

LAYOUT = """\
#include <stddef.h>
#include <stdio.h>
#include <uvfio/uvfio.h>
int main(void)
{
%s	return 0;
}
"""


def structures():
    return {name: kind for name, kind in vars(_abi).items()
            if isinstance(kind, type) and issubclass(kind, ctypes.Structure)}


class AbiTest(unittest.TestCase):
    def test_every_function_has_a_prototype(self):
        self.assertEqual(sorted(_abi.PROTOTYPES), exported())

    def test_version(self):
        self.assertEqual(uvfio.lib.uvfio_version().decode(), _abi.VERSION)

    def test_structures_are_laid_out_as_in_c(self):
        expected, code = [], ""
        for name, kind in structures().items():
            code += f'\tprintf("{name} %zu\\n", sizeof(struct {name}));\n'
            expected.append(f"{name} {ctypes.sizeof(kind)}")
            for member, _ in kind._fields_:
                code += f'\tprintf("{name}.{member} %zu\\n", offsetof(struct {name}, {member}));\n'
                expected.append(f"{name}.{member} {getattr(kind, member).offset}")
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "layout.c"
            source.write_text(LAYOUT % code)
            subprocess.run([*CC, f"-I{USERLIB}/include", source, "-o", source.stem],
                           cwd=scratch, check=True)
            self.assertEqual(output(f"{scratch}/layout").splitlines(), expected)


class FakeKernelTest(unittest.TestCase):
    """A program, on the fake kernel that the C tests use."""

    def setUp(self):
        self.fake = ctypes.CDLL(str(BUILD / "uvfio" / "libfake.so"))
        self.fake.fake_new.restype = ctypes.c_void_p
        self.fake.fake_options.argtypes = [ctypes.c_void_p]
        self.fake.fake_options.restype = _abi.uvfio_options
        self.fake.fake_free.argtypes = [ctypes.c_void_p]
        self.fake.fake_free.restype = ctypes.c_bool
        self.kernel = self.fake.fake_new()
        self.ctx = uvfio.Context(self.fake.fake_options(self.kernel))

    def tearDown(self):
        self.ctx.close()
        self.assertTrue(self.fake.fake_free(self.kernel), "something is still held")

    def test_regions(self):
        with self.ctx.group(10) as group, group.device("dev") as device:
            with device.region(0) as bar0:
                self.assertEqual(bar0.size, BAR0_SIZE)
                bar0.write(0x10, 4, 0x12345678)
                self.assertEqual(bar0.read(0x10, 4), 0x12345678)
                self.assertEqual(bar0.read(0x12, 1), 0x34)

    def test_dma(self):
        memory = mmap.mmap(-1, 0x2000)
        with self.ctx.group(10) as group:
            container = group.container
            self.assertTrue(container.pgsizes & 4096)
            self.assertTrue(container.iova_ranges)
            container.dma_map(0x1000, 0x1000, memory)
            with self.assertRaises(uvfio.Error) as caught:
                container.dma_map(0x1000, 0x1000, memory)
            self.assertEqual(caught.exception.errno, errno.EEXIST)
            self.assertEqual(caught.exception.operation, "uvfio_dma_map")
            self.assertEqual(caught.exception.ioctl, "VFIO_IOMMU_MAP_DMA")
            self.assertEqual(caught.exception.iova, 0x1000)
            self.assertIn("mapped already", caught.exception.hint)
            container.dma_unmap(0x1000, 0x1000)

    def test_memory_stays_while_it_is_mapped(self):
        memory = mmap.mmap(-1, 0x2000)
        with self.ctx.group(10) as group:
            group.container.dma_map(0x1000, 0x2000, memory)
            with self.assertRaises(BufferError):
                memory.close()
            with self.assertRaises(uvfio.Error):
                group.container.dma_unmap(0x2000, 0x1000)  # a part only
            with self.assertRaises(BufferError):
                memory.close()
            group.container.dma_unmap(0x1000, 0x2000)
            memory.close()

    def test_an_object_without_any_other_reference_stays(self):
        class Memory(bytearray):
            """Unlike bytearray's, references to it can be weak."""

        memory = Memory(0x2000)
        offset = -ctypes.addressof(ctypes.c_char.from_buffer(memory)) % 0x1000
        watched = weakref.ref(memory)
        with self.ctx.group(10) as group:
            group.container.dma_map(0x1000, 0x1000, memoryview(memory)[offset:])
            del memory
            gc.collect()
            self.assertIsNotNone(watched())
            group.container.dma_unmap(0x1000, 0x1000)
            gc.collect()
            self.assertIsNone(watched())

    def test_memory_goes_with_the_last_user_of_the_container(self):
        memory = mmap.mmap(-1, 0x1000)
        group, other = self.ctx.group(10), self.ctx.group(11)
        self.assertIs(group.container, other.container)
        device = other.device("other")
        group.container.dma_map(0x1000, 0x1000, memory)
        for user in group, other:
            user.close()
            with self.assertRaises(BufferError):
                memory.close()
        device.close()
        memory.close()

    def test_a_failed_map_keeps_nothing(self):
        memory = mmap.mmap(-1, 0x1000)
        with self.ctx.group(10) as group:
            with self.assertRaises(uvfio.Error):
                group.container.dma_map(0x800, 0x1000, memory)
            memory.close()

    def test_a_buffer_that_is_too_small(self):
        with self.ctx.group(10) as group, mmap.mmap(-1, 0x1000) as memory:
            with self.assertRaises(ValueError):
                group.container.dma_map(0x1000, 0x2000, memory)

    def test_interrupts(self):
        with self.ctx.group(10) as group, group.device("dev") as device:
            device.set_irq_signaling(MSI, 0, 5)
            device.disable_irqindex(MSI)
            with self.assertRaises(uvfio.Error) as caught:
                device.set_irq_signaling(77, 0, 5)
            self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_hooks(self):
        events, lines = [], []
        self.ctx.set_trace(lambda event, text: events.append((event, text)))
        self.ctx.set_log(lambda level, text: lines.append(text))
        with self.ctx.group(10) as group, group.device("dev") as device:
            self.assertEqual(device.name, "dev")
            device.reset()
        self.assertIn("vfio_get_device", [event for event, _ in events])
        self.assertIn("vfio_put_group", [event for event, _ in events])

    def test_a_group_in_use_keeps_the_context(self):
        group = self.ctx.group(10)
        with self.assertRaises(OSError) as caught:
            self.ctx.close()
        self.assertEqual(caught.exception.errno, errno.EBUSY)
        group.close()


if __name__ == "__main__":
    unittest.main()

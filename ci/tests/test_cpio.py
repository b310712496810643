# SPDX-License-Identifier: GPL-2.0-only
"""The initramfs writer, read back by a parser of its own."""

import stat
import unittest

from harness_lib import cpio


def entries(data):
    """[(name, mode, content)] of a newc archive, the trailer included."""
    found = []
    position = 0
    while position < len(data):
        assert data[position:position + 6] == b"070701", data[position:position + 6]
        fields = [int(data[position + 6 + 8 * i:position + 14 + 8 * i], 16) for i in range(13)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        start = position + 110
        name = data[start:start + name_size - 1].decode()
        start += name_size + -(start + name_size) % 4
        found.append((name, mode, data[start:start + size]))
        position = start + size + -size % 4
    return found


class CpioTest(unittest.TestCase):
    """What the kernel's unpacker needs."""

    def test_round_trip(self):
        archive = cpio.Archive()
        archive.file("/bin/odd", b"12345", 0o755)
        archive.file("bin/even", b"1234")
        archive.symlink("bin/sh", "odd")
        archive.directory("proc")
        self.assertEqual(entries(archive.bytes()), [
            ("bin", stat.S_IFDIR | 0o755, b""),
            ("bin/odd", stat.S_IFREG | 0o755, b"12345"),
            ("bin/even", stat.S_IFREG | 0o644, b"1234"),
            ("bin/sh", stat.S_IFLNK | 0o777, b"odd"),
            ("proc", stat.S_IFDIR | 0o755, b""),
            ("TRAILER!!!", 0, b""),
        ])

    def test_parents_come_first_and_once(self):
        archive = cpio.Archive()
        archive.file("a/b/c", b"")
        archive.file("a/b/d", b"")
        self.assertEqual([name for name, _, _ in entries(archive.bytes())],
                         ["a", "a/b", "a/b/c", "a/b/d", "TRAILER!!!"])

    def test_inodes_differ(self):
        archive = cpio.Archive()
        archive.file("a", b"1")
        archive.file("b", b"2")
        data = archive.bytes()
        self.assertNotEqual(data[6:14], data[6 + 110 + 4 + 4:][6:14])

    def test_same_input_same_archive(self):
        def make():
            archive = cpio.Archive()
            archive.file("a", b"1")
            return archive.bytes()
        self.assertEqual(make(), make())

    def test_can_be_finished_twice(self):
        archive = cpio.Archive()
        archive.file("a", b"1")
        self.assertEqual(archive.bytes(), archive.bytes())


if __name__ == "__main__":
    unittest.main()

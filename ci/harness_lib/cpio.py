# SPDX-License-Identifier: GPL-2.0-only
"""Writes the archive format of an initramfs ("newc", documented in
Documentation/driver-api/early-userspace/buffer-format.rst)."""

import stat


class Archive:
    """Collects entries; parent directories are made on the way."""

    def __init__(self):
        self._data = bytearray()
        self._inode = 0
        self._directories = set()

    def directory(self, path, mode=0o755):
        """An empty directory."""
        path = path.strip("/")
        if path and path not in self._directories:
            self._parents(path)
            self._directories.add(path)
            self._entry(path, stat.S_IFDIR | mode, b"")

    def file(self, path, data, mode=0o644):
        """A regular file with @data, bytes."""
        path = path.strip("/")
        self._parents(path)
        self._entry(path, stat.S_IFREG | mode, data)

    def symlink(self, path, target):
        """A symbolic link to @target."""
        path = path.strip("/")
        self._parents(path)
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def bytes(self):
        """The finished archive."""
        end = Archive()
        end._entry("TRAILER!!!", 0, b"")
        return bytes(self._data + end._data)

    def _parents(self, path):
        if "/" in path:
            self.directory(path.rsplit("/", 1)[0])

    def _entry(self, name, mode, data):
        self._inode += 1
        encoded = name.encode() + b"\0"
        # Fields: ino mode uid gid nlink mtime filesize devmajor devminor
        # rdevmajor rdevminor namesize check. All zero times: same input, same archive.
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0)
        self._data += b"070701" + b"".join(b"%08x" % field for field in fields) + encoded
        self._pad()
        self._data += data
        self._pad()

    def _pad(self):
        self._data += bytes(-len(self._data) % 4)

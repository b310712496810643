# SPDX-License-Identifier: GPL-2.0-only
"""Kernel modules: which ones a module needs, and in which order they load."""

import struct

from . import compression
from .errors import HarnessError


def modinfo(data, what):
    """The key=value strings of a module's .modinfo section, as a dict (last one wins)."""
    if data[:5] != b"\x7fELF\x02":
        raise HarnessError(f"{what}: not a 64-bit ELF module")
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count, names_index = struct.unpack_from("<HHH", data, 0x3a)
    sections = []
    for index in range(count):
        name, _, _, _, offset, length = struct.unpack_from("<IIQQQQ", data, table + index * size)
        sections.append((name, offset, length))
    _, names, _ = sections[names_index]
    for name, offset, length in sections:
        if data.startswith(b".modinfo\0", names + name):
            entries = data[offset:offset + length].split(b"\0")
            return dict(e.decode().split("=", 1) for e in entries if b"=" in e)
    raise HarnessError(f"{what}: no .modinfo section")


def read(path):
    """A module's bytes, decompressed: busybox and init load plain ELF only."""
    data = path.read_bytes()
    return data if data.startswith(b"\x7fELF") else compression.decompress(data, path)


def canonical(name):
    """Module names use _ and - alike, except in file names."""
    return name.replace("-", "_")


class ModuleTree:
    """The modules of one kernel: lib/modules/RELEASE of its package, or its build tree."""

    def __init__(self, directory):
        self.directory = directory
        self.files = {self._name(line): line for line in self._lines("modules.order")}
        self.builtin = {self._name(line) for line in self._lines("modules.builtin")}

    @staticmethod
    def _name(line):
        return canonical(line.rsplit("/", 1)[-1].split(".", 1)[0])

    def _lines(self, name):
        return (self.directory / name).read_text().split()

    def path(self, name):
        """The file of the module @name, whatever it is compressed with."""
        file = self.files.get(canonical(name))
        if not file:
            raise HarnessError(f"{self.directory}: this kernel has no module {name}")
        # A build tree's list names objects.
        plain = (self.directory / file).with_suffix(".ko")
        for path in [plain, *plain.parent.glob(plain.name + ".*")]:
            if path.exists():
                return path
        raise HarnessError(f"{plain}: missing although modules.order lists it "
                           "(in a build tree: `make modules`)")

    def has(self, name):
        """Whether there is such a module, or it is built in."""
        return canonical(name) in self.files or canonical(name) in self.builtin

    def load_order(self, wanted):
        """(name, path) of all that must be loaded for @wanted, dependencies first.

        @wanted are names of this tree's modules, or paths of files built elsewhere.
        """
        order = {}

        def add(path):
            info = modinfo(read(path), path)
            for needed in filter(None, info.get("depends", "").split(",")):
                add_name(needed)
            order.setdefault(canonical(info["name"]), path)

        def add_name(name):
            if canonical(name) not in order and canonical(name) not in self.builtin:
                add(self.path(name))

        for item in wanted:
            if isinstance(item, str):
                add_name(item)
            else:
                add(item)
        return list(order.items())

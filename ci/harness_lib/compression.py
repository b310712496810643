# SPDX-License-Identifier: GPL-2.0-only
"""Decompresses what kernels are packed with, told apart by their first bytes."""

import bz2
import lzma
import subprocess
import zlib

from . import tools
from .errors import HarnessError


def _by_library(decompressor):
    # A decompressor object stops at the end of the stream: a kernel image has
    # its unpacked size behind that.
    return lambda data: decompressor().decompress(data)


def _by_tool(*command):
    def decompress(data):
        tools.require(command[0])
        # For the same reason the tool may complain when it already has it all.
        return subprocess.run(command, input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout
    return decompress


# First bytes -> how to unpack. All that the kernel's Kconfig offers, but LZO.
FORMATS = (
    (b"\xfd7zXZ\0", _by_library(lzma.LZMADecompressor)),
    (b"\x5d\0\0", _by_library(lzma.LZMADecompressor)),
    (b"\x1f\x8b", _by_library(lambda: zlib.decompressobj(wbits=31))),
    (b"BZh", _by_library(bz2.BZ2Decompressor)),
    (b"\x28\xb5\x2f\xfd", _by_tool("zstd", "-dc")),
    (b"\x02\x21\x4c\x18", _by_tool("lz4", "-dc")),
)


def decompress(data, what):
    """Unpack bytes; @what names them in the error."""
    for magic, unpack in FORMATS:
        if data.startswith(magic):
            try:
                plain = unpack(data)
            except (lzma.LZMAError, zlib.error, OSError, EOFError) as error:
                raise HarnessError(f"{what}: cannot be decompressed: {error}") from error
            if plain:
                return plain
    raise HarnessError(f"{what}: cannot be decompressed (it begins {data[:6].hex()})")

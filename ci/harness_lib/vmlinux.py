# SPDX-License-Identifier: GPL-2.0-only
"""Gets the ELF kernel out of a bzImage.

QEMU starts an ELF kernel that has a PVH note directly. That saves the guest
its own decompression, which takes 5 seconds without KVM.
"""

import struct

from . import compression
from .errors import HarnessError

# Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
SETUP_SECTS = 0x1f1
MAGIC = 0x202
PAYLOAD = 0x248
SECTOR = 512


def extract(image, what):
    """The ELF file inside the bzImage @image (bytes); @what names it in errors."""
    if len(image) < PAYLOAD + 8 or image[MAGIC:MAGIC + 4] != b"HdrS":
        raise HarnessError(f"{what}: not a bzImage")
    offset, length = struct.unpack_from("<II", image, PAYLOAD)
    # Zero means four for the sake of very old boot loaders.
    start = ((image[SETUP_SECTS] or 4) + 1) * SECTOR + offset
    if not length or start + length > len(image):
        raise HarnessError(f"{what}: truncated bzImage")
    kernel = compression.decompress(image[start:start + length], what)
    if not kernel.startswith(b"\x7fELF"):
        raise HarnessError(f"{what}: the kernel inside is not an ELF file")
    return kernel

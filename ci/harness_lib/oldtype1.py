# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own type1 with an old behaviour put back: ci/type1/edits.toml.

Of the kernel's source only what must be replaced is known here; the rest comes
from Debian's package of it.
"""

import re
import tomllib

from . import build, extras, paths
from .errors import HarnessError

DIRECTORY = paths.CI / "type1"
# The kernel whose type1 it is, and where its source comes from.
KERNEL = "6.12"
SOURCE = "type1-6.12"
FILES = ("vfio_iommu_type1.c", "vfio.h")


def edits():
    """The edits there are, by the quirk's name."""
    return tomllib.loads((DIRECTORY / "edits.toml").read_text())


def edited(text, edit, what):
    """@text with @edit made, which must fit in one place only."""
    changed, count = re.subn(edit["find"], lambda _: edit["replace"], text)
    if count != 1:
        raise HarnessError(f"{what}: {edit['find']!r} matches {count} times, not once")
    return changed


def make(cache, kernel, quirk):
    """Build the module of @kernel with the behaviour @quirk; returns its path."""
    tree = extras.tree(cache, SOURCE) / "drivers/vfio"
    output = paths.BUILD / "type1" / f"{quirk}-{kernel.release}"
    output.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text = (tree / name).read_text()
        if name == FILES[0]:
            text = edited(text, edits()[quirk], f"{name} of {kernel.release}")
        _write(output / name, text)
    _write(output / "Kbuild", (DIRECTORY / "Kbuild").read_text())
    build.run([build.old_type1(kernel, output)], output / "build.log")
    return output / "vfio_iommu_type1.ko"


def _write(path, text):
    """Leave alone what is the same, for make's sake."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)

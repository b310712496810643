# SPDX-License-Identifier: GPL-2.0-only
"""Where the symbols of a kernel are, for gdb.

A build tree's vmlinux has them, as far as the kernel was configured with
debugging information. Debian has them in a package of their own, of which
only the kernel itself and VFIO's modules are kept.
"""

import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from . import bundle, kernels, kerneltree, kmod, paths
from .errors import HarnessError

# What is kept of the package's 5 GB.
KEEP = ("usr/lib/debug/boot/vmlinux-*", "usr/lib/debug/lib/modules/*/vmlinux",
        "usr/lib/debug/lib/modules/*/kernel/drivers/vfio/*",
        "usr/lib/debug/usr/lib/modules/*/kernel/drivers/vfio/*")
NAMES = 1 << 20
DEFINITION = """\
# SPDX-License-Identifier: GPL-2.0-only
# Made by the harness: the symbols of one kernel.
suite = "{suite}"
install = ["{package}={version}"]
keep = ["{package}"]
files = [{files}]
"""


@dataclass(frozen=True)
class Symbols:
    """The file with the kernel's symbols, be there many or few, and those of modules by name."""

    vmlinux: Path
    modules: dict = field(default_factory=dict)


def find(kernel, fetch, update=False):
    """The Symbols of @kernel; with @fetch, from Debian's package if need be."""
    if isinstance(kernel.files, kerneltree.Files):
        own = kernel.files.root / "vmlinux"
        if own.is_file():
            return Symbols(own)
    if has_symbols(_elf(kernel)):
        return Symbols(_elf(kernel))
    if fetch:
        return _fetched(kernel, update)
    print(f"gdb: {kernel.name}'s kernel has no symbols of its own: mock_vfio's lines and arguments "
          "are known, the kernel's functions are not. --symbols downloads them "
          f"({_package(kernel)}, about 1 GB); a build tree (-k PATH) with CONFIG_DEBUG_INFO, or "
          "the debug kernel, has them.", file=sys.stderr)
    return Symbols(_elf(kernel))


def _elf(kernel):
    return kernel.image.with_name(kernel.image.name.replace("vmlinuz", "vmlinux"))


def has_symbols(path):
    """Whether the ELF file has a symbol table."""
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        # The names of the sections are near the end.
        file.seek(max(path.stat().st_size - NAMES, 0))
        return b"\0.symtab\0" in file.read()


def _package(kernel):
    return f"linux-image-{kernel.release}-dbg"


def _fetched(kernel, update):
    recipe = tomllib.loads((kernels.DEFINITIONS / f"{kernel.name}.toml").read_text())
    name = f"symbols-{kernel.release}"
    definition = paths.BUILD / "kernels" / f"{name}.toml"
    definition.parent.mkdir(parents=True, exist_ok=True)
    definition.write_text(DEFINITION.format(
        suite=recipe["suite"], package=_package(kernel), version=kernel.version,
        files=", ".join(f'"{glob}"' for glob in KEEP)))
    with bundle.Cache(paths.cache_dir(), lambda text: print(f"set-up: {text}", file=sys.stderr,
                                                            flush=True)) as cache:
        files = cache.bundle(definition, update=update)
    modules = {kmod.canonical(path.stem): path for path in files.root.rglob("*.ko")}
    for glob in KEEP[:2]:
        if found := sorted(files.root.glob(glob)):
            return Symbols(found[-1], modules)
    raise HarnessError(f"{_package(kernel)}: the package has no vmlinux in it")

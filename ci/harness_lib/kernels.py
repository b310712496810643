# SPDX-License-Identifier: GPL-2.0-only
"""The kernels under test: ci/kernels/NAME.toml, made ready for use.

A definition says where the kernel comes from, packages (bundle.py) or sources
(debugkernel.py), and what is particular about it:

    boot      which file of boot/ QEMU starts: "vmlinux" (default) or "vmlinuz"
    slowness  factor on all time-outs
    kmemleak  whether to ask its leak detector when the tests are over
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from . import bundle, debugkernel, kmod, paths, vmlinux
from .errors import HarnessError

DEFINITIONS = paths.CI / "kernels"
DEFAULT = "6.1"


@dataclass(frozen=True)
class Kernel:
    """A kernel that can be booted and built against."""

    name: str
    release: str
    version: str
    image: Path
    headers: Path
    modules: kmod.ModuleTree
    files: bundle.Bundle
    slowness: float
    kmemleak: bool


def known():
    """Names that -k takes."""
    return sorted(path.stem for path in DEFINITIONS.glob("*.toml"))


def get(cache, name, update=False):
    """The kernel called @name."""
    if name not in known():
        raise HarnessError(f"no kernel is called {name!r}; there are: {', '.join(known())}")
    definition = DEFINITIONS / f"{name}.toml"
    recipe = tomllib.loads(definition.read_text())
    if "build" in recipe:
        files = debugkernel.get(cache, definition, update)
    else:
        files = cache.bundle(definition, _finish, update)
    release = files.find("boot/vmlinuz-*").name.removeprefix("vmlinuz-")
    return Kernel(name, release,
                  # All packages of a kernel come from one source and share its version.
                  version=files.packages[0]["version"],
                  image=files.root / "boot" / f"{recipe.get('boot', 'vmlinux')}-{release}",
                  headers=files.root / "usr/src" / f"linux-headers-{release}",
                  modules=kmod.ModuleTree(files.root / "lib/modules" / release),
                  files=files,
                  slowness=recipe.get("slowness", 1),
                  kmemleak=recipe.get("kmemleak", False))


def _finish(root):
    for image in root.glob("boot/vmlinuz-*"):
        plain = image.with_name(image.name.replace("vmlinuz", "vmlinux"))
        plain.write_bytes(vmlinux.extract(image.read_bytes(), image.name))
    for makefile in root.glob("usr/src/linux-headers-*/Makefile"):
        _relocate(makefile)


def _relocate(makefile):
    """The headers' Makefile includes its common part by an absolute path: make it relative."""
    text = makefile.read_text()
    here = "$(dir $(lastword $(MAKEFILE_LIST)))"
    makefile.write_text(re.sub(r"^(include )/usr/src/", rf"\1{here}../", text, flags=re.M))

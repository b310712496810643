# SPDX-License-Identifier: GPL-2.0-only
"""The kernels under test: ci/kernels/NAME.toml, made ready for use."""

import re
from dataclasses import dataclass
from pathlib import Path

from . import bundle, kmod, paths, vmlinux
from .errors import HarnessError

DEFINITIONS = paths.CI / "kernels"
DEFAULT = "6.1"


@dataclass(frozen=True)
class Kernel:
    """A kernel that can be booted and built against."""

    name: str
    release: str
    version: str
    vmlinux: Path
    headers: Path
    modules: kmod.ModuleTree
    files: bundle.Bundle


def known():
    """Names that -k takes."""
    return sorted(path.stem for path in DEFINITIONS.glob("*.toml"))


def get(cache, name, update=False):
    """The kernel called @name."""
    if name not in known():
        raise HarnessError(f"no kernel is called {name!r}; there are: {', '.join(known())}")
    files = cache.bundle(DEFINITIONS / f"{name}.toml", _finish, update)
    image = files.find("boot/vmlinuz-*")
    release = image.name.removeprefix("vmlinuz-")
    version = next(p["version"] for p in files.packages if p["name"].endswith(release))
    return Kernel(name, release, version,
                  vmlinux=files.root / "boot" / f"vmlinux-{release}",
                  headers=files.root / "usr/src" / f"linux-headers-{release}",
                  modules=kmod.ModuleTree(files.root / "lib/modules" / release),
                  files=files)


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

# SPDX-License-Identifier: GPL-2.0-only
"""The kernels under test, made ready for use: ci/kernels/NAME.toml, or a path (kerneltree.py).

A definition says where the kernel comes from, packages (bundle.py) or sources
(debugkernel.py), and what is particular about it:

    boot      which file of boot/ QEMU starts: "vmlinux" (default) or "vmlinuz"
    slowness  factor on all time-outs
    kmemleak  whether to ask its leak detector when the tests are over
    toolchain what modules for it are built with (toolchain.py), where the host's
              compiler or C library may be too old for the headers
"""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from . import (bundle, debugkernel, headers, kerneltree, kmod, paths, requirements, toolchain,
               vmlinux)
from .errors import HarnessError

DEFINITIONS = paths.CI / "kernels"
DEFAULT = "6.1"
# The newest series there is a definition of, whatever that is.
LATEST = "latest"
# Of a kernel from a path, which no definition describes.
SANITIZER_SLOWNESS = 6


@dataclass(frozen=True)
class Kernel:
    """A kernel that can be booted and built against."""

    name: str
    release: str
    version: str
    image: Path
    headers: Path
    modules: kmod.ModuleTree
    files: bundle.Bundle | kerneltree.Files
    toolchain: toolchain.Toolchain | None
    slowness: float = 1
    kmemleak: bool = False
    # Whether it can drive the real devices.
    devices: bool = True
    # Whether clang compiled it: modules must be compiled alike.
    clang: bool = False
    # The sources and .gcno files of what records coverage, if anything does.
    profile: Path | None = None
    # Whether that is wanted, of mock_vfio too.
    gcov: bool = False
    # Goes into names of directories: kernels from a path may share their release.
    tag: str = ""

    def with_gcov(self):
        """The same, with coverage recorded: modules for it are other ones."""
        return replace(self, gcov=True, tag=f"{self.tag}-gcov")

    @property
    def config(self):
        """What it was configured with."""
        return requirements.Config.read(self.headers / "include/config/auto.conf", self.release)


def _series(name):
    """(6, 12) of "6.12", None of what is no release series: names sort by it."""
    match = re.fullmatch(r"(\d+)\.(\d+)", name)
    return tuple(map(int, match.groups())) if match else None


def known():
    """Names that -k takes: series from old to new, then the others."""
    names = {path.stem for path in DEFINITIONS.glob("*.toml")}
    series = sorted(filter(_series, names), key=_series)
    return [*series, *sorted(names.difference(series)), LATEST]


def resolve(name):
    """The definition's name for a name that -k takes; a path stays one."""
    if name not in known():
        if kerneltree.looks_like_path(name):
            return name
        raise HarnessError(f"no kernel is called {name!r}; there are: {', '.join(known())}; "
                           "or the path of a build tree or of unpacked packages")
    return max(filter(_series, known()), key=_series) if name == LATEST else name


def get(cache, name, update=False):
    """The kernel called @name, or at the path @name."""
    name = resolve(name)
    if name not in known():
        return _local(kerneltree.find(name))
    definition = DEFINITIONS / f"{name}.toml"
    recipe = tomllib.loads(definition.read_text())
    if "build" in recipe:
        files = debugkernel.get(cache, definition, update)
    else:
        files = cache.bundle(definition, finish, update)
    release = files.find("boot/vmlinuz-*").name.removeprefix("vmlinuz-")
    return Kernel(name, release,
                  # All packages of a kernel come from one source and share its version.
                  version=files.packages[0]["version"],
                  image=files.root / "boot" / f"{recipe.get('boot', 'vmlinux')}-{release}",
                  headers=files.root / "usr/src" / f"linux-headers-{release}",
                  modules=kmod.ModuleTree(files.root / "lib/modules" / release),
                  files=files,
                  slowness=recipe.get("slowness", 1),
                  kmemleak=recipe.get("kmemleak", False),
                  profile=debugkernel.profile(files.root, release),
                  toolchain=(toolchain.get(cache, recipe["toolchain"], update)
                             if "toolchain" in recipe else None))


def get_config(cache, name):
    """The configuration of the kernel called @name, or at that path, be it complete or not."""
    if resolve(name) not in known() and (config := kerneltree.configuration(name)):
        return config
    return get(cache, name).config


def _local(found):
    config = requirements.Config.read(found.headers / "include/config/auto.conf", found.release)
    return Kernel(found.release, found.release, f"{found.release} ({found.root})", found.image,
                  found.headers, found.modules, kerneltree.Files(found.root), toolchain=None,
                  slowness=SANITIZER_SLOWNESS if config.has("CONFIG_KASAN") else 1,
                  kmemleak=(config.has("CONFIG_DEBUG_KMEMLEAK") and
                            not config.has("CONFIG_DEBUG_KMEMLEAK_DEFAULT_OFF")),
                  profile=found.root if config.has("CONFIG_GCOV_KERNEL") else None,
                  devices=not config.lacks("devices"), clang=config.has("CONFIG_CC_IS_CLANG"),
                  tag=f"-{found.tag}")


def finish(root):
    """Make the unpacked packages of any series, in @root, look as those of 6.1 do."""
    _gather(root)
    for image in root.glob("boot/vmlinuz-*"):
        plain = image.with_name(image.name.replace("vmlinuz", "vmlinux"))
        plain.write_bytes(vmlinux.extract(image.read_bytes(), image.name))
    for makefile in root.glob("usr/src/linux-headers-*/Makefile"):
        _relocate(makefile)
    # Type information, in the headers of 6.12 and newer. Where it is found, a
    # module gets some too, by a pahole as new as the kernel; nothing here needs it.
    for types in root.glob("usr/src/linux-headers-*/vmlinux"):
        types.unlink()


def _gather(root):
    """7.3 has image and modules together, below usr: put them where they used to be."""
    for image in root.glob("usr/lib/modules/*/vmlinuz"):
        (root / "boot").mkdir()
        image.rename(root / "boot" / f"vmlinuz-{image.parent.name}")
        (root / "lib").mkdir()
        (root / "usr/lib/modules").rename(root / "lib/modules")


def _relocate(makefile):
    here = "$(dir $(lastword $(MAKEFILE_LIST)))"
    makefile.write_text(headers.relocate(makefile.read_text(), f"{here}..", f"$(abspath {here})"))

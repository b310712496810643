# SPDX-License-Identifier: GPL-2.0-only
"""Kernels that -k names by a path: a build tree, or packages unpacked somewhere.

Nothing in there is written to. What has to be made of it, an image that boots
faster or headers that find each other, is in build/kernels/.
"""

import os
import re
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from . import headers, kmod, paths, requirements, vmlinux
from .errors import HarnessError

MADE = paths.BUILD / "kernels"
BZIMAGE = "arch/x86/boot/bzImage"


class Files:
    """Stands where others have a Bundle: what a user built is taken as it is."""

    def __init__(self, root):
        self.root = root

    @staticmethod
    def verified(path):
        """There is nothing to compare it with."""
        return path


@dataclass(frozen=True)
class Local:
    """What was found at a path."""

    root: Path
    release: str
    image: Path
    headers: Path
    modules: kmod.ModuleTree

    @property
    def tag(self):
        """Sets this kernel apart from others of its release, in names of directories."""
        return sha256(os.fsencode(self.root)).hexdigest()[:8]


def looks_like_path(name):
    """Whether the argument of -k is meant as one."""
    return "/" in name or name in (".", "..") or os.path.exists(name)


def find(name):
    """The Local kernel at the path @name."""
    path = Path(name).resolve()
    if not path.exists():
        raise HarnessError(f"-k {name}: no such file or directory")
    paths.check_for_make(path, "-k")
    if path.is_file():
        return _of_image(path)
    if _images(path):
        return _packages(path)
    return _build_tree(path)


def configuration(name):
    """The Config of the build tree at the path @name, whatever else it lacks; or None."""
    for file in ("include/config/auto.conf", ".config"):
        path = Path(name).resolve() / file
        if path.is_file():
            return requirements.Config.read(path)
    return None


def _of_image(path):
    """The kernel that an image belongs to: one alone has no modules, and no headers."""
    if path.name == "bzImage" and len(path.parents) > 3:
        return _build_tree(path.parents[3])
    if path.name == "vmlinux":
        return _build_tree(path.parent)
    for root in path.parents:
        for release, image in _images(root).items():
            if image == path:
                return _packages(root, release)
    raise HarnessError(f"{path}: not an image in a kernel's build tree ({BZIMAGE}, vmlinux) or in "
                       "unpacked packages (boot/vmlinuz-RELEASE): without the modules and headers "
                       "around it, a kernel cannot be tested")


def _images(root):
    """{release: image} of the packages unpacked in @root."""
    found = {path.name.removeprefix("vmlinuz-"): path for path in root.glob("boot/vmlinuz-*")}
    found.update((path.parent.name, path) for path in root.glob("usr/lib/modules/*/vmlinuz"))
    return {release: path.resolve() for release, path in found.items()}


def _build_tree(tree):
    if not (tree / ".config").is_file():
        raise HarnessError(
            f"{tree}: no kernel's build tree, and no unpacked package: it has neither .config nor "
            "boot/vmlinuz-RELEASE. (A source tree must be configured and built; when it was built "
            "with O=, name that directory.)")
    release_file = _built(tree, "include/config/kernel.release", "make")
    _built(tree, "include/config/auto.conf", "make")
    config = requirements.Config.read(tree / "include/config/auto.conf")
    requirements.require(config)
    bzimage = _built(tree, BZIMAGE, "make bzImage")
    _built(tree, "modules.order", "make modules")
    _built(tree, "Module.symvers", "make modules")
    plain = tree / "vmlinux"
    # KASAN's own set-up is not called on the way in by PVH.
    pvh = config.has("CONFIG_PVH") and not config.has("CONFIG_KASAN") and plain.is_file()
    return Local(tree, release_file.read_text().strip(), plain if pvh else bzimage, tree,
                 kmod.ModuleTree(tree))


def _built(tree, name, command):
    path = tree / name
    if not path.is_file():
        raise HarnessError(f"{tree}: the kernel is configured, but has no {name}: run `{command}` "
                           "there")
    return path


def _packages(root, release=None):
    images = _images(root)
    if release is None and len(images) > 1:
        shown = ", ".join(f"-k {image}" for image in images.values())
        raise HarnessError(f"{root}: several kernels are unpacked there: choose one by {shown}")
    (release, image), = [(release, images[release])] if release else images.items()
    modules = _modules(root, release)
    sources = _headers(root, release)
    requirements.require(requirements.Config.read(sources / "include/config/auto.conf", release))
    made = Local(root, release, image, sources, modules)
    target = MADE / f"{release}-{made.tag}"
    return Local(root, release, _plain(image, target), _relocated(root, sources, target), modules)


def _modules(root, release):
    for directory in (root / "lib/modules" / release, root / "usr/lib/modules" / release):
        if (directory / "modules.order").is_file():
            return kmod.ModuleTree(directory)
    raise HarnessError(f"{root}: the modules of {release} are missing (lib/modules/{release}/): "
                       "unpack the package that has them into the same directory")


def _headers(root, release):
    directory = root / "usr/src" / f"linux-headers-{release}"
    if not (directory / "Makefile").is_file():
        # As other distributions have it; Debian's link is absolute, so it may lead elsewhere.
        directory = root / "lib/modules" / release / "build"
    if not (directory / "Makefile").is_file():
        raise HarnessError(f"{root}: the headers of {release} are missing (usr/src/linux-headers-"
                           f"{release}/): mock_vfio is built against them. Unpack linux-headers-"
                           f"{release}, its -common package and linux-kbuild into the same "
                           "directory")
    for name in ("include/config/auto.conf", "Module.symvers", "scripts"):
        if not (directory / name).exists():
            raise HarnessError(f"{directory}: incomplete, it has no {name} (of Debian's packages, "
                               "linux-kbuild has the scripts)")
    return directory.resolve()


def _plain(image, target):
    """The uncompressed kernel of @image, which boots faster."""
    plain = target / "vmlinux"
    stamp = os.stat(image).st_mtime_ns
    if not plain.exists() or os.stat(plain).st_mtime_ns != stamp:
        target.mkdir(parents=True, exist_ok=True)
        fresh = target / f"vmlinux.{os.getpid()}"
        fresh.write_bytes(vmlinux.extract(image.read_bytes(), image))
        os.utime(fresh, ns=(stamp, stamp))
        fresh.replace(plain)
    return plain


def _relocated(root, sources, target):
    """Headers that name each other by the paths they were packaged for, as links beside a
    Makefile that names them where they are."""
    text = (sources / "Makefile").read_text()
    changed = headers.relocate(text, root / "usr/src", target / "headers")
    if changed == text:
        return sources
    for name in re.findall(r"^include (/.*)$", changed, re.M):
        if not Path(name).is_file():
            raise HarnessError(f"{sources}/Makefile includes {Path(name).parent.name}, which is "
                               f"not in {root}/usr/src: unpack that package, too")
    directory = target / "headers"
    if (directory / "Makefile").is_file() and (directory / "Makefile").read_text() == changed:
        return directory
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    for entry in sources.iterdir():
        if entry.name != "Makefile":
            (directory / entry.name).symlink_to(entry)
    (directory / "Makefile").write_text(changed)
    return directory

# SPDX-License-Identifier: GPL-2.0-only
"""Builds with the compiler of another Debian: ci/toolchains/NAME.toml.

The tools in a kernel's headers are programs: those of a newer Debian need its
C library, and the kernel was configured for its compiler. A toolchain is a
bundle with these. bubblewrap shows it to a build as that build's /usr, with
nothing else of the host but the directories the build is about. No package's
scripts are run, so it takes neither root to make nor root to use.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from . import paths, tools

DEFINITIONS = paths.CI / "toolchains"
# What the scripts of packages would have linked.
ALTERNATIVES = {"usr/bin/awk": "mawk"}
# Where programs are looked for that is not below usr.
ROOT_LINKS = ("bin", "lib", "lib64", "sbin")


@dataclass(frozen=True)
class Toolchain:
    """A root directory with programs in usr."""

    root: Path

    def prefix(self, readable, writable):
        """What to put before a shell's command: it sees the directories given, where they are."""
        words = ["bwrap", "--unshare-all", "--die-with-parent",
                 "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        # One by one, so that a directory of the build may be below /usr, too.
        for directory in sorted((self.root / "usr").iterdir()):
            words += ["--ro-bind", directory, f"/usr/{directory.name}"]
        for name in ROOT_LINKS:
            words += ["--symlink", f"usr/{name}", f"/{name}"]
        for directory in readable:
            words += ["--ro-bind", directory, directory]
        for directory in writable:
            words += ["--bind", directory, directory]
        return shlex.join(map(str, words))


def get(cache, name, update=False):
    """The toolchain called @name."""
    tools.require("bwrap")
    return Toolchain(cache.bundle(DEFINITIONS / f"{name}.toml", _finish, update).root)


def _finish(root):
    for link, target in ALTERNATIVES.items():
        (root / link).symlink_to(target)

# SPDX-License-Identifier: GPL-2.0-only
"""The programs of the host that the harness calls."""

import shutil
from pathlib import Path

from .errors import HarnessError

LISTS = Path(__file__).resolve().parents[1] / "packages"

# Tool -> Debian package that has it.
PACKAGES = {
    "apt-get": "apt",
    "apt-cache": "apt",
    "bc": "bc",
    "bison": "bison",
    "bwrap": "bubblewrap",
    "dpkg-deb": "dpkg",
    "flex": "flex",
    "gcc": "gcc",
    "gcc-12": "gcc-12",
    "gcov": "gcc",
    "gdb": "gdb",
    "genhtml": "lcov",
    "git": "git",
    "lcov": "lcov",
    "ldd": "libc-bin",
    "lz4": "lz4",
    "make": "make",
    "parallel": "parallel",
    "qemu-system-x86_64": "qemu-system-x86",
    "rsync": "rsync",
    "ssh": "openssh-client",
    "strip": "binutils",
    "tar": "tar",
    "xz": "xz-utils",
    "zstd": "zstd",
}


def _list_with(package):
    """The name of the list that `ci/setup` installs the package from, or None."""
    # What has it for its own sake, before what has everything for the tests.
    lists = sorted(LISTS.glob("*.list"),
                   key=lambda path: (path.stem != "run", path.stem == "check", path.stem))
    for path in lists:
        lines = path.read_text().splitlines()
        if any(package in line.partition("#")[0].split() for line in lines):
            return path.stem
    return None


def require(*names):
    """Check that all tools are there; returns the path of the first."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        packages = sorted({PACKAGES.get(name, name) for name in missing})
        lists = {_list_with(package) for package in packages}
        setup = "" if None in lists else f", or ci/setup {' '.join(sorted(lists))}"
        raise HarnessError(f"{', '.join(missing)} not found. "
                           f"On Debian: sudo apt-get install {' '.join(packages)}{setup}")
    return shutil.which(names[0])

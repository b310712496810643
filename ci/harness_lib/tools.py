# SPDX-License-Identifier: GPL-2.0-only
"""The programs of the host that the harness calls."""

import shutil

from .errors import HarnessError

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
    "genhtml": "lcov",
    "lcov": "lcov",
    "gdb": "gdb",
    "ldd": "libc-bin",
    "lz4": "lz4",
    "git": "git",
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


def require(*names):
    """Check that all tools are there; returns the path of the first."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        packages = " ".join(sorted({PACKAGES.get(name, name) for name in missing}))
        raise HarnessError(
            f"{', '.join(missing)} not found. On Debian: sudo apt-get install {packages}   "
            "(`ci/setup run` installs everything the harness needs)")
    return shutil.which(names[0])

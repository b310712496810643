# SPDX-License-Identifier: GPL-2.0-only
"""Puts a user's own files into the guest, with the shared libraries they need."""

import re
import subprocess
from pathlib import Path

from . import tools
from .errors import HarnessError

# "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x7f...)" and "/lib64/ld-linux-x86-64.so.2 (...)"
LIBRARY = re.compile(r"^\s*(?:\S+ => )?(/\S+) \(0x[0-9a-f]+\)$", re.M)
MISSING = re.compile(r"^\s*(\S+) => not found$", re.M)


def add(image, names):
    """Add the files and directories called @names to the top of the guest's file system.

    A dynamically linked program finds its libraries where it finds them here.
    """
    libraries = {}
    for name in names:
        path = Path(name)
        if not path.exists():
            raise HarnessError(f"--add {name}: no such file or directory")
        top = path.resolve()
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in filter(Path.is_file, files):
            data = file.read_bytes()
            image.file(str(file.relative_to(top.parent)), data, file.stat().st_mode & 0o777)
            if data.startswith(b"\x7fELF"):
                libraries.update(_libraries(file))
    for place, file in libraries.items():
        image.file(place, file.read_bytes())


def _libraries(program):
    """{place in the guest: file} of what the dynamic linker would load."""
    listed = subprocess.run([tools.require("ldd"), program], capture_output=True, text=True,
                            check=False).stdout
    if missing := MISSING.findall(listed):
        raise HarnessError(f"--add {program}: it needs {', '.join(missing)}, "
                           "which the dynamic linker does not find here")
    return {path: Path(path) for path in LIBRARY.findall(listed)}

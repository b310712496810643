# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where things are, for the tests of what is shipped.

They are run by `make check-package`, which says where it built: UVFIO_BUILD.
"""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

USERLIB = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("UVFIO_BUILD", USERLIB / "build")).resolve()
CC = os.environ.get("CC", "cc").split()


def needs(*programs):
    """Decorator: skip the test, and name the program that is not installed."""
    missing = [name for name in programs if not shutil.which(name)]
    return unittest.skipIf(missing, f"not installed: {' '.join(missing)}")


def output(*command, **kwargs):
    """What a command prints; one that fails is shown with what it complained about."""
    done = subprocess.run([str(arg) for arg in command], text=True, capture_output=True,
                          check=False, **kwargs)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n"
                             f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def exported():
    """The public functions, as the version map has them."""
    return sorted(re.findall(r"^\t(uvfio_\w+);$", (USERLIB / "libuvfio.map").read_text(), re.M))

# SPDX-License-Identifier: GPL-2.0-only
"""Where things are: the source tree, what is built from it, the cache, the results."""

import os
from pathlib import Path

from .errors import HarnessError

TOP = Path(__file__).resolve().parents[2]
CI = TOP / "ci"
BUILD = TOP / "build"
RESULTS = TOP / "results"


def cache_dir():
    """The cache's directory, made if need be."""
    path = Path(os.environ.get("MOCK_VFIO_CACHE") or Path.home() / ".cache" / "mock_vfio")
    path = Path(os.path.abspath(path))
    bad = set(" \t:#$%'\"").intersection(str(path))
    if bad:
        raise HarnessError(
            f"cache directory {path}: make and apt cannot work in a path with {min(bad)!r}; "
            "set MOCK_VFIO_CACHE to another one")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HarnessError(f"cache directory {path}: {error.strerror}; "
                           "set MOCK_VFIO_CACHE to one that can be written") from error
    return path

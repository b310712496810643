# SPDX-License-Identifier: GPL-2.0-only
"""Where things are: the source tree, what is built from it, the cache, the results."""

import os
from pathlib import Path

from .errors import HarnessError

CI = Path(__file__).resolve().parents[1]
# The tree that is built and tested: another than the harness's own when `bisect` says so.
TREE_VARIABLE = "MOCK_VFIO_TREE"
TOP = Path(os.environ.get(TREE_VARIABLE) or CI.parent)
BUILD = TOP / "build"
# Built to record which code runs.
GCOV = BUILD / "gcov"
RESULTS = TOP / "results"


def check_for_make(path, option):
    """Raise when make or apt could not work in @path, which @option named."""
    bad = set(" \t:#$%'\"").intersection(str(path))
    if bad:
        raise HarnessError(f"{path}: make and apt cannot work in a path with {min(bad)!r}; "
                           f"set {option} to another one")


def cache_dir():
    """The cache's directory, made if need be."""
    path = Path(os.environ.get("MOCK_VFIO_CACHE") or Path.home() / ".cache" / "mock_vfio")
    path = Path(os.path.abspath(path))
    check_for_make(path, "MOCK_VFIO_CACHE")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HarnessError(f"cache directory {path}: {error.strerror}; "
                           "set MOCK_VFIO_CACHE to one that can be written") from error
    return path

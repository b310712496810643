# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command clean: what the harness left on the disk, by kind, and how much it is.

In the cache, only what the harness made is touched, wherever MOCK_VFIO_CACHE
leads; what another run is making stays.
"""

import contextlib
import fcntl
import os
import shutil
import time

from . import accel, checkpatch, paths
from .errors import Exit, HarnessError

DAY_S = 24 * 3600


def _build():
    """What was built from this tree."""
    return [paths.BUILD]


def _results():
    """The results of all runs."""
    return [paths.RESULTS]


def _old():
    """Results but the latest, and downloads that newer ones have replaced."""
    latest = (paths.RESULTS / "latest").resolve()
    runs = [path for path in _entries(paths.RESULTS)
            if (path / "summary.json").is_file() and path.resolve() != latest]
    replaced = [path for home in _homes() for path in _entries(home)
                if path.is_dir() and not path.is_symlink()
                and path.resolve() != (home / "current").resolve()]
    return runs + replaced


def _cache():
    """Everything that was downloaded, and the debug kernel."""
    cache = paths.cache_dir()
    return [*_homes(), *(path for path in _entries(cache)
                         if path.name in (accel.ANSWERS, checkpatch.MARKS) or _left_over(path))]


def _left_over(path):
    """Package lists of a run that was killed: none works for as long as that."""
    return path.name.startswith("apt-") and time.time() - path.stat().st_mtime > DAY_S


def _entries(directory):
    return sorted(directory.iterdir()) if directory.is_dir() else []


def _homes():
    """The cache's directories of bundles: each has a lock."""
    return [path for path in _entries(paths.cache_dir()) if (path / "lock").is_file()]


KINDS = {"build": _build, "results": _results, "old": _old, "cache": _cache}


def run(args):
    """Carry out `ci/harness clean`."""
    total = 0
    for kind in dict.fromkeys(args.what or ("build", "results")):
        for path in KINDS[kind]():
            if path.exists() or path.is_symlink():
                total += _remove(path, args.dry_run)
    word = "would be freed" if args.dry_run else "freed"
    print(f"{megabytes(total)} {word}")
    return Exit.PASS


def _remove(path, dry_run):
    """Remove @path unless another run is at work in it; returns its size."""
    with contextlib.ExitStack() as stack:
        for home in (path, path.parent):
            if (home / "lock").is_file() and not _locked(stack, home / "lock"):
                print(f"in use, stays: {path}")
                return 0
        size = _size(path)
        print(f"{'would remove' if dry_run else 'removing'} {path} ({megabytes(size)})")
        if dry_run:
            return size
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError as error:
            raise HarnessError(f"{error.filename}: {error.strerror}") from error
        return size


def _locked(stack, lock):
    file = stack.enter_context(open(lock, "a", encoding="ascii"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _size(path):
    """Bytes on the disk, of all that is below @path."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_blocks * 512
    return sum(os.lstat(os.path.join(directory, name)).st_blocks * 512
               for directory, _, names in os.walk(path) for name in names)


def megabytes(size):
    """A size, for people."""
    return f"{size / (1 << 20):.1f} MB"

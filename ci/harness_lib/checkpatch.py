# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's checkpatch.pl over many files, each of which it need not see twice.

A file that it found clean leaves a mark in the cache, named by a hash of all
that the answer depends on: the file and its path, checkpatch and the words it
reads, and the options. A file with anything wrong leaves none, so it is looked
at again each time, and a change of any of these makes another mark.
"""

import concurrent.futures
import hashlib
import os
import subprocess
import time
from pathlib import Path

OPTIONS = ("--no-tree", "--strict", "--quiet", "--terse", "--no-summary", "--show-types",
           "--max-line-length=100")
# What checkpatch.pl reads from beside it.
TOOL = ("checkpatch.pl", "spelling.txt", "const_structs.checkpatch")

# Below the cache's directory.
MARKS = "checkpatch"
JOBS = 2
# Files a process: it takes long to start.
BATCH = 8
# Marks of files that nobody has any more go away after this.
MARK_DAYS = 60


class Checkpatch:
    """checkpatch.pl of the kernel's source @tree, without the rules @ignored."""

    def __init__(self, tree, ignored, marks):
        scripts = Path(tree) / "scripts"
        self._command = [str(scripts / TOOL[0]), *OPTIONS, "--ignore", ",".join(ignored), "-f"]
        self._key = hashlib.sha256(repr(self._command[1:]).encode())
        for name in TOOL:
            self._key.update((scripts / name).read_bytes())
        self._marks = marks

    def check(self, files):
        """What is wrong in @files, as text; "" if nothing is."""
        marks = {file: self._mark(file) for file in files}
        unseen = [file for file, mark in marks.items() if not _touch(mark)]
        self._marks.mkdir(parents=True, exist_ok=True)
        batches = [unseen[start:start + BATCH] for start in range(0, len(unseen), BATCH)]
        said = []
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for batch, text in zip(batches, pool.map(self._look, batches)):
                said.append(text)
                for file in _clean(batch, text):
                    marks[file].touch()
        self._forget()
        return "".join(said)

    def _mark(self, file):
        key = self._key.copy()
        key.update(file.encode() + b"\0" + Path(file).read_bytes())
        return self._marks / key.hexdigest()

    def _look(self, batch):
        done = subprocess.run([*self._command, *batch], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode and not done.stdout:
            return f"{self._command[0]} ended with exit status {done.returncode}\n"
        return done.stdout

    def _forget(self):
        limit = time.time() - MARK_DAYS * 24 * 3600
        for mark in self._marks.iterdir():
            if mark.stat().st_mtime < limit:
                mark.unlink(missing_ok=True)


def _clean(batch, text):
    """Those of @batch that @text does not complain about; none if it says anything else."""
    lines = text.splitlines()
    about = [next((file for file in batch if line.startswith(f"{file}:")), None) for line in lines]
    return [] if None in about else [file for file in batch if file not in about]


def _touch(mark):
    """Whether the mark is there; it stays as long as it is asked for."""
    try:
        os.utime(mark)
    except FileNotFoundError:
        return False
    return True


def rules(paths):
    """Names of rules in files of one a line, with comments."""
    return [line for path in paths for line in Path(path).read_text().splitlines()
            if line and not line.startswith("#")]

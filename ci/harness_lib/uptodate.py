# SPDX-License-Identifier: GPL-2.0-only
"""Tells, in a few milliseconds, whether something was already built from what is there.

The kernel's build system takes a second to find that there is nothing to do,
which is a third of a short run. What it would look at is compared with what it
was when it last succeeded: the command, each source file's size and time, the
compilers, and the product itself.
"""

import os
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

# Those that modules may be built with.
COMPILERS = ("gcc", "gcc-12", "clang", "ld", "make")
NAME = ".up-to-date"


@dataclass(frozen=True)
class Stamp:
    """The memory of a build in @directory, of @product, from all that is below @sources."""

    directory: Path
    product: str
    sources: tuple

    def now(self, command):
        """What the build depends on, as a hash."""
        hasher = sha256("\0".join(command).encode())
        compilers = filter(None, map(shutil.which, COMPILERS))
        for path in [*map(Path, compilers), *self._files()]:
            status = path.stat()
            hasher.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        return hasher.hexdigest()

    def _files(self):
        for source in self.sources:
            for directory, _, names in os.walk(source):
                yield from (Path(directory) / name for name in sorted(names))

    def matches(self, now):
        """Whether the last build that succeeded was of that, and its product is still there."""
        try:
            return (self.directory / NAME).read_text() == self._memory(now)
        except OSError:
            return False

    def remember(self, now):
        """That has been built."""
        (self.directory / NAME).write_text(self._memory(now))

    def _memory(self, now):
        return f"{now} {os.stat(self.directory / self.product).st_mtime_ns}\n"

# SPDX-License-Identifier: GPL-2.0-only
"""Where the time of a run goes."""

import contextlib
import time

# Those of every run.
NAMES = ("set-up", "build", "boot", "tests")


class Phases:
    """Seconds by phase. `boot` lasts until the first VM is ready for its tests."""

    def __init__(self):
        self.seconds = dict.fromkeys(NAMES, 0.0)

    @contextlib.contextmanager
    def measure(self, name):
        """Add the time of the with block to phase @name."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds.setdefault(name, 0.0)
            self.seconds[name] += time.monotonic() - started

    def split_tests(self, seconds):
        """The first @seconds of what was measured as tests were booting."""
        seconds = min(seconds, self.seconds["tests"])
        self.seconds["boot"] += seconds
        self.seconds["tests"] -= seconds

    def __str__(self):
        parts = [f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items()]
        return f"{', '.join(parts)}; {sum(self.seconds.values()):.1f} s in all"

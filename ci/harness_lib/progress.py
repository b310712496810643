# SPDX-License-Identifier: GPL-2.0-only
"""Shows a run while it goes on: one line that changes on a terminal, one a test elsewhere."""

import shutil
import sys
import threading
import time

from . import record

TICK = 0.2


class Progress:
    """What is done and what is running. VMs report from their own threads."""

    def __init__(self, verbose=False):
        self._stream = sys.stdout
        self._terminal = sys.stdout.isatty()
        self._verbose = verbose
        self._lock = threading.RLock()
        self._started = time.monotonic()
        self._total = 0
        self._done = 0
        self._bad = 0
        self._several = False
        # What each VM, or the host (0), is doing, and since when.
        self._current = {}
        self._ticker = None
        self._stop = threading.Event()
        self.first_ready = None

    def __enter__(self):
        if self._terminal:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(self, *exception):
        self._stop.set()
        if self._ticker:
            self._ticker.join()
            self._clear()

    def say(self, text):
        """A line that stays."""
        with self._lock:
            self._clear()
            print(text, file=self._stream, flush=True)

    def step(self, text):
        """What the host is doing now."""
        if self._terminal:
            self._set(0, text)
        else:
            self.say(text)

    def expect(self, tests, kernels):
        """How many more tests are to come, on how many kernels."""
        self._total += tests * kernels
        self._several = kernels > 1
        self._current.pop(0, None)

    def boot(self, number, kernel, attempt):
        again = " once more" if attempt > 1 else ""
        text = f"VM {number}: booting {kernel}{again}"
        self._set(number, text)
        if not self._terminal:
            self.say(text)

    def ready(self, number):
        self.first_ready = self.first_ready or time.monotonic()
        self._set(number, "ready")

    def begin(self, number, test):
        self._set(number, test.name)

    def end(self, number, entry):
        """A test is over."""
        with self._lock:
            self._done += 1
            self._bad += entry.bad
            self._current.pop(number, None)
            if entry.bad or self._verbose or not self._terminal:
                self.say(f"{entry.kernel}: {line(entry)}" if self._several else line(entry))
            if self._verbose:
                for text in entry.output:
                    self.say(f"        {text}")

    def retry(self, vm):
        self.say(f"VM {vm.number}: {vm.outcome.end.value} before it was ready; "
                 f"starting it once more (its log: {vm.directory})")

    def fresh(self, vm, left):
        self.say(f"VM {vm.number}: {vm.outcome.end.value}; the {left} remaining tests "
                 "go on in a fresh VM")

    def _set(self, who, text):
        with self._lock:
            self._current[who] = text, time.monotonic()
            self._draw()

    def _tick(self):
        while not self._stop.wait(TICK):
            self._draw()

    def _clear(self):
        if self._terminal:
            self._stream.write("\r\x1b[K")

    def _draw(self):
        if not self._terminal:
            return
        with self._lock:
            now = time.monotonic()
            doing = "  ".join(f"{text} {now - since:.0f} s"
                              for _, (text, since) in sorted(self._current.items()))
            head = f"{now - self._started:4.0f} s "
            if self._total:
                head += f"[{self._done}/{self._total}] "
            if self._bad:
                head += f"{self._bad} failed "
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r\x1b[K" + (head + doing)[:width])
            self._stream.flush()


WORDS = {"pass": "ok", "skip": "skip", "xfail": "xfail", record.FLAKY: "ok",
         "fail": "FAIL", "timeout": "TIMEOUT", "crash": "CRASH"}


def line(entry):
    """One test in one line."""
    text = f"{WORDS[entry.result]:8}{entry.name} ({entry.duration_s:.2f} s)"
    return f"{text}  {entry.reason}" if entry.reason else text

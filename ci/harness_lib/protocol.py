# SPDX-License-Identifier: GPL-2.0-only
"""What the guest reports on its second serial port; ci/guest/channel.c is the other end.

Only facts are kept here. What they mean is for ktap.py and verdict.py.
"""

import base64
import errno
from dataclasses import dataclass, field


@dataclass
class TestReport:
    """What the guest said about one test of the plan."""

    index: int
    output: list = field(default_factory=list)
    ended: bool = False
    exit: int | None = None
    signal: int | None = None
    ms: int = 0
    timed_out: bool = False
    stuck: bool = False
    taint: int | None = None


@dataclass(frozen=True)
class Seen:
    """A line of one of the kernel's files of counters that is new after test @index."""

    index: int
    label: str
    text: str


@dataclass
class GuestReport:
    """All that one guest said, fed line by line as it comes."""

    release: str | None = None
    taint_before: int | None = None
    taint_after: int | None = None
    ready: bool = False
    done: bool = False
    errors: list = field(default_factory=list)
    tests: dict = field(default_factory=dict)
    held: dict = field(default_factory=dict)
    unload_errno: int | None = None
    # Where each module is: {module: {section: address}}.
    sections: dict = field(default_factory=dict)
    # Objects that kmemleak found lost; None on kernels without it.
    lost: int | None = None
    # Contents of gcov's data files, by their paths in the guest.
    gcda: dict = field(default_factory=dict)
    current: TestReport | None = None
    seen: list = field(default_factory=list)
    # Orders of the plan to write to a file of the kernel that it refused.
    unwritten: list = field(default_factory=list)
    # The file that is being received; what comes before any is dropped.
    _gcda: bytearray = field(default_factory=bytearray)

    def feed(self, line):
        """Take one line without its newline; returns the record's word, or None."""
        if line.startswith("|"):
            if self.current:
                self.current.output.append(line[1:])
            return None
        if not line.startswith("@"):
            return None
        word, _, rest = line[1:].partition(" ")
        values = dict(item.split("=", 1) for item in rest.split() if "=" in item)
        values[""] = rest
        record = getattr(self, f"_on_{word}", None)
        if not record:
            return None
        try:
            record(values)
        except (KeyError, ValueError):
            self.errors.append(f"garbled record: {line}")
        return word

    @property
    def leaked(self):
        """Counters that are not zero."""
        return {name: value for name, value in self.held.items() if value}

    def _on_hello(self, values):
        self.release = values["release"]
        self.taint_before = int(values["taint"])

    def _on_error(self, values):
        self.errors.append(f"{values['what']} (errno {values['errno']})")

    def _on_section(self, values):
        self.sections.setdefault(values["module"], {})[values["name"]] = int(values["address"], 16)

    def _on_hold(self, _values):
        pass

    def _on_ready(self, _values):
        self.ready = True

    def _on_begin(self, values):
        self.current = TestReport(int(values["index"]))
        self.tests[self.current.index] = self.current

    def _on_end(self, values):
        test = self.tests[int(values["index"])]
        test.exit = int(values["exit"]) if "exit" in values else None
        test.signal = int(values["signal"]) if "signal" in values else None
        test.ms = int(values["ms"])
        test.timed_out = values["timeout"] == "1"
        test.stuck = values["stuck"] == "1"
        test.taint = int(values["taint"])
        test.ended = True
        self.current = None

    def _on_held(self, values):
        self.held[values["name"]] = int(values["value"])

    def _on_unload(self, values):
        self.unload_errno = int(values["errno"])

    def _on_kmemleak(self, values):
        self.lost = int(values["count"])

    def _on_seen(self, values):
        _, label, text = values[""].split(" ", 2)
        self.seen.append(Seen(int(values["index"]), label, text.strip()))

    def _on_unwritten(self, values):
        number, _, text = values[""].partition(" ")
        name = errno.errorcode.get(int(number.partition("=")[2]), number)
        self.unwritten.append(f"{text} ({name})")

    def _on_gcov(self, values):
        self._gcda = self.gcda[values["path"]] = bytearray()

    def _on_gcda(self, values):
        self._gcda += base64.b64decode(values["base64"], validate=True)

    def _on_done(self, values):
        self.taint_after = int(values["taint"])
        self.done = True

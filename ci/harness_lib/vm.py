# SPDX-License-Identifier: GPL-2.0-only
"""Runs one VM from power-on to its end, whatever that end is.

The guest's console and reports, and QEMU's own events, come over three
sockets. Each stage of the guest's life has a deadline; a guest that misses it
is asked by an NMI to say where it hangs, and is then ended.
"""

import contextlib
import enum
import json
import os
import selectors
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field

from . import machine
from .protocol import GuestReport


class End(enum.Enum):
    """How a VM ended."""

    POWER_OFF = "the guest powered off"
    RESET = "the guest kernel reset the machine"
    HANG = "the guest stopped answering"
    QEMU = "QEMU ended by itself"
    KVM_ERROR = "KVM could not run the guest"


@dataclass(frozen=True)
class Limits:
    """Seconds that each stage may take. `test` is what init allows a single test."""

    boot: float
    test: float
    finish: float

    # On top of `test`, before the whole guest counts as hung: init needs time to
    # end a test and collect its processes (KILL_GRACE_MS in ci/guest/run.c).
    grace: float

    def scaled(self, factor):
        """Less than 1 makes only the tests' own limit shorter: booting takes what it takes."""
        longer = max(factor, 1)
        return Limits(self.boot * longer, self.test * factor, self.finish * longer,
                      self.grace * longer)


LIMITS = {
    "kvm": Limits(boot=30, test=45, finish=20, grace=15),
    "tcg": Limits(boot=90, test=120, finish=30, grace=20),
}

# How long a hung guest may take to print a stack trace, and QEMU to go away.
NMI_SECONDS = 5
QUIT_SECONDS = 5

RESET_REASONS = ("guest-reset", "guest-panic", "host-qmp-system-reset", "subsystem-reset")


@dataclass
class Outcome:
    """All that is known about one VM afterwards."""

    command: list
    end: End | None = None
    console: str = ""
    # What the console said before the harness stepped in; judged, unlike the rest.
    console_judged: str = ""
    channel: str = ""
    report: GuestReport = field(default_factory=GuestReport)
    qemu_status: int | None = None
    qemu_said: str = ""
    qemu_version: str = ""
    boot_s: float = 0.0
    total_s: float = 0.0

    @property
    def clean(self):
        """Whether the guest ended as it should: everything reported, then power-off."""
        return self.end is End.POWER_OFF and self.report.done and self.qemu_status == 0


class _Lines:
    """Cuts a byte stream into lines, keeping all of it."""

    def __init__(self):
        self.text = ""
        self._rest = ""

    def feed(self, data):
        text = data.decode(errors="replace")
        self.text += text
        *lines, self._rest = (self._rest + text).split("\n")
        return [line.rstrip("\r") for line in lines]


class _Monitor:
    """QEMU's machine protocol: what happened to the guest, and the NMI."""

    def __init__(self, sock):
        self._sock = sock
        self._lines = _Lines()
        self.shutdown_reason = None
        self.stopped = False
        self.version = ""
        self._send("qmp_capabilities")

    def _send(self, command):
        with contextlib.suppress(OSError):
            self._sock.send(json.dumps({"execute": command}).encode())

    def feed(self, data):
        for line in self._lines.feed(data):
            with contextlib.suppress(ValueError):
                self._event(json.loads(line))

    def _event(self, message):
        if "QMP" in message:
            version = message["QMP"]["version"]
            number = "{major}.{minor}.{micro}".format_map(version["qemu"])
            self.version = f"QEMU {number} ({version['package']})"
        elif message.get("event") == "SHUTDOWN":
            # The first reason is the cause: QEMU may add its own afterwards.
            self.shutdown_reason = self.shutdown_reason or message["data"]["reason"]
        elif message.get("event") == "STOP":
            self.stopped = True

    def inject_nmi(self):
        self._send("inject-nmi")


class VM:
    """One run of QEMU.

    @listen is called with each record's word and the report so far, and with
    "output" for each line that a test printed.
    """

    def __init__(self, command, limits, listen=lambda word, report: None):
        self._limits = limits
        self._listen = listen
        self._console = _Lines()
        self._channel = _Lines()
        self._selector = selectors.DefaultSelector()
        self.outcome = Outcome(command)
        self._deadline = 0.0
        self._started = 0.0
        self._process = None
        self._killed = False
        self._monitor = None
        self._port = None

    def run(self):
        """Start QEMU, follow the guest to its end, and return the outcome."""
        self._started = time.monotonic()
        self._deadline = self._started + self._limits.boot
        with contextlib.ExitStack() as stack:
            self._start(stack)
            try:
                self._follow()
            finally:
                self._stop()
        self._conclude()
        return self.outcome

    def kill(self):
        """End the VM from another thread; run() then returns soon."""
        self._killed = True
        if self._process:
            self._process.kill()

    def _start(self, stack):
        stack.callback(self._selector.close)
        ours, theirs = [], []
        for _ in range(3):
            here, there = socket.socketpair()
            ours.append(stack.enter_context(here))
            theirs.append(stack.enter_context(there))
        fds = [there.fileno() for there in theirs]
        self._process = subprocess.Popen(  # pylint: disable=consider-using-with
            [*self.outcome.command, *machine.serial_sockets(*fds)], pass_fds=fds,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            # A Ctrl-C in the terminal is for the harness, which then ends QEMU.
            start_new_session=True)
        for there in theirs:
            there.close()
        stack.enter_context(self._process.stdout)
        console, channel, monitor = ours
        self._monitor = _Monitor(monitor)
        self._port = channel
        for source, handler in ((console, self._console.feed), (channel, self._on_channel),
                                (monitor, self._monitor.feed),
                                (self._process.stdout, self._on_qemu)):
            self._selector.register(source, selectors.EVENT_READ, handler)

    def _follow(self):
        while self._selector.get_map() and not self._killed:
            left = self._deadline - time.monotonic()
            if left <= 0:
                self._on_deadline()
                return
            self._pump(left)
            if self._monitor.stopped and self._on_stop():
                return

    def _on_stop(self):
        """Nobody here pauses the guest: KVM gave up on it. Returns whether that is the end."""
        self.outcome.end = End.KVM_ERROR
        return True

    def _pump(self, seconds):
        """Take what has come; a source that ends is no longer listened to."""
        for key, _ in self._selector.select(seconds):
            try:
                data = os.read(key.fd, 65536)
            except OSError:
                data = b""
            if data:
                key.data(data)
            else:
                self._selector.unregister(key.fileobj)

    def _on_qemu(self, data):
        self.outcome.qemu_said += data.decode(errors="replace")

    def _on_channel(self, data):
        for line in self._channel.feed(data):
            word = self.outcome.report.feed(line)
            if word:
                self._set_deadline(word)
                self._listen(word, self.outcome.report)
            elif line.startswith("|") and self.outcome.report.current:
                self._listen("output", self.outcome.report)

    def _set_deadline(self, word):
        now = time.monotonic()
        if word == "ready":
            self.outcome.boot_s = now - self._started
        if word == "begin":
            self._deadline = now + self._limits.test + self._limits.grace
        elif word != "hello":
            self._deadline = now + self._limits.finish

    def _on_deadline(self):
        self.outcome.end = End.HANG
        self.outcome.console_judged = self._console.text
        self._console.feed(b"\n--- harness: the guest hangs; NMI to make it say where ---\n")
        self._monitor.inject_nmi()
        until = time.monotonic() + NMI_SECONDS
        while self._selector.get_map() and time.monotonic() < until:
            self._pump(until - time.monotonic())

    def _stop(self):
        if self._process.poll() is None and self.outcome.end is None:
            # All sockets are closed: QEMU is on its way out.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(QUIT_SECONDS)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _conclude(self):
        outcome = self.outcome
        outcome.total_s = time.monotonic() - self._started
        outcome.console = self._console.text
        outcome.channel = self._channel.text
        if outcome.end is not End.HANG:
            outcome.console_judged = outcome.console
        outcome.qemu_status = self._process.returncode
        outcome.qemu_version = self._monitor.version
        if outcome.end is None:
            outcome.end = {
                "guest-shutdown": End.POWER_OFF,
                **dict.fromkeys(RESET_REASONS, End.RESET),
            }.get(self._monitor.shutdown_reason, End.QEMU)

# SPDX-License-Identifier: GPL-2.0-only
"""What a run leaves behind, before anything is written: tests, VMs, the whole."""

import signal
from dataclasses import dataclass, field
from pathlib import Path

from . import faults, ktap, upstream
from .suites import Test
from .vm import End, Outcome

FLAKY = "flaky"

# Results that make a run fail; "failed" on the terminal counts them all.
BAD = (ktap.FAIL, ktap.TIMEOUT, ktap.CRASH)

# Device and IOMMU by variant, for tests that ended before they announced theirs.
TARGETS = {
    "mock_type1": ("mock", "type1"),
    "mock_backend": ("mock", "backend"),
    "edu": ("edu", "type1"),
    "nvme": ("nvme", "type1"),
}


@dataclass
class TestRecord:
    """One test in one VM."""

    test: Test
    kernel: str
    result: str
    reason: str
    duration_s: float
    device: str
    iommu: str
    output: list
    vm: int
    # How many faults fired during the test, by their site.
    faults: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.test.name

    @property
    def bad(self):
        return self.result in BAD


@dataclass
class VMRecord:
    """One boot of a VM: what it was to run, and what happened."""

    number: int
    kernel: str
    tests: list
    directory: Path
    outcome: Outcome | None = None
    splats: list = field(default_factory=list)
    # 2 when an earlier boot failed before "ready", and this one was in its place.
    attempt: int = 1
    # Set on that earlier one: it says nothing about the tests.
    retried: bool = False
    # Of the kernel, as in `uname -r`.
    release: str = ""

    def collect(self):
        """(records of the tests that are over, tests to run in a fresh VM).

        Tests run in the plan's order, so the first one without an end is the
        one that the guest was lost in.
        """
        report = self.outcome.report
        over = sum(test.ended for test in report.tests.values())
        if not report.ready:
            # Nothing ran, and this was the last attempt: they all count as crashed.
            over = len(self.tests)
        elif over < len(self.tests) and not any(test.stuck for test in report.tests.values()):
            over += 1
        entries = [test_record(test, report.tests.get(index), self)
                   for index, test in enumerate(self.tests[:over])]
        for index, sites in faults.fired(report.seen).items():
            entries[index].faults = sites
        return entries, self.tests[over:]


@dataclass(frozen=True)
class Lost:
    """A kernel that could not be tested: not found, incomplete, or the module does not build."""

    kernel: str
    error: str


@dataclass
class RunRecord:
    """A whole run."""

    tests: list = field(default_factory=list)
    vms: list = field(default_factory=list)
    lost: list = field(default_factory=list)

    def booted(self, kernel):
        """Whether each VM with @kernel got ready, at the second attempt at the latest."""
        return all(vm.outcome.report.ready for vm in self.vms
                   if vm.kernel == kernel and not vm.retried)

    def qemu_version(self):
        """Of the QEMU that ran; "" if none got far enough to say."""
        return next((vm.outcome.qemu_version for vm in self.vms if vm.outcome.qemu_version), "")

    def count(self, *results):
        """Number of tests with one of @results."""
        return sum(test.result in results for test in self.tests)


def test_record(test, report, vm):
    """The record of @test, of which the guest said @report (None: nothing)."""
    result = upstream.judged(_result(test, report, vm), test.name, vm.release)
    if result.result == ktap.PASS and vm.attempt > 1:
        result = ktap.Result(FLAKY, "its VM got ready at the second attempt only")
    output = report.output if report else []
    device, iommu = ktap.target(output) or TARGETS.get(test.variant, ("none", "none"))
    return TestRecord(test, vm.kernel, result.result, result.reason,
                      report.ms / 1000 if report else 0.0, device, iommu, output, vm.number)


def _result(test, report, vm):
    if not report or not report.ended:
        if not vm.outcome.report.ready:
            return ktap.Result(ktap.CRASH, "never ran: its VM did not get ready")
        if vm.outcome.end is End.HANG:
            return ktap.Result(ktap.TIMEOUT, "the guest stopped answering during the test")
        return ktap.Result(ktap.CRASH, f"never reported: {vm.outcome.end.value}")
    if report.stuck:
        return ktap.Result(ktap.TIMEOUT, "hangs in the kernel: it cannot be killed")
    if report.timed_out:
        return ktap.Result(ktap.TIMEOUT, f"killed after {report.ms / 1000:.0f} s")
    if report.signal is not None:
        return ktap.Result(ktap.CRASH, f"the program died of {signal_name(report.signal)}")
    return ktap.judge(report.output, test.inner, report.exit)


def signal_name(number):
    """SIGSEGV rather than 11."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

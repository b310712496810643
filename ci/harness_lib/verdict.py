# SPDX-License-Identifier: GPL-2.0-only
"""The verdict: one word and one exit code for a whole run. It fails closed.

A run passes when every test reported a complete result and none is bad, no
console shows a splat, the kernel's taint is what it was, nothing is held,
the module unloads, and every guest powered off by itself. Everything else is
a problem of one of the kinds below; the worst kind decides.
"""

import errno
from dataclasses import dataclass

from . import ktap, record
from .errors import Exit
from .vm import End

# From worst to mildest: what says most about the kernel comes first, and a run
# that could not be made is no evidence that its tests fail.
WORDS = {
    Exit.SPLAT: "splat",
    Exit.INFRA: "infra",
    Exit.FAIL: "fail",
    Exit.EMPTY: "empty",
    Exit.PASS: "pass",
}

# O and E: an out-of-tree, unsigned module was loaded. The kernel's
# Documentation/admin-guide/tainted-kernels.rst lists all bits.
TAINT_EXPECTED = 1 << 12 | 1 << 13
TAINT_LETTERS = "PFSRMBUDAWCIOELKXTN"


@dataclass(frozen=True)
class Problem:
    """Something that keeps the run from passing."""

    kind: Exit
    text: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of a run."""

    code: Exit
    problems: tuple

    @property
    def word(self):
        return WORDS[self.code]


def judge(run):
    """The verdict on a RunRecord."""
    problems = [Problem(Exit.INFRA, f"kernel {lost.kernel}: {lost.error}") for lost in run.lost]
    problems += [problem for vm in run.vms for problem in vm_problems(vm)]
    bad = [test for test in run.tests if test.bad]
    if bad:
        problems.append(Problem(Exit.FAIL, f"{len(bad)} of {len(run.tests)} tests failed"))
    if not run.count(ktap.PASS, ktap.XFAIL, record.FLAKY) and not bad:
        problems.append(Problem(Exit.EMPTY, "no test ran" if not run.tests else
                                "every test was skipped: nothing was tested"))
    return worst(problems)


def worst(problems):
    """The verdict that @problems add up to."""
    kinds = {problem.kind for problem in problems}
    code = next(kind for kind in WORDS if kind in kinds or kind is Exit.PASS)
    return Verdict(code, tuple(problems))


def vm_problems(vm):
    """Everything about one VM, its tests aside, that must not be."""
    if vm.retried:
        return []  # another boot took its place
    problems = [Problem(Exit.SPLAT, _splat_text(vm, splat)) for splat in vm.splats]
    problems += _stages(vm)
    return [Problem(problem.kind, f"VM {vm.number}: {problem.text}") for problem in problems]


def _splat_text(vm, splat):
    during = f"; during {splat.test}" if splat.test else ""
    return f"{splat.line}   [{splat.reason}{during}; console line {splat.number}]"


def _stages(vm):
    """The guest's life in its order; a stage that failed explains those after it."""
    outcome = vm.outcome
    report = outcome.report
    if not report.ready:
        yield _not_ready(vm)
        return
    for error in report.errors:
        yield Problem(Exit.FAIL, f"the guest reports: {error}")
    yield from _taint(vm)
    if not report.done:
        yield _not_done(outcome)
        return
    yield from _left_behind(report)
    if not outcome.clean:
        yield Problem(Exit.FAIL, f"no clean power-off: {outcome.end.value} "
                                 f"(QEMU's exit status {outcome.qemu_status})")


def _not_ready(vm):
    outcome = vm.outcome
    if outcome.report.errors:
        return Problem(Exit.INFRA, "the guest could not be set up: "
                       + "; ".join(outcome.report.errors))
    if outcome.end is End.KVM_ERROR:
        return Problem(Exit.INFRA, f"{outcome.end.value}; --accel tcg does without it")
    if outcome.end is End.QEMU and not outcome.console:
        return Problem(Exit.INFRA, f"QEMU did not start (exit status {outcome.qemu_status}): "
                       + outcome.qemu_said.strip())
    tries = "twice" if vm.attempt > 1 else "once"
    return Problem(Exit.SPLAT, f"started {tries} and never got ready for tests: "
                   + outcome.end.value)


def _not_done(outcome):
    """The guest was lost among the tests."""
    if outcome.end is End.RESET:
        return Problem(Exit.SPLAT, "the guest kernel reset the machine")
    if outcome.end is End.KVM_ERROR:
        return Problem(Exit.INFRA, outcome.end.value)
    if any(test.stuck for test in outcome.report.tests.values()):
        return Problem(Exit.FAIL, "given up because a test hangs in the kernel")
    text = outcome.end.value + ", without its final report"
    if outcome.end is End.QEMU:
        text += f" (QEMU's exit status {outcome.qemu_status}): {outcome.qemu_said.strip()}"
    return Problem(Exit.FAIL, text)


def _taint(vm):
    """At the first test after which the kernel was tainted, or at the end."""
    report = vm.outcome.report
    seen = [(index, test.taint) for index, test in sorted(report.tests.items()) if test.ended]
    for index, taint in [*seen, (None, report.taint_after)]:
        new = 0 if taint is None else (taint ^ report.taint_before) & ~TAINT_EXPECTED
        if new:
            when = "after the tests" if index is None else f"by {vm.tests[index].name}"
            yield Problem(Exit.SPLAT, f"kernel tainted {when}: {taint_letters(new)}")
            return


def taint_letters(taint):
    """W rather than 512."""
    letters = "".join(letter for bit, letter in enumerate(TAINT_LETTERS) if taint >> bit & 1)
    return letters or hex(taint)


def _left_behind(report):
    if report.leaked:
        held = ", ".join(f"{name} {value}" for name, value in report.leaked.items())
        yield Problem(Exit.FAIL, f"still held after all tests: {held}")
    if report.lost:
        yield Problem(Exit.SPLAT, f"kmemleak: {report.lost} lost objects (console)")
    if report.unload_errno is None:
        yield Problem(Exit.FAIL, "the guest did not say whether the module unloads")
    elif report.unload_errno:
        name = errno.errorcode.get(report.unload_errno, report.unload_errno)
        yield Problem(Exit.FAIL, f"the module does not unload: {name}")

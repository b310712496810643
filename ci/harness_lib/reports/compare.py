# SPDX-License-Identifier: GPL-2.0-only
"""What changed between runs: the last against one or more before it.

A test is compared with itself on the same kernel, of the kernels that both
runs tested. Results are classed by what
they mean for whoever changed something: worse, better, or another way to fail.
Times are compared after the machines' speed is taken out, as the median ratio
of all tests, and count as changed only beyond what the older runs differ among
themselves, or, of a single one, beyond a fixed factor.
"""

import statistics
from dataclasses import dataclass, field

from .. import ktap, record

# Shorter tests are all start-up; a change of less than this is nobody's problem.
MIN_SECONDS = 0.1
# A test's time may vary by this factor from run to run where nothing else is known.
FACTOR = 1.5
# With several older runs: so many median deviations from their median.
DEVIATIONS = 6

GOOD = (ktap.PASS, ktap.XFAIL, record.FLAKY)


@dataclass(frozen=True)
class Change:
    """One test on one kernel, before and now; None: it was not in that run."""

    name: str
    kernel: str
    old: record.TestRecord | None
    new: record.TestRecord | None


@dataclass(frozen=True)
class Slower:
    """A test whose time changed: seconds before, as this run's machine would take, and now."""

    name: str
    kernel: str
    before: float
    now: float

    @property
    def ratio(self):
        return self.now / self.before


@dataclass
class Comparison:
    """All that changed."""

    old: list
    new: object
    failures: list = field(default_factory=list)
    fixed: list = field(default_factory=list)
    otherwise: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    unskipped: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    come: list = field(default_factory=list)
    times: list = field(default_factory=list)
    speed: float = 1.0
    alone: list = field(default_factory=list)

    @property
    def worse(self):
        """Whether something that was good is not: what a CI job should fail for."""
        return bool(self.failures) or (
            self.new.summary["exit_code"] != 0 and self.old[-1].summary["exit_code"] == 0)


# The list of Comparison that a change of results belongs to: what holds first
# of (before, now). A test that is new and fails is a new failure.
CLASSES = (
    ("failures", lambda old, new: new in record.BAD and old not in record.BAD),
    ("come", lambda old, new: old is None),
    ("gone", lambda old, new: new is None),
    ("otherwise", lambda old, new: new in record.BAD and new != old),
    ("fixed", lambda old, new: old in record.BAD and new in GOOD),
    ("skipped", lambda old, new: new == ktap.SKIP and old != ktap.SKIP),
    ("unskipped", lambda old, new: old == ktap.SKIP and new in GOOD),
)


def compare(runs):
    """The Comparison of the last of @runs with those before it."""
    *old, new = runs
    outcome = Comparison(old, new)
    before, now = _by_test(old[-1]), _by_test(new)
    for run, other in ((old[-1], new), (new, old[-1])):
        outcome.alone += [f"kernel {kernel} was tested in {run.name} only"
                          for kernel in run.kernels if kernel not in other.kernels]
    common = set(new.kernels).intersection(old[-1].kernels)
    for key in dict.fromkeys([*now, *before]):
        if key[1] not in common:
            continue
        change = Change(*key, before.get(key), now.get(key))
        results = [entry and entry.result for entry in (change.old, change.new)]
        name = next((name for name, holds in CLASSES if holds(*results)), None)
        if name:
            getattr(outcome, name).append(change)
    _compare_times(outcome)
    return outcome


def _by_test(run):
    """{(name, kernel): its record}, the worst of them if it ran several times."""
    found = {}
    for test in run.tests:
        key = test.name, test.kernel
        if key not in found or test.bad:
            found[key] = test
    return found


def _seconds(run):
    """{(name, kernel): median seconds} of what passed: a failure's time means nothing."""
    times = {}
    for test in run.tests:
        if test.result in GOOD:
            times.setdefault((test.name, test.kernel), []).append(test.duration_s)
    return {key: statistics.median(values) for key, values in times.items()}


def _compare_times(outcome):
    """Fill in speed and times."""
    now = _seconds(outcome.new)
    scaled = []
    for run in outcome.old:
        times = _seconds(run)
        ratios = [now[key] / times[key] for key in now
                  if times.get(key, 0) >= MIN_SECONDS and now[key] >= MIN_SECONDS]
        speed = statistics.median(ratios) if ratios else 1.0
        scaled.append({key: seconds * speed for key, seconds in times.items()})
        outcome.speed = speed
    for key, seconds in now.items():
        before = [times[key] for times in scaled if key in times]
        if before and _changed(before, seconds):
            outcome.times.append(Slower(*key, statistics.median(before), seconds))
    outcome.times.sort(key=lambda entry: -entry.ratio)


def _changed(before, now):
    middle = statistics.median(before)
    limit = MIN_SECONDS
    if len(before) > 2:
        limit = max(limit, DEVIATIONS * statistics.median(abs(one - middle) for one in before))
    return (abs(now - middle) > limit and
            max(now, middle) > FACTOR * max(min(now, middle), MIN_SECONDS))

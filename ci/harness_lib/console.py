# SPDX-License-Identifier: GPL-2.0-only
"""Finds, on the guest's console, what a healthy kernel does not print.

The rules are data: ci/splats/deny.toml and allow.toml. The guest's init logs
`ci: begin NAME` and `ci: end NAME` around each test, so a message belongs to
the test during which it appeared; what follows `ci: diagnose NAME` was printed
because init asked for it, and is not judged.
"""

import fnmatch
import re
import tomllib
from dataclasses import dataclass

from . import paths

SPLATS = paths.CI / "splats"
STAMP = re.compile(r"^(<\d+>)?\[ *\d+\.\d+\](\[ *[CT]\d+\])? ?")
MARKER = re.compile(r"^ci: (begin|diagnose|end) (\S+)$")
# A report is many lines, of which several match: those that follow the first
# this closely are part of it.
REPORT_LINES = 80
END_OF_REPORT = re.compile(r"---\[ end (trace|Kernel panic)")


@dataclass(frozen=True)
class Splat:
    """One report: its first line, why that is bad, and where it happened."""

    line: str
    number: int
    reason: str
    test: str | None


@dataclass(frozen=True)
class Denial:
    """One line of deny.toml. An `opening` is replaced by what its report says later."""

    pattern: re.Pattern
    reason: str
    opening: bool


@dataclass(frozen=True)
class Rules:
    """The tables, compiled."""

    deny: tuple
    allow: tuple

    @classmethod
    def load(cls, directory=SPLATS):
        """The rules in the files of @directory."""
        deny = tomllib.loads((directory / "deny.toml").read_text())["splat"]
        allow = tomllib.loads((directory / "allow.toml").read_text())["expect"]
        return cls(tuple(Denial(re.compile(rule["pattern"]), rule["reason"],
                                rule.get("opening", False)) for rule in deny),
                   tuple((re.compile(rule["pattern"]), rule["tests"]) for rule in allow))

    def denied(self, line):
        """The rule that this line breaks, or None."""
        return next((rule for rule in self.deny if rule.pattern.search(line)), None)

    def expected(self, line, test):
        """Whether @test may provoke this line."""
        return test is not None and any(
            pattern.search(line) and fnmatch.fnmatchcase(test, glob)
            for pattern, glob in self.allow)


class _Reports:
    """The reports so far, and whether the last of them may still go on."""

    def __init__(self):
        self.found = []
        self._until = 0  # the line up to which it may
        self._opening = False  # it did not say yet what it is about
        self._excused = False  # it said so, and that was expected

    def end(self):
        """What comes next does not belong to it."""
        self._until = 0

    def add(self, splat, opening):
        """A line that a rule denies: a report of its own, or part of the last."""
        goes_on = splat.number <= self._until
        if not goes_on or (self._excused and not opening):
            self.found.append(splat)
            self._opening, self._excused = opening, False
        elif self._opening and not opening:
            self.found[-1] = splat
            self._opening = False
        self._until = splat.number + REPORT_LINES

    def excuse(self, number):
        """An expected line: if it is what the last report is about, all of that is expected."""
        if number <= self._until and self._opening:
            self.found.pop()
            self._opening, self._excused = False, True
            self._until = number + REPORT_LINES


def splats(text, rules):
    """The reports on a console, in order."""
    reports = _Reports()
    test = None
    judged = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = STAMP.sub("", raw.rstrip("\r"))
        if marker := MARKER.match(line):
            event, name = marker.groups()
            test = None if event == "end" else name
            judged = event != "diagnose"
            reports.end()
            continue
        rule = judged and rules.denied(line)
        if rule and rules.expected(line, test):
            reports.excuse(number)
        elif rule:
            reports.add(Splat(line.strip(), number, rule.reason, test), rule.opening)
        if END_OF_REPORT.search(line):
            reports.end()
    return reports.found

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


def splats(text, rules):
    """The reports on a console, in order."""
    found = []
    test = None
    judged = True
    last = None  # (line number, rule) of the report that may still go on
    for number, raw in enumerate(text.splitlines(), 1):
        line = STAMP.sub("", raw.rstrip("\r"))
        if marker := MARKER.match(line):
            event, name = marker.groups()
            test = None if event == "end" else name
            judged = event != "diagnose"
            last = None
            continue
        rule = judged and rules.denied(line)
        if rule and not rules.expected(line, test):
            splat = Splat(line.strip(), number, rule.reason, test)
            if last is None or number - last[0] > REPORT_LINES:
                found.append(splat)
            elif last[1].opening and not rule.opening:
                found[-1] = splat
            else:
                rule = last[1]
            last = number, rule
        if END_OF_REPORT.search(line):
            last = None
    return found

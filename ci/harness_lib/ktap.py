# SPDX-License-Identifier: GPL-2.0-only
"""Reads one test program's KTAP and says what became of the test.

A test is a crash until its output proves otherwise: version line, plan, every
promised result, numbered in order, once each, under the name that was asked
for, and an exit status that agrees.
"""

import re
from dataclasses import dataclass

VERSION = re.compile(r"^K?TAP version \d+$")
PLAN = re.compile(r"^1\.\.(\d+)( *#.*)?$")
RESULT = re.compile(r"^(?P<bad>not )?ok (?P<number>\d+)(?: -)?(?: +(?P<name>[^#]*?))?"
                    r"(?: *# *(?P<directive>\w+)\b *(?P<note>.*))?$")
BAIL_OUT = re.compile(r"^Bail out!", re.I)
TARGET = re.compile(r"\btarget: device=(\S+) iommu=(\S+)")
# What the kernel's kselftest_harness says when a test overran its own time.
OVERRAN = re.compile(r"^# .*terminated by timeout")
# Its lines that say nothing about why a test failed.
NOISE = re.compile(r"^#\s+(RUN|OK|FAIL|SKIP)\b|^# (Starting \d|Totals:|PASSED:|FAILED:)|"
                   r"^# .*: Test (terminated by assertion|failed)|target: device=")

PASS, FAIL, SKIP, XFAIL, TIMEOUT, CRASH = "pass", "fail", "skip", "xfail", "timeout", "crash"


@dataclass(frozen=True)
class Result:
    """A test's result and, unless it passed, the reason in a line."""

    result: str
    reason: str = ""


def judge(lines, name, exit_status):
    """The result of the one test @name of a program that ended by itself."""
    problem = _malformed(lines, name)
    if problem:
        return Result(CRASH, f"{problem} (exit status {exit_status})")
    result, = _results(lines)
    directive = (result["directive"] or "").upper()
    note = result["note"] or ""
    if result["bad"]:
        if any(OVERRAN.match(line) for line in lines):
            return Result(TIMEOUT, "ran longer than the test's own time-out")
        return Result(FAIL, complaint(lines) or "not ok, without a message")
    if exit_status:
        return Result(FAIL, f"exit status {exit_status} although the test says ok")
    if directive == "XPASS":
        return Result(FAIL, f"was expected to fail, and passed: {note}".rstrip(": "))
    return Result({"SKIP": SKIP, "XFAIL": XFAIL}.get(directive, PASS), note)


def _results(lines):
    return [match for match in map(RESULT.match, lines) if match]


def _malformed(lines, name):
    """What is wrong with the form of the output; None when nothing is."""
    if not any(line.strip() for line in lines):
        return "no output"
    if not any(VERSION.match(line) for line in lines):
        return "no KTAP version line"
    if any(BAIL_OUT.match(line) for line in lines):
        return "bailed out"
    plans = [int(match.group(1)) for match in map(PLAN.match, lines) if match]
    if len(plans) != 1:
        return f"{len(plans)} plan lines instead of one"
    if plans != [1]:
        return f"a plan of {plans[0]} tests instead of 1"
    results = _results(lines)
    numbers = [int(result["number"]) for result in results]
    if len(set(numbers)) != len(numbers):
        return "a result number twice"
    if numbers != [1]:
        return f"results {numbers} where the plan says 1..1"
    found = results[0]["name"]
    if found != name:
        return f"a result for {found!r} instead of {name!r}"
    return None


def complaint(lines):
    """The line in which the test says what it did not like, or what it said last."""
    said = [line.lstrip("# ") for line in lines if line.startswith("#") and not NOISE.search(line)]
    return next((line for line in said if "Expected " in line), said[-1] if said else "")


def target(lines):
    """(device, iommu) that the test's fixture announced, or None."""
    for line in lines:
        if match := TARGET.search(line):
            return match.groups()
    return None

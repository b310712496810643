# SPDX-License-Identifier: GPL-2.0-only
"""A comparison as text and as an HTML page."""

from . import page
from .facts import rows
from .markup import tag

# Titles of the lists of a Comparison, worst first.
LISTS = (
    ("failures", "new failures"),
    ("otherwise", "fail in another way"),
    ("gone", "no longer there"),
    ("skipped", "now skipped"),
    ("fixed", "fixed"),
    ("unskipped", "no longer skipped"),
    ("come", "new tests"),
)


def _result(test):
    return test.result if test else "-"


def _reason(change):
    test = change.new or change.old
    return test.reason


def _runs(outcome):
    old = ", ".join(run.name for run in outcome.old)
    return f"{old} -> {outcome.new.name}"


def _verdicts(outcome):
    return f"verdict: {outcome.old[-1].summary['verdict']} -> {outcome.new.summary['verdict']}"


def _conclusion(outcome):
    counts = [f"{len(getattr(outcome, name))} {title}" for name, title in LISTS]
    return ", ".join([*counts, f"{len(outcome.times)} times changed"])


def text(outcome):
    """As lines."""
    lines = [_runs(outcome), _verdicts(outcome), *outcome.alone]
    for name, title in LISTS:
        changes = getattr(outcome, name)
        if changes:
            lines += ["", f"{title}: {len(changes)}"]
        lines += [f"  {change.kernel:<6} {change.name}: {_result(change.old)} -> "
                  f"{_result(change.new)}" + (f": {_reason(change)}" if _reason(change) else "")
                  for change in changes]
    if outcome.times:
        lines += ["", f"times changed (machine's speed, {outcome.speed:.2f}, taken out): "
                      f"{len(outcome.times)}"]
    lines += [f"  {entry.kernel:<6} {entry.name}: {entry.before:.2f} s -> {entry.now:.2f} s "
              f"({entry.ratio:.1f} times)" for entry in outcome.times]
    return [*lines, "", _conclusion(outcome)]


def html(outcome):
    """As a page like the one about a single run."""
    parts = []
    for name, title in LISTS:
        changes = getattr(outcome, name)
        if changes:
            parts.append(tag("section", tag("h2", f"{title}: {len(changes)}"), rows(
                ("test", "kernel", "before", "now", "reason"),
                [(change.name, change.kernel, _mark(change.old), _mark(change.new),
                  _reason(change)) for change in changes], class_="plain"), id=name))
    if outcome.times:
        parts.append(tag("section", tag("h2", f"times changed: {len(outcome.times)}"),
                         tag("p", f"This machine's speed, {outcome.speed:.2f} times the time, "
                                  "is taken out.", class_="sub"),
                         rows(("test", "kernel", "before", "now", "ratio"),
                              [(entry.name, entry.kernel, f"{entry.before:.2f} s",
                                f"{entry.now:.2f} s", f"{entry.ratio:.1f}")
                               for entry in outcome.times], class_="plain"), id="times"))
    word = "worse" if outcome.worse else "not worse"
    return page.document(f"{word}: {_runs(outcome)}", [
        tag("header",
            tag("h1", tag("span", word, class_=f"badge {'bad' if outcome.worse else 'good'}"),
                " ", _runs(outcome)),
            tag("p", _verdicts(outcome), class_="sub"),
            [tag("p", note, class_="note") for note in outcome.alone],
            tag("p", _conclusion(outcome))),
        tag("main", parts or tag("p", "Nothing changed."))])


def _mark(test):
    return tag("span", _result(test), class_=f"r-{test.result} mark" if test else "none")

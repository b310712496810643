# SPDX-License-Identifier: GPL-2.0-only
"""One run as text: what `run` printed at its end, and what only a report looks at."""

import textwrap

from .. import ending, ktap, record, results, table
from . import facts, uapi_view

WIDTH = 100


def render(run):
    """The report as lines."""
    summary = run.summary
    lines = [f"{run.name}: {summary['verdict']} (exit {summary['exit_code']})",
             summary["command"], f"commit {summary['commit'] or 'unknown'}"]
    lines += [f"kernel {name}: {about}" for name, about in run.about_kernels()]
    if run.tests:
        lines += ["", *table.render(run.tests), ""]
    several = len(run.kernels) > 1
    lines += ending.named("skipped", [test for test in run.tests if test.result == ktap.SKIP],
                          several)
    lines += ending.named("FAILED", run.bad, several)
    lines += [f"problem: {text}" for text in summary["problems"]]
    for excerpt in run.splats():
        lines += ["", f"{excerpt.title}:", *(f"  | {line}" for line in excerpt.lines)]
    for part in (_faults, _uapi, _coverage, _slowest):
        found = part(run)
        if found:
            lines += ["", *found]
    totals = results.totals(record.RunRecord(run.tests))
    lines += ["", f"time: {_phases(summary['phases'])}",
              f"{totals['passed']} passed, {totals['failed']} failed, "
              f"{totals['skipped']} skipped"]
    return lines


def _phases(phases):
    return (", ".join(f"{name} {seconds:.1f} s" for name, seconds in phases.items())
            + f"; {sum(phases.values()):.1f} s in all")


def _faults(run):
    sites = facts.fired(run.summary)
    return sites and ["faults that fired:", *(
        f"  {site:<26} {times:6} in {tests} tests" for site, (times, tests) in sites.items())]


def _share(hit, total):
    return f"{hit:5} of {total:5}  {100 * hit / total if total else 0:5.1f} %"


def _uapi(run):
    uapi = run.summary.get("uapi")
    if not uapi:
        return None
    lines = [f"{uapi['header']}'s linux/vfio.h, seen by the kernels:"]
    lines += [f"  {title:<45} {_share(seen, total)}"
              for title, seen, total, _ in uapi_view.counts(uapi)]
    lines += [f"  note: {note}" for note in uapi["notes"]]
    could, elsewhere = uapi_view.never(uapi)
    lines += _wrapped("never issued", could) + _wrapped("only elsewhere", elsewhere)
    return lines


def _wrapped(title, constants):
    lines = [f"  {title}: {len(constants)}"] if constants else []
    for ioctl, (itself, names) in uapi_view.by_ioctl(constants).items():
        lines += textwrap.wrap(f"{'' if itself else 'in '}{ioctl}"
                               f"{': ' if names else ''}{', '.join(names)}", WIDTH,
                               initial_indent="    ", subsequent_indent="        ",
                               break_on_hyphens=False)
    return lines


def _coverage(run):
    parts = run.summary.get("coverage")
    return parts and [f"{'coverage:':<18} {'lines':>22} {'branches':>24}", *(
        f"  {part['part']:<16} {_share(*part['lines'])}  {_share(*part['branches'])}"
        for part in parts)]


def _slowest(run):
    tests = sorted(run.tests, key=lambda test: -test.duration_s)[:facts.SLOWEST]
    return tests and ["slowest:", *(f"  {test.duration_s:7.2f} s  {test.kernel:<6} {test.name}"
                                    for test in tests)]

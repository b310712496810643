# SPDX-License-Identifier: GPL-2.0-only
"""Makes one run of several that had a share of its tests each. It fails closed.

The result has the same files as any run's directory: tests, JUnit, KTAP, and
the consoles of all VMs, numbered anew. A share without a result, or a test that
no share had, is a problem like any other.
"""

import dataclasses
import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import record, results, verdict
from .errors import Exit, HarnessError
from .reports import saved

LOGS = ("console.log", "channel.log", "qemu.log")
# What a share's own exit status adds to what its tests say.
NO_PROBLEM = (Exit.PASS, Exit.EMPTY)


@dataclass(frozen=True)
class Share:
    """One of the runs: where its results are, or why there are none."""

    label: str
    directory: Path
    error: str = ""

    def load(self):
        """(SavedRun, Problem): the one that there is, and None."""
        try:
            if self.error:
                raise HarnessError(self.error)
            return saved.load(self.directory), None
        except HarnessError as error:
            return None, verdict.Problem(Exit.INFRA, f"{self.label}: {error}")


def merge(directory, shares, info):
    """Write the one run into @directory; @info is what summary.json says of it all."""
    loaded = [(share, *share.load()) for share in shares]
    runs = [(share, run) for share, run, _ in loaded if run]
    merged = record.RunRecord(tests=_tests(directory, [run for _, run in runs]))
    problems = [problem for _, _, problem in loaded if problem]
    problems += itertools.chain.from_iterable(_problems(share, run) for share, run in runs)
    problems += _incomplete([run for _, run in runs], merged)
    final = verdict.worst([*problems, *verdict.judge(merged).problems])
    results.write_tests(directory, merged, {
        "verdict": final.word,
        "exit_code": int(final.code),
        "problems": [problem.text for problem in final.problems],
        **info,
        **_common([run.summary for _, run in runs]),
        "shares": [{"label": share.label, **run.summary["host"]} for share, run in runs],
        "descriptions": {test.test.base: run.descriptions[test.name]
                         for _, run in runs for test in run.tests},
    })
    return final, merged


def _tests(directory, runs):
    """All tests, with their VMs' logs put into @directory under new numbers."""
    numbers = itertools.count(1)
    tests = []
    for run in runs:
        fresh = {}
        for test in run.tests:
            if test.vm not in fresh:
                fresh[test.vm] = next(numbers)
                _copy(run.directory / f"vm-{test.vm}", directory / f"vm-{fresh[test.vm]}")
            tests.append(dataclasses.replace(test, vm=fresh[test.vm]))
    return tests


def _copy(source, target):
    target.mkdir()
    for name in LOGS:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)


def _problems(share, run):
    code = Exit(run.summary["exit_code"])
    for text in run.summary["problems"] if code not in NO_PROBLEM else ():
        yield verdict.Problem(code, f"{share.label}: {text}")


def _incomplete(runs, merged):
    """A test that was chosen, and that no share ran on a kernel which any share tested."""
    for kernel in dict.fromkeys(test.kernel for test in merged.tests):
        wanted = max(run.summary["shard"]["chosen"] for run in runs)
        found = len({test.name for test in merged.tests if test.kernel == kernel})
        if found != wanted:
            yield verdict.Problem(Exit.INFRA, f"kernel {kernel}: {found} of {wanted} tests "
                                              "have a result")


def _common(summaries):
    """What is the same for all, or can be added up."""
    kernels = {}
    for kernel in itertools.chain.from_iterable(one["kernels"] for one in summaries):
        if kernels.get(kernel["name"], kernel)["state"] == "tested":
            kernels[kernel["name"]] = kernel
    phases = {}
    for name, seconds in itertools.chain.from_iterable(one["phases"].items()
                                                       for one in summaries):
        phases[name] = round(max(phases.get(name, 0), seconds), 2)
    first = summaries[0] if summaries else {}
    return {"kernels": [*kernels.values()], "phases": phases,
            "seed": first.get("seed"), "qemu": first.get("qemu", ""),
            "accel": first.get("accel")}

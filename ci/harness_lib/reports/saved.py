# SPDX-License-Identifier: GPL-2.0-only
"""A run read back from its results directory.

summary.json is enough for a report: a CI system may have kept nothing else.
What the tests printed (ktap.log) and the consoles (vm-N/console.log) explain
failures where they are there.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .. import console, ktap, paths, record, results, suites
from ..errors import HarnessError

# Lines of a console or of a test's output that are shown of one failure.
SHOWN = 25
# So many lines before a report's first denied line usually belong to it.
BEFORE = 2

# KTAP's own lines: each test has them.
FORM = (ktap.VERSION, ktap.PLAN, ktap.RESULT)
TOP_RESULT = re.compile(r"^(?:not )?ok \d+ ")


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a log, and what they are."""

    title: str
    lines: tuple


class SavedRun:
    """One results directory."""

    def __init__(self, directory, summary):
        self.directory = directory
        self.summary = summary
        self.name = directory.name
        outputs = _outputs(directory / "ktap.log")
        self.tests = [_test(entry, outputs[index] if index < len(outputs) else [])
                      for index, entry in enumerate(summary["tests"])]
        self.descriptions = {test.name: entry["description"]
                             for test, entry in zip(self.tests, summary["tests"])}
        self._consoles = {}

    @property
    def kernels(self):
        """Names of the kernels, in the order in which they were tested."""
        return list(dict.fromkeys([*(kernel["name"] for kernel in self.summary["kernels"]),
                                   *(test.kernel for test in self.tests)]))

    @property
    def bad(self):
        return [test for test in self.tests if test.bad]

    def subject(self):
        """What was tested, in a few words."""
        return f"Linux {', '.join(self.kernels)}" if self.kernels else "no kernel"

    def about_kernels(self):
        """(name, what is known of it) for each kernel."""
        return [(kernel["name"], f"{kernel['release']}, version {kernel['version']}"
                 if "release" in kernel else f"{kernel['state']}: {kernel['error']}")
                for kernel in self.summary["kernels"]]

    def _console(self, vm):
        if vm not in self._consoles:
            path = self.directory / f"vm-{vm}" / "console.log"
            self._consoles[vm] = path.read_text(errors="replace") if path.exists() else ""
        return self._consoles[vm]

    def splats(self):
        """An Excerpt for each report on a console, of VMs whose boot counts."""
        rules = console.Rules.load()
        for vm in sorted({test.vm for test in self.tests}):
            text = self._console(vm)
            lines = text.splitlines()
            for splat in console.splats(text, rules):
                start = max(splat.number - 1 - BEFORE, 0)
                during = f" during {splat.test}" if splat.test else ""
                yield Excerpt(f"{splat.reason}: VM {vm}, console line {splat.number}{during}",
                              tuple(lines[start:start + SHOWN]))

    def evidence(self, test):
        """Excerpts that show how @test failed: what it said, and the kernel meanwhile."""
        said = [line for line in test.output
                if not any(form.search(line) for form in (*FORM, ktap.NOISE))]
        if said:
            yield Excerpt("the test's output", tuple(said[-SHOWN:]))
        lines = _during(self._console(test.vm).splitlines(), test.name)
        if lines:
            yield Excerpt(f"the console of VM {test.vm} meanwhile", tuple(lines[-SHOWN:]))


def _during(lines, name):
    """What the console said from the test's beginning to its end, or to the console's."""
    found, inside = [], False
    for line in lines:
        marker = console.MARKER.match(console.STAMP.sub("", line.rstrip("\r")))
        if marker and marker.group(2) == name:
            inside = marker.group(1) != "end"
        elif inside:
            found.append(line.rstrip())
    return found


def _outputs(path):
    """What each test printed, in the summary's order, out of the nested KTAP document."""
    if not path.exists():
        return []
    outputs, current = [], []
    for line in path.read_text(errors="replace").splitlines()[2:]:
        if line.startswith("  "):
            current.append(line[2:])
        elif TOP_RESULT.match(line):
            outputs.append(current)
            current = []
    return outputs


def _test(entry, output):
    return record.TestRecord(suites.by_name(entry["name"]), entry["kernel"], entry["result"],
                             entry["reason"], entry["duration_s"], entry["device"],
                             entry["iommu"], output, entry["vm"])


def load(where):
    """The run in directory @where, or whose summary.json @where is."""
    path = Path(where)
    if not path.exists() and (paths.RESULTS / where).exists():
        path = paths.RESULTS / where
    file = path if path.is_file() else path / "summary.json"
    try:
        summary = json.loads(file.read_text())
    except OSError as error:
        raise HarnessError(f"{file}: {error.strerror}; a run is named by its results directory "
                           f"(the newest is {paths.RESULTS / 'latest'})") from error
    except ValueError as error:
        raise HarnessError(f"{file}: not a run's summary: {error}") from error
    if not isinstance(summary, dict) or summary.get("schema") != results.SCHEMA:
        raise HarnessError(f"{file}: not a summary of schema {results.SCHEMA}")
    return SavedRun(file.resolve().parent, summary)

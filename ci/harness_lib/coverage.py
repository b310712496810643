# SPDX-License-Identifier: GPL-2.0-only
"""Which code ran in a run: mock_vfio, the kernel's own VFIO, libuvfio.

What was compiled for gcov has, beside each object, a .gcno file that tells its
lines and branches; what ran has left .gcda files with their counts, one set in
each guest and one of the library's host tests. gcov brings the two together,
lcov adds the sets up and makes pages of the sum:

    coverage/index.html     the pages
    coverage/summary.txt    lines and branches by part and by file
    coverage/coverage.info  all of it, for other tools
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from . import build, paths, tools
from .errors import HarnessError

# Of the results directory.
DIRECTORY = "coverage"
# Directories of the repository.
COMPONENTS = {"mock_vfio": "mock_vfio", "userlib": "libuvfio"}
# lcov leaves branches out unless it is told not to.
LCOV = ("--quiet", "--rc", "lcov_branch_coverage=1")


@dataclass(frozen=True)
class Tree:
    """A directory with .gcno files.

    Sources are named as seen from @base, or where it is None from where the
    compiler ran; only those whose name starts with one of @keep count. They
    are read from below @sources.
    """

    objects: Path
    base: Path | None
    keep: tuple
    sources: Path

    def find(self, path):
        """The end of a .gcda file's @path that names one of our .gcno files, or None.

        The guest has another root, and the kernel was built in another place.
        """
        parts = Path(path).with_suffix(".gcno").parts
        ends = (Path(*parts[start:]) for start in range(1, len(parts)))
        return next((end for end in ends if (self.objects / end).is_file()), None)

    def name(self, source, directory):
        """What the file @source, compiled in @directory, is called here, or None."""
        path = Path(os.path.normpath(Path(directory) / source))
        base = self.base or Path(directory)
        if not path.is_relative_to(base):
            return None
        name = str(path.relative_to(base))
        return name if name.startswith(self.keep) else None


def trees(kernel):
    """What is measured in a guest that runs @kernel."""
    modules = build.module_dir(kernel)
    return [
        Tree(modules, modules, ("mock_vfio/",), paths.TOP),
        Tree(kernel.profile, None, ("drivers/vfio/",), kernel.profile),
        _library(),
    ]


def host_tests():
    """What the library's tests left on the host: a tree and its data."""
    data = {str(path): path.read_bytes() for path in paths.GCOV.rglob("*.gcda")}
    return [_library()], data


def _library():
    return Tree(paths.GCOV, paths.TOP, ("userlib/src/", "userlib/include/"), paths.TOP)


def part(name):
    """What the source file @name is counted under: a component, or a kernel's directory."""
    directory = Path(name).parent
    return COMPONENTS.get(directory.parts[0], str(directory))


def require(kernels):
    """Check for what --gcov needs, before anything runs."""
    tools.require("gcov", "lcov", "genhtml")
    for kernel in kernels:
        if not kernel.profile:
            raise HarnessError(f"--gcov: kernel {kernel.name} cannot record coverage (it was built "
                               "without CONFIG_GCOV_KERNEL); `-k debug` can")


class Coverage:
    """The report of one run, below its results @directory; empty until it is written."""

    def __init__(self, directory):
        self._directory = directory / DIRECTORY
        self._sets = []
        # Where sources are read from, by name, and totals by name.
        self._sources = {}
        self._files = {}

    def add(self, found, gcda):
        """Count a set of data in: @gcda has contents by path, @found are the trees."""
        self._sets.append("".join(record for tree in found
                                  for record in self._records(tree, gcda)))

    def _records(self, tree, gcda):
        for unit in _gcov(tree, gcda):
            for file in unit["files"]:
                name = tree.name(file["file"], unit["current_working_directory"])
                if name:
                    self._sources[name] = tree.sources / name
                    yield _record(name, file)

    def write(self):
        """Add the sets up, and make the report of the sum."""
        if not self._sources:
            raise HarnessError("--gcov: nothing reported which of its code ran")
        self._directory.mkdir()
        merged = self._directory / "coverage.info"
        with tempfile.TemporaryDirectory() as scratch:
            self._merge(Path(scratch), merged)
            self._files = _totals(merged.read_text())
            self._pages(Path(scratch), merged)
        (self._directory / "summary.txt").write_text("".join(
            f"{line}\n" for line in (*self.lines(), "", *_table(self._files))))

    def _merge(self, scratch, merged):
        command = ["lcov", *LCOV, "--output-file", merged]
        for number, records in enumerate(filter(None, self._sets)):
            info = scratch / f"{number}.info"
            info.write_text(records)
            command += ["--add-tracefile", info]
        _run(command)

    def _pages(self, scratch, merged):
        # Below one directory: names are as in the sources' own trees.
        for name, path in self._sources.items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, scratch / name)
        _run(["genhtml", *LCOV, "--branch-coverage", "--legend", "--title", "mock_vfio",
              "--prefix", scratch, "--output-directory", self._directory, merged], cwd=scratch)

    @property
    def _parts(self):
        """Totals by part."""
        sums = {}
        for name, counts in self._files.items():
            sums.setdefault(part(name), Counter()).update(counts)
        return sums

    def lines(self):
        """The totals, for people."""
        return _table(self._parts) if self._files else ()

    def summary(self):
        """What summary.json says of it."""
        if not self._files:
            return {}
        return {"coverage": [{"part": name,
                              "lines": [counts["LH"], counts["LF"]],
                              "branches": [counts["BRH"], counts["BRF"]]}
                             for name, counts in self._parts.items()],
                "coverage_report": f"{DIRECTORY}/index.html"}


def _gcov(tree, gcda):
    """What gcov says of each object of @tree that @gcda has data of."""
    with tempfile.TemporaryDirectory() as scratch:
        found = []
        for path, data in gcda.items():
            end = tree.find(path)
            if end:
                notes = Path(scratch) / end
                notes.parent.mkdir(parents=True, exist_ok=True)
                notes.symlink_to(tree.objects / end)
                found.append(notes.with_suffix(".gcda"))
                found[-1].write_bytes(data)
        if not found:
            return []
        said = _run(["gcov", "--json-format", "--stdout", "--branch-counts",
                     "--branch-probabilities", *found])
    return [json.loads(line) for line in said.splitlines() if line]


def _record(name, file):
    """lcov's record (geninfo(1)) of what gcov says of one file."""
    lines = ["TN:", f"SF:{name}"]
    for function in file["functions"]:
        lines.append(f"FN:{function['start_line']},{function['name']}")
        lines.append(f"FNDA:{function['execution_count']},{function['name']}")
    for line in file["lines"]:
        lines.append(f"DA:{line['line_number']},{line['count']}")
        for number, branch in enumerate(line["branches"]):
            taken = branch["count"] if line["count"] else "-"
            lines.append(f"BRDA:{line['line_number']},0,{number},{taken}")
    return "\n".join([*lines, "end_of_record\n"])


def _totals(info):
    """Lines and branches by file, found (F) and hit (H), as lcov has counted them."""
    files = {}
    for line in info.splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            counts = files[value] = Counter()
        elif key in ("LF", "LH", "BRF", "BRH"):
            counts[key] = int(value)
    return dict(sorted(files.items()))


def _table(rows):
    """Lines for people; @rows has totals by name."""
    width = max(map(len, rows))
    yield f"{'coverage':{width}}  {'lines':>22}  {'branches':>22}"
    for name, counts in rows.items():
        yield (f"{name:{width}}  {_ratio(counts['LH'], counts['LF'])}"
               f"  {_ratio(counts['BRH'], counts['BRF'])}")


def _ratio(hit, total):
    share = f"{100 * hit / total:.1f} %" if total else "-"
    return f"{share:>8} {f'({hit}/{total})':>13}"


def _run(command, cwd=None):
    """What @command prints."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True,
                          stdin=subprocess.DEVNULL, text=True, errors="replace", check=False)
    if done.returncode:
        raise HarnessError(f"--gcov: {command[0]} failed (exit {done.returncode}):\n"
                           f"{(done.stderr or done.stdout).strip()}")
    return done.stdout

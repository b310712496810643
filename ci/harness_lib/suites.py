# SPDX-License-Identifier: GPL-2.0-only
"""The tests there are: asked of the built programs, and chosen by globs.

A test is called suite/file.fixture.variant.test. The programs are static, so
the host can ask them for their list whatever kernel they are for.
"""

import fnmatch
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import machine, paths
from .errors import Exit, HarnessError

# kselftest_harness calls the fixture of a plain TEST() this.
NO_FIXTURE = "global"


@dataclass(frozen=True)
class Test:
    """One test: `inner` is its name inside its program, fixture.variant.test."""

    program: Path
    suite: str
    file: str
    fixture: str
    variant: str
    case: str
    # On which it runs, where that is no matter of the variant (upstream.py).
    device: str = ""

    @property
    def inner(self):
        return ".".join(filter(None, (self.fixture, self.variant, self.case)))

    @property
    def name(self):
        where = f"@{self.device}" if self.device else ""
        return f"{self.suite}/{self.file}{where}.{self.inner}"

    @property
    def base(self):
        """The name without the variant: what a description belongs to."""
        return f"{self.suite}/{self.file}.{self.fixture}.{self.case}"

    @property
    def needs(self):
        """What its VM must have."""
        return machine.Needs()

    def command(self, path):
        """What the guest executes; its program is at @path there."""
        return path, "-r", self.inner

    @property
    def helpers(self):
        """Other files it takes: where they are in the guest, and here."""
        return {}


def by_name(name):
    """The Test that is called @name, without its program: for names read from a file."""
    suite, _, rest = name.partition("/")
    file, _, rest = rest.partition(".")
    file, _, device = file.partition("@")
    fixture, _, rest = rest.partition(".")
    variant, _, case = rest.rpartition(".")
    return Test(Path(file), suite, file, fixture, variant, case, device)


@dataclass(frozen=True)
class Source:
    """A place that tests come from."""

    sources: Path
    built: Path

    def programs(self):
        """(suite, path) of each built program that still has its source."""
        for source in sorted(self.sources.glob("*/*.c")):
            program = self.built / source.parent.name / source.stem
            if program.is_file():
                yield source.parent.name, program

    def tests(self):
        """All tests, in the order in which they run."""
        return [test for suite, program in self.programs() for test in listed(program, suite)]

    def descriptions(self):
        """What each test proves, by the name without variant."""
        tool = paths.TOP / "selftests" / "tools" / "descriptions.py"
        done = subprocess.run([sys.executable, tool, self.sources], capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise HarnessError(f"{tool} failed:\n{done.stderr.strip()}")
        return json.loads(done.stdout)


SELFTESTS = Source(paths.TOP / "selftests", paths.BUILD / "selftests")
PROFILED = Source(paths.TOP / "selftests", paths.GCOV / "selftests")
META = Source(paths.CI, paths.BUILD / "meta")


# Suites that run only when they are asked for by name: the harness's own tests, the kernel's.
META_PREFIX = "meta/"
UPSTREAM_PREFIX = "upstream:"


def wants_meta(globs):
    """Whether the harness's own tests are asked for."""
    return any(glob.startswith(META_PREFIX) for glob in globs)


def wants_own(globs):
    """Whether the project's selftests are."""
    return not globs or not all(glob.startswith((META_PREFIX, UPSTREAM_PREFIX)) for glob in globs)


def parse_list(text):
    """(fixture, variant, test) triples of what a kselftest_harness program prints for -l.

    Fixtures are separated by lines of dashes; within one, variants and tests
    stand side by side in columns, and each variant has every test.
    """
    for block in text.split("-" * 80):
        fixture, variants, cases = "", [], []
        for line in block.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            words = line.split()
            if not line.startswith(" "):
                fixture = words.pop(0)
            # "%-20s %-25s %s": a word that starts before the third column is a variant.
            if words and not _blank_column(line, fixture if not line.startswith(" ") else ""):
                variants.append(words.pop(0))
            cases += words
        for variant in variants or [""]:
            for case in cases:
                yield fixture, variant, case


def _blank_column(line, first):
    start = max(20, len(first)) + 1
    return not line[start:start + 25].strip()


def listed(program, suite):
    """The tests that a program lists."""
    done = subprocess.run([program, "-l"], capture_output=True, text=True, timeout=30,
                          stdin=subprocess.DEVNULL, check=False)
    triples = list(parse_list(done.stdout + done.stderr))
    if not triples:
        raise HarnessError(f"{program} -l lists no test (exit {done.returncode})")
    return [Test(program, suite, program.name, *triple) for triple in triples]


def select(candidates, include, exclude):
    """The tests that match a glob of @include (none: all) and none of @exclude."""
    def matches(test, globs):
        return any(fnmatch.fnmatchcase(test.name, glob) for glob in globs)

    chosen = [test for test in candidates
              if (not include or matches(test, include)) and not matches(test, exclude)]
    if not chosen:
        raise HarnessError(_no_match(candidates, include, exclude), Exit.EMPTY)
    return chosen


def _no_match(candidates, include, exclude):
    if not candidates:
        return "there are no tests to run"
    for glob in include:
        if not any(fnmatch.fnmatchcase(test.name, glob) for test in candidates):
            return (f"no test matches -t {glob!r}; names look like {candidates[0].name}, "
                    "and `ci/harness list` prints them all")
    chosen = " ".join([f"-t {glob!r}" for glob in include] + [f"-x {glob!r}" for glob in exclude])
    return f"no test is left by {chosen}"

# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own suites: ci/upstream/suites.toml says which, and how they run.

They are built by the kernel's makefiles and started by ci/guest/launch.c, which
gives them their device and turns what they cannot have into a skip.
"""

import fnmatch
import functools
import re
import tomllib
from dataclasses import dataclass

from . import build, extras, ktap, machine, paths, suites

DIRECTORY = paths.CI / "upstream"
PREFIX = suites.UPSTREAM_PREFIX
LAUNCHER = "/upstream/launch"

# By how a variant's name begins; the suite's other tests leave the choice open.
IOMMUS = {"vfio_type1": "type1", "iommufd": "iommufd"}


@dataclass(frozen=True)
class UpstreamTest(suites.Test):
    """A test of the kernel's, on one device."""

    # What the launcher is told besides the device: WORD=VALUE.
    options: tuple = ()

    @property
    def needs(self):
        return machine.Needs(large=True, devices=(self.device,) if self.device else (),
                             real=bool(self.device))

    @property
    def helpers(self):
        return {LAUNCHER: paths.BUILD / "guest" / "launch"}

    def command(self, path):
        return (LAUNCHER, *self.options, *super().command(path))


@dataclass(frozen=True)
class Suite:
    """One directory of tools/testing/selftests: a source of tests, as suites.Source is."""

    name: str
    source: str
    devices: tuple
    description: str
    release: str = ""

    @property
    def built(self):
        return paths.BUILD / "upstream" / self.name

    def tree(self, cache, update=False):
        """The part of the kernel's source that it is built from."""
        return extras.tree(cache, self.source, update)

    def step(self, cache, update=False):
        """How it is built."""
        return build.upstream(self.name, self.tree(cache, update), self.built)

    def tests(self):
        """All of its tests, device by device."""
        return [self._test(test, device) for device in self.devices or ("",)
                for program in sorted(self.built.iterdir()) if program.is_file()
                for test in suites.listed(program, PREFIX + self.name)]

    def _test(self, test, device):
        fields = (test.program, test.suite, test.file, test.fixture, test.variant, test.case)
        name = UpstreamTest(*fields, device).name
        return UpstreamTest(*fields, device, tuple(self._options(name, test.variant, device)))

    def _options(self, name, variant, device):
        if self.release:
            yield f"release={self.release}"
        for need in _table("suites.toml")["need"]:
            if fnmatch.fnmatchcase(name, need["tests"]):
                yield f"path={need['path']}"
        if device:
            yield f"device={device}:{machine.BY_NAME[device].pci_id}"
            yield f"iommu={_iommu(variant)}"

    def descriptions(self):
        """What each test proves, as far as the harness knows."""
        return {test.base: self.description for test in self.tests()}


def _iommu(variant):
    return next((iommu for start, iommu in IOMMUS.items() if variant.startswith(start)), "auto")


@functools.cache
def _table(name):
    return tomllib.loads((DIRECTORY / name).read_text())


def wanted(globs):
    """The suites that a glob asks for by name; like meta's, they never run unasked."""
    known = [Suite(name, **{**recipe, "devices": tuple(recipe["devices"])})
             for name, recipe in _table("suites.toml")["suite"].items()]
    return [suite for suite in known
            if any(fnmatch.fnmatchcase(f"{PREFIX}{suite.name}/", glob.split("/")[0] + "/")
                   for glob in globs if glob.startswith(PREFIX))]


def judged(result, name, release):
    """@result of the test @name on a kernel, with what is known about it taken into account."""
    known = next((entry for entry in _table("xfail.toml").get("xfail", [])
                  if fnmatch.fnmatchcase(name, entry["tests"])
                  and _older(release, entry.get("before"))), None)
    if not known or result.result not in (ktap.PASS, ktap.FAIL):
        return result
    if result.result == ktap.FAIL:
        return ktap.Result(ktap.XFAIL, f"{known['reason']} ({result.reason})")
    return ktap.Result(ktap.FAIL, f"was expected to fail, and passed: {known['reason']}")


def _older(release, before):
    def numbers(text):
        return [int(number) for number in re.findall(r"\d+", text)[:2]]
    return not before or numbers(release) < numbers(before)

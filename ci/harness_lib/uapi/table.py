# SPDX-License-Identifier: GPL-2.0-only
"""ci/uapi/table.toml with the numbers of ci/uapi/constants.toml: how to recognise a constant."""

import dataclasses
import fnmatch
import functools
import tomllib

from .. import paths
from ..errors import HarnessError

DIRECTORY = paths.CI / "uapi"
FIELD_MASK = "VFIO_DEVICE_FEATURE_MASK"

# Kinds of members, by the key of the table that lists them.
KINDS = {"arg": "value", "flags": "flag", "field": "value", "third": "value",
         "answer": "answer", "third_answer": "answer", "capability": "capability"}


@dataclasses.dataclass(frozen=True)
class Member:
    """A constant as it is used by one ioctl; `ioctl` itself is a member too."""

    ioctl: str
    kind: str
    name: str


@dataclasses.dataclass(frozen=True)
class Ioctl:
    """One ioctl: names by number for each place where constants stand."""

    name: str
    number: int
    door: str
    arg: dict = dataclasses.field(default_factory=dict)
    flags: dict = dataclasses.field(default_factory=dict)
    field: dict = dataclasses.field(default_factory=dict)
    third: dict = dataclasses.field(default_factory=dict)
    answer: dict = dataclasses.field(default_factory=dict)
    third_answer: dict = dataclasses.field(default_factory=dict)
    capability: dict = dataclasses.field(default_factory=dict)
    types: frozenset = frozenset()

    def thirds(self, key, field_number):
        """Names by number in the third word: @key is third or third_answer."""
        names = getattr(self, key)
        by_field = all(isinstance(value, dict) for value in names.values())
        return names.get(self.field.get(field_number), {}) if by_field else names

    def members(self):
        """Every Member, the ioctl itself first."""
        yield Member(self.name, "ioctl", self.name)
        for key, kind in KINDS.items():
            for value in getattr(self, key).values():
                for name in value.values() if isinstance(value, dict) else [value]:
                    yield Member(self.name, kind, name)


class Table:
    """All ioctls, and what is to be said of each constant."""

    def __init__(self, recipe, constants, header):
        self.constants = constants
        self.header = header
        self.field_mask = constants[FIELD_MASK]
        self.doors = {entry["name"]: entry["symbols"] for entry in recipe["door"]}
        self.ioctls = [self._ioctl(name, entry) for name, entry in recipe["ioctl"].items()]
        self._renamed = recipe["renamed"]
        self._elsewhere = recipe["elsewhere"]
        self._ignore = recipe["ignore"]

    def _ioctl(self, name, entry):
        entry = dict(entry)
        places = {key: self._names(value) for key, value in entry.items()
                  if key not in ("door", "types")}
        types = frozenset(self._names(entry.get("types", [])))
        return Ioctl(name, self.constants[name], entry["door"], types=types, **places)

    def _names(self, globs):
        """{number: name} of what @globs match; of a table, one for each of its keys."""
        if isinstance(globs, dict):
            return {key: self._names(value) for key, value in globs.items()}
        found = {}
        for glob in globs:
            matching = fnmatch.filter(self.constants, glob)
            if not matching:
                raise HarnessError(f"{DIRECTORY / 'table.toml'}: no constant matches {glob!r}")
            found.update((self.constants[name], name) for name in matching)
        return found

    def elsewhere(self, member):
        """Why @member can only be used on another machine, "" if it can be here."""
        for entry in self._elsewhere:
            if member.ioctl not in entry.get("but", []) and any(
                    fnmatch.fnmatchcase(name, glob) for name in (member.name, member.ioctl)
                    for glob in entry["names"]):
                return entry["reason"]
        return ""

    def present(self, names):
        """@names by their newest name."""
        return [self._renamed.get(name, name) for name in names]

    def unexplained(self, names):
        """Those of @names that no entry mentions."""
        known = {member.name for ioctl in self.ioctls for member in ioctl.members()}
        ignored = [glob for entry in self._ignore for glob in entry["names"]]
        return [name for name in names if name not in known and
                not any(fnmatch.fnmatchcase(name, glob) for glob in ignored)]


@functools.cache
def load():
    """The Table of this tree."""
    newest = tomllib.loads((DIRECTORY / "constants.toml").read_text())
    recipe = tomllib.loads((DIRECTORY / "table.toml").read_text())
    return Table(recipe, newest["constants"], newest["header"])

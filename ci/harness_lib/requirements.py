# SPDX-License-Identifier: GPL-2.0-only
"""What a kernel's configuration must have for each part: ci/requirements.toml."""

import re
import tomllib
from dataclasses import dataclass

from . import kconfig, paths
from .errors import HarnessError

TABLE = paths.CI / "requirements.toml"


@dataclass(frozen=True)
class Part:
    """Something that needs options; without it nothing runs, or the tests in @skips do not."""

    name: str
    what: str
    required: bool = False
    skips: tuple = ()


@dataclass(frozen=True)
class Need:
    """One option, and why it is needed."""

    part: Part
    option: str
    why: str
    since: tuple = (0, 0)


class Table:
    """The file, in its order."""

    def __init__(self, parts, needs):
        self.parts = parts
        self.needs = needs

    @classmethod
    def load(cls, path=TABLE):
        """The table in the file @path."""
        data = tomllib.loads(path.read_text())
        parts = {name: Part(name, row["what"], row.get("required", False),
                            tuple(row.get("skips", ())))
                 for name, row in data["parts"].items()}
        needs = [Need(parts[row["part"]], row["option"], row["why"],
                      series(row.get("since", "0.0"))) for row in data["need"]]
        return cls(parts, needs)

    def missing(self, config):
        """The needs that a Config does not meet."""
        return [need for need in self.needs
                if config.series >= need.since and not config.has(need.option)]


class Config:
    """The configuration of a kernel that was, or could be, built."""

    def __init__(self, text, where, release=None):
        self.where = where
        self._values = {option.name: option.value for option in kconfig.parse(text, where)}
        # "# Linux/x86 6.1.192 Kernel Configuration", among the first lines.
        title = re.search(r"^# Linux/(\S+) (\d+\.\d+\S*)", text, re.M)
        self.architecture = title.group(1) if title else "?"
        self.release = release or (title.group(2) if title else None)
        if not self.release:
            raise HarnessError(f"{where}: does not say which kernel it is of: "
                               "is it a kernel's configuration?")
        self.series = series(self.release)

    @classmethod
    def read(cls, path, release=None):
        """The configuration in the file @path."""
        return cls(path.read_text(encoding="utf-8", errors="replace"), str(path), release)

    def has(self, option):
        """Whether @option is there, in the kernel or as a module."""
        return self._values.get(option) in ("y", "m")

    def lacks(self, part):
        """Whether something is missing for the part of that name."""
        return any(need.part.name == part for need in Table.load().missing(self))


def series(release):
    """(6, 12) of 6.12.117+deb12-amd64."""
    major, minor = re.match(r"(\d+)\.(\d+)", release).groups()
    return int(major), int(minor)


def require(config):
    """Raise an error that names each option without which no test could run."""
    missing = [need for need in Table.load().missing(config) if need.part.required]
    if not missing:
        return
    if any(need.option == "CONFIG_X86_64" for need in missing):
        raise HarnessError(f"{config.where}: a kernel for {config.architecture}, "
                           "and the virtual machine is a 64-bit PC (x86 with CONFIG_X86_64)")
    lines = "".join(f"\n  {need.option}: {need.why}" for need in missing)
    raise HarnessError(f"{config.where}: the tests cannot run without{lines}")

# SPDX-License-Identifier: GPL-2.0-only
"""Fragments of kernel configuration: ci/configs/*.config.

kconfig drops an option whose dependencies are not met, and says nothing. A
debug kernel without KASAN looks just like one that found nothing: so what was
asked for is compared with what came out.
"""

import re
from dataclasses import dataclass

from . import paths
from .errors import HarnessError

FRAGMENTS = paths.CI / "configs"
_SET = re.compile(r"(CONFIG_\w+)=(.*)")
_UNSET = re.compile(r"# (CONFIG_\w+) is not set")


@dataclass(frozen=True)
class Option:
    """One line of a fragment; a @value of None is "is not set"."""

    name: str
    value: str | None
    where: str

    def __str__(self):
        return f"{self.name}={'n' if self.value is None else self.value}"

    @property
    def line(self):
        """As a configuration has it."""
        return f"# {self.name} is not set" if self.value is None else f"{self.name}={self.value}"


def parse(text, where):
    """The options of a configuration; @where names it in errors."""
    options = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := _SET.fullmatch(line):
            options.append(Option(match[1], match[2], f"{where}:{number}"))
        elif match := _UNSET.fullmatch(line):
            options.append(Option(match[1], None, f"{where}:{number}"))
        elif line and not line.startswith("#"):
            raise HarnessError(f"{where}:{number}: no line of a kernel configuration: {line}")
    return options


def fragment(name):
    """The text of ci/configs/NAME.config."""
    path = FRAGMENTS / f"{name}.config"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FRAGMENTS.glob("*.config")))
        raise HarnessError(f"no configuration fragment is called {name!r}; there are: {known}")
    return path.read_text(encoding="ascii")


def conflicts(options):
    """Pairs of options that ask for different values of the same name."""
    first = {}
    return [(first[option.name], option) for option in options
            if first.setdefault(option.name, option).value != option.value]


def lost(options, config):
    """What @config, a finished .config, does not have of @options: (option, value) pairs."""
    values = {option.name: option.value for option in parse(config, ".config")}
    return [(option, values.get(option.name)) for option in options
            if values.get(option.name) != option.value]


def require(options, config, what):
    """Raise an error that names each of @options that @config does not have."""
    missing = lost(options, config)
    if missing:
        lines = "".join(f"\n  {option.where}: {option} became {_word(value)}"
                        for option, value in missing)
        raise HarnessError(f"{what}: kconfig did not take all that was asked for "
                           f"(a dependency is missing, or this version has no such option):{lines}")


def _word(value):
    return "n" if value is None else value

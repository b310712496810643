# SPDX-License-Identifier: GPL-2.0-only
"""Turns what the guests counted into "uapi" of summary.json.

Counters only grow while a guest runs, and are read after each test: what a test
did is the difference. A constant counts as used when the kernel took the call it
was in; one that was refused each time is kept apart. Words with bits that no
constant names are tests of just that, and say nothing about the bits that are.
"""

import re
from dataclasses import dataclass, field

from . import header, recorder, table
from .table import KINDS, Member

ENTRY = re.compile(r"^\{ (?P<keys>.*) \} hitcount: +(?P<count>\d+)$")
DROPPED = re.compile(r"^Dropped: (\d+)$")


@dataclass
class Use:
    """How often a Member was in a call that the kernel took, and in one it refused."""

    ok: int = 0
    refused: int = 0
    tests: set = field(default_factory=set)


class Tally:
    """One kernel's uses of all members, from any number of guests."""

    def __init__(self, known):
        self._table = known
        self._doors = {number: name for name, number in recorder.door_numbers(known).items()}
        self.uses = {}
        self.lost = 0
        self.unwritten = set()

    def add_guest(self, report, names):
        """Take in what one guest saw; @names are those of its tests, by index."""
        self.unwritten.update(order for order in report.unwritten
                              if not recorder.optional(self._table, order))
        before = {}
        for index in sorted({seen.index for seen in report.seen}):
            test = names[index]
            entries = []
            for seen in report.seen:
                if seen.index == index:
                    entries += self._difference(seen, before)
            self._add_test(test, entries)

    def _difference(self, seen, before):
        """(label, keys, count) of what the line says was counted since it was last sent."""
        if dropped := DROPPED.match(seen.text):
            self.lost += int(dropped.group(1))
            return
        match = ENTRY.match(seen.text)
        if seen.label not in recorder.FILES or not match:
            return
        where = seen.label, match["keys"]
        count = int(match["count"]) - before.get(where, 0)
        before[where] = int(match["count"])
        keys = dict(item.split(": ") for item in match["keys"].split(", "))
        yield seen.label, {name: int(value) for name, value in keys.items()}, count

    def _add_test(self, test, entries):
        types = {keys["arg"] for label, keys, _ in entries if label == "ok" and "arg" in keys
                 and self._ioctl(keys, "arg", ()).name == "VFIO_SET_IOMMU"}
        for label, keys, count in entries:
            for member in self._members(label, keys, types):
                use = self.uses.setdefault(member, Use())
                if label == "refused":
                    use.refused += count
                else:
                    use.ok += count
                    use.tests.add(test)

    def _members(self, label, keys, types):
        """The Members that one counter is about."""
        kind = label if label in ("answer", "capability") else "call"
        place, read = READERS[kind, tuple(keys)]
        ioctl = self._ioctl(keys, place, types)
        if not ioctl:
            return []
        found = read(ioctl, keys, self._table.field_mask)
        return [Member(ioctl.name, KINDS.get(where, where), name) for where, name in found if name]

    def _ioctl(self, keys, place, types):
        """The Ioctl of @keys; of several with one number, that of the container's type."""
        door = self._doors.get(keys.get("door"))
        found = [ioctl for ioctl in self._table.ioctls if ioctl.number == keys["cmd"] and
                 (ioctl.door == door if door else getattr(ioctl, place))]
        fitting = [ioctl for ioctl in found if ioctl.types.intersection(types)]
        return next(iter(fitting or found), None)


def _itself(ioctl, _keys, _mask):
    yield "ioctl", ioctl.name


def _argument(ioctl, keys, _mask):
    yield "arg", ioctl.arg.get(keys["arg"])


def _flags(ioctl, keys, mask):
    field_mask = mask if ioctl.field else 0
    if not keys["flags"] & ~(sum(ioctl.flags) | field_mask):
        yield from (("flags", name) for bit, name in ioctl.flags.items() if bit & keys["flags"])
        yield "field", ioctl.field.get(keys["flags"] & mask)


def _third(ioctl, keys, mask):
    yield from _flags(ioctl, keys, mask)
    yield "third", ioctl.thirds("third", keys["flags"] & mask).get(keys["third"])


def _answer(ioctl, keys, _mask):
    yield from (("answer", name) for bit, name in ioctl.answer.items() if bit & keys["flags"])


def _third_answer(ioctl, keys, mask):
    names = ioctl.thirds("third_answer", keys["flags"] & mask)
    yield from (("third_answer", name) for bit, name in names.items() if bit & keys["third"])


def _capability(ioctl, keys, _mask):
    yield "capability", ioctl.capability.get(keys["id"])


# By a counter's kind and its keys: the place that tells the ioctl where the keys
# lack the door, and how to read it.
READERS = {
    ("call", ("door", "cmd")): ("", _itself),
    ("call", ("door", "cmd", "flags")): ("flags", _flags),
    ("call", ("cmd", "arg")): ("arg", _argument),
    ("call", ("cmd", "flags", "third")): ("third", _third),
    ("answer", ("door", "cmd", "flags")): ("answer", _answer),
    ("answer", ("cmd", "flags", "third")): ("third_answer", _third_answer),
    ("capability", ("door", "cmd", "id")): ("capability", _capability),
}


def of_run(kernels, vms):
    """The part "uapi" of summary.json: what the VMRecords @vms saw on @kernels."""
    known = table.load()
    tallies, names = {}, {}
    for kernel in kernels:
        tallies[kernel.name] = Tally(known)
        path = header.of_kernel(kernel)
        names[kernel.name] = known.present(header.constants(path.read_text())) if path else None
    for vm in vms:
        if not vm.retried:
            tallies[vm.kernel].add_guest(vm.outcome.report, [test.name for test in vm.tests])
    return summary(known, tallies, names)


def summary(known, tallies, names):
    """The same from a Tally and the names in its header (None: there is none) by kernel."""
    notes = [note for kernel, tally in tallies.items() for note in _notes(kernel, tally)]
    for kernel, header_names in names.items():
        new = [name for name in header_names or () if name not in known.constants]
        if new:
            notes.append(f"the header of kernel {kernel} has constants that ci/uapi/constants.toml "
                         f"lacks: {', '.join(new)}; ci/uapi/update writes it anew")
    return {
        "header": known.header,
        "notes": notes,
        "kernels": list(tallies),
        "constants": [{
            "name": member.name, "ioctl": member.ioctl, "kind": member.kind,
            "elsewhere": known.elsewhere(member),
            "kernels": {kernel: _cell(member, tally, names[kernel])
                        for kernel, tally in tallies.items()},
        } for ioctl in known.ioctls for member in ioctl.members()],
    }


def _cell(member, tally, names):
    """None is for what this kernel's header does not have."""
    use = tally.uses.get(member, Use())
    if names is not None and not {member.name, member.ioctl} <= set(names) and not use.ok:
        return None
    return {"ok": use.ok, "refused": use.refused, "tests": len(use.tests)}


def _notes(kernel, tally):
    if tally.lost:
        yield f"kernel {kernel}: {tally.lost} calls were not counted: its tables were full"
    if tally.unwritten:
        yield (f"kernel {kernel}: not all was recorded, it refused: "
               + "; ".join(sorted(tally.unwritten)))

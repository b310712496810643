# SPDX-License-Identifier: GPL-2.0-only
"""The summary table: tests down; devices and IOMMUs across, or kernels if there are several."""

import operator

from . import progress, record

# What a cell shows when its tests differ: the worst.
ORDER = ("crash", "timeout", "fail", "skip", "xfail", "flaky", "pass")


def _target(entry):
    if entry.device == "none" and entry.iommu == "none":
        return "no device"
    return f"{entry.device}/{entry.iommu}" if entry.iommu != "none" else entry.device


def _row(entry):
    name = entry.test.base.replace(".global.", ".")
    return name if entry.test.variant in ("", *record.TARGETS) else f"{name} [{entry.test.variant}]"


def render(tests):
    """The table as lines; columns are in the order in which they first ran."""
    several = len({entry.kernel for entry in tests}) > 1
    column = operator.attrgetter("kernel") if several else _target
    cells = {}
    for entry in tests:
        cells.setdefault(_row(entry), {}).setdefault(column(entry), []).append(entry)
    heads = list(dict.fromkeys(map(column, tests)))
    label = max(len(row) for row in cells)
    widths = [max(len(head), 8) for head in heads]
    lines = [" " * label + "".join(f"  {head:<{width}}" for head, width in zip(heads, widths))]
    for row, by_column in cells.items():
        line = f"{row:<{label}}"
        for head, width in zip(heads, widths):
            line += f"  {_cell(by_column.get(head, [])):<{width}}"
        lines.append(line.rstrip())
    return lines


def _cell(entries):
    if not entries:
        return "-"
    worst = min(entries, key=lambda entry: ORDER.index(entry.result)).result
    count = sum(entry.result == worst for entry in entries)
    word = progress.WORDS[worst]
    return word if len(entries) == 1 else f"{word} {count}/{len(entries)}"

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the host tests cover, and why the rest is not covered. Prints TAP.

Usage: coverage.py COVERAGE.JSON, as gcovr writes it. Each line that no test ran
must be explained in uncovered.toml, and each entry there must still be needed.
"""

import json
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
LINES, BRANCHES = 97.0, 92.0


def lines_of(report):
    """[(file, number, count)]"""
    return [(entry["file"], line["line_number"], line["count"])
            for entry in report["files"] for line in entry["lines"]
            if not line.get("gcovr/noncode")]


def branches_of(report):
    """How often each branch was taken."""
    return [branch["count"] for entry in report["files"] for line in entry["lines"]
            for branch in line["branches"]]


def share(counts):
    return 100 * sum(1 for count in counts if count) / len(counts)


def unexplained(uncovered, table):
    """Lines that nobody explains, and explanations that nothing needs."""
    problems, used = [], set()
    for name, number in uncovered:
        text = (HERE.parent / name).read_text().splitlines()[number - 1].strip()
        found = [i for i, entry in enumerate(table)
                 if name == f"src/{entry['file']}" and text in entry["lines"]]
        used.update(found)
        if not found:
            problems.append(f"{name}:{number}: not run by any test: {text}")
    problems += [f"uncovered.toml: no longer needed: {entry['file']}: {entry['lines'][0]}"
                 for i, entry in enumerate(table) if i not in used]
    return problems


def main():
    report = json.loads(Path(sys.argv[1]).read_text())
    table = tomllib.loads((HERE / "uncovered.toml").read_text()).get("uncovered", [])
    lines = lines_of(report)
    line_share = share([count for _, _, count in lines])
    branch_share = share(branches_of(report))
    problems = unexplained([(name, number) for name, number, count in lines if not count], table)
    results = [
        (f"{line_share:.1f} % of {len(lines)} lines, at least {LINES} %", line_share >= LINES),
        (f"{branch_share:.1f} % of branches, at least {BRANCHES} %", branch_share >= BRANCHES),
        ("every line that is not covered is explained", not problems),
    ]
    print(f"1..{len(results)}")
    for number, (name, good) in enumerate(results, 1):
        print(f"{'' if good else 'not '}ok {number} - coverage: {name}")
    for problem in problems:
        print(f"# {problem}")
    return 0 if all(good for _, good in results) else 1


if __name__ == "__main__":
    sys.exit(main())

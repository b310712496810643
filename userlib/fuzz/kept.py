# SPDX-License-Identifier: LGPL-2.1-or-later
"""Inputs that are kept in the repository: corpus/TARGET.txt, one a line, in base64.

A comment above an input says what it once found; the others are there because each
reaches code that the rest do not.
"""

import base64
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parent / "corpus"


def path_of(target):
    return DIRECTORY / f"{target}.txt"


def load(target):
    """[(comment, input)]; a comment of several lines is one, and may be empty."""
    inputs, comment = [], []
    for line in path_of(target).read_text().splitlines()[1:]:
        if line.startswith("#"):
            comment.append(line)
        elif line:
            inputs.append(("\n".join(comment), base64.b64decode(line)))
            comment = []
    return inputs


def save(target, inputs):
    """Findings first, in their order, then the rest, the shortest first."""
    findings = [item for item in inputs if item[0]]
    others = sorted({data for comment, data in inputs if not comment},
                    key=lambda data: (len(data), data))
    lines = ["# SPDX-License-Identifier: LGPL-2.1-or-later"]
    for comment, data in findings:
        lines += [comment, base64.b64encode(data).decode()]
    lines += [base64.b64encode(data).decode() for data in others]
    path_of(target).write_text("\n".join(lines) + "\n")

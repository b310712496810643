#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Extract the description of every selftest: the block comment above it.

    descriptions.py DIRECTORY

prints a JSON object that maps "suite/file.fixture.test" (a test without a
fixture has "global" there, as in the harness's output) to its description, in
the order of the sources. A test whose description is missing or too short to
say anything is named with file and line, and the exit status is 1.
"""

import json
import re
import sys
from pathlib import Path

SHORTEST = 40

# A test's definition, at the start of a line, with its name or fixture and name.
TEST = re.compile(
    r"^(?:TEST|TEST_SIGNAL|TEST_F|TEST_F_SIGNAL|TEST_F_TIMEOUT)"
    r"\(\s*(?P<args>[^)]*)\)", re.M)
WITH_FIXTURE = re.compile(r"^TEST_F")

# A block comment that ends directly above.
COMMENT = re.compile(r"/\*(?P<text>(?:(?!\*/).)*)\*/\s*\Z", re.S)


def description(source, start):
    """The text of the block comment that ends where `start` begins, as one paragraph."""
    match = COMMENT.search(source[:start])
    if not match or source[match.end("text") + 2:start].count("\n") != 1:
        return ""
    lines = (re.sub(r"^\s*\*+ ?", "", line).strip()
             for line in match.group("text").splitlines())
    return " ".join(line for line in lines if line)


def tests(path, root):
    """Yield (id, description, line number) of each test in a source file."""
    source = path.read_text()
    program = path.relative_to(root).with_suffix("")
    for match in TEST.finditer(source):
        args = [arg.strip() for arg in match.group("args").split(",")]
        if not WITH_FIXTURE.match(match.group(0)):
            args = ["global", args[0]]
        line = source.count("\n", 0, match.start()) + 1
        yield f"{program}.{args[0]}.{args[1]}", description(source, match.start()), line


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} DIRECTORY")
    root = Path(sys.argv[1])
    found = {}
    bad = 0
    for path in sorted(root.glob("*/*.c")):
        for name, text, line in tests(path, root):
            if len(text) < SHORTEST:
                problem = "no description" if not text else "description too short"
                print(f"{path}:{line}: {name}: {problem}: say in the comment above the test "
                      "what it proves", file=sys.stderr)
                bad += 1
            found[name] = text
    if bad:
        sys.exit(1)
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()

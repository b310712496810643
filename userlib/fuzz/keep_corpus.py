#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keep a corpus in the repository, in the place of the one that is kept there.

Usage: keep_corpus.py TARGET DIRECTORY: what is in the directory, small and merged
(`make fuzz-keep` does it all). Findings stay in any case.
"""

import sys
from pathlib import Path

import kept


def main():
    target, directory = sys.argv[1], Path(sys.argv[2])
    inputs = [item for item in kept.load(target) if item[0]]
    inputs += [("", path.read_bytes()) for path in directory.iterdir()]
    kept.save(target, inputs)


if __name__ == "__main__":
    main()

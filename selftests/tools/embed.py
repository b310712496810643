#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make a header of scenarios: a table of their names and texts, and a variant for each.

    embed.py FILE...

It is included behind FIXTURE_VARIANT(scenarios), whose member is the name.
"""

import json
import re
import sys
from pathlib import Path


def quoted(text):
    """A string of C: JSON's are, where the text is ASCII."""
    return json.dumps(text)


def main():
    files = [Path(name) for name in sys.argv[1:]]
    print("/* SPDX-License-Identifier: GPL-2.0-only */\n"
          "static const struct {\n\tconst char *name;\n\tconst char *text;\n"
          "} scenario_files[] = {")
    for file in files:
        print(f"\t{{ {quoted(file.stem)}, {quoted(file.read_text())} }},")
    print("};\n")
    for file in files:
        identifier = re.sub(r"\W", "_", file.stem)
        print(f"FIXTURE_VARIANT_ADD(scenarios, {identifier}) {{ .name = {quoted(file.stem)} }};")


if __name__ == "__main__":
    main()

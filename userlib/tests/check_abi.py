#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a library offers, compared with what its headers say. Prints TAP.

Usage: check_abi.py BUILD_DIRECTORY PREFIX, in the directory of libPREFIX, whose
functions are called PREFIX_...; CC and CXX as in make.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

BUILD, PREFIX = Path(sys.argv[1]), sys.argv[2]
LIBRARY = f"lib{PREFIX}"
HEADERS = sorted(Path("include", PREFIX).glob("*.h"))
COMMENT = re.compile(r"/\*.*?\*/", re.S)
COMPILERS = {
    "C11": [*os.environ.get("CC", "cc").split(), "-std=c11", "-xc"],
    "C++17": [*os.environ.get("CXX", "c++").split(), "-std=c++17", "-xc++"],
}


def declared():
    """Function names the headers declare."""
    code = "".join(COMMENT.sub("", path.read_text()) for path in HEADERS)
    return set(re.findall(rf"\b({PREFIX}_\w+)\(", code))


def mapped():
    """Names the version map exports."""
    return set(re.findall(rf"^\t({PREFIX}_\w+);$", Path(f"{LIBRARY}.map").read_text(), re.M))


def defined(*nm_args):
    """Names an object defines for others."""
    out = subprocess.run(["nm", "--defined-only", "--extern-only", *nm_args],
                         check=True, capture_output=True, text=True).stdout
    names = {line.split()[-1].split("@")[0] for line in out.splitlines()
             if len(line.split()) == 3}
    return {name for name in names if not re.fullmatch(r"[A-Z]+_\d+\.\d+", name)}


def difference(have, want):
    """What is wrong about a set of names, or nothing."""
    return ([f"{name}: too many" for name in sorted(have - want)] +
            [f"{name}: missing" for name in sorted(want - have)])


def undocumented():
    """Functions without a comment of their own, or that do not say what they return."""
    problems = []
    text = "".join(path.read_text() for path in HEADERS)
    for name in sorted(declared()):
        match = re.search(r"/\*\*\n? (?:\* )?" + name + r"\(\) - (.*?)\*/\n([^;]*);", text, re.S)
        if not match:
            problems.append(f"{name}: no kernel-doc")
            continue
        doc, prototype = match[1], match[2].removeprefix("inline ")
        long = "\n" in doc.strip()
        if long and "Return:" not in doc and not prototype.startswith("void "):
            if not re.search(r"descriptor|\breturns?\b", doc, re.I):
                problems.append(f"{name}: what it returns is not documented")
        # A callback's own arguments are the business of its description.
        prototype = re.sub(r"\(\*(\w+)\)\([^)]*\)", r"\1", prototype)
        args = re.findall(r"(\w+)(?=[,)])", prototype[prototype.index("("):])
        problems += [f"{name}: @{arg} is not documented" for arg in args
                     if long and arg != "void" and f"@{arg}:" not in doc]
    return problems


def incomplete(language, header):
    """Compile a header alone."""
    code = f"#include <{PREFIX}/{header.name}>\nextern int one;\n"
    run = subprocess.run([*COMPILERS[language], "-Wall", "-Wextra", "-Werror", "-pedantic",
                          "-Iinclude", "-fsyntax-only", "-"],
                         input=code, capture_output=True, text=True)
    return run.stderr.splitlines() if run.returncode else []


def main():
    tests = [
        (f"abi: {LIBRARY}: the version map exports what the headers declare",
         lambda: difference(mapped(), declared())),
        (f"abi: {LIBRARY}: the shared library exports what the map says",
         lambda: difference(defined("--dynamic", BUILD / f"{LIBRARY}.so"), mapped())),
        (f"abi: {LIBRARY}: the archive defines what the map says",
         lambda: difference(defined(BUILD / f"{LIBRARY}.a"), mapped())),
        (f"abi: {LIBRARY}: every function is documented", undocumented),
    ]
    tests += [(f"abi: {LIBRARY}: {header.name} is complete as {language}",
               lambda language=language, header=header: incomplete(language, header))
              for header in HEADERS for language in COMPILERS]
    failed = False
    print(f"1..{len(tests)}")
    for number, (name, test) in enumerate(tests, 1):
        problems = test()
        failed |= bool(problems)
        print(f"{'not ' if problems else ''}ok {number} - {name}")
        for problem in problems:
            print(f"# {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

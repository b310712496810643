# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command list: the tests there are, and what each proves."""

import json
import sys
import textwrap

from . import build, bundle, extras, paths, suites, upstream
from .errors import Exit


def run(args):
    """Carry out `ci/harness list`."""
    def say(text):
        print(f"set-up: {text}", file=sys.stderr, flush=True)

    with bundle.Cache(paths.cache_dir(), say) as cache:
        sources = {suite: suite.step(cache) for suite in upstream.wanted(args.include)}
        if suites.wants_own(args.include):
            sources[suites.SELFTESTS] = build.selftests(extras.kselftest(cache))
    build.run([*sources.values()], paths.BUILD / "list.log")
    tests = suites.select([test for source in sources for test in source.tests()],
                          args.include, args.exclude)
    known = {name: text for source in sources for name, text in source.descriptions().items()}
    if args.json:
        print(json.dumps([{"name": test.name, "description": known.get(test.base, "")}
                          for test in tests], indent=1))
        return Exit.PASS
    variants = {}
    for test in tests:
        variants.setdefault(test.base, []).append(test.name)
    for base, names in variants.items():
        print("\n".join(names))
        print(textwrap.fill(known.get(base, ""), 88, initial_indent="    ",
                            subsequent_indent="    "), end="\n\n")
    print(f"{len(tests)} tests")
    return Exit.PASS

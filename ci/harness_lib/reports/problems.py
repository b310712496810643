# SPDX-License-Identifier: GPL-2.0-only
"""What went wrong, with the lines that show it."""

from ..progress import WORDS
from .markup import tag

# Failures that are shown with their evidence; the others are in the table of tests.
SHOWN = 100


def problems(run):
    """What kept the run from passing, and the reports on its consoles."""
    if not run.summary["problems"]:
        return None
    return [tag("ul", [tag("li", text) for text in run.summary["problems"]]),
            [_excerpt(excerpt) for excerpt in run.splats()]]


def failures(run):
    """Each test that failed; tests that failed for the same reason stand together."""
    if not run.bad:
        return None
    groups = {}
    for test in run.bad:
        groups.setdefault((test.name, test.result, test.reason), []).append(test)
    shown = list(groups.values())[:SHOWN]
    left = sum(map(len, groups.values())) - sum(map(len, shown))
    return [[_failure(run, tests, first=index == 0) for index, tests in enumerate(shown)],
            tag("p", f"and {left} more, in the table of tests") if left else None]


def _failure(run, tests, first):
    test = tests[0]
    kernels = ", ".join(dict.fromkeys(test.kernel for test in tests))
    where = f"{test.device}/{test.iommu}" if test.device != "none" else None
    return tag("details",
               tag("summary", tag("span", WORDS[test.result], class_=f"r-{test.result} mark"),
                   " ", tag("b", test.name), " ", tag("small", kernels),
                   tag("span", test.reason, class_="reason")),
               tag("p", run.descriptions.get(test.name)),
               tag("p", where, f", VM {test.vm}, {test.duration_s:.2f} s", class_="sub"),
               [_excerpt(excerpt) for excerpt in run.evidence(test)],
               tag("p", "again: ", tag("code", f"ci/harness run -k {test.kernel} "
                                               f"-t '{test.name}'")),
               class_="failure", open=first)


def _excerpt(excerpt):
    return tag("figure", tag("figcaption", excerpt.title),
               tag("pre", "\n".join(excerpt.lines), tabindex="0"))

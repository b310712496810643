# SPDX-License-Identifier: GPL-2.0-only
"""The section of all tests: kernels across, tests down, a foldable group for each program."""

from .. import ktap, record
from ..progress import WORDS
from ..table import ORDER
from .markup import tag

# The filter's boxes: a word, the results it stands for, whether it is set at first.
FILTERS = (
    ("failed", record.BAD),
    ("flaky", (record.FLAKY,)),
    ("skipped", (ktap.SKIP,)),
    ("passed", (ktap.PASS, ktap.XFAIL)),
)


def section(run):
    """The whole section."""
    if not run.tests:
        return tag("p", "No test ran.")
    groups = {}
    for test in run.tests:
        group = groups.setdefault(f"{test.test.suite}/{test.test.file}", {})
        group.setdefault(test.name, []).append(test)
    heads = tag("div", tag("span", "test", class_="name"),
                [tag("span", kernel) for kernel in run.kernels], class_="row heads",
                aria_hidden="true")
    return [_controls(run), tag("div", heads, [_group(run, name, tests)
                                               for name, tests in groups.items()],
                                class_="matrix", style=f"--kernels:{len(run.kernels)}"),
            tag("p", "No test matches.", id="nothing", hidden=True)]


def _controls(run):
    boxes = [tag("label", tag("input", type="checkbox", checked=True,
                              data_results=" ".join(words)), f" {title} ",
                 tag("small", run_count(run, words)), class_=f"box {title}")
             for title, words in FILTERS if run_count(run, words)]
    return tag("form",
               tag("input", type="search", id="search", accesskey="f",
                   placeholder="name, description, reason or kernel   ( / )",
                   aria_label="Show only tests that contain"),
               boxes, tag("button", "open all", type="button", id="unfold"),
               tag("output", for_="search", id="shown"), role="search", class_="controls")


def run_count(run, words):
    """Number of @run's tests with one of the results @words."""
    return sum(test.result in words for test in run.tests)


def _group(run, name, tests):
    everything = [test for entries in tests.values() for test in entries]
    cells = [_group_cell([test for test in everything if test.kernel == kernel])
             for kernel in run.kernels]
    table = tag("table",
                tag("colgroup", tag("col"), [tag("col", class_="kernel") for _ in run.kernels]),
                tag("thead", tag("tr", tag("th", "test", scope="col"),
                                 [tag("th", kernel, scope="col") for kernel in run.kernels]),
                    class_="unseen"),
                tag("tbody", [_row(run, test, entries) for test, entries in tests.items()]))
    return tag("details", tag("summary", tag("span", name, " ",
                                             tag("small", len(tests)), class_="name"),
                              cells, class_="row"),
               table, class_="group", open=any(test.bad for test in everything))


def _group_cell(tests):
    """How many passed, or the worst there is."""
    if not tests:
        return tag("span", "–", class_="none")
    worst = _worst(tests)
    if worst in (ktap.PASS, ktap.XFAIL):
        return tag("span", f"{len(tests)} ok", class_="r-pass")
    bad = sum(test.bad for test in tests)
    count = bad or sum(test.result == worst for test in tests)
    word = "FAIL" if bad else WORDS_OF.get(worst, worst)
    return tag("span", f"{count} {word}", tag("small", f" of {len(tests)}"), class_=f"r-{worst}")


# A result's word where it must not look like a pass.
WORDS_OF = {**WORDS, record.FLAKY: "flaky"}


def _worst(tests):
    return min((test.result for test in tests), key=ORDER.index)


def _row(run, name, entries):
    short = name.partition("/")[2].partition(".")[2]
    about = [tag("p", run.descriptions.get(name)), tag("ul", [_detail(test) for test in entries])]
    text = " ".join([name, run.descriptions.get(name, ""), *(test.reason for test in entries)])
    return tag("tr",
               tag("th", tag("details", tag("summary", short), about), scope="row"),
               [_cell([test for test in entries if test.kernel == kernel])
                for kernel in run.kernels],
               data_text=text.lower(),
               data_results=" ".join(sorted({test.result for test in entries})))


def _detail(test):
    target = f"{test.device}/{test.iommu}, " if test.device != "none" else ""
    return tag("li", f"{test.kernel}: {WORDS_OF[test.result]}, {test.duration_s:.3f} s, "
                     f"{target}VM {test.vm}",
               f": {test.reason}" if test.reason else None)


def _cell(entries):
    if not entries:
        return tag("td", "–", class_="none")
    worst = _worst(entries)
    count = sum(test.result == worst for test in entries)
    seconds = max(test.duration_s for test in entries)
    return tag("td", WORDS_OF[worst], f" {count}/{len(entries)}" if len(entries) > 1 else None,
               " ", tag("small", f"{seconds:.2f} s"), class_=f"r-{worst}",
               title=next((test.reason for test in entries
                           if test.result == worst and test.reason), None))

# SPDX-License-Identifier: GPL-2.0-only
"""One run as one HTML page that needs nothing else: no network, no server, no framework.

Everything is in the markup; ci/report/page.js only hides and opens parts of it.
"""

from .. import paths, record, results
from . import facts, matrix, problems, uapi_view
from .markup import Markup, tag

RESOURCES = paths.CI / "report"

# What a section is called in the list of contents, and what makes it; one that
# has nothing to say returns None and is left out.
SECTIONS = (
    ("problems", "Problems", problems.problems),
    ("failures", "Failures", problems.failures),
    ("tests", "Tests", matrix.section),
    ("faults", "Faults that fired", facts.faults),
    ("uapi", "UAPI coverage", uapi_view.section),
    ("coverage", "Code coverage", facts.coverage),
    ("slowest", "Slowest tests", facts.slowest),
    ("facts", "The run", facts.section),
)


def render(run):
    """The page about @run, a SavedRun."""
    sections = [(name, title, content) for name, title, content in
                ((name, title, make(run)) for name, title, make in SECTIONS) if content]
    return document(f"{run.summary['verdict']}: {run.subject()}", [
        _header(run, sections),
        tag("main", _totals(run), [
            tag("section", tag("h2", title), content, id=name)
            for name, title, content in sections]),
    ])


def document(title, body):
    """A whole document around @body."""
    style = Markup((RESOURCES / "page.css").read_text())
    script = Markup((RESOURCES / "page.js").read_text())
    return "<!DOCTYPE html>\n" + tag(
        "html",
        tag("head", tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", title), tag("style", style)),
        tag("body", body, tag("script", script)), lang="en") + "\n"


def _header(run, sections):
    links = [tag("a", title, href=f"#{name}") for name, title, _ in sections]
    return tag("header",
               tag("h1", verdict_badge(run.summary), " ", run.subject()),
               tag("p", " · ".join(filter(None, (
                   run.summary.get("started") or run.name,
                   f"commit {run.summary['commit'][:12]}" if run.summary["commit"] else "",
                   run.summary["command"]))), class_="sub"),
               tag("nav", links, aria_label="Contents"))


def verdict_badge(summary):
    """The verdict as a word on its colour."""
    word = summary["verdict"]
    return tag("span", word, class_=f"badge {'good' if not summary['exit_code'] else 'bad'}")


def _totals(run):
    """A row for each kernel: how many of what, and a bar of it."""
    rows = []
    for kernel in run.kernels:
        tests = [test for test in run.tests if test.kernel == kernel]
        counts = results.totals(record.RunRecord(tests))
        rows.append(tag("tr", tag("th", kernel, scope="row"),
                        [tag("td", counts[word] or "–",
                             class_=f"number {word if counts[word] else 'none'}")
                         for word in ("passed", "failed", "skipped", "flaky")],
                        tag("td", f"{sum(test.duration_s for test in tests):.1f} s",
                            class_="number"),
                        tag("td", _bar(counts), class_="wide")))
    heads = ("kernel", "passed", "failed", "skipped", "flaky", "tests' time")
    return tag("table", tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads],
                                         tag("td"))),
               tag("tbody", rows), class_="totals")


def _bar(counts):
    parts = (("pass", counts["passed"]), ("fail", counts["failed"]), ("skip", counts["skipped"]))
    return tag("div", [tag("i", class_=f"r-{word}", style=f"flex-grow:{number}")
                       for word, number in parts if number], class_="bar", aria_hidden="true")


def write(run):
    """report.html in the run's directory; returns its path."""
    path = run.directory / "report.html"
    path.write_text(render(run))
    return path

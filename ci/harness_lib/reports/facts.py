# SPDX-License-Identifier: GPL-2.0-only
"""What is known of a run besides its tests' results: faults, coverage, time, machines."""

from .markup import tag

SLOWEST = 10


def rows(heads, body, **attributes):
    """A table: a list of column titles, and rows of cells of which the first is a heading."""
    return tag("table",
               tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads])),
               tag("tbody", [tag("tr", tag("th", cells[0], scope="row"),
                                 [tag("td", cell) for cell in cells[1:]]) for cells in body]),
               **attributes)


def share(hit, total):
    """A part of a whole in words and as a bar."""
    percent = 100 * hit / total if total else 0
    return [tag("meter", f"{percent:.0f} %", min=0, max=total or 1, value=hit),
            f" {percent:.1f} %, {hit} of {total}"]


def fired(summary):
    """{site: (times, tests)} of the faults that fired in the run."""
    sites = {}
    for test in summary["tests"]:
        for site, times in test.get("faults", {}).items():
            count, tests = sites.get(site, (0, 0))
            sites[site] = count + times, tests + 1
    return dict(sorted(sites.items()))


def faults(run):
    """Sites of mock_vfio at which a rule fired."""
    sites = fired(run.summary)
    if not sites:
        return None
    return rows(("site", "times", "in tests"),
                [(tag("code", site), *counts) for site, counts in sites.items()], class_="plain")


def coverage(run):
    """Lines and branches, as `run --gcov` measured them."""
    parts = run.summary.get("coverage")
    if not parts:
        return None
    link = run.directory / "coverage" / "index.html"
    return [rows(("part", "lines", "branches"),
                 [(part["part"], share(*part["lines"]), share(*part["branches"]))
                  for part in parts], class_="plain"),
            tag("p", tag("a", "line by line", href="coverage/index.html"))
            if link.exists() else None]


def slowest(run):
    """The tests that most of the time goes to."""
    tests = sorted(run.tests, key=lambda test: -test.duration_s)[:SLOWEST]
    if not tests:
        return None
    longest = tests[0].duration_s or 1
    return rows(("test", "kernel", "seconds", ""),
                [(test.name, test.kernel, f"{test.duration_s:.2f}",
                  tag("meter", f"{test.duration_s:.2f}", min=0, max=longest,
                      value=test.duration_s)) for test in tests], class_="plain")


def section(run):
    """Kernels, host, phases."""
    summary = run.summary
    host = summary.get("host", {})
    items = [(f"kernel {name}", about) for name, about in run.about_kernels()]
    items += [("QEMU", summary["qemu"]), ("acceleration", summary.get("accel")),
              ("commit", summary["commit"]), ("command", tag("code", summary["command"])),
              ("seed", summary["seed"]), ("started", summary.get("started")),
              ("results", str(run.directory))]
    items += [(f"host's {name}", value) for name, value in host.items()]
    return [tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in items if value]),
            _phases(summary["phases"])]


def _phases(phases):
    total = sum(phases.values())
    if not total:
        return None
    return [tag("div", [tag("i", tag("span", f"{name} {seconds:.1f} s"), class_=f"phase-{index}",
                            style=f"flex-grow:{seconds}", title=f"{name} {seconds:.1f} s")
                        for index, (name, seconds) in enumerate(phases.items()) if seconds],
                class_="bar phases"),
            tag("p", ", ".join(f"{name} {seconds:.1f} s" for name, seconds in phases.items()),
                f"; {total:.1f} s in all", class_="sub")]

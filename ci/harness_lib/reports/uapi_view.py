# SPDX-License-Identifier: GPL-2.0-only
"""The part of a report about linux/vfio.h; harness_lib/uapi/tally.py says what the data mean."""

from .facts import share
from .markup import tag

KINDS = (
    ("ioctl", "ioctls"),
    ("flag", "flags and actions"),
    ("value", "extensions, indexes, operations, features"),
    ("answer", "flags in answers"),
    ("capability", "capabilities in answers"),
)


def seen(constant):
    """Whether any kernel took it."""
    return any(cell and cell["ok"] for cell in constant["kernels"].values())


def refused(constant):
    """Whether it was tried, and refused each time."""
    return not seen(constant) and any(
        cell and cell["refused"] for cell in constant["kernels"].values())


def counts(uapi):
    """[(title, seen, total)] by kind, and how many of the rest only other machines have."""
    for kind, title in KINDS:
        members = [constant for constant in uapi["constants"] if constant["kind"] == kind]
        yield (title, sum(map(seen, members)), len(members),
               sum(1 for constant in members if constant["elsewhere"] and not seen(constant)))


def never(uapi):
    """(those that could have been issued and were not, those that cannot be here)."""
    missing = [constant for constant in uapi["constants"] if not seen(constant)]
    return ([constant for constant in missing if not constant["elsewhere"]],
            [constant for constant in missing if constant["elsewhere"]])


def by_ioctl(constants):
    """{ioctl: (whether it is itself among @constants, names of the others)}."""
    groups = {}
    for constant in constants:
        groups.setdefault(constant["ioctl"], []).append(constant)
    return {ioctl: (any(member["kind"] == "ioctl" for member in members),
                    [member["name"] for member in members if member["kind"] != "ioctl"])
            for ioctl, members in groups.items()}


def section(run):
    """The whole section, or None if nothing was recorded."""
    uapi = run.summary.get("uapi")
    if not uapi:
        return None
    kernels = [kernel for kernel in run.kernels if kernel in uapi["kernels"]]
    could, elsewhere = never(uapi)
    return [tag("p", f"Of the constants of {uapi['header']}'s linux/vfio.h, what programs "
                     "passed to the kernel and what it answered, as seen at the kernel's entry "
                     "points. Refused ones do not count."),
            [tag("p", note, class_="note") for note in uapi["notes"]],
            tag("table", tag("tbody", [
                tag("tr", tag("th", title, scope="row"), tag("td", share(hit, total)),
                    tag("td", f"{absent} only elsewhere" if absent else "", class_="sub"))
                for title, hit, total, absent in counts(uapi)]), class_="plain"),
            _missing("Never issued", could), _elsewhere(elsewhere),
            _all(uapi, kernels)]


def _missing(title, constants):
    if not constants:
        return None
    tried = [constant["name"] for constant in constants if refused(constant)]
    return [tag("h3", f"{title}: {len(constants)}"), _list(constants),
            tag("p", "Tried, and refused each time: ", ", ".join(tried), class_="sub")
            if tried else None]


def _list(constants):
    return tag("ul", [tag("li", None if itself else "in ", tag("code", ioctl),
                          tag("ul", [tag("li", tag("code", name)) for name in names])
                          if names else None)
                      for ioctl, (itself, names) in by_ioctl(constants).items()], class_="names")


def _elsewhere(constants):
    reasons = {}
    for constant in constants:
        reasons.setdefault(constant["elsewhere"], []).append(constant)
    if not reasons:
        return None
    return tag("details", tag("summary", f"Only elsewhere: {len(constants)}"),
               [[tag("p", reason), _list(members)] for reason, members in reasons.items()])


def _all(uapi, kernels):
    groups = {}
    for constant in uapi["constants"]:
        groups.setdefault(constant["ioctl"], []).append(constant)
    body = []
    for ioctl, members in groups.items():
        body += [tag("tr", tag("th", tag("code", member["name"]), scope="row",
                               class_="ioctl" if member["kind"] == "ioctl" else "member"),
                     [_cell(member["kernels"].get(kernel)) for kernel in kernels])
                 for member in members]
    return tag("details", tag("summary", f"All {len(uapi['constants'])} constants, "
                                         "by ioctl and kernel"),
               tag("table", tag("thead", tag("tr", tag("th", "constant", scope="col"),
                                             [tag("th", kernel, scope="col")
                                              for kernel in kernels])),
                   tag("tbody", body), class_="plain constants"))


def _cell(cell):
    """What one kernel did with a constant."""
    if cell is None:
        return tag("td", "not in its header", class_="none")
    if cell["ok"]:
        return tag("td", f"{cell['tests']} tests", class_="r-pass")
    if cell["refused"]:
        return tag("td", "refused", class_="r-skip")
    return tag("td", "–", class_="none")

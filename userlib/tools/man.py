#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make a library's manual pages from the kernel-doc comments of its public headers.

Usage: man.py LIBRARY VERSION DIRECTORY. LIBRARY is uvfio or mockvfio. Writes
man3/NAME.3 for each function, structure, enumeration and function type, those of one
name on one page, and man7/LIBRARY.7, the overview.
"""

import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import headers

# Of the interface, not of the day it is built: equal sources, equal pages.
DATE = "2026-11-22"


@dataclass
class Manual:
    """What the pages of a library say that no comment does."""

    name: str  # of the headers' directory
    headers: Path
    library: str  # what it is
    title: str  # of the overview
    description: str
    version: str = ""

    def overview(self):
        return (f".SH DESCRIPTION\n.B lib{self.name}\n{self.description}A program includes\n"
                f".I <{self.name}/{self.name}.h>\nand links with the flags that\n"
                f".B pkg-config --cflags --libs {self.name}\nprints.\n")


MANUALS = {manual.name: manual for manual in (
    Manual("uvfio", headers.HEADERS, "The common VFIO layer",
           "user space access to devices through VFIO", """\
is the layer between a virtual machine monitor's memory model and
.IR /dev/vfio :
groups, containers, devices, regions, interrupts and DMA mappings, with the
work-arounds that kernels have made necessary.
"""),
    Manual("mockvfio", headers.USERLIB / "mockvfio" / "include" / "mockvfio",
           "Configuration of mock_vfio's devices",
           "fake VFIO devices with faults on demand", """\
configures the mock_vfio kernel module:
profiles and instances of fake devices, fault rules, scenarios,
and the log of what programs did to the devices.
"""),
)}


def escape(text):
    """Plain text as roff: nothing in it is a request or an escape."""
    return guard(text.replace("\\", "\\e").replace("-", "\\-"))


def guard(text):
    """No line starts with what would make it a request."""
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line
                     for line in text.splitlines())


def rich(text):
    """A sentence a line; functions, parameters and constants in their fonts."""
    text = escape(re.sub(r"(?<=[.;:]) (?=[A-Z])", "\n", text))
    text = re.sub(r"\b((?:mock|u)vfio_\w+)\(\)", r"\\fB\1\\fP(3)", text)
    text = re.sub(r"(?<!\w)@(\w+)", r"\\fI\1\\fP", text)
    text = re.sub(r"\b((?:VFIO|UVFIO|MOCKVFIO|PROT|MAP)_[A-Z0-9_]+\w*)\b", r"\\fB\1\\fP", text)
    return guard("\n".join(fill(line) for line in text.splitlines()))


def fill(line):
    return textwrap.fill(line, 78, break_long_words=False, break_on_hyphens=False)


def paragraphs(parts):
    """Paragraphs; those that start with a dash are a list."""
    return "".join(f".IP \\(bu 2\n{rich(part[2:])}\n" if part.startswith("- ")
                   else f".PP\n{rich(part)}\n" for part in parts)


def section(title, body):
    """A section, whose first paragraph needs no mark; nothing when it is empty."""
    body = body.removeprefix(".PP\n")
    return f".SH {title}\n{body}" if body else ""


def example(code):
    """Code as it is written in the header; tabs would depend on the terminal."""
    return f".EX\n{escape(code.expandtabs(8))}\n.EE\n"


def see_also(items, header, known, manual):
    """The structures it deals with, its neighbours in the header, and the overview."""
    used = sorted({name for item in items for name in
                   re.findall(r"\b(?:struct|enum) (\w*vfio_\w+)", item.declaration)})
    around = [other.name for other in header.items]
    names = [name for name in dict.fromkeys(used + around)
             if name != items[0].name and name in known]
    return "".join(f".BR {name} (3),\n" for name in names) + f".BR {manual.name} (7)\n"


def heading(name, number, manual):
    return (f".TH {name.upper()} {number} {DATE} \"lib{manual.name} {manual.version}\" "
            f"\"lib{manual.name} manual\"\n"
            ".\\\" Made from the comments of the headers by tools/man.py.\n")


def description(items):
    text = "".join(f".TP\n.I {name}\n{rich(text)}\n" for item in items
                   for name, text in item.members)
    text += paragraphs([part for item in items for part in item.text])
    summary = items[0].summary
    return text or paragraphs([summary[0].upper() + summary[1:] + "."])


def name_page(items, header, known, manual):
    """The page of one name: a structure and a function may share it."""
    name = items[0].name
    summary = "; ".join(item.summary for item in items)
    synopsis = (f".nf\n.B #include <{manual.name}/{header.name}>\n.fi\n.PP\n"
                + example("\n\n".join(item.declaration for item in items)))
    return (heading(name, 3, manual)
            + section("NAME", fill(f"{name} \\- {escape(summary)}") + "\n")
            + section("LIBRARY", f"{manual.library} (lib{manual.name}, \\-l{manual.name})\n")
            + section("SYNOPSIS", synopsis)
            + section("DESCRIPTION", description(items))
            + section("RETURN VALUE", paragraphs([part for item in items
                                                  for part in item.returns]))
            + section("SEE ALSO", see_also(items, header, known, manual)))


def overview_page(umbrella, others, manual):
    text = (heading(manual.name, 7, manual)
            + section("NAME", f"{manual.name} \\- {manual.title}\n")
            + section("SYNOPSIS",
                      f".nf\n.B #include <{manual.name}/{umbrella.name}>\n.fi\n")
            + manual.overview()
            + section("CONVENTIONS", paragraphs(umbrella.text[1:])))
    body = ""
    for header in [*others, umbrella]:
        if header.items:
            body += f".SS <{manual.name}/{header.name}>\n"
            if header is not umbrella:
                body += paragraphs(header.text).removeprefix(".PP\n")
            body += "".join(f".TP\n.BR {item.name} (3)\n{rich(item.summary)}\n"
                            for item in header.items)
            body += "".join(f".TP\n.B {name}\n{rich(text)}\n"
                            for name, text in header.constants)
    return text + section("CALLS", body)


def main():
    name, version, target = sys.argv[1:]
    manual = MANUALS[name]
    manual.version = version
    umbrella, *others = headers.load(manual.headers)
    names = {}
    for header in [umbrella, *others]:
        for item in header.items:
            names.setdefault(item.name, (header, []))[1].append(item)
    pages = {f"man3/{name}.3": name_page(items, header, names, manual)
             for name, (header, items) in names.items()}
    pages[f"man7/{manual.name}.7"] = overview_page(umbrella, others, manual)
    for name, text in pages.items():
        path = Path(target) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the manual pages from the kernel-doc comments of the public headers.

Usage: man.py DIRECTORY. Writes man3/NAME.3 for each function, structure,
enumeration and function type, and man7/uvfio.7, the overview.
"""

import re
import sys
import textwrap
from pathlib import Path

import headers

# Of the interface, not of the day it is built: equal sources, equal pages.
DATE = "2026-11-22"
OVERVIEW = """\
.SH DESCRIPTION
.B libuvfio
is the layer between a virtual machine monitor's memory model and
.IR /dev/vfio :
groups, containers, devices, regions, interrupts and DMA mappings, with the
work-arounds that kernels have made necessary.
A program includes
.I <uvfio/uvfio.h>
and links with the flags that
.B pkg-config --cflags --libs uvfio
prints.
"""


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
    text = re.sub(r"\b(uvfio_\w+)\(\)", r"\\fB\1\\fP(3)", text)
    text = re.sub(r"(?<!\w)@(\w+)", r"\\fI\1\\fP", text)
    text = re.sub(r"\b((?:VFIO|UVFIO|PROT|MAP)_[A-Z0-9_]+\w*)\b", r"\\fB\1\\fP", text)
    return guard("\n".join(textwrap.fill(line, 78, break_long_words=False,
                                         break_on_hyphens=False)
                           for line in text.splitlines()))


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


def see_also(item, header, known):
    """The structures it deals with, its neighbours in the header, and the overview."""
    used = sorted(set(re.findall(r"\b(?:struct|enum) (uvfio_\w+)", item.declaration)))
    around = [other.name for other in header.items]
    names = [name for name in dict.fromkeys(used + around)
             if name != item.name and name in known]
    return "".join(f".BR {name} (3),\n" for name in names) + ".BR uvfio (7)\n"


def heading(name, number):
    release = f"libuvfio {headers.version()}"
    return (f".TH {name.upper()} {number} {DATE} \"{release}\" \"libuvfio manual\"\n"
            ".\\\" Made from the comments of the headers by tools/man.py.\n")


def item_page(item, header, known):
    members = "".join(f".TP\n.I {name}\n{rich(text)}\n" for name, text in item.members)
    synopsis = (f".nf\n.B #include <uvfio/{item.header}>\n.fi\n.PP\n"
                + example(item.declaration))
    return (heading(item.name, 3)
            + section("NAME", f"{item.name} \\- {escape(item.summary)}\n")
            + section("LIBRARY", "The common VFIO layer (libuvfio, \\-luvfio)\n")
            + section("SYNOPSIS", synopsis)
            + section("DESCRIPTION", members + paragraphs(item.text) or
                      paragraphs([item.summary[0].upper() + item.summary[1:] + "."]))
            + section("RETURN VALUE", paragraphs(item.returns))
            + section("SEE ALSO", see_also(item, header, known)))


def overview_page(umbrella, others):
    text = (heading("uvfio", 7)
            + section("NAME", "uvfio \\- user space access to devices through VFIO\n")
            + section("SYNOPSIS", ".nf\n.B #include <uvfio/uvfio.h>\n.fi\n")
            + OVERVIEW
            + section("CONVENTIONS", paragraphs(umbrella.text[1:])))
    body = ""
    for header in others:
        if header.items:
            body += f".SS <uvfio/{header.name}>\n" + paragraphs(header.text).removeprefix(".PP\n")
            body += "".join(f".TP\n.BR {item.name} (3)\n{rich(item.summary)}\n"
                            for item in header.items)
    return text + section("CALLS", body)


def main():
    target = Path(sys.argv[1])
    umbrella, *others = headers.load()
    known = {item.name for header in others for item in header.items}
    pages = {f"man3/{item.name}.3": item_page(item, header, known)
             for header in others for item in header.items}
    pages["man7/uvfio.7"] = overview_page(umbrella, others)
    for name, text in pages.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""What public headers declare, and what their kernel-doc comments say.

Reads a directory of headers as they are written, libuvfio's or libmockvfio's: a
comment that starts with two stars, and right behind it what it is about. Man pages
and the Python binding are made from this.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

USERLIB = Path(__file__).resolve().parents[1]
HEADERS = USERLIB / "include" / "uvfio"

DOCUMENTED = re.compile(r"/\*\*(.*?)\*/\s*\n([^;{]*(?:\{[^}]*\})?[^;]*;)", re.S)
TITLE = re.compile(r"(?:(struct|enum|typedef) )?(\w+)(?:\(\))? - (.*)", re.S)
PARAMETER = re.compile(r"@(\w+): (.*)", re.S)
FUNCTION = re.compile(r"(.*?)\b(\w+)\((.*)\)$", re.S)
CONSTANT = re.compile(r"/\*\* define (\w+) - (.*?) \*/\n", re.S)


@dataclass
class Item:
    """A public function, structure, enumeration or function type."""

    kind: str
    name: str
    summary: str
    header: str
    declaration: str
    members: list = field(default_factory=list)  # (name, text): @name: text
    text: list = field(default_factory=list)  # paragraphs
    returns: list = field(default_factory=list)  # paragraphs, from "Return:" on

    @property
    def opaque(self):
        return self.kind == "struct" and "{" not in self.declaration

    def prototype(self):
        """A function's (result type, [(type, name)])."""
        declaration = self.declaration.removeprefix("inline ").rstrip(";").strip()
        result, _, args = FUNCTION.match(declaration).groups()
        return one_line(result), [split_name(arg) for arg in args.split(",")
                                  if arg.strip() != "void"]

    def fields(self):
        """A structure's [(type, name)]; a function pointer's type is "(*)"."""
        body = self.declaration[self.declaration.index("{") + 1:self.declaration.rindex("}")]
        body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
        members = [one_line(member) for member in body.split(";") if member.strip()]
        return [split_name(name) for member in members for name in declarators(member)]


@dataclass
class Header:
    """A header, with the comment at its head."""

    name: str
    text: list
    items: list
    constants: list  # (name, text)


def one_line(text):
    return " ".join(text.split())


def split_name(declaration):
    """`const char *path[4]` is (`const char *[4]`, `path`)."""
    declaration = one_line(declaration)
    pointer = re.match(r".*\(\*(\w+)\)\(", declaration)
    if pointer:
        return "(*)", pointer.group(1)
    before, name, array = re.match(r"(.*?)(\w+)((?:\[\w+\])?)$", declaration).groups()
    return before.strip() + array, name


def declarators(member):
    """`int a, b` is `int a` and `int b`; a function pointer stands alone."""
    if "(*" in member:
        return [member]
    first, *others = member.split(",")
    kind = split_name(first)[0]
    return [first] + [f"{kind} {name}" for name in others]


def paragraphs(comment):
    """The comment's text without stars, by paragraph; a list's entries stand apart."""
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.strip().splitlines()]
    text = re.sub(r"\n(?=(?:- |@\w+: ))", "\n\n", "\n".join(lines))
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def parse_item(header, comment, declaration):
    title, *rest = paragraphs(comment)
    kind, name, summary = TITLE.match(title).groups()
    item = Item(kind or "function", name, one_line(summary), header, declaration.strip())
    for part in rest:
        parameter = PARAMETER.match(part)
        sentence = re.match(r"(.*?\.\s+)?Return: (.*)", part, re.S)
        if parameter:
            item.members.append((parameter.group(1), one_line(parameter.group(2))))
        elif item.returns:
            item.returns.append(one_line(part))
        elif sentence:
            if sentence.group(1):
                item.text.append(one_line(sentence.group(1)))
            item.returns.append(one_line(sentence.group(2)))
        else:
            item.text.append(one_line(part))
    return item


def parse(path):
    source = path.read_text()
    head = re.search(r"/\*([^*].*?)\*/", source[source.index("*/") + 2:], re.S)
    items = [parse_item(path.name, comment, declaration)
             for comment, declaration in DOCUMENTED.findall(
                 re.sub(r"^#.*\n", "", CONSTANT.sub("", source), flags=re.M))]
    constants = [(name, one_line(text)) for name, text in CONSTANT.findall(source)]
    return Header(path.name, [one_line(part) for part in paragraphs(head.group(1))], items,
                  constants)


def load(directory=HEADERS):
    """All headers, the umbrella first, the others in the order it includes them.

    The umbrella is the one that is called as its directory.
    """
    umbrella = directory / f"{directory.name}.h"
    names = re.findall(rf"^#include <{directory.name}/(\w+\.h)>", umbrella.read_text(), re.M)
    return [parse(umbrella)] + [parse(directory / name) for name in names]


def version():
    """major.minor.patch"""
    return ".".join(re.findall(r"UVFIO_VERSION_\w+\s+(\d+)", (HEADERS / "version.h").read_text()))

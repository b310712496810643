# SPDX-License-Identifier: GPL-2.0-only
"""Names and numbers of the constants in a linux/vfio.h.

Knows as much C as such headers use: object-like macros and enums whose values
are integers, other constants, shifts, or and minus, and _IO(type, number).
"""

import ast
import operator
import re

COMMENT = re.compile(r"/\*.*?\*/", re.S)
MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+((?:[^\n\\]|\\\n)+)", re.M)
ENUM = re.compile(r"\benum\b\s*\w*\s*\{([^}]*)\}")
IO = re.compile(r"^_IO\s*\((.*),(.*)\)$", re.S)

OPERATORS = {
    ast.LShift: operator.lshift, ast.BitOr: operator.or_, ast.Add: operator.add,
    ast.Sub: operator.sub,
}


def constants(text):
    """{name: number} of all constants in the header @text that are numbers, in its order."""
    text = COMMENT.sub("", text)
    found = {}
    for match in sorted([*MACRO.finditer(text), *ENUM.finditer(text)],
                        key=lambda match: match.start()):
        if match.re is MACRO:
            name, expression = match.groups()
            value = _value(expression.replace("\\\n", " ").strip(), found)
            if value is not None:
                found[name] = value
        else:
            _add_enum(match.group(1), found)
    return found


def _add_enum(body, found):
    value = -1
    for item in filter(None, (part.strip() for part in body.split(","))):
        name, assigned, expression = item.partition("=")
        value = _value(expression.strip(), found) if assigned else value + 1
        found[name.strip()] = value


def _value(expression, known):
    """The number that @expression is, None if it is none."""
    ioctl = IO.match(expression)
    if ioctl:
        kind, number = (_value(part.strip(), known) for part in ioctl.groups())
        return kind << 8 | number
    character = re.fullmatch(r"\(?'(.)'\)?", expression)
    if character:
        return ord(character.group(1))
    try:
        return _evaluate(ast.parse(expression.strip(), mode="eval").body, known)
    except (SyntaxError, KeyError):
        return None


def _evaluate(node, known):
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_evaluate(node.left, known), _evaluate(node.right, known))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, known)
    raise KeyError(ast.dump(node))


def of_kernel(kernel):
    """The path of the linux/vfio.h that @kernel's headers have, or None."""
    name = "include/uapi/linux/vfio.h"
    # Debian splits headers: what is the same for all flavours is in -common.
    found = [kernel.headers / name, kernel.headers / "source" / name,
             *sorted(kernel.headers.parent.glob(f"linux-headers-*-common/{name}"))]
    return next((path for path in found if path.exists()), None)

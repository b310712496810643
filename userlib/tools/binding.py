#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the raw half of the Python binding from the public headers.

Usage: binding.py FILE. Writes what ctypes has to know: each structure with
its members, each enumeration's constants, and the prototype of each function.
Handles stay void pointers; python/uvfio/__init__.py makes objects of them.
"""

import re
import sys
from pathlib import Path

import headers

SCALARS = {
    "void": "None", "bool": "ctypes.c_bool", "int": "ctypes.c_int",
    "unsigned int": "ctypes.c_uint", "unsigned long": "ctypes.c_ulong",
    "char": "ctypes.c_char", "size_t": "ctypes.c_size_t", "ssize_t": "ctypes.c_ssize_t",
    **{f"{kind}{bits}_t": f"ctypes.c_{kind}{bits}"
       for kind in ("int", "uint") for bits in (8, 16, 32, 64)},
}

VOIDPP = "ctypes.POINTER(ctypes.c_void_p)"

PREAMBLE = '''\
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The raw interface of libuvfio. Made by tools/binding.py from its headers."""

import ctypes

VERSION = "{version}"
'''


def ctype(declared, structs):
    """The ctypes expression for a C type."""
    base, array = re.match(r"(.*?)(\[\w+\])?$", declared).groups()
    name = " ".join(word for word in base.replace("*", " ").split() if word != "const")
    stars = base.count("*")
    if array:
        return f"{ctype(base, structs)} * {array[1:-1]}"
    if name.startswith("enum "):
        return "ctypes.c_int"
    if stars == 1 and name == "char":
        return "ctypes.c_char_p"
    if name in SCALARS and (stars == 0 or (stars == 1 and name != "void")):
        return f"ctypes.POINTER({SCALARS[name]})" if stars else SCALARS[name]
    if name.removeprefix("struct ") in structs:
        inner = name.removeprefix("struct ")
        return inner if not stars else f"ctypes.POINTER({inner})" if stars == 1 else VOIDPP
    return VOIDPP if stars == 2 else "ctypes.c_void_p"


def function_type(item):
    """A hook's type, with the interpreter's lock taken when it is called."""
    result, args = re.match(r"typedef (.*?)\(\*\w+\)\((.*)\);$", item.declaration, re.S).groups()
    args = [headers.split_name(arg)[0] for arg in args.split(",")]
    return (f"\n{item.name} = ctypes.CFUNCTYPE("
            f"{', '.join(ctype(kind, ()) for kind in [result.strip(), *args])})\n")


def structure(item, structs):
    members = "".join(f"        (\"{name}\", {ctype(kind, structs)}),\n"
                      for kind, name in item.fields())
    return f"\n\nclass {item.name}(ctypes.Structure):\n    _fields_ = [\n{members}    ]\n"


def constants(item):
    body = item.declaration[item.declaration.index("{"):]
    text, value = "\n", -1
    for name, explicit in re.findall(r"\b(UVFIO_\w+)\b(?:\s*=\s*(\w+))?", body):
        value = int(explicit, 0) if explicit else value + 1
        text += f"{name} = {value}\n"
    return text


def prototype(item, structs, hooks):
    def kind_of(declared):
        return declared if declared in hooks else ctype(declared, structs)

    result, args = item.prototype()
    kinds = "".join(f"\n        {kind_of(kind)}," for kind, _ in args)
    return f"    \"{item.name}\": ({kind_of(result)}, [{kinds}\n    ]),\n"


def main():
    items = [item for header in headers.load() for item in header.items]
    plain = [item for item in items if item.kind == "struct" and not item.opaque]
    structs = [item.name for item in plain]
    hooks = [item.name for item in items if item.kind == "typedef"]
    text = PREAMBLE.format(version=headers.version())
    text += "".join(constants(item) for item in items if item.kind == "enum")
    text += "".join(function_type(item) for item in items if item.kind == "typedef")
    text += "".join(structure(item, structs) for item in plain)
    text += "\n\n# name: (result, arguments)\nPROTOTYPES = {\n"
    text += "".join(prototype(item, structs, hooks) for item in items if item.kind == "function")
    Path(sys.argv[1]).write_text(text + "}\n")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only
"""HTML from Python: everything is escaped that was not made here."""

import html


class Markup(str):
    """Text that is HTML already."""


def escape(thing):
    """@thing as HTML: Markup stays, None is nothing, lists are joined, all else is text."""
    if isinstance(thing, Markup):
        return thing
    if thing is None:
        return Markup("")
    if isinstance(thing, (list, tuple)) or hasattr(thing, "__next__"):
        return Markup("".join(map(escape, thing)))
    return Markup(html.escape(str(thing)))


def tag(name, /, *children, **attributes):
    """One element. `class_` is class, `data_x` data-x; None leaves an attribute out, True
    gives it no value."""
    text = "".join(
        f" {key.rstrip('_').replace('_', '-')}" +
        ("" if value is True else f'="{html.escape(str(value))}"')
        for key, value in attributes.items() if value is not None and value is not False)
    if name in ("col", "input", "meta"):
        return Markup(f"<{name}{text}>")
    return Markup(f"<{name}{text}>{escape(children)}</{name}>")

# SPDX-License-Identifier: LGPL-2.1-or-later
"""An edit of a file that means one place, and no other by accident."""


def exact_edit(path, find, replace):
    """Put @replace where @find is; a ValueError says what is wrong when it is not there once."""
    text = path.read_text()
    found = text.count(find)
    if found != 1:
        raise ValueError(f"{path.name} has {found} times, not once: {find}")
    if find == replace:
        raise ValueError(f"{path.name}: nothing would change: {find}")
    path.write_text(text.replace(find, replace))

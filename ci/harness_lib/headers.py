# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kernel headers name themselves, and their common part, by absolute paths."""

import re


def relocate(makefile, sources, output):
    """The text of their Makefile for headers whose /usr/src is @sources, and that are @output."""
    text = re.sub(r"^include /usr/src/", f"include {sources}/", makefile, flags=re.M)
    return re.sub(r"^KBUILD_OUTPUT *=.*", f"KBUILD_OUTPUT := {output}", text, flags=re.M)

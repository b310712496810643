# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx: `make docs`."""

project = "mock_vfio"
copyright = "the mock_vfio authors"
root_doc = "index"
exclude_patterns = []
html_theme = "alabaster"
html_theme_options = {"description": "A regression harness for VFIO"}
highlight_language = "none"
# A page that cannot say which language a block is in leaves it as it is.
html_copy_source = False

# SPDX-License-Identifier: GPL-2.0-only
"""Runs as people read them: text, an HTML page, and the comparison of two."""

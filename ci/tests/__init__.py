# SPDX-License-Identifier: GPL-2.0-only
"""The harness's own tests: `python3 -m unittest discover -s ci/tests -t ci`."""

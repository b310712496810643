# SPDX-License-Identifier: GPL-2.0-only
"""The regression harness: builds, boots, runs, judges, reports. See ci/harness."""

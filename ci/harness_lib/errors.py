# SPDX-License-Identifier: GPL-2.0-only
"""Exit codes, and the one exception that ends the harness with a message."""

import enum


class Exit(enum.IntEnum):
    """What the harness's exit status means; the numbers are an interface."""

    PASS = 0
    FAIL = 1
    INFRA = 2
    SPLAT = 3
    EMPTY = 4


class HarnessError(Exception):
    """Something the user can act on: says what is wrong and, where known, what to do."""

    def __init__(self, message, code=Exit.INFRA):
        super().__init__(message)
        self.code = code

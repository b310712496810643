# SPDX-License-Identifier: GPL-2.0-only
"""Which of linux/vfio.h a run used.

header.py     what exists: names and numbers, out of the header
table.py      what each of them means: ci/uapi/table.toml
recorder.py   has the guest's kernel count what passes its entry points
tally.py      turns these counts into the part "uapi" of summary.json
"""

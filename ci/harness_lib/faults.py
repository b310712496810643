# SPDX-License-Identifier: GPL-2.0-only
"""Which of mock_vfio's faults fired in which test: the module counts, init reports."""

LABEL = "fired"
FILE = "/sys/kernel/debug/mock_vfio/fired"


def fired(seen):
    """{index of a test: {site: times}} from the lines that init saw (protocol.Seen).

    The counters only grow; a test's share is what came since the line was last sent.
    """
    tests, before = {}, {}
    for line in seen:
        if line.label != LABEL:
            continue
        site, count = line.text.split()
        times = int(count) - before.get(site, 0)
        before[site] = int(count)
        if times:
            tests.setdefault(line.index, {})[site] = times
    return tests

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write a corpus to start from: what is kept, and for the answers some seeds.

Usage: make_corpus.py TARGET DIRECTORY. Seeds are answers of a sane kernel, and of
some mad ones, as fuzz_answers.c takes them from its input: a verdict byte a call
(0 = success), then what the call answers.
"""

import struct
import sys
from pathlib import Path

import kept

OK = b"\0"


def info(data):
    """An INFO structure of whole words, announced by their number."""
    data += bytes(-len(data) % 4)
    return OK + bytes([len(data) // 4]) + data


def grown(data):
    """Asked twice: the kernel first says how much room it needs."""
    return info(struct.pack("=I", len(data))) + info(data)


def cap(ident, following, payload):
    return struct.pack("=HHI", ident, 1, following) + payload


def iommu(caps=b"", first=24):
    data = struct.pack("=IIQII", 24 + len(caps), 1 | (2 if caps else 0), 0x40201000,
                       first if caps else 0, 0) + caps
    return grown(data) if caps else info(data)


def ranges(*pairs, count=None):
    number = len(pairs) if count is None else count
    return cap(1, 0, struct.pack("=II", number, 0) +
               b"".join(struct.pack("=QQ", *pair) for pair in pairs))


def device(flags=3, regions=3, irqs=5):
    return info(struct.pack("=IIIII", 20, flags, regions, irqs, 0))


def region(index, size, caps=b"", first=32, flags=7):
    data = struct.pack("=IIIIQQ", 32 + len(caps), flags | (8 if caps else 0), index,
                       first if caps else 0, size, index << 40) + caps
    return grown(data) if caps else info(data)


def sparse(*areas, following=0, count=None):
    number = len(areas) if count is None else count
    return cap(1, following, struct.pack("=II", number, 0) +
               b"".join(struct.pack("=QQ", *area) for area in areas))


TYPE1, SPAPR, KVM = 0, 1, 2     # the first byte: which machine
# Group, status; container, version, the type's extension, joining, setting the type.
OPEN = OK * 4 + OK * 2 + OK * 2
MAP = OK * 2
# One exact unmap; one of a range at the end of the address space, and its retry.
UNMAPS = OK + struct.pack("=QB", 0x1000, 0) + (OK + bytes(9)) * 2
DIRTY = OK * 2 + OK + bytes([0x55]) * 16 + OK + OK + struct.pack("=QB", 0x1000, 0) + OK * 2
# A translation of the section is mapped, and unmapped with it.
SECTION = MAP + OK + struct.pack("=QB", 0x1000, 0)


def eeh(state):
    return OK + struct.pack("=I", state)


def session(iommu_info, *regions):
    """Everything up to the regions; the rest of the calls read zeroes."""
    return (bytes([TYPE1]) + OPEN + iommu_info + iommu_info + MAP + UNMAPS + iommu_info +
            DIRTY + SECTION + eeh(0) + OK + device() + b"".join(regions))


def spapr_info(pgsizes=0x1011000, levels=5, size=2**30):
    return info(struct.pack("=IIIIQII", 32, 1, 0, size, pgsizes, 2, levels))


def spapr(answer, start=0, state=0, machine=SPAPR):
    """A container of version 2, with memory registered and a window opened."""
    create = OK + struct.pack("=Q", start)
    return (bytes([machine]) + OPEN + answer + OK + OK + MAP + UNMAPS + OK + create + MAP +
            OK + struct.pack("=QB", 0x1000, 0) + OK * 2 + eeh(state) + OK + device() +
            region(0, 0x1000))


SEEDS = {
    "plain": session(iommu(), region(0, 0x1000)),
    "ranges": session(iommu(ranges((0, 0xfedfffff), (0xfef00000, 2**48 - 1))),
                      region(0, 0x1000)),
    "sparse": session(iommu(), region(0, 0x20000, sparse((0x1000, 0x1000), (0, 0)))),
    "typed": session(iommu(), region(0, 0x1000, cap(2, 0, struct.pack("=II", 1, 2)))),
    "many-areas": session(iommu(), region(0, 0x1000, sparse((0, 0x10), count=2**32 - 1))),
    "loop": session(iommu(), region(0, 0x1000, cap(9, 32, bytes(8)))),
    "far-area": session(iommu(), region(0, 0x1000, sparse((2**64 - 0x1000, 0x2000)))),
    "backward-range": session(iommu(ranges((5, 4))), region(0, 0x1000)),
    "many-ranges": session(iommu(ranges((0, 1), count=2**28)), region(0, 0x1000)),
    "cap-offset-4": session(iommu(), region(0, 0x1000, cap(1, 0, bytes(8)), first=4)),
    "huge-argsz": session(iommu(), info(struct.pack("=I", 2**32 - 1))),
    "tiny-argsz": session(iommu(), info(struct.pack("=I", 4))),
    "spapr": spapr(spapr_info()),
    "spapr-levels": spapr(spapr_info(levels=2**32 - 1)),
    "spapr-no-pages": spapr(spapr_info(pgsizes=0)),
    "spapr-wrong-start": spapr(spapr_info(), start=2**59),
    "spapr-window-of-no-size": spapr(spapr_info(size=0)),
    "eeh-unavailable": spapr(spapr_info(), state=5),
    "eeh-unknown-state": spapr(spapr_info(), state=2**31 - 1),
    "kvm": spapr(spapr_info(), machine=SPAPR | KVM),
}


def main():
    target, directory = sys.argv[1], Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    for number, (_, data) in enumerate(kept.load(target)):
        (directory / f"kept-{number}").write_bytes(data)
    if target == "answers":
        for name, data in SEEDS.items():
            (directory / name).write_bytes(data)


if __name__ == "__main__":
    main()

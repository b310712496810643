#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The function map, compared with the reference, the headers and the tests. Prints TAP.

Usage: check_map.py, in userlib/.
"""

import re
import sys
from pathlib import Path

MAP = Path("../Documentation/function-map.rst")
HEADERS = sorted(Path("include/uvfio").glob("*.h"))
SELFTESTS = Path("../selftests")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
CELL = r"- ((?:.*\n(?:       .*\n)*))"
ROW = re.compile(rf"^   \* - (.*)\n     {CELL}     {CELL}", re.M)

SWEEPS = [Path(f"tests/test_{name}.c") for name in ("sweep", "lives", "sweep_spapr")]

# Neither a system call nor an allocation in it.
QUIET = {"uvfio_host_win_lookup"}

# What QEMU 4.0/4.1 has in hw/vfio/common.c and hw/vfio/spapr.c, static or not.
REFERENCE = {
    "A. Interrupts":
        "vfio_disable_irqindex vfio_mask_single_irqindex vfio_unmask_single_irqindex "
        "vfio_set_irq_signaling",
    "B. Region access":
        "vfio_region_read vfio_region_write",
    "C. DMA map and unmap":
        "vfio_dma_map vfio_dma_unmap",
    "D. Host DMA windows":
        "vfio_host_win_add vfio_host_win_del",
    "E. Memory listener":
        "vfio_listener_skipped_section vfio_listener_region_add vfio_listener_region_del "
        "vfio_get_vaddr vfio_iommu_map_notify vfio_listener_release",
    "F. Region objects":
        "vfio_get_region_info_cap vfio_has_region_cap vfio_setup_region_sparse_mmaps "
        "vfio_region_setup vfio_region_mmap vfio_region_exit vfio_region_finalize "
        "vfio_region_mmaps_set_enabled",
    "G. Reset":
        "vfio_reset_handler",
    "H. KVM pseudo device":
        "vfio_kvm_device_add_group vfio_kvm_device_del_group",
    "I. Address spaces, containers, groups, devices":
        "vfio_get_address_space vfio_put_address_space vfio_get_iommu_type "
        "vfio_init_container vfio_connect_container vfio_disconnect_container "
        "vfio_get_group vfio_put_group vfio_get_device vfio_put_base_device "
        "vfio_get_region_info vfio_get_dev_region_info",
    "J. sPAPR and EEH":
        "vfio_prereg_listener_region_add vfio_prereg_listener_region_del "
        "vfio_spapr_create_window vfio_spapr_remove_window vfio_eeh_container_ok "
        "vfio_eeh_container_op vfio_eeh_as_container vfio_eeh_as_ok vfio_eeh_as_op",
    "K. Balloon":
        "qemu_balloon_inhibit",
}


def chapters():
    """Each chapter's title and its rows: reference, ours, tests."""
    text = MAP.read_text()
    titles = list(re.finditer(r"^(.+)\n=+\n", text, re.M))
    ends = [title.start() for title in titles[1:]] + [len(text)]
    for title, end in zip(titles, ends):
        yield title[1], [row.groups() for row in ROW.finditer(text, title.end(), end)]


def rows():
    """All rows but the headings."""
    return [row for _, table in chapters() for row in table if row[0] != "reference"]


def code():
    """The headers without their comments."""
    return "".join(COMMENT.sub("", path.read_text()) for path in HEADERS)


def declared():
    """Functions the headers declare."""
    return set(re.findall(r"\b(uvfio_\w+)\(", code()))


def failing():
    """Those that have an error to fill in."""
    return set(re.findall(r"\b(uvfio_\w+)\([^;]*struct uvfio_error \*err\);", code()))


def difference(have, want):
    """What is wrong about a set of names, or nothing."""
    return ([f"{name}: there is no such" for name in sorted(have - want)] +
            [f"{name}: missing" for name in sorted(want - have)])


def reference():
    """Functions of the reference that are not in the map, or not where they belong."""
    tables = dict(chapters())
    problems = []
    for title, names in REFERENCE.items():
        have = [name for row in tables.get(title, []) if row[0] != "reference"
                for name in row[0].split() if not row[0].startswith("*")]
        problems += [f"{title}: {problem}"
                     for problem in difference(set(have), set(names.split()))]
    return problems


def ours():
    """Public functions that are not in the map, and what is there but not public."""
    return difference({name for row in rows()
                       for name in re.findall(r"``(uvfio_\w+)``", row[1])}, declared())


def swept():
    """Functions that can fail, but do not in the sweeps."""
    text = "".join(path.read_text() for path in SWEEPS)
    return [f"{name}: in no sweep" for name in sorted(failing() - QUIET)
            if not re.search(rf"\b{name}\b", text)]


def exists(test):
    """Whether there is such a test, on the host or in the VM."""
    name = test.rpartition(".")[2]
    if "/" in test:
        path = SELFTESTS / f"{test.rpartition('.')[0]}.c"
        pattern = rf"^TEST(_F)?(_\w+)?\((\w+, )?{name}\)"
    else:
        path = Path(f"tests/test_{test.partition('.')[0]}.c")
        pattern = rf"^\t\t\w+\((\w+, )?{name}\),$"
    return path.exists() and re.search(pattern, path.read_text(), re.M)


def tests():
    """Rows without a test, and tests that are not there."""
    problems = []
    for names, _, column in rows():
        if not column.split():
            problems.append(f"{names}: no test")
        problems += [f"{names}: {test}: there is no such test"
                     for test in column.split() if not exists(test)]
    return problems


def main():
    checks = [("every function of the reference is in it", reference),
              ("every public function is in it", ours),
              ("every test it names is there", tests),
              ("every function that can fail is swept", swept)]
    failed = False
    print(f"1..{len(checks)}")
    for number, (name, check) in enumerate(checks, 1):
        problems = check()
        failed |= bool(problems)
        print(f"{'not ' if problems else ''}ok {number} - function map: {name}")
        for problem in problems:
            print(f"# {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

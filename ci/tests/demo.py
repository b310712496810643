# SPDX-License-Identifier: GPL-2.0-only
"""A run made up for tests of its report: four kernels, some hundred tests, every result."""

import json

from harness_lib import results
from harness_lib.protocol import GuestReport
from harness_lib.uapi import table, tally

KERNELS = ("6.1", "6.12", "7.3", "debug")
FILES = [f"{suite}/{name}" for suite, names in {
    "diff": ("type1",), "edge": ("big_region", "last_page", "races"),
    "mock": ("backend", "configfs", "dma_engine", "fault_rules", "fault_sites", "irq_vectors",
             "lifecycle", "map_faults", "mmap", "quirks"),
    "real": ("container", "dma_data", "dma_map", "irqs", "nvme", "regions", "reset")}.items()
    for name in names]
VARIANTS = {"mock_type1": ("mock", "type1"), "mock_backend": ("mock", "backend"),
            "edu": ("edu", "type1")}
TESTS = 363

# One test in so many has this result, on this kernel.
ODD = {"fail": (61, "6.1"), "crash": (97, "7.3"), "timeout": (151, "7.3"),
       "skip": (23, "debug"), "flaky": (83, "6.12"), "xfail": (113, "debug")}
REASON = {"fail": "one.c:93:some_case:Expected 0 (0) == uvfio_dma_map(self->container, IOVA, "
                  "self->size, self->memory, false, NULL) (-22)",
          "crash": "never reported: the guest kernel reset the machine",
          "timeout": "killed after 120 s", "skip": "no vfio-pci device 1b36:0010",
          "flaky": "its VM got ready at the second attempt only",
          "xfail": "7.0 changed the answer"}
CONSOLE = """\
[    3.161192] ci: begin {name}
[    3.180000] ------------[ cut here ]------------
[    3.180100] WARNING: CPU: 1 PID: 93 at drivers/vfio/vfio_main.c:123 vfio_device_put+0x1/0x2
[    3.180200] RIP: 0010:vfio_device_put+0x1/0x2 [vfio]
[    3.180300] ---[ end trace 0000000000000000 ]---
[    3.242845] ci: end {name}
"""


def _test(number, kernel):
    file = FILES[number % len(FILES)]
    variant = list(VARIANTS)[number % len(VARIANTS)]
    result = next((word for word, (every, where) in ODD.items()
                   if kernel == where and number % every == every - 1), "pass")
    device, iommu = VARIANTS[variant]
    name = f"{file}.{file.partition('/')[2]}.{variant}.case_{number}"
    return {"name": name, "kernel": kernel, "result": result, "reason": REASON.get(result, ""),
            "description": "A mapping that overlaps another is refused and both stay as they "
                           "were: <programs> rely on EEXIST & retry.",
            "device": device, "iommu": iommu, "vm": KERNELS.index(kernel) + 1,
            "duration_s": round(0.05 + number % 7 / 10 + (number % 50 == 0), 3),
            **({"faults": {"iommu.map_dma": 1 + number % 3}} if number % 9 == 0 else {})}


def _uapi():
    guest = GuestReport()
    for index, text in enumerate(("{ door: 1, cmd: 15217 }", "{ door: 3, cmd: 15211 }",
                                  "{ door: 1, cmd: 15217, flags: 3 }", "{ cmd: 15205, arg: 3 }")):
        guest.feed(f"@seen index={index} ok {text} hitcount: 4")
    seen = tally.Tally(table.load())
    seen.add_guest(guest, [f"test {number}" for number in range(4)])
    everything = list(table.load().constants)
    return tally.summary(table.load(), dict.fromkeys(KERNELS, seen),
                         dict.fromkeys(KERNELS, everything))


def summary(scale=1):
    """summary.json of the run; with a @scale other than 1 everything took that much longer."""
    tests = [_test(number, kernel) for kernel in KERNELS for number in range(TESTS)]
    for test in tests:
        test["duration_s"] *= scale
    return {
        "schema": results.SCHEMA, "verdict": "splat", "exit_code": 3,
        "problems": ["VM 3: WARNING: CPU: 1 PID: 93 at drivers/vfio/vfio_main.c:123",
                     f"{sum(test['result'] in ODD for test in tests)} tests are odd"],
        "commit": "0123456789abcdef0123456789abcdef01234567", "started": "2026-01-01 12:00:00 UTC",
        "command": "ci/harness run --uapi -k 6.1 -k 6.12 -k 7.3 -k debug", "seed": 1,
        "qemu": "QEMU emulator version 7.2.22", "accel": "tcg",
        "host": {"system": "Debian GNU/Linux 12 (bookworm)", "processors": "2 x Some CPU"},
        "kernels": [{"name": name, "release": f"{name}-amd64", "version": f"{name}.9-1",
                     "state": "tested"} for name in KERNELS],
        "phases": {"set-up": 0.5, "build": 30.0, "boot": 12.0, "tests": 600.0},
        "totals": {}, "tests": tests, "uapi": _uapi(),
        "coverage": [{"part": "mock_vfio", "lines": [2310, 2450], "branches": [1220, 1500]},
                     {"part": "drivers/vfio", "lines": [900, 1310], "branches": [400, 800]}],
    }


def write(directory):
    """The run as a results directory, with the console of a VM that warned."""
    made = summary()
    vm = directory / "vm-3"
    vm.mkdir(parents=True)
    bad = next(test for test in made["tests"] if test["result"] == "crash")
    (vm / "console.log").write_text(CONSOLE.format(name=bad["name"]))
    (directory / "summary.json").write_text(json.dumps(made))
    return directory

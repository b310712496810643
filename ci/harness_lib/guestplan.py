# SPDX-License-Identifier: GPL-2.0-only
"""The initramfs: init, its plan, and what the plan names. ci/guest/plan.c reads it."""

from . import build, cpio, faults, kmod, machine
from .uapi import recorder, table

# Modules the guest always has: both sides of VFIO, and where mock_vfio is configured.
STOCK_MODULES = ("configfs", "vfio_iommu_type1", "mdev")
# What drives the real devices.
DEVICE_MODULES = ("vfio-pci",)
# What a test program needs besides, where the machine can: TCG's CPU is an AMD.
PROGRAM_MODULES = {"real/kvm": ("kvm_amd",)}
AUDITED = "mock_vfio"
# Where gcov's data is, of programs and of the kernel with its modules.
PROGRAMS_GCDA = "gcov"
KERNEL_GCDA = "sys/kernel/debug/gcov"
# igb's virtual functions belong to whoever has the physical one.
PARAMETERS = {"vfio_pci": ("enable_sriov=1",)}


class Image:
    """An initramfs in the making."""

    def __init__(self, init):
        self._archive = cpio.Archive()
        self._plan = []
        self._programs = set()
        for directory in ("dev", "proc", "sys", "tmp", "bin"):
            self._archive.directory(directory)
        self._archive.file("init", init.read_bytes(), 0o755)

    def order(self, *words):
        """Add a line to the plan."""
        self._plan.append(" ".join(str(word) for word in words))

    def directory(self, path):
        """Add an empty directory."""
        self._archive.directory(path)

    def file(self, path, data, mode=0o755):
        """Add a file."""
        self._archive.file(path, data, mode)

    def symlink(self, path, target):
        """Add a symbolic link."""
        self._archive.symlink(path, target)

    def modules(self, kernel, wanted, wishes=()):
        """Have @wanted and what they depend on loaded, in order; @wishes, if possible."""
        needed = dict(kernel.modules.load_order(wanted))
        wishes = [name for name in wishes if kernel.modules.has(name)]
        for name, path in kernel.modules.load_order([*wanted, *wishes]):
            # What came from a package is checked; what was just built is not in a bundle.
            if path.is_relative_to(kernel.files.root):
                kernel.files.verified(path)
            data = kmod.read(build.stripped(path) if path.suffix == ".ko" else path)
            self._archive.file(f"modules/{name}.ko", data)
            self.order("module" if name in needed else "try", f"/modules/{name}.ko",
                       *PARAMETERS.get(name, ()))

    def vfio(self, kernel, *extra_modules, needs=machine.Needs(), wishes=(), instead=()):
        """Have VFIO and @extra_modules loaded, and the real devices given to vfio-pci.

        Files of @instead take the place of the kernel's modules of their names.
        """
        devices = machine.devices(needs) if kernel.devices else ()
        self.modules(kernel, [*instead, *STOCK_MODULES, *(DEVICE_MODULES if devices else ()),
                              *extra_modules], wishes)
        for device in devices:
            self.order("bind", device.pci_id)

    def test(self, test, timeout_s):
        """Have @test run."""
        path = f"/tests/{test.suite}/{test.file}"
        for place, program in {path: test.program, **test.helpers}.items():
            if place not in self._programs:
                self._programs.add(place)
                self._archive.file(place, build.stripped(program).read_bytes(), 0o755)
        self.order("test", int(timeout_s * 1000), test.name, *test.command(path))

    def write(self, path):
        """Write the finished image to @path."""
        self._archive.file("plan", "".join(line + "\n" for line in self._plan).encode())
        path.write_bytes(self._archive.bytes())
        return path


def for_tests(kernel, init, tests, extra_modules, timeout_s, env, record_uapi=False,
              instead=()):
    """An image that runs @tests, with @env in their environment."""
    image = Image(init)
    for name, value in env.items():
        image.order("env", f"{name}={value}")
    programs = {f"{test.suite}/{test.file}" for test in tests}
    image.vfio(kernel, *extra_modules, needs=machine.Needs.of(tests), instead=instead,
               wishes=[name for program, names in PROGRAM_MODULES.items()
                       if program in programs for name in names])
    image.order("audit", AUDITED)
    if kernel.kmemleak:
        image.order("kmemleak")
    image.order("collect", faults.LABEL, faults.FILE)
    if record_uapi:
        for order in recorder.orders(table.load()):
            image.order(*order)
    if kernel.gcov:
        image.directory(PROGRAMS_GCDA)
        image.order("env", f"GCOV_PREFIX=/{PROGRAMS_GCDA}")
        for directory in (PROGRAMS_GCDA, KERNEL_GCDA):
            image.order("gcov", f"/{directory}")
    for test in tests:
        image.test(test, timeout_s)
    return image

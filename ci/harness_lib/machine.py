# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine: what QEMU is told to make.

A q35 with a vIOMMU that remaps interrupts (without that, VFIO refuses real
devices), and the real devices that the tests drive: unless the tests would
rather have neither.
"""

from dataclasses import dataclass

from . import tools

QEMU = "qemu-system-x86_64"


@dataclass(frozen=True)
class Device:
    """A PCI device for vfio-pci: QEMU's arguments, and the ID the guest binds it by."""

    name: str
    pci_id: str
    arguments: tuple


DEVICES = (
    # The default mask is 28 bits; all ones lets edu reach every IOVA.
    Device("edu", "1234:11e8", ("-device", "edu,dma_mask=0xffffffffffffffff")),
    # Alone on a bus below a port that can reset it. A port of a faster link would
    # have the kernel wait for a sign of life that QEMU's does not give. One virtual
    # function, with a queue and an interrupt of its own.
    Device("nvme", "1b36:0010", ("-device", "pcie-root-port,id=below,chassis=1,x-speed=5",
                                 "-drive", "if=none,id=null,driver=null-co,size=64M",
                                 "-device", "nvme-subsys,id=subsystem",
                                 "-device", "nvme,id=nvme,bus=below,serial=mock,subsys=subsystem,"
                                            "sriov_max_vfs=1,sriov_vq_flexible=2,"
                                            "sriov_vi_flexible=1",
                                 "-device", "nvme-ns,bus=nvme,drive=null,nsid=1")),
)

# Made only for tests that ask for them: not every QEMU has them (emulator.py).
EXTRA_DEVICES = (
    # Its virtual functions need a port of their own.
    Device("igb", "8086:10c9", ("-device", "pcie-root-port,id=igb-port",
                                "-netdev", "hubport,id=igb-net,hubid=0",
                                "-device", "igb,bus=igb-port,netdev=igb-net")),
)
BY_NAME = {device.name: device for device in (*DEVICES, *EXTRA_DEVICES)}

MACHINE = (
    "-machine", "q35,kernel-irqchip=split",
    "-smp", "2",
    "-nodefaults",
    "-display", "none",
    # A guest that panics reboots at once (panic=-1): that ends QEMU.
    "-no-reboot",
)

VIOMMU = ("-device", "intel-iommu,intremap=on,caching-mode=on,aw-bits=48")

ACCELERATION = {
    "kvm": ("-accel", "kvm", "-cpu", "host"),
    # Without these features emulation is noticeably faster, and VFIO needs none of them.
    "tcg": ("-accel", "tcg", "-cpu", "max,-la57,-smap,-smep"),
    # Time is the number of instructions: a nanosecond each. For benchmarks.
    "icount": ("-accel", "tcg", "-cpu", "max,-la57,-smap,-smep", "-smp", "1",
               "-icount", "shift=0,sleep=off"),
}

KERNEL_ARGUMENTS = (
    "console=ttyS0",
    # Warnings and worse: a serial console is slow. init raises the level afterwards.
    "loglevel=5",
    "panic=-1",
    # init's markers around each test must not be dropped.
    "printk.devkmsg=on",
    # An NMI is the harness asking a hung guest where it is.
    "unknown_nmi_panic",
    # Boot time: emulated timers calibrate slowly and, on a loaded host, wrongly.
    "tsc=reliable",
    "no_timer_check",
    "mitigations=off",
    "cryptomgr.notests",
    "raid=noautodetect",
    "nokaslr",
)

VIOMMU_ARGUMENTS = ("intel_iommu=on",)

MEMORY = "1G"
# The kernel's own suites map huge pages: VFIO's one of a gigabyte, iommufd's 128 MiB of
# them at once.
LARGE_MEMORY = "4G"
LARGE_ARGUMENTS = ("hugepagesz=2M", "hugepages=72", "hugepagesz=1G", "hugepages=1")


@dataclass(frozen=True)
class Needs:
    """What tests need of their VM."""

    large: bool = False
    # Of EXTRA_DEVICES.
    devices: tuple = ()
    # The vIOMMU and the real devices behind it. iommufd's own mock takes the
    # first IOMMU it finds, so its tests must not find this one.
    real: bool = True

    @classmethod
    def of(cls, tests):
        """What all of @tests need together."""
        needs = [test.needs for test in tests]
        extra = [device.name for device in EXTRA_DEVICES]
        return cls(any(need.large for need in needs),
                   tuple(name for name in extra if any(name in need.devices for need in needs)),
                   any(need.real for need in needs))


def groups(tests):
    """@tests, parted into those that can share a VM."""
    parts = ([test for test in tests if test.needs.real is real] for real in (True, False))
    return [part for part in parts if part]


def devices(needs):
    """The devices of a VM with @needs."""
    return [*DEVICES, *(BY_NAME[name] for name in needs.devices)] if needs.real else []


def command(kernel, initramfs, accel, needs=Needs(), qemu=()):
    """QEMU's command line, but for the serial ports; @qemu are its first words."""
    arguments = [argument for device in devices(needs) for argument in device.arguments]
    return [*(qemu or [tools.require(QEMU)]), *MACHINE, *(VIOMMU if needs.real else ()),
            *ACCELERATION[accel], "-m", LARGE_MEMORY if needs.large else MEMORY, *arguments,
            "-kernel", str(kernel), "-initrd", str(initramfs), "-append",
            " ".join([*KERNEL_ARGUMENTS, *(VIOMMU_ARGUMENTS if needs.real else ()),
                      *(LARGE_ARGUMENTS if needs.large else ())])]


def serial_files(console, channel):
    """Serial ports for a VM that runs without the harness."""
    return ["-chardev", f"{console},id=console", "-serial", "chardev:console",
            "-serial", f"file:{channel}"]


def serial_sockets(console, channel, monitor):
    """Serial ports and monitor on connected sockets, given by descriptor."""
    return ["-chardev", f"socket,id=console,fd={console}", "-serial", "chardev:console",
            "-chardev", f"socket,id=channel,fd={channel}", "-serial", "chardev:channel",
            "-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "monitor,mode=control"]

# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine: what QEMU is told to make.

A q35 with a vIOMMU that remaps interrupts (without that, VFIO refuses real
devices), and the real devices that the tests drive.
"""

from dataclasses import dataclass

from . import tools

QEMU = "qemu-system-x86_64"


@dataclass(frozen=True)
class Device:
    """A PCI device for vfio-pci: QEMU's arguments, and the ID the guest binds it by."""

    pci_id: str
    arguments: tuple


DEVICES = (
    # The default mask is 28 bits; all ones lets edu reach every IOVA.
    Device("1234:11e8", ("-device", "edu,dma_mask=0xffffffffffffffff")),
    Device("1b36:0010", ("-drive", "if=none,id=null,driver=null-co,size=64M",
                         "-device", "nvme,drive=null,serial=mock")),
)

MACHINE = (
    "-machine", "q35,kernel-irqchip=split",
    "-smp", "2",
    "-m", "1G",
    "-nodefaults",
    "-display", "none",
    # A guest that panics reboots at once (panic=-1): that ends QEMU.
    "-no-reboot",
    "-device", "intel-iommu,intremap=on,caching-mode=on,aw-bits=48",
)

ACCELERATION = {
    "kvm": ("-accel", "kvm", "-cpu", "host"),
    # Without these features emulation is noticeably faster, and VFIO needs none of them.
    "tcg": ("-accel", "tcg", "-cpu", "max,-la57,-smap,-smep"),
}

KERNEL_ARGUMENTS = (
    "console=ttyS0",
    # Warnings and worse: a serial console is slow. init raises the level afterwards.
    "loglevel=5",
    "panic=-1",
    "intel_iommu=on",
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


def command(kernel, initramfs, accel):
    """QEMU's command line, but for the serial ports."""
    devices = [argument for device in DEVICES for argument in device.arguments]
    return [tools.require(QEMU), *MACHINE, *ACCELERATION[accel], *devices,
            "-kernel", str(kernel), "-initrd", str(initramfs),
            "-append", " ".join(KERNEL_ARGUMENTS)]


def serial_files(console, channel):
    """Serial ports for a VM that runs without the harness."""
    return ["-chardev", f"{console},id=console", "-serial", "chardev:console",
            "-serial", f"file:{channel}"]


def serial_sockets(console, channel, monitor):
    """Serial ports and monitor on connected sockets, given by descriptor."""
    return ["-chardev", f"socket,id=console,fd={console}", "-serial", "chardev:console",
            "-chardev", f"socket,id=channel,fd={channel}", "-serial", "chardev:channel",
            "-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "monitor,mode=control"]

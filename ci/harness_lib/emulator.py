# SPDX-License-Identifier: GPL-2.0-only
"""The QEMU that runs a VM: the host's, or a newer one where that lacks a device.

The newer one is the bundle ci/extras/qemu.toml. It is not installed: its own
dynamic linker starts it, with the libraries that came with it.
"""

import re
import subprocess

from . import extras, machine, tools

LIBRARIES = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")
# Where its firmware is: what its packages would have linked into one directory.
FIRMWARE = ("usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu")


def get(cache, devices, update=False):
    """The first words of a command that runs a QEMU which has all of @devices."""
    host = tools.require(machine.QEMU)
    if not devices or set(devices) <= _devices(host):
        return (host,)
    root = extras.sources(cache, "qemu", update).root
    libraries = [str(root / directory) for directory in LIBRARIES]
    return ("env", f"QEMU_MODULE_DIR={libraries[-1]}/qemu",
            f"{libraries[0]}/ld-linux-x86-64.so.2", "--library-path", ":".join(libraries),
            str(root / "usr/bin" / machine.QEMU),
            *(word for directory in FIRMWARE for word in ("-L", str(root / directory))))


def _devices(qemu):
    """Names of all devices that it can make."""
    done = subprocess.run([qemu, "-device", "help"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    return set(re.findall(r'^name "([^"]+)"', done.stdout, re.M))

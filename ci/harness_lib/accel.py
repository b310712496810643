# SPDX-License-Identifier: GPL-2.0-only
"""Chooses between KVM and emulation.

/dev/kvm may exist and still not run guests (nested, badly configured): only a
real boot tells. Its answer is kept in the cache until host or QEMU change, or
until a guest fails to start.
"""

import contextlib
import json
import os
import platform
import tempfile
from pathlib import Path

from . import guestplan, machine, tools, vm
from .errors import HarnessError

KVM = Path("/dev/kvm")
ANSWERS = "accel.json"
# A guest that works is ready in 2 to 4 s; one that does not is not worth waiting for.
PROBE = vm.Limits(boot=15, test=1, finish=10, grace=1)


class Accel:
    """The acceleration of a run; `kind` is what VMs are to use now."""

    def __init__(self, kind, answers=None):
        self.kind = kind
        # The remembered answers behind an automatic choice of KVM, or None.
        self._answers = answers

    def distrust(self):
        """A guest did not start: an automatic choice of KVM falls back to emulation."""
        if self._answers:
            self._answers.unlink(missing_ok=True)
            self._answers = None
            self.kind = "tcg"


def choose(wanted, kernel, init, cache_directory, say):
    """The Accel for @wanted: "auto", "kvm" or "tcg"."""
    usable = os.access(KVM, os.R_OK | os.W_OK)
    if wanted == "kvm" and not usable:
        why = "no permission to use it" if KVM.exists() else "it does not exist"
        raise HarnessError(f"--accel kvm: {KVM}: {why}")
    if wanted != "auto" or not usable:
        return Accel("tcg" if wanted == "auto" else wanted)
    answers = cache_directory / ANSWERS
    answer = remembered(cache_directory)
    if answer is None:
        say("finding out whether KVM works here")
        answer = _probe(kernel, init)
        fresh = answers.with_name(f"{ANSWERS}.{os.getpid()}")
        fresh.write_text(json.dumps({_host(): answer}))
        fresh.replace(answers)
    return Accel("kvm", answers) if answer else Accel("tcg")


def remembered(cache_directory):
    """Whether a guest ran with KVM here when that was tried; None if it was not."""
    return _read(cache_directory / ANSWERS).get(_host())


def _host():
    """What the answer depends on: the host's kernel, its CPU, and QEMU."""
    qemu = os.stat(tools.require(machine.QEMU))
    cpu = ""
    with contextlib.suppress(OSError):
        cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines()
                    if line.startswith("model name")), "")
    return " ".join(map(str, (platform.release(), platform.version(), cpu,
                              qemu.st_size, qemu.st_mtime_ns)))


def _read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def _probe(kernel, init):
    """Whether a guest with nothing to do gets ready under KVM."""
    with tempfile.TemporaryDirectory() as scratch:
        image = guestplan.Image(init)
        image.modules(kernel, ["configfs"])
        initramfs = image.write(Path(scratch) / "initramfs.cpio")
        command = machine.command(kernel.image, initramfs, "kvm")
        return vm.VM(command, PROBE).run().clean

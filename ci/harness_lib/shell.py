# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command shell: the VM with a prompt on its console, and a mock device made.

With a terminal, QEMU has it until the guest powers off. Without one, what
comes on standard input is typed into the shell, so that it can be scripted.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import accel, build, bundle, extras, guestplan, kernels, machine, paths, suites, tools
from .errors import Exit, HarnessError

# Programs of libuvfio that are useful by hand.
PROGRAMS = ("uvfio-probe", "uvfio-dma", "uvfio-irq")

PROMPT = b"mock_vfio# "
END_OF_INPUT = b"\x04"


def run(args):
    """Carry out `ci/harness shell`."""
    def say(text):
        print(f"set-up: {text}", file=sys.stderr, flush=True)

    tools.require(machine.QEMU, "make", "gcc")
    with bundle.Cache(paths.cache_dir(), say) as cache:
        kernel = kernels.get(cache, args.kernel, args.update)
        kernel.files.verified(kernel.image)
        kselftest = extras.kselftest(cache, args.update)
        busybox = extras.busybox(cache, args.update)
    build.run([build.guest(), build.modules(kernel), build.selftests(kselftest)],
              paths.BUILD / "shell.log")
    init = paths.BUILD / "guest" / "init"
    chosen = accel.choose(args.accel, kernel, init, paths.cache_dir(), say)
    with tempfile.TemporaryDirectory() as scratch:
        initramfs = _image(kernel, init, busybox).write(Path(scratch) / "initramfs.cpio")
        channel = Path(scratch) / "channel.log"
        command = machine.command(kernel.image, initramfs, chosen.kind)
        status = _converse(command, channel)
        report = channel.read_text(errors="replace") if channel.exists() else ""
    errors = [line for line in report.splitlines() if line.startswith("@error")]
    if errors:
        raise HarnessError("the guest could not be set up: " + "; ".join(errors))
    if status:
        raise HarnessError(f"QEMU ended with status {status}")
    return Exit.PASS


def _image(kernel, init, busybox):
    image = guestplan.Image(init)
    image.vfio(kernel, build.find_module(build.module_dir(kernel), "mock_vfio"))
    image.file("bin/busybox", busybox.read_bytes())
    image.symlink("bin/sh", "busybox")
    image.file("demo.sh", (paths.CI / "guest" / "demo.sh").read_bytes())
    for suite, program in suites.SELFTESTS.programs():
        image.file(f"tests/{suite}/{program.name}", build.stripped(program).read_bytes())
    for name in PROGRAMS:
        program = build.stripped(paths.BUILD / "userlib" / name)
        image.file(f"bin/{name}", program.read_bytes())
    # The guest's terminal is the user's, but a serial line cannot tell it so.
    size = shutil.get_terminal_size()
    for name, value in (("TERM", os.environ.get("TERM", "dumb")), ("LINES", size.lines),
                        ("COLUMNS", size.columns)):
        image.order("env", f"{name}={value}")
    image.order("shell", "/demo.sh")
    return image


def _converse(command, channel):
    if sys.stdin.isatty():
        serial = machine.serial_files("stdio,mux=on,signal=off", channel)
        return subprocess.run([*command, *serial], check=False).returncode
    serial = machine.serial_files("stdio,signal=off", channel)
    with subprocess.Popen([*command, *serial], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as qemu:
        with contextlib.suppress(BrokenPipeError):
            _relay(qemu)
        return qemu.wait()


def _relay(qemu):
    """Guest's console to stdout; stdin to the console, a line for each prompt."""
    prompts = threading.Semaphore(0)
    threading.Thread(target=_type, args=(qemu.stdin, prompts), daemon=True).start()
    tail = b""
    while data := os.read(qemu.stdout.fileno(), 4096):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        tail += data
        for _ in range(tail.count(PROMPT)):
            prompts.release()
        tail = tail[tail.rfind(PROMPT) + len(PROMPT):] if PROMPT in tail else tail[-len(PROMPT):]


def _type(console, prompts):
    with contextlib.suppress(OSError):
        for line in itertools.chain(sys.stdin.buffer, [END_OF_INPUT]):
            # Before the shell asks, nobody listens: the port would drop what is typed.
            prompts.acquire()
            console.write(line)
            console.flush()

# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command shell: the VM with a prompt on its console, and a mock device made.

With a terminal, QEMU has it until the guest powers off. Without one, what
comes on standard input is typed into the shell, so that it can be scripted.

With a command, that is run instead of a shell, as a test would be: what it
prints comes by the report channel, apart from the kernel's messages.
"""

import contextlib
import itertools
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import (accel, addfiles, build, bundle, console, extras, guestplan, kernels, machine, paths,
               suites, tools, vm)
from .errors import Exit, HarnessError

# Programs of the libraries that are useful by hand.
PROGRAMS = ("uvfio-probe", "uvfio-dma", "uvfio-irq", "mock-vfio")
# Where mock-vfio finds scenarios by name.
SCENARIOS = "usr/local/share/mock_vfio/scenarios"

PROMPT = b"mock_vfio# "
END_OF_INPUT = b"\x04"
# What stands for the mock device in a command; demo.sh sets the variables.
PLACEHOLDERS = {"{group}": "$GROUP", "{device}": "$SYSFS", "{uuid}": "$DEVICE"}
# A command takes what time it takes.
PATIENCE_S = 24 * 3600


class Workbench:
    """What a session in a VM needs, apart from what is to be done in it."""

    def __init__(self, args, log):
        tools.require(machine.QEMU, "make", "gcc")
        with bundle.Cache(paths.cache_dir(), _say) as cache:
            self.kernel = kernels.get(cache, args.kernel, args.update)
            self.kernel.files.verified(self.kernel.image)
            kselftest = extras.kselftest(cache, args.update)
            self._busybox = extras.busybox(cache, args.update)
        build.run([build.guest(), build.modules(self.kernel), build.selftests(kselftest)],
                  paths.BUILD / log)
        self.init = paths.BUILD / "guest" / "init"
        self.module = build.find_module(build.module_dir(self.kernel), "mock_vfio")
        self.accel = accel.choose(args.accel, self.kernel, self.init, paths.cache_dir(),
                                  _say).kind

    def image(self, added):
        """An image with commands and the tests' programs, and the files @added."""
        image = guestplan.Image(self.init)
        image.vfio(self.kernel, self.module)
        image.file("bin/busybox", self._busybox.read_bytes())
        image.symlink("bin/sh", "busybox")
        image.file("demo.sh", (paths.CI / "guest" / "demo.sh").read_bytes())
        for suite, program in suites.SELFTESTS.programs():
            image.file(f"tests/{suite}/{program.name}", build.stripped(program).read_bytes())
        for name in PROGRAMS:
            program = build.stripped(paths.BUILD / "userlib" / name)
            image.file(f"bin/{name}", program.read_bytes())
        for scenario in sorted((paths.TOP / "selftests" / "scenarios").glob("*.yaml")):
            image.file(f"{SCENARIOS}/{scenario.name}", scenario.read_bytes(), 0o644)
        addfiles.add(image, added)
        return image

    def qemu(self, image, directory):
        """QEMU's command for @image, which is written to @directory."""
        initramfs = image.write(Path(directory) / "initramfs.cpio")
        return machine.command(self.kernel.image, initramfs, self.accel)


def _say(text):
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def run(args):
    """Carry out `ci/harness shell`."""
    bench = Workbench(args, "shell.log")
    image = bench.image(args.add)
    with tempfile.TemporaryDirectory() as scratch:
        if args.guest_command:
            add_command(image, args.guest_command)
            return _run_command(bench, bench.qemu(image, scratch), args.timeout_scale)
        _add_shell(image)
        _run_shell(bench.qemu(image, scratch), Path(scratch) / "channel.log")
    return Exit.PASS


def add_command(image, words):
    """Have the command run in the guest; placeholders stand for the mock device."""
    # mock-vfio run makes a device of its own, for which it has the same placeholders.
    quote = shlex.quote if words[0] == "mock-vfio" else _quoted
    line = " ".join(map(quote, words))
    image.file("command", f"#!/bin/sh\n{line}\n".encode())
    image.order("test", PATIENCE_S * 1000, "command", "/demo.sh", "/command")


def _quoted(word):
    quoted = "'" + word.replace("'", "'\\''") + "'"
    for placeholder, variable in PLACEHOLDERS.items():
        quoted = quoted.replace(placeholder, f"'\"{variable}\"'")
    return quoted


def _run_command(bench, qemu, scale):
    """The exit status of the command; what it prints goes to stdout, line by line."""
    def heard(word, report):
        if word == "output":
            print(report.current.output[-1], flush=True)

    limits = vm.LIMITS[bench.accel].scaled(max(scale, 1) * bench.kernel.slowness)
    limits = vm.Limits(limits.boot, PATIENCE_S, limits.finish, limits.grace)
    outcome = vm.VM(qemu, limits, heard).run()
    splats = console.splats(outcome.console_judged, console.Rules.load())
    for splat in splats:
        print(f"ci/harness: the kernel said: {splat.line}   [{splat.reason}]", file=sys.stderr)
    command = outcome.report.tests.get(0)
    if command and command.ended:
        return command.exit if command.signal is None else 128 + command.signal
    said = "; ".join(outcome.report.errors) or outcome.qemu_said.strip() or outcome.console[-2000:]
    raise HarnessError(f"the command did not come to its end: {outcome.end.value}: {said}",
                       Exit.SPLAT if splats else Exit.INFRA)


def _add_shell(image):
    # The guest's terminal is the user's, but a serial line cannot tell it so.
    size = shutil.get_terminal_size()
    for name, value in (("TERM", os.environ.get("TERM", "dumb")), ("LINES", size.lines),
                        ("COLUMNS", size.columns)):
        image.order("env", f"{name}={value}")
    image.order("shell", "/demo.sh")


def _run_shell(qemu, channel):
    status = _converse(qemu, channel)
    report = channel.read_text(errors="replace") if channel.exists() else ""
    errors = [line for line in report.splitlines() if line.startswith("@error")]
    if errors:
        raise HarnessError("the guest could not be set up: " + "; ".join(errors))
    if status:
        raise HarnessError(f"QEMU ended with status {status}")


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

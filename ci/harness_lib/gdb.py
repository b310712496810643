# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command gdb: a debugger on the guest's kernel and on mock_vfio.

The guest loads its modules, says where they are, and waits. gdb gets QEMU's
stub, the kernel's symbols and those of each module at its place; the guest
goes on when gdb has it, so no breakpoint comes too late.
"""

import contextlib
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from . import debugsymbols, guestplan, kmod, shell, suites, tools, vm
from .errors import Exit, HarnessError

# What gdb's add-symbol-file takes; the others do not stay in memory or matter to nobody.
SECTIONS = (".data", ".bss", ".rodata", ".init.text", ".exit.text", ".noinstr.text")
TEXT = ".text"
RELEASE = b"\n"


class DebugVM(vm.VM):
    """A VM whose guest waits until gdb has it; nothing in it has a deadline."""

    def __init__(self, command):
        super().__init__(command, vm.Limits(*[shell.PATIENCE_S] * 4), self._heard)
        self.waiting = threading.Event()
        self._released = False

    def _heard(self, word, _report):
        if word in ("hold", "error"):
            self.waiting.set()

    def _on_stop(self):
        """gdb halted the guest; from now on, going on is up to gdb."""
        self._monitor.stopped = False
        if not self._released:
            self._released = True
            self._port.send(RELEASE)
        return False

    def run(self):
        try:
            return super().run()
        finally:
            self.waiting.set()


def run(args):
    """Carry out `ci/harness gdb`."""
    if bool(args.include) == bool(args.guest_command):
        raise HarnessError("say what the guest is to do, and gdb to watch: -t GLOB for tests, "
                           "or -- COMMAND")
    tools.require("gdb")
    bench = shell.Workbench(args, "gdb.log")
    symbols = debugsymbols.find(bench.kernel, args.symbols, args.update)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        stub = scratch / "gdb.socket"
        qemu = [*bench.qemu(_image(bench, args), scratch),
                "-gdb", f"unix:{stub},server=on,wait=off"]
        guest = DebugVM(qemu)
        thread = threading.Thread(target=guest.run)
        thread.start()
        try:
            guest.waiting.wait()
            _require_waiting(guest.outcome)
            script = scratch / "commands"
            script.write_text(_commands(stub, guest.outcome.report.sections,
                                        {**_modules(bench, scratch), **symbols.modules}))
            return _debug(symbols.vmlinux, script, args)
        finally:
            guest.kill()
            thread.join()
            log = shell.paths.BUILD / "gdb-console.log"
            log.write_text(guest.outcome.console)
            print(f"the guest's console: {log}", file=sys.stderr)


def _image(bench, args):
    """What the guest is: it waits, then it does what was asked for."""
    image = bench.image(args.add)
    image.order("sections")
    image.order("hold")
    if args.guest_command:
        shell.add_command(image, args.guest_command)
        return image
    for test in suites.select(suites.SELFTESTS.tests(), args.include, args.exclude):
        image.test(test, shell.PATIENCE_S)
    image.order("audit", guestplan.AUDITED)
    return image


def _require_waiting(outcome):
    report = outcome.report
    if report.errors or not report.sections:
        said = "; ".join(report.errors) or outcome.qemu_said.strip() or outcome.console[-1000:]
        raise HarnessError(f"the guest did not get as far as waiting for gdb: {said}")


def _modules(bench, scratch):
    """{name: file with symbols} of the modules in the guest."""
    wanted = [*guestplan.STOCK_MODULES, *guestplan.DEVICE_MODULES] \
        if bench.kernel.devices else guestplan.STOCK_MODULES
    files = {}
    for name, path in bench.kernel.modules.load_order([*wanted, bench.module]):
        if path.suffix != ".ko":  # compressed
            plain = scratch / f"{name}.ko"
            plain.write_bytes(kmod.read(path))
            path = plain
        files[name] = path
    return files


def _commands(stub, sections, files):
    """What gdb does first: it reads symbols, and takes hold of the guest."""
    lines = ["set confirm off", "set architecture i386:x86-64",
             # add-symbol-file has much to say, and nobody asked.
             "set logging file /dev/null", "set logging redirect on", "set logging enabled on"]
    for name, path in files.items():
        places = sections.get(name, {})
        if TEXT in places:
            others = "".join(f" -s {section} {places[section]:#x}" for section in SECTIONS
                             if section in places)
            lines.append(f"add-symbol-file {path} {places[TEXT]:#x}{others}")
    lines += ["set logging enabled off", "set logging redirect off", "set logging file gdb.txt",
              f"target remote {stub}", "set confirm on"]
    return "\n".join(lines) + "\n"


def _debug(vmlinux, script, args):
    """gdb has the terminal until it ends."""
    command = ["gdb", "-q", "-iex", f"add-auto-load-safe-path {vmlinux.parent}"]
    command += ["-batch"] if args.batch else []
    command += [vmlinux, "-x", script]
    for text in args.execute:
        command += ["-ex", text]
    with _left_to_gdb():
        status = subprocess.run(command, check=False).returncode
    return Exit.PASS if status == 0 else Exit.INFRA


@contextlib.contextmanager
def _left_to_gdb():
    """Ctrl-C in the terminal is for gdb. (Ignoring it would be inherited: gdb could not stop.)"""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

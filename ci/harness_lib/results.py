# SPDX-License-Identifier: GPL-2.0-only
"""The results directory of a run: logs, KTAP, JUnit, summary.json, repro.sh."""

import contextlib
import json
import os
import platform
import re
import shlex
import subprocess
import time
import xml.etree.ElementTree as ET

from . import ktap, machine, paths, record
from .errors import HarnessError

SCHEMA = 1
# JUnit is XML 1.0, which cannot hold these at all.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

REPRO = """\
#!/bin/sh
# Boots again, with the same plan, a VM of this run; no harness needed.
#
#   repro.sh [NUMBER]     NUMBER: of the VM, default {default}
#
# The console is the terminal (Ctrl-A x ends the VM); what the tests reported is
# in repro-channel.log beside this script afterwards.
cd "$(dirname "$0")" || exit 2
case ${{1-{default}}} in
{cases}*)
    echo "repro.sh: this run had no VM $1" >&2
    exit 2 ;;
esac
echo "== what the tests reported:"
cat repro-channel.log
"""


def new_directory(parent):
    """A fresh directory for a run, named for the time it began; `latest` points to it."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", *(f".{n}" for n in range(2, 100))):
            directory = parent / (stamp + suffix)
            try:
                directory.mkdir()
                break
            except FileExistsError:
                continue
        link = parent / f".latest.{os.getpid()}"
        link.symlink_to(directory.name)
        link.replace(parent / "latest")
    except OSError as error:
        raise HarnessError(f"results directory {parent}: {error.strerror}; "
                           "--results can name another one") from error
    return directory


def write_vm(vm):
    """The logs of one VM, in its own directory, as soon as it has ended."""
    (vm.directory / "console.log").write_text(vm.outcome.console)
    (vm.directory / "channel.log").write_text(vm.outcome.channel)
    if vm.outcome.qemu_said:
        (vm.directory / "qemu.log").write_text(vm.outcome.qemu_said)


def write(directory, run, info):
    """Everything about the whole run; @info is the part of summary.json known elsewhere."""
    (directory / "console.log").write_text("".join(
        f"=== VM {vm.number}: {vm.kernel}, {vm.outcome.end.value}\n{vm.outcome.console}\n"
        for vm in run.vms))
    write_tests(directory, run, info)
    _write_repro(directory / "repro.sh", run)


def write_tests(directory, run, info):
    """What a run's tests did, in all forms; the rest is about its VMs."""
    (directory / "ktap.log").write_text(_ktap(run.tests))
    _write_junit(directory / "junit.xml", run.tests, info)
    (directory / "summary.json").write_text(json.dumps(summary(run, info), indent=1) + "\n")


def summary(run, info):
    """The contents of summary.json; Documentation/harness.rst describes them."""
    descriptions = info.pop("descriptions")
    return {
        "schema": SCHEMA,
        **info,
        "commit": commit(),
        "host": host(),
        "totals": totals(run),
        "tests": [{
            "name": test.name,
            "description": descriptions.get(test.test.base, ""),
            "kernel": test.kernel,
            "device": test.device,
            "iommu": test.iommu,
            "result": test.result,
            "reason": test.reason,
            "duration_s": round(test.duration_s, 3),
            "faults": test.faults,
            "vm": test.vm,
        } for test in run.tests],
    }


def totals(run):
    """Numbers of tests; the flaky ones are among the passed."""
    return {
        "passed": run.count(ktap.PASS, ktap.XFAIL, record.FLAKY),
        "failed": run.count(*record.BAD),
        "skipped": run.count(ktap.SKIP),
        "crashed": run.count(ktap.CRASH),
        "flaky": run.count(record.FLAKY),
    }


def host():
    """What the run was made on, for whoever compares its times with another's."""
    release = platform.freedesktop_os_release() if os.path.exists("/etc/os-release") else {}
    return {
        "system": release.get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "processors": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.1f} GiB",
    }


def _processor():
    with contextlib.suppress(OSError):
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.machine()


def commit():
    """The commit that was tested, with a + when the tree differs from it; "" outside git."""
    done = subprocess.run(["git", "-C", paths.TOP, "describe", "--always", "--abbrev=40",
                           "--dirty=+", "--exclude=*"],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _ktap(tests):
    """All tests as one nested KTAP document (Documentation/dev-tools/ktap.rst)."""
    lines = ["KTAP version 1", f"1..{len(tests)}"]
    for number, test in enumerate(tests, 1):
        lines += [f"  {line}" for line in test.output]
        word = "not ok" if test.bad else "ok"
        directive = {"skip": " # SKIP ", "xfail": " # XFAIL ", "timeout": " # TIMEOUT "}.get(
            test.result, " # " if test.reason else "")
        lines.append(f"{word} {number} {test.name}{directive}{test.reason}".rstrip(" #"))
    return "".join(line + "\n" for line in lines)


def _write_junit(path, tests, info):
    """A reader of this file alone must not take a splat for a pass: the verdict is a test too."""
    def clean(text):
        return NOT_XML.sub("?", text)

    root = ET.Element("testsuites")
    suites = {}
    for test in tests:
        suites.setdefault((test.kernel, f"{test.test.suite}/{test.test.file}"), []).append(test)
    for (kernel, name), members in suites.items():
        suite = ET.SubElement(root, "testsuite", name=f"{kernel}:{name}", tests=str(len(members)),
                              failures=str(sum(test.result == ktap.FAIL for test in members)),
                              errors=str(sum(test.result in (ktap.CRASH, ktap.TIMEOUT)
                                             for test in members)),
                              skipped=str(sum(test.result == ktap.SKIP for test in members)),
                              time=f"{sum(test.duration_s for test in members):.3f}")
        for test in members:
            case = ET.SubElement(suite, "testcase", classname=f"{kernel}.{name}",
                                 name=test.test.inner, time=f"{test.duration_s:.3f}")
            kind = {ktap.FAIL: "failure", ktap.CRASH: "error", ktap.TIMEOUT: "error",
                    ktap.SKIP: "skipped"}.get(test.result)
            if kind:
                ET.SubElement(case, kind, message=clean(test.reason))
            ET.SubElement(case, "system-out").text = clean("\n".join(test.output))
    bad = info["exit_code"] != 0
    suite = ET.SubElement(root, "testsuite", name="harness", tests="1", failures=str(int(bad)),
                          errors="0", skipped="0", time="0")
    case = ET.SubElement(suite, "testcase", classname="harness", name="verdict", time="0")
    if bad:
        failure = ET.SubElement(case, "failure", message=info["verdict"])
        failure.text = clean("\n".join(info["problems"]))
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _write_repro(path, run):
    cases = ""
    for vm in run.vms:
        command = vm.outcome.command + machine.serial_files("stdio,mux=on,signal=off",
                                                            "repro-channel.log")
        initramfs = f"vm-{vm.number}/initramfs.cpio"
        command[command.index("-initrd") + 1] = initramfs
        cases += f"{vm.number})\n    {shlex.join(command)} ;;\n"
    worst = next((vm for vm in run.vms if vm.splats or not vm.outcome.clean), None)
    number = worst.number if worst else next((t.vm for t in run.tests if t.bad), 1)
    path.write_text(REPRO.format(default=number, cases=cases))
    path.chmod(0o755)

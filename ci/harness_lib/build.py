# SPDX-License-Identifier: GPL-2.0-only
"""Builds, by make, what a run needs. What is up to date costs a moment only."""

import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from . import paths, tools, uptodate
from .errors import HarnessError

# Lines of a failed build that are shown; all of them are in the log.
SHOWN = 20


@dataclass(frozen=True)
class Step:
    """One make: a name for messages, its arguments, and how to tell that it can be left out."""

    name: str
    arguments: tuple
    stamp: uptodate.Stamp | None = None


def _make(*arguments):
    return tuple(str(argument) for argument in arguments)


def module_dir(kernel):
    """Where the modules for @kernel are built."""
    return paths.BUILD / f"modules-{kernel.release}{kernel.tag}"


def plain_module_dir(kernel):
    """Where the modules without a fault engine are built."""
    return paths.BUILD / f"modules-{kernel.release}{kernel.tag}-plain"


def meta_module_dir(kernel):
    """Where the module of the meta tests is built."""
    return paths.BUILD / f"modules-{kernel.release}{kernel.tag}-meta"


def _kbuild(kernel, output, *flags):
    """Variables for a makefile that builds modules for @kernel in @output, with @flags."""
    variables = [f"KDIR={kernel.headers}", f"MOD_OUT={output}"]
    if kernel.toolchain:
        # The sources are links to the source tree.
        prefix = kernel.toolchain.prefix([paths.TOP, kernel.files.root], [output])
        variables.append(f"MOD_RUN={prefix}")
    return [*variables, f"MOD_FLAGS={' '.join([*_flags(kernel), *flags])}"]


def _flags(kernel):
    """What a module for @kernel is compiled with: what the kernel's own were."""
    if kernel.clang:
        yield "LLVM=1"
    if kernel.profile:
        yield "KCOV_INSTRUMENT=y"
    if kernel.gcov:
        yield "GCOV_PROFILE=y"


def modules(kernel):
    """mock_vfio.ko."""
    return _modules("mock_vfio.ko", kernel, module_dir(kernel))


def plain_modules(kernel):
    """A mock_vfio.ko whose fault rules have no effect and cost nothing: for benchmarks."""
    return _modules("mock_vfio.ko without a fault engine", kernel, plain_module_dir(kernel),
                    "CFLAGS_MODULE=-DMOCK_WITHOUT_FAULTS")


def _modules(name, kernel, output, *flags):
    # Packages stay what they are; what becomes of a build tree, its own makefiles know.
    stamp = None if kernel.tag else uptodate.Stamp(
        output, "mock_vfio/mock_vfio.ko", (paths.TOP / "mock_vfio", paths.TOP / "Kbuild"))
    return Step(f"{name} for {kernel.release}",
                _make("-C", paths.TOP, "modules", *_kbuild(kernel, output, *flags)), stamp)


def old_type1(kernel, output):
    """A vfio_iommu_type1.ko out of the source in @output, by whatever Kbuild is there."""
    return Step("vfio_iommu_type1.ko for " + kernel.release,
                _make("-C", kernel.headers, f"M={output}", "modules"))


def selftests(kselftest):
    """libuvfio, libmockvfio, and the tests linked with them."""
    return Step("selftests", _make(
        "-C", paths.TOP, "selftests", f"KSFT={kselftest}", f"O={paths.BUILD}"))


def profiled_selftests(kselftest):
    """The selftests, with a libuvfio that records its coverage."""
    return Step("selftests with coverage", _make(
        "-C", paths.CI / "gcov", f"KSFT={kselftest}", f"O={paths.GCOV}"))


def profiled_host_tests():
    """Run libuvfio's host tests, which record its coverage."""
    return Step("libuvfio's host tests", _make(
        "-C", paths.CI / "gcov", f"O={paths.GCOV}", "check"))


def upstream(suite, tree, output):
    """The kernel's own tools/testing/selftests/@suite, out of the source @tree."""
    return Step(f"the kernel's {suite} suite", _make(
        "-C", paths.CI / "upstream", f"TREE={tree}", f"SUITE={suite}", f"O={output}"))


def guest():
    """The guest's own programs."""
    return Step("guest init", _make("-C", paths.CI / "guest", f"O={paths.BUILD / 'guest'}"))


def meta(kselftest, kernel):
    """The tests of the harness itself, and their module."""
    return Step("meta tests", _make(
        "-C", paths.CI / "meta", f"KSFT={kselftest}", f"O={paths.BUILD / 'meta'}",
        *_kbuild(kernel, meta_module_dir(kernel))))


def run(steps, log):
    """Carry out @steps, side by side; the file @log gets all that they print."""
    for error in attempt(steps, log).values():
        raise error


def attempt(steps, log):
    """As run(), but those that fail are returned, with their error."""
    tools.require("make", "gcc")
    log.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(steps)) as pool:
        done = list(pool.map(_run, steps))
    log.write_text("".join(output for _, output in done))
    return {step: HarnessError(f"building {step.name} failed:\n{_last(output)}  all of it: {log}")
            for step, (status, output) in zip(steps, done) if status}


def _last(output):
    return "".join(f"  {line}\n" for line in output.splitlines()[-SHOWN:])


def _run(step):
    command = ["make", "--no-print-directory", *step.arguments]
    now = step.stamp.now(command) if step.stamp else None
    if now and step.stamp.matches(now):
        return 0, f"== {step.name}\n== up to date\n\n"
    started = time.monotonic()
    # Variables of a make that called the harness are not meant for this one.
    done = subprocess.run(["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "-u", "MFLAGS", *command],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    seconds = time.monotonic() - started
    if now and not done.returncode:
        step.stamp.remember(now)
    head = f"== {step.name}\n$ {' '.join(command)}\n"
    return done.returncode, f"{head}{done.stdout}== exit {done.returncode}, {seconds:.1f} s\n\n"


def stripped(file):
    """A program or module without debugging symbols, which a guest only has to carry."""
    tools.require("strip")
    unique = sha256(os.fsencode(file)).hexdigest()[:8]
    target = paths.BUILD / "guest" / "stripped" / f"{unique}-{file.name}"
    stamp = file.stat().st_mtime_ns
    if not target.exists() or target.stat().st_mtime_ns != stamp:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}.{threading.get_ident()}")
        # A module without its symbols cannot be loaded.
        what = "--strip-debug" if file.suffix == ".ko" else "--strip-all"
        subprocess.run(["strip", what, "-o", fresh, file], check=True)
        os.utime(fresh, ns=(stamp, stamp))
        fresh.replace(target)
    return target


def find_module(directory, name):
    """The built NAME.ko below @directory."""
    found = sorted(Path(directory).glob(f"**/{name}.ko"))
    if not found:
        raise HarnessError(f"{directory}: the build made no {name}.ko")
    return found[0]

# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command doctor: what is missing, on this host and in a kernel, and what that costs."""

import fnmatch
import gzip
import os
import platform
import shutil
from pathlib import Path

from . import accel, bundle, kernels, machine, paths, requirements, suites, tools
from .errors import Exit, HarnessError

# Programs of the host by what they are for; without the first, nothing runs.
PURPOSES = (
    ("building and running", (machine.QEMU, "make", "gcc", "strip", "xz", "apt-get", "dpkg-deb")),
    ("kernels newer than Debian 12's (-k 7.3)", ("bwrap",)),
    ("building the debug kernel (-k debug)", ("gcc", "bison", "flex", "bc", "lz4")),
    ("ci/harness gdb", ("gdb",)),
)
# Where the configuration of a running kernel may be.
RUNNING = ("/proc/config.gz", "/boot/config-{release}",
           "/usr/src/linux-headers-{release}/.config", "/lib/modules/{release}/build/.config")


def run(args):
    """Carry out `ci/harness doctor`; passes if the tests can run, with that kernel."""
    host = _host()
    config = _config(args)
    print(f"\nkernel {config.release} ({config.where}):")
    kernel = _kernel(config)
    return Exit.PASS if host and kernel else Exit.FAIL


def _host():
    print("host:")
    complete = True
    for place, (purpose, names) in enumerate(PURPOSES):
        missing = [name for name in names if not shutil.which(name)]
        complete &= bool(place) or not missing
        packages = " ".join(sorted({tools.PACKAGES[name] for name in missing}))
        print(f"  {_mark(not missing)} {purpose}" + (
            f": {', '.join(missing)} not found: apt-get install {packages}" if missing else ""))
    usable, text = _kvm()
    print(f"  {_mark(usable)} {text}")
    return complete


def _mark(good):
    return "ok     " if good else "MISSING"


def _kvm():
    """(whether KVM is used here, in words)"""
    if not accel.KVM.exists():
        return False, f"KVM: there is no {accel.KVM}; guests are emulated, which takes more time"
    if not os.access(accel.KVM, os.R_OK | os.W_OK):
        return False, f"KVM: no permission to use {accel.KVM} (group kvm?); guests are emulated"
    works = shutil.which(machine.QEMU) and accel.remembered(paths.cache_dir())
    return works is not False, f"KVM: {accel.KVM} can be opened" + {
        True: ", and guests run with it",
        False: ", but no guest got ready with it; guests are emulated",
    }.get(works, "; the first run will try whether guests run with it")


def _config(args):
    """The configuration that was asked about."""
    if args.config:
        path = Path(args.config)
        if not path.is_file():
            raise HarnessError(f"--config {args.config}: no such file")
        return _read(path)
    if args.kernel:
        with bundle.Cache(paths.cache_dir(), lambda text: None) as cache:
            return kernels.get_config(cache, args.kernel)
    release = platform.release()
    for place in RUNNING:
        path = Path(place.format(release=release))
        if path.is_file():
            return _read(path, release)
    looked = ", ".join(place.format(release=release) for place in RUNNING)
    raise HarnessError(f"the running kernel's configuration was not found: there is none of "
                       f"{looked}; --config FILE or -k KERNEL name another")


def _read(path, release=None):
    if path.suffix != ".gz":
        return requirements.Config.read(path, release)
    with gzip.open(path, "rt") as file:
        return requirements.Config(file.read(), str(path), release)


def _kernel(config):
    """Tell what is missing part by part; returns whether the tests can run."""
    table = requirements.Table.load()
    missing = table.missing(config)
    possible = True
    for part in table.parts.values():
        needs = [need for need in missing if need.part is part]
        print(f"  {_mark(not needs)} {part.what}")
        for need in needs:
            print(f"          {need.option}: {need.why}")
        if needs and part.required:
            possible = False
            print("          without that, no test runs")
    _tell_skips({glob for need in missing for glob in need.part.skips})
    return possible


def _tell_skips(globs):
    if not globs:
        print("  no test will skip for want of an option")
        return
    skipped = will_skip(globs)
    print(f"  {len(skipped) or 'these'} tests will skip: {' '.join(sorted(globs))}")
    for name in skipped:
        print(f"    {name}")


def will_skip(globs):
    """Names of the tests, as far as they are built, that match one of @globs."""
    if not suites.SELFTESTS.built.is_dir():
        return []
    return [test.name for test in suites.SELFTESTS.tests()
            if any(fnmatch.fnmatchcase(test.name, glob) for glob in globs)]

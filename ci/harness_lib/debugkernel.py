# SPDX-License-Identifier: GPL-2.0-only
"""Kernels that are built here, from Debian's kernel sources.

A definition such as ci/kernels/debug.toml has, instead of packages, the table

    [build]
    source = "linux-source-6.12"        the bundle with the sources: ci/extras/NAME.toml
    configs = ["base", "debug"]         ci/configs/NAME.config, on top of allnoconfig
    profile = ["drivers/vfio"]          directories whose coverage is recorded, and that
                                        debuggers have lines of

What is built from it is a bundle as well, with the files where Debian's
packages have them:

    boot/vmlinuz-RELEASE  vmlinux-RELEASE  config-RELEASE
    lib/modules/RELEASE/
    usr/src/linux-headers-RELEASE/      to build modules against
    usr/src/linux-profile-RELEASE/      sources and .gcno files of the profiled directories

so nothing else in the harness needs to know. It is built once: again only
when the sources, that table, an option or the compiler change.
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time
import tomllib
from hashlib import sha256

from . import extras, kconfig, tools
from .errors import HarnessError

# Part of a built kernel's identity: raise it when the way it is built changes.
RECIPE = 1
# The same as external modules are built with, or Kbuild complains.
COMPILER = "gcc"
CCACHE = "ccache"
# Sources, objects and results, before the first two are deleted.
SPACE = 4 << 30
# Of 1.6 GB of sources, these are neither read nor compiled on x86.
UNUSED = ("*/Documentation/*/*", "*/drivers/gpu/drm/*/*/*.[ch]", "*/drivers/net/*/*/*.[ch]")
SHOWN = 20
# Seconds between two signs of life.
PULSE = 15
# What a compiler, a linker or make says first when a build goes wrong.
ERROR = re.compile(r"\berror:|undefined reference|^make.*\*\*\*")
# For the end of a directory's Makefile (Documentation/dev-tools/gcov.rst).
PROFILED = """
GCOV_PROFILE := y
KCOV_INSTRUMENT := y
ccflags-y += -g
"""
# What is kept of such a directory.
PROFILE_FILES = ("*.c", "*.h", "*.gcno")


def get(cache, definition, update=False):
    """The bundle that the file @definition, which has a build table, describes."""
    recipe = tomllib.loads(definition.read_text())["build"]
    sources = extras.sources(cache, recipe["source"], update)
    options = [option for name in recipe["configs"]
               for option in kconfig.parse(kconfig.fragment(name), f"ci/configs/{name}.config")]
    for one, other in kconfig.conflicts(options):
        raise HarnessError(f"{other.where}: {other}, but {one.where} says {one}")
    want = identity(recipe, options, sources.packages, compiler())
    version = sources.packages[0]["version"]

    def fill(root, scratch, log):
        require_tools()
        build = Build(scratch / "linux", log, cache.say)
        build.unpack(sources.find("usr/src/linux-source-*.tar.xz"))
        build.profile(recipe.get("profile", ()))
        build.configure(options, definition.stem)
        build.compile()
        build.install(root)
        cache.say(f"{definition.stem} kernel built in {minutes(build.seconds)}, with "
                  f"{minutes(build.cpu_seconds)} of CPU time")

    return cache.make(definition.stem, want, version, sources.packages, fill, SPACE)


def identity(recipe, options, packages, compiled_by):
    """What a built kernel depends on, as a hash. Comments and order are no part of it."""
    parts = [RECIPE, recipe, sorted(map(str, options)),
             sorted(package["sha256"] for package in packages), compiled_by]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def compiler():
    """The compiler's own words about its version."""
    done = subprocess.run([tools.require(COMPILER), "--version"], capture_output=True,
                          text=True, check=True)
    return done.stdout.partition("\n")[0]


def profile(root, release):
    """Where the bundle of a built kernel has what gcov needs; None if it has not."""
    directory = _profile_directory(root, release)
    return directory if directory.is_dir() else None


def _profile_directory(root, release):
    return root / "usr/src" / f"linux-profile-{release}"


def require_tools():
    """Check for what a kernel build needs, before it has run for minutes."""
    tools.require("make", COMPILER, "bison", "flex", "bc", "lz4", "xz")
    found = subprocess.run([COMPILER, "-E", "-x", "c", "-"], input="#include <gelf.h>\n",
                           text=True, capture_output=True, check=False)
    if found.returncode:
        raise HarnessError("gelf.h not found. On Debian: sudo apt-get install libelf-dev   "
                           "(`ci/setup debug` installs everything a kernel build needs)")


def _ccache():
    """The words before the compiler's name: for people who have ccache."""
    return [CCACHE] if shutil.which(CCACHE) else []


def minutes(seconds):
    """A duration, for people."""
    return f"{int(seconds) // 60} min {int(seconds) % 60:02} s"


def _cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Build:
    """One build, in @tree; all output of commands goes to the file @log."""

    def __init__(self, tree, log, say):
        self._tree = tree
        self._log = log
        self._say = say
        self._started = time.monotonic()
        self._cpu_before = _cpu_of_children()
        self._profiled = ()
        log.write_text("")

    @property
    def seconds(self):
        """Time since the start."""
        return time.monotonic() - self._started

    @property
    def cpu_seconds(self):
        """What the commands took of it, on all CPUs together."""
        return _cpu_of_children() - self._cpu_before

    def unpack(self, archive):
        """The sources, without what cannot matter here."""
        self._say(f"unpacking {archive.name}")
        self._tree.mkdir()
        self._run(["tar", "-xJf", archive, "-C", self._tree, "--strip-components=1",
                   *(f"--exclude={glob}" for glob in UNUSED)])

    def configure(self, options, name):
        """Write .config; an option that does not come out as asked for is an error."""
        wanted = self._tree / "wanted.config"
        wanted.write_text("".join(f"{option.line}\n" for option in options), encoding="ascii")
        self._make(f"KCONFIG_ALLCONFIG={wanted}", "allnoconfig")
        kconfig.require(options, (self._tree / ".config").read_text(), f"kernel {name}")

    def profile(self, directories):
        """Have coverage of @directories recorded, each without those below it."""
        for directory in directories:
            makefile = self._tree / directory / "Makefile"
            if not makefile.is_file():
                raise HarnessError(f"{directory}: the kernel's sources have no such directory "
                                   "to profile")
            with makefile.open("a", encoding="ascii") as file:
                file.write(PROFILED)
        self._profiled = directories

    def compile(self):
        """The kernel and its modules."""
        self._make(f"-j{len(os.sched_getaffinity(0))}", "bzImage", "modules")

    def install(self, root):
        """What is used afterwards, where Debian's packages would have it."""
        release = (self._tree / "include/config/kernel.release").read_text().strip()
        boot = root / "boot"
        boot.mkdir(parents=True)
        for built, name in (("arch/x86/boot/bzImage", "vmlinuz"), ("vmlinux", "vmlinux"),
                            (".config", "config")):
            shutil.copy2(self._tree / built, boot / f"{name}-{release}")
        # depmod is not needed: the harness resolves dependencies itself.
        self._make(f"INSTALL_MOD_PATH={root}", "DEPMOD=true", "modules_install")
        (root / "lib/modules" / release / "build").unlink(missing_ok=True)
        headers = root / "usr/src" / f"linux-headers-{release}"
        headers.parent.mkdir(parents=True)
        self._make("run-command",
                   f"KBUILD_RUN_COMMAND=$(srctree)/scripts/package/install-extmod-build {headers}")
        self._keep_profiled(_profile_directory(root, release))

    def _keep_profiled(self, target):
        for directory in self._profiled:
            (target / directory).mkdir(parents=True)
            for glob in PROFILE_FILES:
                for path in (self._tree / directory).glob(glob):
                    shutil.copy2(path, target / directory)

    def _make(self, *arguments):
        self._run(["make", "-C", self._tree, f"CC={' '.join([*_ccache(), COMPILER])}",
                   f"HOSTCC={COMPILER}", *arguments])

    def _run(self, command):
        """Run @command, with what it prints in the log."""
        command = [str(word) for word in command]
        # Variables of a make that called the harness are not meant for this one.
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        # By line: who wonders what takes so long looks there.
        with open(self._log, "a", encoding="utf-8", buffering=1) as log:
            log.write(f"$ {' '.join(command)}\n")
            with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, errors="replace", start_new_session=True) as child:
                try:
                    self._follow(child, log)
                except BaseException:
                    # Interrupted: make's children must not go on without it.
                    os.killpg(child.pid, signal.SIGTERM)
                    raise
        if child.returncode:
            raise HarnessError(self._failure(command[0]))

    def _follow(self, child, log):
        """Log what @child prints, until its end."""
        compiled, pulse = 0, time.monotonic() + PULSE
        for line in child.stdout:
            log.write(line)
            compiled += line.startswith("  CC ")
            if time.monotonic() > pulse:
                pulse = time.monotonic() + PULSE
                self._say(f"compiling the kernel: {compiled} files, {minutes(self.seconds)}")

    def _failure(self, program):
        """What went wrong, by the log: its first error and its last lines."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        first = next(filter(ERROR.search, lines), f"{program} failed")
        shown = "".join(f"  {line}\n" for line in lines[-SHOWN:])
        return (f"building the kernel failed: {first.strip()}\n"
                f"the last lines:\n{shown}  all of it: {self._log}")

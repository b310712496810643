# SPDX-License-Identifier: GPL-2.0-only
"""Kernels that are built here, from Debian's kernel sources.

A definition such as ci/kernels/debug.toml has, instead of packages, the table

    [build]
    source = "linux-source-6.12"        the bundle with the sources: ci/extras/NAME.toml
    configs = ["base", "debug"]         ci/configs/NAME.config, on top of allnoconfig
    profile = ["drivers/vfio"]          directories whose coverage is recorded

What is built from it is a bundle as well, with the files where Debian's
packages have them:

    boot/vmlinuz-RELEASE  vmlinux-RELEASE  config-RELEASE
    lib/modules/RELEASE/
    usr/src/linux-headers-RELEASE/      to build modules against

so nothing else in the harness needs to know. It is built once: again only
when the sources, the definition, a fragment or the compiler change.
"""

import os
import shutil
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
# Sources, objects and results, before the first two are deleted.
SPACE = 4 << 30
# Of 1.6 GB of sources, these are neither read nor compiled on x86.
UNUSED = ("*/Documentation", "*/drivers/gpu/drm/*/*/*.[ch]", "*/drivers/net/*/*/*.[ch]")
SHOWN = 20
# Seconds between two signs of life.
PULSE = 15


def get(cache, definition, update=False):
    """The bundle that the file @definition, which has a build table, describes."""
    text = definition.read_bytes()
    recipe = tomllib.loads(text.decode())["build"]
    sources = extras.sources(cache, recipe["source"], update)
    fragments = {name: kconfig.fragment(name) for name in recipe["configs"]}
    want = identity(text, fragments, sources.packages, compiler())
    version = sources.packages[0]["version"]

    def fill(root, scratch, log):
        require_tools()
        build = Build(scratch / "linux", log, cache.say)
        build.unpack(sources.find("usr/src/linux-source-*.tar.xz"))
        build.configure(fragments, definition.stem)
        build.compile(recipe.get("profile", ()))
        build.install(root)
        cache.say(f"{definition.stem} kernel built in {minutes(build.seconds)}")

    return cache.make(definition.stem, want, version, sources.packages, fill, SPACE)


def identity(definition, fragments, packages, compiled_by):
    """What a built kernel depends on, as a hash."""
    parts = [b"%d" % RECIPE, definition, compiled_by.encode()]
    parts += [text.encode() for text in fragments.values()]
    parts += sorted(package["sha256"].encode() for package in packages)
    return sha256(b"\0".join(parts)).hexdigest()


def compiler():
    """The compiler's own words about its version."""
    done = subprocess.run([tools.require(COMPILER), "--version"], capture_output=True,
                          text=True, check=True)
    return done.stdout.partition("\n")[0]


def require_tools():
    """Check for what a kernel build needs, before it has run for minutes."""
    tools.require("make", COMPILER, "bison", "flex", "bc", "lz4", "xz")
    found = subprocess.run([COMPILER, "-E", "-x", "c", "-"], input="#include <gelf.h>\n",
                           text=True, capture_output=True, check=False)
    if found.returncode:
        raise HarnessError("gelf.h not found. On Debian: sudo apt-get install libelf-dev   "
                           "(`ci/setup debug` installs everything a kernel build needs)")


def minutes(seconds):
    """A duration, for people."""
    return f"{int(seconds) // 60} min {int(seconds) % 60:02} s"


def stems(tree, directories):
    """The object names, without .o, of the C files in @directories of @tree."""
    for directory in directories:
        found = sorted((tree / directory).glob("*.c"))
        if not found:
            raise HarnessError(f"{directory}: the kernel's sources have no C file there to profile")
        yield from (path.stem for path in found)


class Build:
    """One build, in @tree; all output of commands goes to the file @log."""

    def __init__(self, tree, log, say):
        self._tree = tree
        self._log = log
        self._say = say
        self._started = time.monotonic()
        log.write_text("")

    @property
    def seconds(self):
        """Time since the start."""
        return time.monotonic() - self._started

    def unpack(self, archive):
        """The sources, without what cannot matter here."""
        self._say(f"unpacking {archive.name}")
        self._tree.mkdir()
        self._run(["tar", "-xJf", archive, "-C", self._tree, "--strip-components=1",
                   *(f"--exclude={glob}" for glob in UNUSED)])

    def configure(self, fragments, name):
        """Write .config; an option that does not come out as asked for is an error."""
        options = [option for fragment, text in fragments.items()
                   for option in kconfig.parse(text, f"ci/configs/{fragment}.config")]
        for one, other in kconfig.conflicts(options):
            raise HarnessError(f"{other.where}: {other}, but {one.where} says {one}")
        wanted = self._tree / "wanted.config"
        wanted.write_text("".join(fragments.values()), encoding="ascii")
        self._make(f"KCONFIG_ALLCONFIG={wanted}", "allnoconfig")
        kconfig.require(options, (self._tree / ".config").read_text(), f"kernel {name}")

    def compile(self, profile):
        """The kernel and its modules, with coverage recorded in the directories @profile."""
        coverage = [f"{variable}_{stem}.o=y" for stem in stems(self._tree, profile)
                    for variable in ("GCOV_PROFILE", "KCOV_INSTRUMENT")]
        jobs = len(os.sched_getaffinity(0))
        self._make(f"-j{jobs}", *coverage, "bzImage", "modules")

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

    def _make(self, *arguments):
        self._run(["make", "-C", self._tree, f"CC={COMPILER}", f"HOSTCC={COMPILER}", *arguments])

    def _run(self, command):
        """Run @command, and say from time to time how many files it has compiled."""
        command = [str(word) for word in command]
        # Variables of a make that called the harness are not meant for this one.
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        compiled, pulse = 0, time.monotonic() + PULSE
        last = []
        with open(self._log, "a", encoding="utf-8") as log, \
                subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 text=True, errors="replace") as child:
            log.write(f"$ {' '.join(command)}\n")
            for line in child.stdout:
                log.write(line)
                last = [*last[1 - SHOWN:], line]
                compiled += line.startswith("  CC ")
                if time.monotonic() > pulse:
                    pulse = time.monotonic() + PULSE
                    self._say(f"compiling the kernel: {compiled} files, {minutes(self.seconds)}")
        if child.returncode:
            shown = "".join(f"  {line}" for line in last)
            raise HarnessError(f"building the kernel failed:\n{shown}  all of it: {self._log}")

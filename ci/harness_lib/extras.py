# SPDX-License-Identifier: GPL-2.0-only
"""What is downloaded besides kernels: ci/extras/*.toml."""

from . import debsource, paths

DEFINITIONS = paths.CI / "extras"


def kselftest(cache, update=False):
    """tools/testing/selftests of the one linux-source that all tests are built with."""
    files = cache.bundle(DEFINITIONS / "kselftest.toml", update=update)
    return files.find("linux-source-*/tools/testing/selftests")


def busybox(cache, update=False):
    """The static busybox."""
    files = cache.bundle(DEFINITIONS / "busybox.toml", update=update)
    return files.verified(files.find("bin/busybox"))


def sources(cache, name, update=False):
    """The bundle NAME.toml: a kernel's complete sources, still in their archive."""
    return cache.bundle(DEFINITIONS / f"{name}.toml", update=update)


def tree(cache, name, update=False):
    """The bundle NAME.toml: as much of a kernel's tree as its selftests are built in."""
    return sources(cache, name, update).find("linux-source-*")


def cmocka(cache):
    """The upstream sources of cmocka."""
    return debsource.fetch(cache, DEFINITIONS / "cmocka.toml").find("cmocka-*")

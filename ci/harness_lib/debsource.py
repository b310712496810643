# SPDX-License-Identifier: GPL-2.0-only
"""Upstream sources out of Debian's source packages.

For libraries that tests need on machines for which Debian 12 has no packages.
The archive's signature covers the checksum of every file, and apt checks both.
"""

import tomllib

from . import apt, bundle, unpack
from .errors import HarnessError


def fetch(cache, definition):
    """The bundle with the sources that the file @definition describes."""
    recipe = definition.read_bytes()
    wanted = tomllib.loads(recipe.decode())

    def fill(root, scratch, _log):
        archive = apt.Apt(wanted["suite"], scratch / "apt")
        archive.download_source(wanted["source"], scratch)
        found = list(scratch.glob(f"{wanted['source']}_{wanted['version']}.orig.tar.xz"))
        if not found:
            raise HarnessError(f"{definition.name}: {wanted['suite']} has no {wanted['source']} "
                               f"{wanted['version']}")
        unpack.inner(found[0], root, wanted["keep"])

    return cache.make(definition.stem, bundle.checksum(recipe), wanted["version"],
                      [{"source": wanted["source"], "version": wanted["version"]}], fill)

# SPDX-License-Identifier: GPL-2.0-only
"""Bundles: sets of Debian packages, downloaded, unpacked together and cached.

A bundle is defined by a file such as ci/kernels/6.1.toml. In the cache it is

    NAME/VERSION-HASH/root/...      the files
    NAME/VERSION-HASH/bundle.json   packages, and a checksum of every file
    NAME/current                    link to the one in use

HASH covers the packages' checksums and the definition, so nothing stale is
taken for current. A bundle that is there is used without looking at the
network; `update` looks for newer packages. It appears under its name by one
rename, when it is complete: a failed download leaves nothing behind.
"""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import tempfile
import tomllib
from dataclasses import asdict
from hashlib import sha256

from . import apt, unpack
from .errors import HarnessError

# Part of HASH: raise it when the way bundles are unpacked or finished changes.
LAYOUT = 1
MANIFEST = "bundle.json"
# Room for apt's package lists, and for the file system's own needs.
SLACK = 300 << 20


def digest(path):
    """SHA-256 of a file, in hex."""
    with open(path, "rb") as file:
        hasher = sha256()
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


class Bundle:
    """An unpacked bundle."""

    def __init__(self, directory):
        self.directory = directory
        self.root = directory / "root"
        manifest = json.loads((directory / MANIFEST).read_text())
        self.definition = manifest["definition"]
        self.packages = manifest["packages"]
        self._files = manifest["files"]

    def find(self, glob):
        """The one file that matches; with several, the last in name order."""
        found = sorted(self.root.glob(glob))
        if not found:
            raise self._broken(glob, "is missing")
        return found[-1]

    def verified(self, path):
        """@path, after comparing the file with its checksum."""
        name = str(path.relative_to(self.root))
        if not path.is_file():
            raise self._broken(name, "is missing")
        if digest(path) != self._files.get(name):
            raise self._broken(name, "is damaged")
        return path

    def _broken(self, name, what):
        return HarnessError(f"cache: {name} of {self.directory} {what}; "
                            f"to fetch it anew: rm -r '{self.directory}'")


class Cache:
    """The bundles below one directory."""

    def __init__(self, directory, say=lambda text: None):
        self.directory = directory
        self._say = say
        self._apts = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return self._stack.__exit__(*exception)

    def bundle(self, definition, finish=lambda root: None, update=False):
        """The bundle that the file @definition describes, from the cache or the network.

        @finish completes a freshly unpacked bundle, given its root directory.
        """
        recipe = definition.read_bytes()
        want = sha256(b"%d\n" % LAYOUT + recipe).hexdigest()
        link = self.directory / definition.stem / "current"
        present = self._present(link, want)
        if present and not update:
            return present
        with self._exclusive(), self._disk_errors():
            # Another run may have fetched it while this one waited for the lock.
            present = self._present(link, want)
            if present and not update:
                return present
            return self._fetch(definition.stem, tomllib.loads(recipe.decode()), want, finish)

    def _present(self, link, want):
        try:
            bundle = Bundle(link.resolve(strict=True))
        except (OSError, ValueError, KeyError):
            return None
        return bundle if bundle.definition == want else None

    @contextlib.contextmanager
    def _exclusive(self):
        with open(self.directory / "lock", "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say("waiting for another run's download")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _disk_errors(self):
        try:
            yield
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
                raise
            raise HarnessError(f"cache {self.directory}: {error.strerror}; "
                               "MOCK_VFIO_CACHE can name another directory") from error

    def _apt(self, suite):
        if suite not in self._apts:
            directory = self._stack.enter_context(
                tempfile.TemporaryDirectory(prefix="apt-", dir=self.directory))
            self._say(f"reading the package lists of {suite}")
            self._apts[suite] = apt.Apt(suite, directory)
        return self._apts[suite]

    def _fetch(self, name, recipe, want, finish):
        self._check_space(SLACK)
        archive = self._apt(recipe["suite"])
        packages = archive.resolve(recipe["install"], recipe["keep"])
        identity = sha256("".join([want] + sorted(p.sha256 for p in packages)).encode())
        home = self.directory / name
        version = packages[0].version.split(":")[-1]  # no epoch: make cannot take a colon
        target = home / f"{version}-{identity.hexdigest()[:12]}"
        if not self._present(target, want):
            self._check_space(SLACK + sum(p.size + p.installed_size for p in packages))
            home.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="new-", dir=home) as scratch:
                self._fill(archive, packages, recipe, home / scratch, finish, want)
                shutil.rmtree(target, ignore_errors=True)
                os.rename(home / scratch / "done", target)
        self._point(home / "current", target.name)
        return Bundle(target)

    def _fill(self, archive, packages, recipe, scratch, finish, want):
        done = scratch / "done"
        root = done / "root"
        root.mkdir(parents=True)
        for number, package in enumerate(packages, 1):
            self._say(f"downloading {package.label} ({package.size >> 20} MB), "
                      f"{number} of {len(packages)}")
            deb = archive.download(package, scratch)
            self._say(f"unpacking {package.label}")
            unpack.package(deb, root)
            deb.unlink()
        if "inner" in recipe:
            self._unpack_inner(recipe["inner"], root)
        finish(root)
        files = {str(p.relative_to(root)): digest(p) for p in sorted(root.rglob("*"))
                 if p.is_file() and not p.is_symlink()}
        manifest = {"definition": want, "packages": [asdict(p) for p in packages], "files": files}
        (done / MANIFEST).write_text(json.dumps(manifest))

    @staticmethod
    def _unpack_inner(recipe, root):
        for path in root.glob(recipe["archive"]):
            unpack.inner(path, root, recipe["keep"])
            path.unlink()

    def _check_space(self, needed):
        free = shutil.disk_usage(self.directory).free
        if free < needed:
            raise HarnessError(f"cache {self.directory}: needs {needed >> 20} MB of disk space, "
                               f"{free >> 20} MB are free; MOCK_VFIO_CACHE can name another "
                               "directory")

    @staticmethod
    def _point(link, target):
        fresh = link.with_name(f"current.{os.getpid()}")
        os.symlink(target, fresh)
        os.replace(fresh, link)

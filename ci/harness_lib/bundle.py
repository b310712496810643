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
LAYOUT = 2
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


def checksum(*parts):
    """SHA-256 of several byte strings, in hex."""
    return sha256(b"".join(parts)).hexdigest()


class Bundle:
    """An unpacked bundle."""

    def __init__(self, directory):
        self.directory = directory
        self.root = directory / "root"
        manifest = json.loads((directory / MANIFEST).read_text())
        self.want = manifest["want"]
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
        self.say = say
        self._apts = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return self._stack.__exit__(*exception)

    def bundle(self, definition, finish=lambda root: None, update=False):
        """The bundle of packages that the file @definition describes.

        @finish completes a freshly unpacked bundle, given its root directory.
        """
        recipe = definition.read_bytes()
        want = checksum(b"%d\n" % LAYOUT, recipe)
        with self._missing(definition.stem, want, update) as slot:
            if not slot.bundle:
                self._fetch(slot, tomllib.loads(recipe.decode()), finish)
        return slot.bundle

    def make(self, name, want, version, packages, fill, space=0):
        """The bundle @name that fill(root, scratch, log) makes, for what is not a package.

        @want is a checksum of everything that shapes it: a bundle made for
        another one is not used. @version is for people, @packages are dicts
        like those of the manifest, and @space is how many bytes it takes to
        make it. `scratch` is a directory that goes away afterwards, and `log` a
        file that stays.
        """
        with self._missing(name, want, False) as slot:
            if not slot.bundle:
                self.check_space(space)
                self._build(slot, f"{version}-{want[:12]}", packages, fill)
        return slot.bundle

    @contextlib.contextmanager
    def _missing(self, name, want, update):
        """A slot with the bundle that is there, or locked and to be filled in the block."""
        slot = _Slot(self.directory / name, want)
        slot.bundle = None if update else slot.present(slot.home / "current")
        if slot.bundle:
            yield slot
            return
        with self._disk_errors():
            slot.home.mkdir(exist_ok=True)
            with self._exclusive(slot.home):
                # Another run may have made it while this one waited for the lock.
                slot.bundle = None if update else slot.present(slot.home / "current")
                yield slot

    @contextlib.contextmanager
    def _exclusive(self, home):
        with open(home / "lock", "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.say(f"waiting for another run to finish its {home.name}")
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
            self.say(f"reading the package lists of {suite}")
            self._apts[suite] = apt.Apt(suite, directory)
        return self._apts[suite]

    def _fetch(self, slot, recipe, finish):
        self.check_space(0)
        archive = self._apt(recipe["suite"])
        packages = archive.resolve(recipe["install"], recipe["keep"])
        # Of a package that is unpacked in part, nobody knows how big that part is.
        self.check_space(sum(p.size + (0 if "files" in recipe else p.installed_size)
                             for p in packages))
        version = packages[0].version.split(":")[-1]  # no epoch: make cannot take a colon
        identity = checksum(slot.want.encode(), *sorted(p.sha256.encode() for p in packages))

        def fill(root, scratch, _log):
            self._unpack(archive, packages, recipe, root, scratch)
            finish(root)

        self._build(slot, f"{version}-{identity[:12]}", [asdict(p) for p in packages], fill)

    def _build(self, slot, directory_name, packages, fill):
        target = slot.home / directory_name
        if not slot.present(target):
            with tempfile.TemporaryDirectory(prefix="new-", dir=slot.home) as scratch:
                scratch = slot.home / scratch
                done = scratch / "done"
                (done / "root").mkdir(parents=True)
                fill(done / "root", scratch, slot.home / "make.log")
                _write_manifest(done, slot.want, packages)
                shutil.rmtree(target, ignore_errors=True)
                os.rename(done, target)
        _point(slot.home / "current", target.name)
        slot.bundle = Bundle(target)

    def _unpack(self, archive, packages, recipe, root, scratch):
        for number, package in enumerate(packages, 1):
            self.say(f"downloading {package.label} ({package.size >> 20} MB), "
                     f"{number} of {len(packages)}")
            deb = archive.download(package, scratch)
            self.say(f"unpacking {package.label}")
            unpack.package(deb, root, recipe.get("files", ["*"]))
            deb.unlink()
        if "inner" in recipe:
            for path in root.glob(recipe["inner"]["archive"]):
                unpack.inner(path, root, recipe["inner"]["keep"])
                path.unlink()

    def check_space(self, needed):
        """Raise unless there is room for @needed bytes, and some more."""
        needed += SLACK
        free = shutil.disk_usage(self.directory).free
        if free < needed:
            raise HarnessError(f"cache {self.directory}: needs {needed >> 20} MB of disk space, "
                               f"{free >> 20} MB are free; MOCK_VFIO_CACHE can name another "
                               "directory")


class _Slot:
    """The place of one bundle in the cache, and the bundle once it is there."""

    def __init__(self, home, want):
        self.home = home
        self.want = want
        self.bundle = None

    def present(self, directory):
        """The bundle in @directory if it is complete and the one that is wanted."""
        try:
            bundle = Bundle(directory.resolve(strict=True))
        except (OSError, ValueError, KeyError):
            return None
        return bundle if bundle.want == self.want else None


def _write_manifest(directory, want, packages):
    root = directory / "root"
    files = {str(path.relative_to(root)): digest(path) for path in sorted(root.rglob("*"))
             if path.is_file() and not path.is_symlink()}
    (directory / MANIFEST).write_text(json.dumps(
        {"want": want, "packages": packages, "files": files}))


def _point(link, target):
    """Make the symbolic link @link lead to @target, in one step."""
    fresh = link.with_name(f"current.{os.getpid()}")
    os.symlink(target, fresh)
    os.replace(fresh, link)

# SPDX-License-Identifier: GPL-2.0-only
"""Unpacks packages, and archives inside packages, as far as they are wanted."""

import fnmatch
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from . import tools
from .errors import HarnessError


def _place(root, name):
    """Where a member belongs; never outside @root."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise HarnessError(f"{name}: the archive tries to leave its directory")
    return root.joinpath(*parts)


def _write(archive, member, root):
    target = _place(root, member.name)
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if member.issym():
        os.symlink(member.linkname, target)
    elif member.islnk():
        os.link(_place(root, member.linkname), target)
    elif member.isfile():
        with open(target, "wb") as file:
            shutil.copyfileobj(archive.extractfile(member), file, 1 << 20)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)


def _members(command, what, stdin=None):
    """(archive, member) of the tar stream that @command prints."""
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        try:
            with tarfile.open(fileobj=child.stdout, mode="r|") as archive:
                for member in archive:
                    yield archive, member
        except tarfile.TarError as error:
            raise HarnessError(f"{what}: {error}") from error
        child.stdout.read()
        said = child.stderr.read().decode(errors="replace").strip()
        if child.wait():
            raise HarnessError(f"{what}: {said or 'cannot be unpacked'}")


def package(deb, root, keep=("*",)):
    """The files of the package @deb that match a glob of @keep, below @root."""
    tools.require("dpkg-deb")
    for archive, member in _members(["dpkg-deb", "--fsys-tarfile", deb], Path(deb).name):
        name = member.name.removeprefix("./")
        if any(fnmatch.fnmatchcase(name, glob) for glob in keep):
            _write(archive, member, root)


def inner(archive_path, root, keep):
    """The members of a .tar.xz that match a glob of @keep, below @root."""
    tools.require("xz")
    for archive, member in _members(["xz", "-T0", "-dc", archive_path], archive_path.name):
        if any(fnmatch.fnmatchcase(member.name, glob) for glob in keep):
            _write(archive, member, root)

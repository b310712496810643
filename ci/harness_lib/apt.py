# SPDX-License-Identifier: GPL-2.0-only
"""Downloads Debian packages by apt, apart from the host's own apt.

Everything that shapes what apt does is in a directory of its own: sources,
lists, status, caches. The host's sources, preferences, keys and hooks play no
part; only how to reach the network is taken over. apt verifies the archive's
signature and, through it, every package.
"""

import fnmatch
import os
import re
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from . import paths, tools
from .errors import HarnessError

CONFIG = """\
Dir::State "{dir}/state";
Dir::State::status "{dir}/status";
Dir::Cache "{dir}/cache";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "{sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
APT::Architecture "amd64";
APT::Architectures {{ "amd64"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
"""

# Host settings that say how to reach an archive, not what to trust or choose.
# The two date checks are for archives that are frozen at a date.
TAKEN_OVER = re.compile(r"^Acquire::(https?::(Proxy|CaInfo|Timeout)|Proxy|ForceIPv[46]|"
                        r"Check-Valid-Until|Check-Date)\b.* \"[^\"]+\";$", re.I)


@dataclass(frozen=True)
class Package:
    """A package in an archive, with the checksum that its signed index gives."""

    name: str
    version: str
    architecture: str
    size: int
    installed_size: int
    sha256: str

    @property
    def label(self):
        return f"{self.name} {self.version}"


def _host_settings():
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    return [line for line in dump.stdout.splitlines() if TAKEN_OVER.match(line)]


def _explain(output):
    """The user's view of a failed apt: what it said, and the likely cause."""
    said = [line for line in output.splitlines() if line.startswith(("E:", "W:", "Err:"))]
    shown = "\n  ".join(dict.fromkeys(said[:4])) or output.strip()[-300:]
    if re.search(r"No space left|enough free space", output):
        cause = "no space left on the cache's disk (MOCK_VFIO_CACHE can name another directory)"
    elif re.search(r"resolv|connect|timed out|unreachable|Failed to fetch|Could not", output, re.I):
        cause = "the Debian archive could not be reached (network, proxy)"
    else:
        cause = "apt failed"
    return f"{cause}:\n  {shown}"


class Apt:
    """One private apt for one suite, in @directory; its lists are fetched on first use."""

    def __init__(self, suite, directory):
        tools.require("apt-get", "apt-cache")
        self.directory = Path(directory)
        self.sources = paths.CI / "suites" / f"{suite}.sources"
        self._updated = False
        keyring = re.search(r"^Signed-By: (.*)$", self.sources.read_text(), re.M).group(1)
        if not os.path.exists(keyring):
            raise HarnessError(f"{keyring} not found, and without it no download can be verified: "
                               "sudo apt-get install debian-archive-keyring")
        for part in ("state/lists/partial", "cache/archives/partial"):
            (self.directory / part).mkdir(parents=True)
        (self.directory / "status").touch()
        config = CONFIG.format(dir=self.directory, sources=self.sources)
        self._config = self.directory / "apt.conf"
        self._config.write_text(config + "\n".join(_host_settings()) + "\n")

    def _run(self, *command, cwd=None):
        env = dict(os.environ, APT_CONFIG=str(self._config), LC_ALL="C")
        done = subprocess.run(command, env=env, cwd=cwd, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise HarnessError(_explain(done.stdout))
        return done.stdout

    def _update(self):
        if not self._updated:
            self._run("apt-get", "-q", "update")
            self._updated = True

    def resolve(self, install, keep):
        """The packages, among all that installing @install brings, that match a glob of @keep."""
        self._update()
        plan = self._run("apt-get", "-q", "-s", "install", *install)
        chosen = [(name, version)
                  for name, version in re.findall(r"^Inst (\S+) \((\S+)", plan, re.M)
                  if any(fnmatch.fnmatch(name, glob) for glob in keep)]
        if not chosen:
            raise HarnessError(f"{self.sources.name}: {' '.join(install)} brings no package "
                               f"that matches {' '.join(keep)}")
        return [self._show(name, version) for name, version in chosen]

    def _show(self, name, version):
        text = self._run("apt-cache", "show", f"{name}={version}")
        record = dict(re.findall(r"^([\w-]+): (.*)$", text.split("\n\n")[0], re.M))
        return Package(name, version, record["Architecture"], int(record["Size"]),
                       int(record["Installed-Size"]) * 1024, record["SHA256"])

    def download(self, package, directory):
        """Fetch one package into @directory; returns the verified file."""
        self._run("apt-get", "-q", "download", f"{package.name}={package.version}", cwd=directory)
        found = list(Path(directory).glob(f"{package.name}_*.deb"))
        if len(found) != 1:
            raise HarnessError(f"apt-get said it downloaded {package.label}, but there is no file")
        check_package(found[0], package)
        return found[0]

    def download_source(self, name, directory):
        """Fetch the files of a source package into @directory, verified by apt."""
        self._update()
        self._run("apt-get", "-q", "--download-only", "source", name, cwd=directory)


def check_package(path, package):
    """Raise unless the file is, to the last byte, the package the archive announced."""
    size = path.stat().st_size
    if size != package.size:
        raise HarnessError(f"{package.label}: broken download: {size} of {package.size} bytes; "
                           "run again to fetch it anew")
    digest = sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise HarnessError(f"{package.label}: broken download: its SHA-256 is {digest}, "
                           f"the archive's index says {package.sha256}; run again to fetch it anew")

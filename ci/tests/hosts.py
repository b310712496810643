# SPDX-License-Identifier: GPL-2.0-only
"""The matrix on two hosts, `make check-hosts`: network namespaces with an sshd each.

Needs root, and is slow: each host builds and boots its share. Not found by
`unittest discover`.
"""

import contextlib
import json
import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TESTS = ("meta/panic.global.before", "meta/hang.forever.after")

SSHD = """\
ListenAddress {address}
HostKey {directory}/host
AuthorizedKeysFile {directory}/user.pub
PidFile {directory}/{name}.pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
"""

SSH = """\
Host 10.213.*
  User root
  IdentityFile {directory}/user
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
"""


def run(*words):
    """Run a command that must not fail."""
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


class Host:
    """A network namespace that one can only reach by ssh."""

    def __init__(self, number, directory):
        self.name = f"mvfio{os.getpid() % 10000}-{number}"
        self.address = f"10.213.{number}.2"
        self._link = f"mv{os.getpid() % 10000}-{number}"
        self._directory = directory
        self._sshd = None

    def start(self):
        """Make it, and wait until its sshd answers."""
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self._link, "type", "veth", "peer", "eth0", "netns", self.name)
        run("ip", "addr", "add", self.address[:-1] + "1/24", "dev", self._link)
        run("ip", "link", "set", self._link, "up")
        inside = ("ip", "-n", self.name)
        run(*inside, "addr", "add", f"{self.address}/24", "dev", "eth0")
        run(*inside, "link", "set", "eth0", "up")
        run(*inside, "link", "set", "lo", "up")
        config = self._directory / f"{self.name}.conf"
        config.write_text(SSHD.format(address=self.address, directory=self._directory,
                                      name=self.name))
        Path("/run/sshd").mkdir(exist_ok=True)
        self._sshd = subprocess.Popen(["ip", "netns", "exec", self.name, "/usr/sbin/sshd", "-D",
                                       "-e", "-f", config], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while subprocess.run(["ssh", "-F", self._directory / "ssh.conf", self.address, "true"],
                             check=False, capture_output=True).returncode:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: its sshd does not answer")
            time.sleep(0.2)

    def stop_sshd(self):
        """The host is there, and nobody answers."""
        self._sshd.terminate()
        self._sshd.wait()

    def remove(self):
        """Leave nothing of it behind."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop_sshd()
            run("ip", "netns", "del", self.name)


class HostsTest(unittest.TestCase):
    """`ci/harness matrix` as a user would call it."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.directory = Path(scratch.name)
        for key in ("host", "user"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", cls.directory / key)
        config = cls.directory / "ssh.conf"
        config.write_text(SSH.format(directory=cls.directory))
        cls.hosts = [Host(number, cls.directory) for number in (1, 2)]
        for host in cls.hosts:
            cls.addClassCleanup(host.remove)
            host.start()
        (cls.directory / "hosts").write_text("".join(
            f"ssh -F {config} {host.address}\n" for host in cls.hosts))

    def matrix(self, name, code, word):
        """(summary, output) of a matrix over both hosts."""
        command = [TOP / "ci" / "harness", "matrix", "--hosts", self.directory / "hosts",
                   "--results", self.directory / name, "--timeout-scale", "3"]
        for test in TESTS:
            command += ["-t", test]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, output)
        self.assertEqual(done.stdout.splitlines()[-1], f"verdict: {word} (exit {code})")
        return json.loads((self.directory / name / "latest" / "summary.json").read_text()), output

    def test_1_both_work(self):
        summary, _ = self.matrix("both", 0, "pass")
        self.assertEqual(sorted(test["name"] for test in summary["tests"]), sorted(TESTS))
        labels = " ".join(share["label"] for share in summary["shares"])
        for host in self.hosts:
            self.assertIn(host.address, labels)
        self.assertTrue((self.directory / "both/latest/vm-2/console.log").exists())

    def test_2_a_host_that_is_lost_is_a_failure(self):
        self.hosts[1].stop_sshd()
        summary, output = self.matrix("lost", 2, "infra")
        self.assertEqual(len(summary["tests"]), 1)
        self.assertRegex(output, r"problem: share \d/2 on .*10\.213\.2\.2.*: no result came back")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""shell, gdb, doctor and bisect on real VMs: `python3 -m unittest -v ci/tests/tools.py`.

Slow, and so not found by `unittest discover`; `make check-harness` runs it.
"""

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
HARNESS = TOP / "ci" / "harness"
PATIENCE_S = 1800

PROGRAM = """\
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    printf("%d %s %d %d\\n", argc, argv[1], access(argv[2], R_OK | W_OK), access(argv[3], F_OK));
    return 7;
}
"""

# Puts a kernel together from the packages of 6.1: its "sources" are the limit of
# mappings that type1 has built in. That is the one variable in that section.
MAKEFILE = """\
KO = $(wildcard lib/modules/*/kernel/drivers/vfio/vfio_iommu_type1.ko)
all:
\trm -rf boot lib usr
\tcp -as $(PACKAGES)/boot $(PACKAGES)/lib $(PACKAGES)/usr .
\t$(MAKE) limit
limit:
\tprintf "$$(cat mappings)" >section
\tobjcopy --update-section .data..read_mostly=section $(KO) changed.ko
\tmv changed.ko $(KO)
"""
# 65535 and 0, as printf takes it.
MANY, NONE = r"\377\377\000\000", r"\000\000\000\000"


def harness(*arguments, **options):
    """ci/harness with these arguments."""
    return subprocess.run([HARNESS, *arguments], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False, stdin=subprocess.DEVNULL, **options)


def fetched(what):
    """Where that is, in the cache."""
    return Path(harness("fetch", what).stdout.strip())


class Scratch(unittest.TestCase):
    """A directory of the test's own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)


class ShellTest(Scratch):
    """One's own program in the VM."""

    def test_own_program(self):
        (self.directory / "own.c").write_text(PROGRAM)
        program = self.directory / "own"
        subprocess.run(["gcc", "-o", program, self.directory / "own.c"], check=True)
        done = harness("shell", "--add", program, "--", "own", "two words", "{group}", "{device}")
        self.assertEqual(done.stdout, "4 two words 0 0\n", done.stderr)
        self.assertEqual(done.returncode, 7)

    def test_command_that_a_signal_ends(self):
        done = harness("shell", "--", "sh", "-c", "kill -SEGV $$")
        self.assertEqual(done.returncode, 128 + 11, done.stderr)


class GdbTest(unittest.TestCase):
    """A breakpoint in the module's ioctl."""

    def test_stops_in_the_ioctl(self):
        if not shutil.which("gdb"):
            self.skipTest("gdb is not installed")
        done = harness("gdb", "--batch", "-t", "real/regions.*.mock_type1.info_is_consistent",
                       "-ex", "break get_info", "-ex", "continue", "-ex", "backtrace 2",
                       "-ex", "info args")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"hit Breakpoint 1, get_info \(mdev=0xffff\w+, arg=0x\w+\) "
                                      r"at .*/mock_vfio/device\.c:\d+")
        self.assertRegex(done.stdout, r"#1  0xffffffff\w+ in vfio_device_fops_unl_ioctl")
        self.assertRegex(done.stdout, r"\nmdev = 0xffff\w+\narg = 0x\w+\n")


class DoctorTest(Scratch):
    """What it says will skip is what does."""

    def kernel_without(self, option):
        """The packages of 6.1, but for an option in the headers."""
        image = fetched("kernel")
        for name in ("boot", "lib"):
            (self.directory / name).symlink_to(image.parents[1] / name)
        subprocess.run(["cp", "-as", image.parents[1] / "usr", self.directory], check=True)
        config = next(self.directory.glob("usr/src/*-amd64/include/config/auto.conf"))
        text = config.read_text()
        config.unlink()
        config.write_text(text.replace(f"{option}=m\n", "").replace(f"{option}=y\n", ""))

    def test_what_skips(self):
        self.kernel_without("CONFIG_VFIO_PCI")
        done = harness("doctor", "-k", self.directory)
        self.assertEqual(done.returncode, 0, done.stdout)
        foretold = set(re.findall(r"^    (\w+/\S+)$", done.stdout, re.M))
        done = harness("run", "-k", self.directory, "--results", self.directory / "results")
        self.assertEqual(done.returncode, 0, done.stdout[-2000:])
        summary = json.loads((self.directory / "results/latest/summary.json").read_text())
        skipped = {test["name"]: test["reason"] for test in summary["tests"]
                   if test["result"] == "skip"}
        self.assertLessEqual(foretold, set(skipped))
        self.assertIn("real/nvme", {name.partition(".")[0] for name in foretold})
        # What a kernel is too old for is not in its configuration.
        for name in set(skipped) - foretold:
            self.assertRegex(skipped[name], "(on|in) this kernel", name)


class BisectTest(Scratch):
    """`git bisect run` over histories in which the fifth commit is to blame.

    With six commits git looks at the third first, which does not build. Were it
    next to the culprit, git could not tell which of the two it is.
    """

    def git(self, *arguments):
        """Its output."""
        done = subprocess.run(["git", "-c", "user.name=nobody", "-c", "user.email=nobody@invalid",
                               *arguments], cwd=self.directory, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def commit(self, subject):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)

    def assert_found(self, output):
        self.assertEqual(re.findall(r"^bisect: (\w+) \(exit (\d+)\)", output, re.M),
                         [("skip", "125"), ("good", "0"), ("bad", "1")], output)
        self.assertRegex(output, r"(?s)is the first bad commit.*    break it")

    def test_kernel_tree(self):
        packages = fetched("kernel").parents[1]
        self.git("init", "-q")
        (self.directory / ".gitignore").write_text("boot\nlib\nusr\nsection\n")
        (self.directory / "Makefile").write_text(MAKEFILE)
        for subject, mappings in (("begin", MANY), ("go on", MANY), ("does not build", "%"),
                                  ("does again", MANY), ("break it", NONE), ("end", NONE)):
            (self.directory / "mappings").write_text(mappings)
            self.commit(subject)
        self.git("bisect", "start", "HEAD", "HEAD~5")
        output = self.git("bisect", "run", HARNESS, "bisect", "--build",
                          f"make PACKAGES={packages}", "-t", "real/dma_map.*.mock_type1.*several",
                          "--results", f"{self.directory}.results")
        self.addCleanup(shutil.rmtree, f"{self.directory}.results")
        self.assert_found(output)

    def test_this_project(self):
        files = subprocess.run(["git", "-C", TOP, "ls-files", "-z", "Makefile", "Kbuild",
                                "mock_vfio", "userlib", "selftests"], capture_output=True,
                               text=True, check=True).stdout
        for name in filter(None, files.split("\0")):
            if (TOP / name).is_file():
                (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(TOP / name, self.directory / name)
        self.git("init", "-q")
        (self.directory / ".gitignore").write_text("/build\n/results\n")
        source = next(path for path in (self.directory / "mock_vfio").glob("*.c")
                      if '"sparse-mmap' in path.read_text())
        good = source.read_text()
        bad = good.replace('"sparse-mmap', '"sparse-map')
        for subject, text in (("begin", good), ("go on", good + "/* More. */\n"),
                              ("does not build", good + "#error No.\n"), ("does again", good),
                              ("break it", bad), ("end", bad + "/* End. */\n")):
            source.write_text(text)
            self.commit(subject)
        self.git("bisect", "start", "HEAD", "HEAD~5")
        output = self.git("bisect", "run", HARNESS, "bisect", "--tree", ".",
                          "-t", "mock/configfs.config.features")
        self.assert_found(output)


if __name__ == "__main__":
    unittest.main()

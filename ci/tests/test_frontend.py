# SPDX-License-Identifier: GPL-2.0-only
"""doctor, clean, completion, and what the shell and gdb put together; without a VM."""

import contextlib
import gzip
import io
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from harness_lib import (accel, addfiles, clean, cli, completion, debugsymbols, doctor, gdb,
                         guestplan, kmod, paths, shell, suites)
from harness_lib.errors import HarnessError

from .test_kerneltree import config_text

NAMES = ("real/regions.regions.edu.info", "real/regions.regions.mock_type1.info",
         "real/irqs.irq.nvme.loopback", "mock/one.global.first")


class Frontend(unittest.TestCase):
    """A directory, and a few tests that are built."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name).resolve()
        self.replace(suites, "SELFTESTS", suites.Source(self.directory, self.directory))
        self.replace(suites.Source, "tests",
                     lambda source: [suites.by_name(name) for name in NAMES])

    def replace(self, target, name, value):
        """A patch for the time of the test."""
        patch = mock.patch.object(target, name, value)
        patch.start()
        self.addCleanup(patch.stop)

    def write(self, name, content=""):
        """A file of the test's own."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def harness(self, *arguments):
        """(exit status, all that is printed)"""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = cli.main(list(arguments))
        return code, printed.getvalue()


class DoctorTest(Frontend):
    """What is missing."""

    def doctor(self, **changes):
        path = self.write("config", config_text(**changes))
        return self.harness("doctor", "--config", str(path))

    def test_all_there(self):
        code, printed = self.doctor()
        self.assertEqual(code, 0)
        self.assertIn("no test will skip for want of an option", printed)

    def test_devices_missing_names_the_tests_that_will_skip(self):
        code, printed = self.doctor(IRQ_REMAP=None)
        self.assertEqual(code, 0)
        self.assertIn("CONFIG_IRQ_REMAP: VFIO refuses devices", printed)
        self.assertRegex(printed, r"\n  2 tests will skip: .*\n    real/regions.regions.edu.info\n"
                                  r"    real/irqs.irq.nvme.loopback\n")

    def test_nothing_can_run(self):
        code, printed = self.doctor(VFIO_MDEV=None)
        self.assertEqual(code, 1)
        self.assertRegex(printed, r"MISSING mock_vfio and .*\n +CONFIG_VFIO_MDEV: .*\n"
                                  r" +without that, no test runs")

    def test_build_tree_that_is_not_built(self):
        self.write("linux/.config", config_text(VFIO_PCI=None))
        code, printed = self.harness("doctor", "-k", str(self.directory / "linux"))
        self.assertEqual(code, 0)
        self.assertIn("CONFIG_VFIO_PCI", printed)

    def test_running_kernel(self):
        path = self.write("config.gz", gzip.compress(config_text(PCI=None).encode()))
        self.replace(doctor, "RUNNING", ("/nonexistent/{release}", str(path)))
        code, printed = self.harness("doctor")
        self.assertEqual(code, 1)
        self.assertIn("CONFIG_PCI", printed)
        self.replace(doctor, "RUNNING", ("/nonexistent/{release}",))
        code, printed = self.harness("doctor")
        self.assertEqual(code, 2)
        self.assertIn(f"there is none of /nonexistent/{os.uname().release}; --config FILE", printed)

    def test_host_without_tools(self):
        path = self.write("config", config_text())
        with mock.patch.dict(os.environ, PATH=str(self.directory)):
            code, printed = self.harness("doctor", "--config", str(path))
        self.assertEqual(code, 1)
        self.assertRegex(printed, r"MISSING building and running: qemu-system-x86_64, make.*"
                                  r"apt-get install .*qemu-system-x86 ")
        self.assertIn("MISSING ci/harness gdb: gdb not found: apt-get install gdb", printed)

    def test_kvm(self):
        self.replace(doctor.shutil, "which", lambda name: "/bin/true")
        for exists, access, works, used, words in (
                (False, False, None, False, "there is no"),
                (True, False, None, False, "no permission"),
                (True, True, None, True, "the first run will try"),
                (True, True, True, True, "guests run with it"),
                (True, True, False, False, "no guest got ready")):
            self.replace(accel, "KVM", mock.Mock(**{"exists.return_value": exists}))
            self.replace(doctor.os, "access", lambda path, mode, answer=access: answer)
            self.replace(accel, "remembered", lambda cache, answer=works: answer)
            usable, text = doctor._kvm()
            with self.subTest(words):
                self.assertEqual(usable, used)
                self.assertIn(words, text)


class CleanTest(Frontend):
    """What goes, and what stays."""

    def setUp(self):
        super().setUp()
        self.replace(paths, "BUILD", self.directory / "build")
        self.replace(paths, "RESULTS", self.directory / "results")
        self.replace(paths, "cache_dir", lambda: self.directory / "cache")
        self.write("build/x", bytes(3 << 20))
        for run in ("1", "2"):
            self.write(f"results/{run}/summary.json")
        (self.directory / "results/latest").symlink_to("2")
        for bundle in ("old", "new"):
            self.write(f"cache/6.1/{bundle}/bundle.json")
        (self.directory / "cache/6.1/current").symlink_to("new")
        self.write("cache/6.1/lock")
        self.write("cache/holiday.jpg")
        self.write("cache/photos/beach.jpg")
        self.write("cache/accel.json")
        self.write("cache/checkpatch/mark")

    def left(self):
        """Names of all files."""
        return {str(path.relative_to(self.directory))
                for path in self.directory.rglob("*") if path.is_file() and not path.is_symlink()}

    def removed(self, *arguments):
        """What is gone after `clean`, and what it printed."""
        before = self.left()
        code, printed = self.harness("clean", *arguments)
        self.assertEqual(code, 0)
        return before - self.left(), printed

    def test_build_and_results_by_default(self):
        gone, printed = self.removed()
        self.assertEqual(gone, {"build/x", "results/1/summary.json", "results/2/summary.json"})
        self.assertIn(f"removing {self.directory}/build (3.0 MB)\n", printed)
        self.assertTrue(printed.endswith("3.0 MB freed\n"))

    def test_dry_run(self):
        gone, printed = self.removed("--dry-run", "build", "cache")
        self.assertEqual(gone, set())
        self.assertIn("would remove", printed)
        self.assertTrue(printed.endswith("3.0 MB would be freed\n"))

    def test_old_keeps_the_latest_run_and_what_is_used(self):
        gone, _ = self.removed("old")
        self.assertEqual(gone, {"results/1/summary.json", "cache/6.1/old/bundle.json"})

    def test_in_the_cache_what_others_put_there_stays(self):
        self.removed("cache")
        self.assertEqual({name for name in self.left() if name.startswith("cache")},
                         {"cache/holiday.jpg", "cache/photos/beach.jpg"})

    def test_what_another_run_is_making_stays(self):
        with open(self.directory / "cache/6.1/lock", encoding="ascii") as lock:
            clean.fcntl.flock(lock, clean.fcntl.LOCK_EX)
            gone, printed = self.removed("cache", "old")
        self.assertEqual(gone, {"cache/accel.json", "cache/checkpatch/mark",
                                "results/1/summary.json"})
        self.assertIn(f"in use, stays: {self.directory}/cache/6.1\n", printed)

    def test_package_lists_of_a_run_that_was_killed(self):
        for name, age in (("apt-dead", 2 * clean.DAY_S), ("apt-live", 0)):
            self.write(f"cache/{name}/lists")
            when = clean.time.time() - age
            os.utime(self.directory / "cache" / name, (when, when))
        gone, _ = self.removed("cache")
        self.assertIn("cache/apt-dead/lists", gone)
        self.assertNotIn("cache/apt-live/lists", gone)

    def test_nothing_there(self):
        self.removed()
        self.assertEqual(self.removed(), (set(), "0.0 MB freed\n"))


class CompletionTest(Frontend):
    """What can follow, in the parser's eyes and in bash."""

    def follows(self, *words):
        """Candidates for the last word."""
        return completion.candidates(cli.parser(), list(words), len(words) - 1)

    def test_commands(self):
        self.assertEqual(self.follows("li"), ["list"])
        self.assertNotIn("complete", self.follows(""))

    def test_every_command_is_offered_with_all_its_options(self):
        commands = completion._commands(cli.parser())
        self.assertLessEqual({"run", "list", "shell", "gdb", "doctor", "bisect", "clean"},
                             set(commands))
        for name, parser in commands.items():
            self.assertIn(name, self.follows(""))
            for action in parser._actions:
                for option in action.option_strings:
                    self.assertIn(option, self.follows(name, "-"))

    def test_values(self):
        self.assertEqual(self.follows("run", "-k", "6.12"), ["6.12"])
        self.assertEqual(self.follows("run", "--accel", "k"), ["kvm"])
        self.assertEqual(self.follows("clean", "re"), ["results"])
        self.assertEqual(self.follows("run", "--repeat", ""), [])
        self.assertEqual(self.follows("shell", "--", "l"), [])

    def test_tests_step_by_step(self):
        self.assertEqual(self.follows("run", "-t", ""), ["mock/*", "real/*"])
        self.assertEqual(self.follows("run", "-t", "real/"), ["real/irqs.*", "real/regions.*"])
        self.assertEqual(self.follows("run", "-x", "real/irqs."), ["real/irqs.irq.nvme.loopback"])

    def test_in_bash(self):
        script = (f". {paths.CI}/completion/harness.bash; COMP_WORDS=({paths.CI}/harness run "
                  "--accel ''); COMP_CWORD=3; _mock_vfio_harness; echo \"${COMPREPLY[@]}\"; "
                  "complete -p harness")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        first, second = done.stdout.splitlines()
        self.assertEqual(first, "auto kvm tcg")
        self.assertIn("-F _mock_vfio_harness harness", second)


class ShellTest(Frontend):
    """Commands and files for the guest."""

    def test_words_come_out_as_they_went_in(self):
        self.write("command")
        image = mock.Mock(spec=guestplan.Image)
        words = ["printf", r"%s\n", "a b", "it's", "$HOME", "", "{group}x", "{uuid}", "{device}"]
        shell.add_command(image, words)
        name, script = image.file.call_args.args
        self.assertEqual(name, "command")
        done = subprocess.run(["sh", "-c", script.decode()], capture_output=True, text=True,
                              check=True, env={"GROUP": "/dev/vfio/4", "DEVICE": "u u",
                                               "SYSFS": "/sys/d", "PATH": os.environ["PATH"]})
        self.assertEqual(done.stdout.splitlines(),
                         ["a b", "it's", "$HOME", "", "/dev/vfio/4x", "u u", "/sys/d"])

    def added(self, *names):
        """{path in the guest: mode}"""
        files = {}
        image = SimpleNamespace(file=lambda path, data, mode=0o755: files.update({path: mode}))
        addfiles.add(image, [str(self.directory / name) for name in names])
        return files

    def test_files_and_directories(self):
        self.write("data.txt").chmod(0o640)
        self.write("tree/sub/file").chmod(0o600)
        self.assertEqual(self.added("data.txt", "tree"),
                         {"data.txt": 0o640, "tree/sub/file": 0o600})

    def test_program_brings_its_libraries(self):
        self.write("ldd", "#!/bin/sh\ncat <<EOF\n"
                   "\tlinux-vdso.so.1 (0x00007ffc)\n"
                   f"\tlibx.so.6 => {self.directory}/libx.so.6 (0x00007f1b)\n"
                   f"\t{self.directory}/ld.so.2 (0x00007f1c)\nEOF\n").chmod(0o755)
        self.write("libx.so.6", "x")
        self.write("ld.so.2", "x")
        self.write("program", b"\x7fELF").chmod(0o755)
        with mock.patch.dict(os.environ, PATH=f"{self.directory}:{os.environ['PATH']}"):
            self.assertEqual(self.added("program"),
                             {"program": 0o755, f"{self.directory}/libx.so.6": 0o755,
                              f"{self.directory}/ld.so.2": 0o755})
            self.write("ldd", "#!/bin/sh\necho '\tlibmissing.so.1 => not found'\n")
            with self.assertRaisesRegex(HarnessError, "program: it needs libmissing.so.1, which"):
                self.added("program")

    def test_static_program_brings_none(self):
        self.write("ldd", "#!/bin/sh\necho '\tnot a dynamic executable'; exit 1\n").chmod(0o755)
        self.write("program", b"\x7fELF")
        with mock.patch.dict(os.environ, PATH=f"{self.directory}:{os.environ['PATH']}"):
            self.assertEqual(list(self.added("program")), ["program"])

    def test_file_that_is_not_there(self):
        with self.assertRaisesRegex(HarnessError, "--add .*nonesuch: no such file"):
            self.added("nonesuch")


class GdbTest(Frontend):
    """What gdb is told."""

    def test_modules_are_put_where_the_guest_says(self):
        text = gdb._commands("/x/socket", {
            "mock_vfio": {".text": 0x1000, ".data": 0x2000, ".altinstructions": 0x3000},
            "vfio": {}}, {"mock_vfio": Path("/m/mock_vfio.ko"), "vfio": Path("/m/vfio.ko")})
        lines = text.splitlines()
        self.assertIn("add-symbol-file /m/mock_vfio.ko 0x1000 -s .data 0x2000", lines)
        self.assertNotIn("vfio.ko 0x", text.replace("mock_vfio.ko", ""))
        self.assertLess(lines.index("add-symbol-file /m/mock_vfio.ko 0x1000 -s .data 0x2000"),
                        lines.index("target remote /x/socket"))

    def test_needs_to_know_what_to_watch(self):
        for arguments in ((), ("-t", "x", "--", "true")):
            code, printed = self.harness("gdb", *arguments)
            self.assertEqual(code, 2)
            self.assertIn("say what the guest is to do", printed)

    def test_says_what_installs_gdb(self):
        with mock.patch("shutil.which", return_value=None):
            code, printed = self.harness("gdb", "-t", "x")
        self.assertEqual(code, 2)
        self.assertIn("gdb not found. On Debian: sudo apt-get install gdb, or ci/setup gdb",
                      printed)

    def kernel(self, symbols):
        image = self.write("vmlinux", b"\x7fELF" + b"\0.symtab\0" * symbols)
        return SimpleNamespace(name="6.1", release="6.1.0-1", image=image, version="6.1.1",
                               files=None, modules=mock.Mock(spec=kmod.ModuleTree))

    def test_kernel_with_symbols(self):
        kernel = self.kernel(True)
        self.assertEqual(debugsymbols.find(kernel, fetch=True).vmlinux, kernel.image)

    def test_kernel_without_says_where_they_are(self):
        kernel = self.kernel(False)
        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(debugsymbols.find(kernel, fetch=False).vmlinux, kernel.image)
        self.assertIn("--symbols downloads them (linux-image-6.1.0-1-dbg", said.getvalue())


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own suites: names, choice, needs, known failures, and their launcher."""

import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path
from unittest import mock

from harness_lib import (bundle, emulator, extras, kernels, ktap, machine, paths, suites,
                         upstream, vm)

KNOWN = {"xfail": [{"tests": "upstream:vfio/*.overflow", "before": "6.18", "reason": "EINVAL"}]}


def make_test(device="igb", variant="vfio_type1_iommu"):
    """A test of the kernel's on @device."""
    suite, = upstream.wanted(["upstream:vfio/*"])
    listed = suites.Test(Path("prog"), "upstream:vfio", "prog", "fix", variant, "case")
    return suite._test(listed, device)


class NamesTest(unittest.TestCase):
    """What tests are called, and what a -t asks for."""

    def test_the_device_is_part_of_the_name_but_not_of_the_row(self):
        test = make_test()
        self.assertEqual(test.name, "upstream:vfio/prog@igb.fix.vfio_type1_iommu.case")
        self.assertEqual(test.inner, "fix.vfio_type1_iommu.case")
        self.assertEqual(test.base, "upstream:vfio/prog.fix.case")

    def test_suites_run_only_when_asked_for_by_name(self):
        def names(*globs):
            return [suite.name for suite in upstream.wanted(globs)]

        self.assertEqual(names(), [])
        self.assertEqual(names("*"), [])
        self.assertEqual(names("upstream:*"), ["vfio", "iommu"])
        self.assertEqual(names("upstream:iommu/*fail_nth*"), ["iommu"])
        self.assertFalse(suites.wants_own(["upstream:*", "meta/*"]))
        self.assertTrue(suites.wants_own(["upstream:*", "mock/*"]))
        self.assertTrue(suites.wants_own([]))


class NeedsTest(unittest.TestCase):
    """What the guest and the machine are told."""

    def test_the_launcher_gets_device_iommu_and_needs(self):
        command = make_test("edu", "iommufd").command("/tests/prog")
        self.assertEqual(command, (
            "/upstream/launch", "path=/dev/iommu", "device=edu:1234:11e8", "iommu=iommufd",
            "/tests/prog", "-r", "fix.iommufd.case"))

    def test_a_variant_says_which_iommu(self):
        self.assertIn("iommu=type1", make_test(variant="vfio_type1v2_iommu_anonymous").options)
        self.assertIn("iommu=iommufd", make_test(variant="iommufd_compat_type1").options)
        self.assertIn("iommu=auto", make_test(variant="").options)
        self.assertIn("iommu=auto", make_test(variant="msix").options)

    def test_only_who_asks_gets_a_larger_machine(self):
        plain = machine.command("k", "i", "tcg", qemu=["qemu"])
        self.assertEqual(plain[plain.index("-m") + 1], "1G")
        self.assertFalse([word for word in plain if "igb" in word])
        needs = machine.Needs.of([make_test("edu"), make_test("igb")])
        large = machine.command("k", "i", "tcg", needs, ["other", "qemu"])
        self.assertEqual(large[:2], ["other", "qemu"])
        self.assertEqual(large[large.index("-m") + 1], "4G")
        self.assertIn("igb,bus=igb-port,netdev=igb-net", large)
        self.assertIn("hugepagesz=1G", large[-1])

    def test_iommufds_own_mock_has_a_machine_without_an_iommu(self):
        suite, = upstream.wanted(["upstream:iommu/*"])
        alone = suite._test(suites.Test(Path("prog"), "upstream:iommu", "prog", "f", "v", "c"), "")
        real = make_test("edu")
        self.assertEqual(machine.groups([alone, real, alone]), [[real], [alone, alone]])
        self.assertEqual(machine.groups([alone]), [[alone]])
        command = " ".join(machine.command("k", "i", "tcg", alone.needs, ["qemu"]))
        self.assertNotIn("iommu", command)
        self.assertNotIn("edu", command)
        self.assertEqual(machine.devices(alone.needs), [])
        command = " ".join(machine.command("k", "i", "tcg", real.needs, ["qemu"]))
        self.assertIn("intel-iommu", command)
        self.assertIn("intel_iommu=on", command)

    def test_the_hosts_qemu_is_used_if_it_can_be(self):
        with mock.patch.object(emulator.tools, "require", return_value="/bin/qemu"), \
                mock.patch.object(emulator, "_devices", return_value={"edu", "igb"}), \
                mock.patch.object(emulator.extras, "sources") as sources:
            self.assertEqual(emulator.get(None, ()), ("/bin/qemu",))
            self.assertEqual(emulator.get(None, ("igb",)), ("/bin/qemu",))
            sources.assert_not_called()
            sources.return_value.root = Path("/root")
            command = emulator.get(None, ("igb", "cxl"))
        self.assertIn("/root/usr/bin/qemu-system-x86_64", command)
        self.assertIn("QEMU_MODULE_DIR=/root/usr/lib/x86_64-linux-gnu/qemu", command)


class ExpectedTest(unittest.TestCase):
    """ci/upstream/xfail.toml."""

    def judge(self, result, release, name="upstream:vfio/a@edu.f.overflow"):
        with mock.patch.object(upstream, "_table", return_value=KNOWN):
            return upstream.judged(ktap.Result(result, "why"), name, release)

    def test_a_known_failure_is_shown_as_such(self):
        self.assertEqual(self.judge(ktap.FAIL, "6.1.0-56-amd64"),
                         ktap.Result(ktap.XFAIL, "EINVAL (why)"))
        self.assertEqual(self.judge(ktap.FAIL, "6.12.117").result, ktap.XFAIL)

    def test_on_a_kernel_where_it_is_mended_it_is_a_failure(self):
        self.assertEqual(self.judge(ktap.FAIL, "6.18.0").result, ktap.FAIL)
        self.assertEqual(self.judge(ktap.FAIL, "7.3.4+deb13-amd64").result, ktap.FAIL)

    def test_one_that_passes_after_all_is_a_failure(self):
        self.assertEqual(self.judge(ktap.PASS, "6.1.0").result, ktap.FAIL)

    def test_nothing_else_is_touched(self):
        for result in (ktap.SKIP, ktap.CRASH, ktap.TIMEOUT):
            self.assertEqual(self.judge(result, "6.1.0"), ktap.Result(result, "why"))
        self.assertEqual(self.judge(ktap.FAIL, "6.1.0", "mock/a.f.overflow").result, ktap.FAIL)

    def test_each_entry_says_what_it_is_about(self):
        for entry in upstream._table("xfail.toml")["xfail"]:
            self.assertTrue(entry["tests"].startswith("upstream:"), entry)
            self.assertGreater(len(entry["reason"]), 40, entry)


class PatienceTest(unittest.TestCase):
    """ci/upstream/patient.h."""

    def test_the_kernels_framework_waits_longer_than_the_harness(self):
        with bundle.Cache(paths.cache_dir(), print) as cache:
            framework = extras.kselftest(cache)
        done = subprocess.run(
            ["gcc", "-E", "-P", "-D_GNU_SOURCE", "-isystem", framework,
             "-include", paths.CI / "upstream" / "patient.h", "-"],
            input="int waits = TEST_TIMEOUT_DEFAULT;", capture_output=True, text=True, check=True)
        waits = int(done.stdout.split("int waits = ")[1].split(";")[0])
        slowest = max(tomllib.loads(path.read_text()).get("slowness", 1)
                      for path in kernels.DEFINITIONS.glob("*.toml"))
        self.assertGreater(waits, slowest * vm.LIMITS["tcg"].test)


class LaunchTest(unittest.TestCase):
    """ci/guest/launch.c, on the host."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.directory = Path(scratch.name)
        subprocess.run(["make", "-s", "-C", paths.CI / "guest", f"O={scratch.name}",
                        f"{scratch.name}/launch"], check=True)

    def launch(self, script, *options):
        """(exit status, lines) of a test that is a shell script."""
        program = self.directory / "program"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        done = subprocess.run([self.directory / "launch", *options, program, "-r", "a.test"],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()

    def judge(self, script, *options):
        status, lines = self.launch(script, *options)
        return ktap.judge(lines, "a.test", status)

    def test_output_and_status_are_passed_on(self):
        passing = "echo TAP version 13; echo 1..1; echo ok 1 a.test"
        self.assertEqual(self.judge(passing).result, ktap.PASS)
        self.assertEqual(self.judge(f"{passing}; exit 3").result, ktap.FAIL)
        self.assertEqual(self.judge("echo assertion; exit 1").result, ktap.CRASH)

    def test_a_program_that_dies_is_seen_to_die(self):
        self.assertEqual(self.launch("kill -SEGV $$")[0], -11)

    def test_a_bare_skip_gets_a_reason(self):
        self.assertEqual(self.judge("echo no driver >&2; exit 4"),
                         ktap.Result(ktap.SKIP, "no driver"))
        self.assertEqual(self.judge("echo '1..0 # SKIP no SR-IOV'; exit 4"),
                         ktap.Result(ktap.SKIP, "no SR-IOV"))

    def test_what_is_missing_is_named(self):
        self.assertEqual(self.judge("false", "path=/no/such/file"),
                         ktap.Result(ktap.SKIP, "this kernel has no /no/such/file"))
        self.assertEqual(self.judge("false", "device=toaster:ffff:ffff"),
                         ktap.Result(ktap.SKIP, "no toaster at vfio-pci"))
        self.assertIn("made for Linux 0.", self.judge("false", "release=0.").reason)

    def test_the_target_is_announced(self):
        _, lines = self.launch("exit 0", "iommu=iommufd")
        self.assertEqual(ktap.target(lines), ("none", "iommufd"))

    def test_an_unknown_option_is_an_error(self):
        self.assertEqual(self.launch("exit 0", "colour=red")[0], 1)


if __name__ == "__main__":
    unittest.main()

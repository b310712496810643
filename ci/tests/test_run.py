# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command run, between builds and VMs that are made up: kernels, rounds, jobs."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from harness_lib import accel, build, cli, kernels, kmod, record, run, suites
from harness_lib.errors import HarnessError
from harness_lib.suites import by_name

from .test_canned import make_vm


class FakeSession:
    """Each VM is the canned clean guest, or one of the failing ones."""

    def __init__(self, kernel, results):
        self.kernel = kernel
        self.record = record.RunRecord()
        self._results = results
        self.jobs = None

    def run(self, tests, jobs, isolate):
        """As session.Session.run()."""
        self.jobs = jobs
        vm = make_vm(self._results.pop(0))
        vm.kernel = self.kernel.name
        for test in tests:
            entry = record.test_record(test, vm.outcome.report.tests.get(0), vm)
            self.record.tests.append(entry)
        self.record.vms.append(vm)

    def abort(self):
        """Nothing goes on."""


class RunTest(unittest.TestCase):
    """`ci/harness run` on kernels that are made up."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)
        self.failing_builds = {}
        self.guests = []
        self.sessions = []
        self.environments = []
        for target, name, value in (
                (kernels, "get", self._kernel), (build, "attempt", self._attempt),
                (run.extras, "kselftest", lambda cache, update: Path("ksft")),
                (run.tools, "require", lambda *names: "/bin/true"),
                (suites.Source, "tests", lambda source: [by_name("mock/one.global.first")]),
                (suites.Source, "descriptions", lambda source: {}),
                (build, "find_module", lambda *args: Path("mock_vfio.ko")),
                (accel, "choose", lambda *args: accel.Accel("tcg")),
                (run, "Session", self._session)):
            patch = mock.patch.object(target, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def _kernel(self, _cache, name, _update):
        if name.startswith("/missing"):
            raise HarnessError(f"-k {name}: no such file or directory")
        files = SimpleNamespace(root=Path("/files"), verified=lambda path: path)
        return kernels.Kernel(Path(name).name, f"{Path(name).name}.0", "1", Path("vmlinux"),
                              Path("/headers"), mock.Mock(spec=kmod.ModuleTree), files, None)

    def _attempt(self, steps, log):
        return {step: HarnessError(self.failing_builds[step.name]) for step in steps
                if step.name in self.failing_builds}

    def _session(self, kernel, _accel, _limits, _init, _modules, env, *_rest):
        self.environments.append(env)
        session = FakeSession(kernel, self.guests)
        self.sessions.append(session)
        return session

    def run_with(self, *arguments):
        """(exit status, what is printed, summary.json)"""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = cli.main(["run", "--results", str(self.directory), *arguments])
        summary = json.loads((self.directory / "latest/summary.json").read_text())
        return code, printed.getvalue(), summary

    def test_a_kernel_whose_module_does_not_build_does_not_stop_the_others(self):
        self.failing_builds["mock_vfio.ko for 7.3.0"] = "building mock_vfio.ko failed: #error"
        self.guests = [{}]
        code, printed, summary = self.run_with("-k", "6.1", "-k", "7.3")
        self.assertEqual(code, 2)
        self.assertIn("problem: kernel 7.3: building mock_vfio.ko failed: #error", printed)
        self.assertEqual([kernel["state"] for kernel in summary["kernels"]], ["tested", "unbuilt"])
        self.assertEqual(summary["totals"]["passed"], 1)

    def test_nor_does_one_that_is_not_there(self):
        self.guests = [{}]
        code, printed, _ = self.run_with("-k", "/missing", "-k", "6.1")
        self.assertEqual(code, 2)
        self.assertIn("1 passed, 0 failed", printed)

    def test_none_left(self):
        code, printed, summary = self.run_with("-k", "/missing/a", "-k", "/missing/b")
        self.assertEqual(code, 2)
        self.assertIn("-k /missing/a: no such file or directory\n-k /missing/b: no such", printed)
        self.assertEqual([kernel["state"] for kernel in summary["kernels"]],
                         ["unbuilt", "unbuilt"])

    def test_what_all_kernels_need_must_build(self):
        self.failing_builds["selftests"] = "building selftests failed"
        code, printed, _ = self.run_with()
        self.assertEqual((code, self.sessions), (2, []))
        self.assertIn("ci/harness: building selftests failed", printed)

    def test_kernels_of_one_name_are_told_apart(self):
        self.guests = [{}, {}]
        _, _, summary = self.run_with("-k", "/a/6.1", "-k", "/b/6.1")
        self.assertEqual([kernel["name"] for kernel in summary["kernels"]],
                         ["6.1", "6.1 (/b/6.1)"])

    def test_environment_of_the_tests(self):
        self.guests = [{}]
        self.run_with("--seed", "7", "--env", "STEPS=1000", "--env", "EMPTY=")
        self.assertEqual(self.environments,
                         [{"MOCK_VFIO_SEED": 7, "STEPS": "1000", "EMPTY": ""}])

    def test_environment_must_be_a_word(self):
        for bad in ("STEPS", "=1", "two words=1", "STEPS=1 2", "1=1"):
            with self.assertRaises(SystemExit) as left, \
                    contextlib.redirect_stderr(io.StringIO()) as printed:
                cli.main(["run", "--env", bad])
            self.assertEqual(left.exception.code, 2)
            self.assertIn("is not like NAME=VALUE", printed.getvalue())

    def test_jobs_are_shared_by_the_kernels(self):
        for jobs, each in (("1", 1), ("3", 1), ("7", 2)):
            self.guests = [{}, {}, {}]
            self.sessions.clear()
            self.run_with("-k", "6.1", "-k", "6.12", "-k", "7.3", "-j", jobs)
            self.assertEqual([session.jobs for session in self.sessions], [each] * 3)

    def test_until_fail_goes_on_until_one_fails(self):
        failed = {"channel": """
            @hello protocol=1 release=6.1.0-56-amd64 taint=0
            @ready
            @begin index=0 name=mock/one.global.first
            |not ok 1 global.first""".replace("            ", "")}
        self.guests = [{}, {}, failed, {}]
        code, _, summary = self.run_with("--until-fail")
        self.assertEqual(code, 1)
        self.assertEqual([test["result"] for test in summary["tests"]], ["pass", "pass", "crash"])
        self.assertEqual(len(self.guests), 1)

    def test_kernel_that_does_not_boot(self):
        self.guests = [{"channel": "", "end": "HANG"}]
        code, _, summary = self.run_with()
        self.assertEqual((code, summary["kernels"][0]["state"]), (3, "unbooted"))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: GPL-2.0-only
"""What is submitted to KCIDB has the form of its schema, version 5.3, and the right meaning."""

import json
import re
import unittest
from pathlib import Path

from harness_lib import kcidb

# Kind -> fields that the schema requires, and others that it knows.
FIELDS = {
    "checkouts": ("id origin", "tree_name git_commit_name start_time valid misc comment"),
    "builds": ("id origin checkout_id", "architecture config_name status log_excerpt misc"),
    "tests": ("id origin build_id", "path status comment log_excerpt duration start_time "
                                    "environment misc"),
    "issues": ("id origin version", "comment culprit misc"),
    "incidents": ("id origin issue_id issue_version", "test_id build_id present comment misc"),
}
STATUS = {"FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"}
ID = re.compile(r"[a-z0-9_]+:.*")
PATH = re.compile(r"([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*|)")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def test(name, result, reason="", kernel="6.1"):
    """An entry of summary.json."""
    return {"name": name, "description": "what it proves", "kernel": kernel, "device": "edu",
            "iommu": "type1", "result": result, "reason": reason, "duration_s": 1.5, "vm": 1}


def summary(*tests, code=0, word="pass", problems=()):
    """summary.json."""
    return {"verdict": word, "exit_code": code, "problems": list(problems), "seed": 1,
            "started": "2026-11-22 10:49:40 UTC", "command": "ci/harness run", "commit": "abc+",
            "host": {"system": "Debian"}, "qemu": "QEMU 7.2", "accel": "tcg", "tests": list(tests),
            "kernels": [{"name": "6.1", "release": "6.1.0-56-amd64", "version": "6.1.192-2",
                         "state": "tested"},
                        {"name": "6.12", "state": "unbuilt", "error": "no headers"}]}


class KcidbTest(unittest.TestCase):
    """kcidb.document()."""

    def document(self, *tests, **verdict):
        made = kcidb.document(summary(*tests, **verdict), Path("results/20261122-104940"))
        self.check(json.loads(json.dumps(made)))
        return made

    def check(self, made):
        """The schema's demands."""
        self.assertEqual(made.pop("version"), {"major": 5, "minor": 3})
        self.assertEqual(set(made), set(FIELDS))
        known = {kind: {entry["id"] for entry in made[kind]} for kind in made}
        for kind, (required, optional) in FIELDS.items():
            self.assertEqual(len(known[kind]), len(made[kind]), f"{kind}: an id twice")
            for entry in made[kind]:
                self.assertLessEqual(set(required.split()), set(entry))
                self.assertLessEqual(set(entry), set(f"{required} {optional}".split()))
                self.assertNotIn(None, entry.values())
                self.assertRegex(entry["id"], ID)
                self.assertIn(entry.get("status", "PASS"), STATUS)
                self.assertTrue(PATH.fullmatch(entry.get("path", "")), entry.get("path"))
                self.assertLessEqual(len(entry.get("log_excerpt", "")), 16384)
                if "start_time" in entry:
                    self.assertRegex(entry["start_time"], TIME)
        self.assertLessEqual({one["checkout_id"] for one in made["builds"]}, known["checkouts"])
        self.assertLessEqual({one["build_id"] for one in made["tests"]}, known["builds"])
        self.assertLessEqual({one["issue_id"] for one in made["incidents"]}, known["issues"])
        self.assertLessEqual({one["test_id"] for one in made["incidents"]}, known["tests"])

    def statuses(self, made):
        return {entry["path"]: entry["status"] for entry in made["tests"]
                if "/verdict" not in entry["id"]}

    def test_results(self):
        made = self.document(*(test(f"mock/a.f.{result}", result) for result in (
            "pass", "flaky", "fail", "xfail", "timeout", "crash", "skip")))
        self.assertEqual([*self.statuses(made).values()],
                         ["PASS", "PASS", "FAIL", "FAIL", "ERROR", "ERROR", "SKIP"])

    def test_names_become_paths(self):
        made = self.document(test("upstream:vfio/prog@igb.fixture.variant.case", "pass"))
        self.assertEqual([*self.statuses(made)],
                         ["mock_vfio.upstream_vfio.prog_igb.fixture.variant.case"])

    def test_a_test_may_run_many_times(self):
        made = self.document(test("mock/a.f.t", "pass"), test("mock/a.f.t", "fail"))
        self.assertEqual(len(made["tests"]), 4)

    def test_a_known_failure_is_an_incident_of_an_issue(self):
        made = self.document(*[test("mock/a.f.t", "xfail", "type1 says EINVAL")] * 2)
        issue, = made["issues"]
        self.assertEqual((issue["comment"], issue["culprit"]),
                         ("type1 says EINVAL", {"code": True}))
        self.assertEqual(len(made["incidents"]), 2)

    def test_a_splat_is_no_pass_although_all_tests_pass(self):
        made = self.document(test("mock/a.f.t", "pass"), code=3, word="splat",
                             problems=["VM 1: WARNING"])
        verdict = made["tests"][0]
        self.assertEqual((verdict["path"], verdict["status"], verdict["log_excerpt"]),
                         ("mock_vfio", "FAIL", "VM 1: WARNING"))

    def test_a_kernel_that_was_lost(self):
        made = self.document(code=2, word="infra", problems=["kernel 6.12: no headers"])
        self.assertEqual([build["status"] for build in made["builds"]], ["PASS", "ERROR"])
        self.assertEqual(made["builds"][1]["log_excerpt"], "no headers")

    def test_long_reasons_are_cut(self):
        self.document(test("mock/a.f.t", "fail", "x" * 20000))

    def test_runs_differ(self):
        one = kcidb.document(summary(), Path("a"))["checkouts"][0]["id"]
        self.assertNotEqual(one, kcidb.document(summary(), Path("b"))["checkouts"][0]["id"])
        self.assertEqual(one, kcidb.document(summary(), Path("a"))["checkouts"][0]["id"])


if __name__ == "__main__":
    unittest.main()

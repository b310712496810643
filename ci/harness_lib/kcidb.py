# SPDX-License-Identifier: GPL-2.0-only
"""A run as KCIDB takes it: the kernel CI community's common database of results.

Follows version 5.3 of its I/O schema, https://github.com/kernelci/kcidb-io. A
kernel under test is a checkout with one build; a Debian package has no git
commit, so its version names it. Each test is a test of that build, and one more,
the tree's root, has the run's verdict, so that a splat during tests that pass is
not lost. Known failures are incidents of a known issue, as KCIDB wants them.
"""

import datetime
import re
from hashlib import sha256

from . import ktap, record
from .errors import Exit

VERSION = {"major": 5, "minor": 3}
ORIGIN = "mock_vfio"
# Longer excerpts are refused.
EXCERPT = 16384

STATUS = {
    ktap.PASS: "PASS",
    record.FLAKY: "PASS",
    ktap.FAIL: "FAIL",
    ktap.XFAIL: "FAIL",
    ktap.TIMEOUT: "ERROR",
    ktap.CRASH: "ERROR",
    ktap.SKIP: "SKIP",
}
VERDICT = {Exit.PASS: "PASS", Exit.FAIL: "FAIL", Exit.SPLAT: "FAIL", Exit.INFRA: "ERROR",
           Exit.EMPTY: "MISS"}


def document(summary, directory):
    """What to submit of the run with @summary, whose results are in @directory."""
    run = Submission(summary, directory.name)
    for kernel in summary["kernels"]:
        run.add_kernel(kernel)
    for number, test in enumerate(summary["tests"]):
        run.add_test(number, test)
    return run.document


class Submission:
    """One submission in the making."""

    def __init__(self, summary, name):
        self.document = {"version": VERSION, "checkouts": [], "builds": [], "tests": [],
                         "issues": [], "incidents": []}
        self._summary = summary
        # Unique among all runs of the origin: directories are named by the second only.
        facts = f"{name} {summary['started']} {summary['seed']} {summary['host']}"
        self._run = f"{name}-{sha256(facts.encode()).hexdigest()[:12]}"
        self._issues = set()

    def _id(self, *parts):
        return f"{ORIGIN}:{'/'.join(map(str, (self._run, *parts)))}"

    def _add(self, kind, identity, **fields):
        self.document[kind].append({"id": identity, "origin": ORIGIN,
                                    **{name: value for name, value in fields.items() if value}})

    def add_kernel(self, kernel):
        """A checkout, its build, and the verdict on it."""
        name = kernel["name"]
        built = kernel["state"] != "unbuilt"
        self._add("checkouts", self._id(name), tree_name="debian",
                  git_commit_name=kernel.get("version"), start_time=self._started(), valid=True)
        self._add("builds", self._id(name, "build"), checkout_id=self._id(name),
                  architecture="x86_64", config_name=kernel.get("release", name),
                  status="PASS" if built else "ERROR", log_excerpt=kernel.get("error"))
        self._add("tests", self._id(name, "verdict"), build_id=self._id(name, "build"),
                  path=ORIGIN, status=VERDICT[Exit(self._summary["exit_code"])],
                  comment=f"verdict: {self._summary['verdict']}",
                  log_excerpt="\n".join(self._summary["problems"])[:EXCERPT],
                  start_time=self._started(), environment=self._environment(),
                  misc={"command": self._summary["command"], "commit": self._summary["commit"]})

    def add_test(self, number, test):
        """One test's result."""
        identity = self._id(test["kernel"], number)
        self._add("tests", identity, build_id=self._id(test["kernel"], "build"),
                  path=_path(test["name"]), status=STATUS[test["result"]],
                  comment=test["description"], log_excerpt=test["reason"][:EXCERPT],
                  duration=test["duration_s"], start_time=self._started(),
                  environment=self._environment(),
                  misc={"device": test["device"], "iommu": test["iommu"],
                        "result": test["result"]})
        if test["result"] == ktap.XFAIL:
            self._add_known(identity, test)

    def _add_known(self, identity, test):
        issue = f"{ORIGIN}:issue/{sha256(test['name'].encode()).hexdigest()[:16]}"
        if issue not in self._issues:
            self._issues.add(issue)
            self._add("issues", issue, version=1, comment=test["reason"], culprit={"code": True})
        self._add("incidents", f"{identity}/known", issue_id=issue, issue_version=1,
                  test_id=identity, present=True)

    def _environment(self):
        host = self._summary["host"]
        return {"comment": f"{self._summary['qemu']}, {self._summary['accel']}", "misc": host}

    def _started(self):
        """With the zone's offset; summary.json has its name, for people."""
        words = self._summary["started"].split()
        return datetime.datetime.fromisoformat(" ".join(words[:2])).astimezone().isoformat()


def _path(name):
    """Dots separate the levels; only these characters are allowed between them."""
    return ".".join([ORIGIN, *filter(None, re.split(r"[./]", re.sub(r"[^\w./-]", "_", name)))])

# SPDX-License-Identifier: GPL-2.0-only
"""A run spread over hosts: shares, what comes back of them, and the one run they make."""

import argparse
import contextlib
import io
import json
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from harness_lib import arguments, cli, merge, results, run, spread
from harness_lib.errors import Exit, HarnessError
from harness_lib.reports import saved

NAMES = ["mock/a.global.one", "mock/a.global.two", "mock/a.global.three"]


def summary(names, result="pass", code=0, problems=(), chosen=3, kernel="6.1"):
    """summary.json of one share."""
    return {
        "schema": results.SCHEMA, "verdict": "", "exit_code": code, "problems": list(problems),
        "command": "", "commit": "", "host": {"system": "Debian"}, "seed": 1, "qemu": "QEMU",
        "accel": "tcg", "phases": {"boot": 2.0, "tests": 1.0},
        "shard": {"number": 1, "of": 2, "chosen": chosen},
        "kernels": [{"name": kernel, "release": "6.1.0", "version": "6.1", "state": "tested"}],
        "tests": [{"name": name, "description": f"about {name}", "kernel": kernel,
                   "device": "mock", "iommu": "type1", "result": result, "reason": "",
                   "duration_s": 0.5, "vm": 1} for name in names],
    }


class MatrixTest(unittest.TestCase):
    """A directory with shares in it."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)

    def share(self, number, content):
        """A share that came back with @content as its summary."""
        home = self.directory / f"source-{number}"
        (home / "vm-1").mkdir(parents=True)
        (home / "vm-1" / "console.log").write_text(f"console of share {number}\n")
        (home / "summary.json").write_text(json.dumps(content))
        return merge.Share(f"share {number}/2", home)

    def merge(self, *shares):
        target = self.directory / "merged"
        target.mkdir()
        self.final, _ = merge.merge(target, shares, {"started": "now", "command": "matrix"})
        self.problems = "\n".join(problem.text for problem in self.final.problems)
        return saved.load(target)


class MergeTest(MatrixTest):
    """One run of several."""

    def test_all_there(self):
        run = self.merge(self.share(1, summary(NAMES[::2])), self.share(2, summary(NAMES[1::2])))
        self.assertEqual(self.final.code, Exit.PASS, self.problems)
        self.assertEqual(sorted(test.name for test in run.tests), sorted(NAMES))
        self.assertEqual([test.vm for test in run.tests], [1, 1, 2])
        self.assertEqual((run.directory / "vm-2" / "console.log").read_text(),
                         "console of share 2\n")
        self.assertEqual(run.summary["totals"]["passed"], 3)
        self.assertEqual(run.descriptions[NAMES[0]], f"about {NAMES[0]}")
        self.assertEqual([share["label"] for share in run.summary["shares"]],
                         ["share 1/2", "share 2/2"])
        self.assertIn('name="6.1:mock/a" tests="3"', (run.directory / "junit.xml").read_text())

    def test_a_lost_share_is_a_failure_although_the_rest_passed(self):
        self.merge(self.share(1, summary(NAMES[::2])),
                   merge.Share("share 2/2 on b", self.directory / "none", "no result came back"))
        self.assertEqual(self.final.code, Exit.INFRA)
        self.assertIn("share 2/2 on b: no result came back", self.problems)
        self.assertIn("kernel 6.1: 2 of 3 tests have a result", self.problems)

    def test_nothing_came_back(self):
        run = self.merge(merge.Share("share 1/1", self.directory / "none", "host is down"))
        self.assertEqual(self.final.code, Exit.INFRA)
        self.assertEqual(run.tests, [])

    def test_a_summary_that_cannot_be_read(self):
        share = self.share(1, summary(NAMES))
        (share.directory / "summary.json").write_text("{")
        self.merge(share)
        self.assertEqual(self.final.code, Exit.INFRA)
        self.assertIn("not a run's summary", self.problems)

    def test_a_test_that_no_share_had(self):
        self.merge(self.share(1, summary(NAMES[:1])), self.share(2, summary(NAMES[:1])))
        self.assertEqual(self.final.code, Exit.INFRA)
        self.assertIn("1 of 3 tests", self.problems)

    def test_a_splat_of_one_share_is_the_verdict(self):
        self.merge(self.share(1, summary(NAMES[:2], code=3, problems=["VM 1: WARNING: x"])),
                   self.share(2, summary(NAMES[2:], "fail", 1, ["1 of 1 tests failed"])))
        self.assertEqual(self.final.code, Exit.SPLAT)
        self.assertIn("share 1/2: VM 1: WARNING: x", self.problems)
        self.assertIn("1 of 3 tests failed", self.problems)

    def test_more_shares_than_tests(self):
        self.merge(self.share(1, summary(NAMES, chosen=3)), self.share(2, summary([], code=4)))
        self.assertEqual(self.final.code, Exit.PASS, self.problems)


class SpreadTest(MatrixTest):
    """What GNU parallel is told, and what it leaves."""

    def shares(self, log, count=2):
        lines = ["Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand"]
        lines += [f"{seq}\t{host}\t1\t1\t0\t0\t{status}\t0\tx" for seq, host, status in log]
        (self.directory / "jobs.log").write_text("\n".join(lines) + "\n")
        return spread._shares(self.directory, count)

    def test_what_did_not_come_back_says_where(self):
        done, lost = self.shares([(2, "b", 255), (1, "a", 0)])
        self.assertEqual(lost.error, "no result came back (exit status 255)")
        self.assertEqual((done.label, lost.label), ("share 1/2 on a", "share 2/2 on b"))

    def test_what_never_started(self):
        _, lost = self.shares([(1, "a", 0)])
        self.assertEqual(lost.error, "no result came back (never started)")
        self.assertEqual([share.error for share in spread._shares(self.directory / "no", 1)],
                         ["no result came back (never started)"])

    def test_an_archive_that_was_cut_short(self):
        (self.directory / "shard-1.tar").write_bytes(b"x" * 700)
        share, _ = self.shares([(1, "a", 0)])
        self.assertIn("shard-1.tar", share.error)

    def test_results_are_unpacked(self):
        source = self.share(1, summary(NAMES)).directory
        with tarfile.open(self.directory / "shard-1.tar", "w") as archive:
            archive.add(source, ".")
        share, = self.shares([(1, "a", 0)], 1)
        self.assertEqual(len(saved.load(share.directory).tests), 3)

    def test_hosts(self):
        file = self.directory / "hosts"
        file.write_text("# mine\nroot@a\n\nssh -p 22 root@b  # the other\n")
        self.assertEqual(spread._hosts(file), ["root@a", "ssh -p 22 root@b"])
        file.write_text("# none\n")
        with self.assertRaisesRegex(HarnessError, "no host"):
            spread._hosts(file)
        with self.assertRaisesRegex(HarnessError, "sshloginfile"):
            spread._hosts(self.directory / "missing")

    def test_options_reach_each_share(self):
        args = cli.parser().parse_args(["matrix", "--hosts", "x", "-k", "6.1", "-k", "7.3",
                                        "-t", "mock/*", "-x", "a b"])
        self.assertEqual(spread._options(args), [
            "-k", "6.1", "-k", "7.3", "-t", "mock/*", "-x", "a b", "--accel", "auto",
            "--timeout-scale", "1.0"])
        cli.parser().parse_args(["run", "--shard", "2/3", *spread._options(args)])

    def test_the_shard_script_runs_in_the_copy(self):
        with mock.patch.object(spread.subprocess, "run") as run:
            (self.directory / spread.TREE).touch()
            args = cli.parser().parse_args(["matrix", "--hosts", "x", "-t", "a b*"])
            spread._parallel(args, self.directory, ["a", "b"], 2)
        words = run.call_args.args[0]
        self.assertIn("tar -xf tree.tar && ci/shard @SHARD@/2 shard-@SHARD@.tar -t 'a b*' "
                      "--accel auto --timeout-scale 1.0", words)
        self.assertEqual(words[-3:], [":::", "1", "2"])


class MergeOnlyTest(MatrixTest):
    """`ci/harness merge`, for shares that a CI system spread."""

    def run_merge(self, *words):
        args = cli.parser().parse_args(["merge", "--results", str(self.directory / "out"), *words])
        args.command_line = "ci/harness merge"
        with contextlib.redirect_stdout(io.StringIO()) as output:
            code = spread.merge_only(args)
        return code, output.getvalue()

    def test_as_many_as_expected(self):
        shares = [str(self.share(number, summary(names)).directory)
                  for number, names in enumerate((NAMES[:2], NAMES[2:]))]
        code, output = self.run_merge("--expect", "2", *shares)
        self.assertEqual(code, Exit.PASS, output)
        self.assertIn("3 passed, 0 failed", output)
        self.assertTrue((self.directory / "out/latest/report.html").exists())

    def test_one_that_never_arrived(self):
        code, output = self.run_merge("--expect", "2", str(self.share(1, summary(NAMES)).directory))
        self.assertEqual(code, Exit.INFRA)
        self.assertIn("share 2 of 2: its results are missing", output)


class ShardRunTest(unittest.TestCase):
    """Shares of `run --shard`."""

    def share(self, shard, tests):
        job = run.Run.__new__(run.Run)
        job._args = argparse.Namespace(shard=shard)
        return job._share(tests)

    def test_every_test_is_in_one_share(self):
        tests = [*range(7)]
        shares = [self.share((number, 3), tests) for number in (1, 2, 3)]
        self.assertEqual(sorted(sum(shares, [])), tests)
        self.assertEqual(max(map(len, shares)) - min(map(len, shares)), 1)

    def test_an_empty_share_is_said_to_be(self):
        with self.assertRaisesRegex(HarnessError, "3/3 of 2 tests is empty") as raised:
            self.share((3, 3), [1, 2])
        self.assertEqual(raised.exception.code, Exit.EMPTY)


class ShardArgumentTest(unittest.TestCase):
    """I/N."""

    def test_good_and_bad(self):
        self.assertEqual(arguments._shard("2/3"), (2, 3))
        for text in ("0/3", "4/3", "3", "a/b", "1/0", "-1/2", ""):
            with self.assertRaises(argparse.ArgumentTypeError, msg=text):
                arguments._shard(text)


if __name__ == "__main__":
    unittest.main()

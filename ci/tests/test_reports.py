# SPDX-License-Identifier: GPL-2.0-only
"""Runs read back, as text, as a page, and compared."""

import contextlib
import io
import json
import re
import tempfile
import tomllib
import unittest
from html.parser import HTMLParser
from pathlib import Path

from harness_lib import cli, faults, record, results
from harness_lib.errors import HarnessError
from harness_lib.protocol import GuestReport
from harness_lib.reports import compare, compare_view, markup, page, saved, text

from .test_canned import CANNED, make_vm
from .test_results import INFO, run_of

VOID = {"col", "input", "meta"}


class Page(HTMLParser):
    """Checks nesting as it reads, and keeps what the tests ask about."""

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.ids = []
        self.links = []
        self.loaded = []
        self.rows = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        elif "src" in attrs or "href" in attrs:
            self.loaded.append((tag, attrs))
        if tag == "tr" and "data-text" in attrs:
            self.rows.append(attrs)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"unexpected </{tag}>"

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data


class ReportCase(unittest.TestCase):
    """Makes results directories out of canned guests."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def make(self, directory, *names, kernels=None, change=lambda summary: None):
        """The SavedRun of canned guests, one a kernel."""
        kernels = kernels or [f"{number}.1" for number in range(6, 6 + len(names))]
        run, code, word, problems = record.RunRecord(), 0, "pass", []
        for number, (name, kernel) in enumerate(zip(names, kernels), 1):
            part, final = run_of(name)
            vm, = part.vms
            vm.number, vm.kernel = number, kernel
            vm.directory = self.scratch / directory / f"vm-{number}"
            vm.directory.mkdir(parents=True)
            for test in part.tests:
                test.vm, test.kernel = number, kernel
            results.write_vm(vm)
            run.tests += part.tests
            run.vms += part.vms
            code, word = (int(final.code), final.word) if final.code else (code, word)
            problems += [problem.text for problem in final.problems]
        results.write(self.scratch / directory, run, dict(
            INFO, verdict=word, exit_code=code, problems=problems, descriptions={},
            phases={"boot": 2.0, "tests": 3.0},
            kernels=[{"name": kernel, "release": f"{kernel}.0-amd64", "version": f"{kernel}.9-1",
                      "state": "tested"}
                     for kernel in kernels]))
        file = self.scratch / directory / "summary.json"
        summary = json.loads(file.read_text())
        change(summary)
        file.write_text(json.dumps(summary))
        return saved.load(self.scratch / directory)


class MarkupTest(unittest.TestCase):
    """What the builder escapes and what it leaves."""

    def test_text_and_attributes_are_escaped_once(self):
        self.assertEqual(markup.tag("b", "<&>", markup.tag("i", "x"), title='"<'),
                         '<b title="&quot;&lt;">&lt;&amp;&gt;<i>x</i></b>')

    def test_attributes_without_value(self):
        self.assertEqual(markup.tag("details", None, open=True, hidden=False, class_="a",
                                    data_x=0), '<details open class="a" data-x="0"></details>')


class PageTest(ReportCase):
    """The page: whole, alone, and saying what it must."""

    def page(self, *names, **more):
        self.run_ = self.make("run", *names, **more)
        return Page(page.render(self.run_))

    def test_is_well_formed_and_self_contained(self):
        html = page.render(self.make("run", "test-failed", "warn", "clean"))
        found = Page(html)
        self.assertEqual(found.loaded, [])
        self.assertNotRegex(html, r"https?://|@import|url\(")
        self.assertEqual(len(found.ids), len(set(found.ids)))
        self.assertEqual([link for link in found.links
                          if not link.startswith("#") or link[1:] not in found.ids], [])

    def test_failure_is_shown_with_its_evidence(self):
        found = self.page("test-failed", "clean")
        for part in ("one.c:9:first:Expected 1", "the test's output",
                     "ci/harness run -k 6.1 -t 'mock/one.global.first'"):
            self.assertIn(part, found.text)

    def test_splat_is_shown_with_its_lines(self):
        found = self.page("warn")
        self.assertRegex(found.text, r"WARNING: CPU: 1 PID: 93[^\0]*cut here[^\0]*WARNING: CPU: 1")

    def test_rows_say_what_the_filter_looks_for(self):
        def describe(summary):
            for test in summary["tests"]:
                test["description"] = "Proves a <thing>."

        found = self.page("test-failed", "clean", change=describe)
        row, = found.rows
        self.assertEqual(row["data-results"], "fail pass")
        for word in ("mock/one.global.first", "proves a <thing>.", "expected 1"):
            self.assertIn(word, row["data-text"])

    def test_every_result_has_a_box(self):
        boxes = {word for _, words in page.matrix.FILTERS for word in words}
        self.assertEqual(boxes, set(page.matrix.WORDS_OF))

    def test_sections_without_content_are_left_out(self):
        found = self.page("clean")
        self.assertEqual(set(found.ids) & {"problems", "failures", "faults", "uapi", "coverage"},
                         set())
        self.assertLessEqual({"tests", "slowest", "facts"}, set(found.ids))

    def test_faults_and_coverage(self):
        def change(summary):
            summary["tests"][0]["faults"] = {"iommu.map_dma": 3}
            summary["coverage"] = [{"part": "mock_vfio", "lines": [90, 100], "branches": [1, 2]}]

        found = self.page("clean", change=change)
        self.assertRegex(found.text, r"iommu\.map_dma31")
        self.assertIn("90.0 %, 90 of 100", found.text)
        lines = "\n".join(text.render(self.run_))
        self.assertRegex(lines, r"iommu\.map_dma +3 in 1 tests")
        self.assertRegex(lines, r"mock_vfio +90 of +100 +90\.0 % +1 of +2 +50\.0 %")

    def test_summary_alone_is_enough(self):
        self.make("run", "test-failed")
        alone = self.scratch / "alone.json"
        alone.write_text((self.scratch / "run" / "summary.json").read_text())
        found = Page(page.render(saved.load(alone)))
        self.assertIn("one.c:9:first:Expected 1", found.text)
        self.assertNotIn("the test's output", found.text)


class TextTest(ReportCase):
    """The same on a terminal."""

    def test_failure(self):
        lines = "\n".join(text.render(self.make("run", "test-failed", "clean")))
        for part in ("run: fail (exit 1)", "FAILED: 6.1: mock/one.global.first: ",
                     "kernel 7.1: 7.1.0-amd64, version 7.1.9-1", "1 passed, 1 failed, 0 skipped",
                     "boot 2.0 s, tests 3.0 s; 5.0 s in all"):
            self.assertIn(part, lines)


class CompareTest(ReportCase):
    """What changed."""

    def compare(self, *runs):
        return compare.compare([self.make(f"run{number}", *names) if isinstance(names, tuple)
                                else names for number, names in enumerate(runs)])

    def changed(self, outcome):
        return {name: len(getattr(outcome, name)) for name, _ in compare_view.LISTS
                if getattr(outcome, name)}

    def test_nothing(self):
        outcome = self.compare(("clean",), ("clean",))
        self.assertEqual((self.changed(outcome), outcome.times, outcome.worse), ({}, [], False))
        self.assertIn("Nothing changed.", Page(compare_view.html(outcome)).text)

    def test_new_failure(self):
        outcome = self.compare(("clean",), ("test-failed",))
        self.assertEqual((self.changed(outcome), outcome.worse), ({"failures": 1}, True))
        self.assertIn("  6.1    mock/one.global.first: pass -> fail: ",
                      "\n".join(compare_view.text(outcome)))

    def test_fixed(self):
        outcome = self.compare(("test-failed",), ("clean",))
        self.assertEqual((self.changed(outcome), outcome.worse), ({"fixed": 1}, False))

    def test_same_failure_is_not_worse(self):
        self.assertFalse(self.compare(("test-failed",), ("test-failed",)).worse)

    def test_other_failure(self):
        outcome = self.compare(("test-failed",), ("program-killed",))
        self.assertEqual((self.changed(outcome), outcome.worse), ({"otherwise": 1}, False))

    def test_skips(self):
        self.assertEqual(self.changed(self.compare(("clean",), ("all-skipped",)))["skipped"], 1)

    def test_no_longer_skipped(self):
        self.assertEqual(self.changed(self.compare(("all-skipped",), ("clean",))),
                         {"unskipped": 1})

    def test_splat_without_failed_test_is_worse(self):
        outcome = self.compare(("clean",), ("warn",))
        self.assertEqual((self.changed(outcome), outcome.worse), ({}, True))

    def test_tests_that_came_and_went(self):
        def rename(summary):
            summary["tests"][0]["name"] = "mock/one.global.second"

        outcome = self.compare(("clean",), self.make("new", "clean", change=rename))
        self.assertEqual(self.changed(outcome), {"come": 1, "gone": 1})

    def test_new_test_that_fails_is_a_new_failure(self):
        def rename(summary):
            summary["tests"][0]["name"] = "mock/one.global.second"

        outcome = self.compare(("test-failed",), self.make("new", "test-failed", change=rename))
        self.assertEqual(self.changed(outcome), {"failures": 1, "gone": 1})

    def test_kernel_of_one_run_only(self):
        outcome = self.compare(("clean", "test-failed"), ("clean",))
        self.assertEqual(self.changed(outcome), {})
        self.assertEqual(outcome.alone, ["kernel 7.1 was tested in run0 only"])

    def times(self, *runs):
        """The changed times among runs of tests that took so many seconds."""
        def timed(seconds):
            def change(summary):
                first = summary["tests"][0]
                summary["tests"] = [dict(first, name=f"mock/one.global.t{number}", duration_s=one)
                                    for number, one in enumerate(seconds)]
            return change

        made = [self.make(f"run{number}", "clean", change=timed(seconds))
                for number, seconds in enumerate(runs)]
        return [(entry.name[-2:], round(entry.ratio, 1)) for entry in compare.compare(made).times]

    def test_slower_and_faster(self):
        self.assertEqual(self.times((1, 1, 1, 1, 4), (1, 1, 1, 3, 1)), [("t3", 3.0), ("t4", 0.2)])

    def test_slower_machine_is_no_change(self):
        self.assertEqual(self.times((1, 2, 3), (2, 4, 6)), [])

    def test_short_tests_do_not_count(self):
        self.assertEqual(self.times((1, 1, 0.01), (1, 1, 0.09)), [])

    def test_noise_of_several_old_runs_is_allowed_for(self):
        quiet, noisy = (1, 1, 1, 1), (1, 1, 1, 3)
        self.assertEqual(self.times(quiet, quiet, quiet, noisy), [("t3", 3.0)])
        for directory in self.scratch.iterdir():
            directory.rename(directory.with_name("old-" + directory.name))
        self.assertEqual(self.times((1, 1, 1, 0.5), (1, 1, 1, 1), (1, 1, 1, 1.8), noisy), [])


class CommandTest(ReportCase):
    """`ci/harness report`."""

    def report(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(["report", *map(str, arguments)])
        return code, out.getvalue() + err.getvalue()

    def test_one_run(self):
        run = self.make("run", "test-failed")
        code, said = self.report(run.directory)
        self.assertEqual(code, 0)
        self.assertTrue(said.endswith(f"page: {run.directory / 'report.html'}\n"))
        Page((run.directory / "report.html").read_text())

    def test_two_runs(self):
        old, new = self.make("old", "clean"), self.make("new", "test-failed")
        target = self.scratch / "x.html"
        self.assertEqual(self.report(old.directory, new.directory, "--html", target)[0], 1)
        self.assertRegex(Page(target.read_text()).text, r"^\s*worse: ")
        self.assertEqual(self.report(new.directory, old.directory)[0], 0)

    def test_what_is_no_run(self):
        other = self.scratch / "other.json"
        for content, words in (("[]", "schema 1"), ("{", "not a run's summary")):
            other.write_text(content)
            with self.assertRaisesRegex(HarnessError, words):
                saved.load(other)
        code, said = self.report(self.scratch / "nosuch")
        self.assertEqual(code, 2)
        self.assertIn("nosuch/summary.json: No such file", said)

    def test_submission(self):
        run = self.make("run", "test-failed")
        target = self.scratch / "kcidb.json"
        self.assertEqual(self.report(run.directory, "--kcidb", target)[0], 0)
        # The verdict is one, too.
        self.assertEqual(len(json.loads(target.read_text())["tests"]), 2)

    def test_page_that_cannot_be_written(self):
        run = self.make("run", "clean")
        code, said = self.report(run.directory, "--html", "/proc/nosuch/x")
        self.assertEqual(code, 2)
        self.assertRegex(said, "--html can name another")


class FaultsTest(unittest.TestCase):
    """What the guests count at the sites."""

    def test_a_tests_share_is_what_came_since(self):
        report = GuestReport()
        for line in ("seen index=0 fired iommu.map_dma 2", "seen index=0 fired device.open 0",
                     "seen index=0 ok { door: 1, cmd: 1 } hitcount: 1",
                     "seen index=3 fired iommu.map_dma 5", "seen index=3 fired device.open 1"):
            report.feed("@" + line)
        self.assertEqual(faults.fired(report.seen),
                         {0: {"iommu.map_dma": 2}, 3: {"iommu.map_dma": 3, "device.open": 1}})

    def test_they_are_the_tests(self):
        vm = make_vm(tomllib.loads((CANNED / "clean.toml").read_text()))
        vm.outcome.report.feed("@seen index=0 fired device.open 4")
        self.assertEqual([test.faults for test in vm.collect()[0]], [{"device.open": 4}])


class SavedTest(ReportCase):
    """What is read back."""

    def test_tests_are_as_they_were(self):
        run = self.make("run", "test-failed", "clean")
        self.assertEqual([(test.kernel, test.result) for test in run.tests],
                         [("6.1", "fail"), ("7.1", "pass")])
        self.assertTrue(any("Expected 1" in line for line in run.tests[0].output))
        self.assertFalse(any("Expected 1" in line for line in run.tests[1].output))

    def test_kernel_that_was_not_built(self):
        def lose(summary):
            summary["kernels"].append({"name": "mine", "state": "unbuilt", "error": "no make"})

        run = self.make("run", "clean", change=lose)
        self.assertIn("kernel mine: unbuilt: no make", text.render(run))
        self.assertIn("unbuilt: no make", Page(page.render(run)).text)

    def test_console_during_a_test(self):
        run = self.make("run", "warn-in-expected")
        excerpt = list(run.evidence(run.tests[0]))[-1]
        self.assertRegex(excerpt.title, "console of VM 1")
        self.assertFalse(any(re.search("ci: (begin|end)", line) for line in excerpt.lines))
        self.assertTrue(excerpt.lines)


if __name__ == "__main__":
    unittest.main()

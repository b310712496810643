# SPDX-License-Identifier: GPL-2.0-only
"""What `run` prints at its end."""

import shlex

from . import ktap, results, table

# Lines of the console that are shown when a run did not pass.
CONSOLE_LINES = 25
# Tests of one kind that are named one by one.
NAMED = 20


def text(run, verdict, info, directory):
    """All of it but the verdict line, as lines."""
    lines = []
    several = len({test.kernel for test in run.tests}) > 1
    if run.tests:
        lines += ["", *table.render(run.tests), ""]
    lines += named("skipped", [test for test in run.tests if test.result == ktap.SKIP], several)
    lines += _flaky(run)
    if verdict.code:
        lines += named("FAILED", [test for test in run.tests if test.bad], several)
        lines += _problems(verdict)
        lines += _evidence(run, directory)
    totals = results.totals(run)
    lines.append(f"{totals['passed']} passed, {totals['failed']} failed, "
                 f"{totals['skipped']} skipped   ({info})")
    return lines


def named(title, tests, with_kernel):
    """A line for each of @tests, up to a limit."""
    lines = [f"{title}: {f'{test.kernel}: ' if with_kernel else ''}{test.name}: "
             f"{test.reason or test.result}" for test in tests[:NAMED]]
    if len(tests) > NAMED:
        lines.append(f"{title}: and {len(tests) - NAMED} more")
    return lines


def _flaky(run):
    return [f"flaky: VM {vm.number} did not get ready ({vm.outcome.end.value}); the tests that "
            f"passed in its second attempt count as flaky; its log: {vm.directory}"
            for vm in run.vms if vm.retried]


def _problems(verdict):
    return [f"problem: {problem.text}" for problem in verdict.problems]


def _evidence(run, directory):
    """Of the first VM that something is wrong with."""
    suspects = {test.vm for test in run.tests if test.bad}
    vm = next((vm for vm in run.vms if vm.splats or not vm.outcome.clean), None) or next(
        (vm for vm in run.vms if vm.number in suspects), None)
    if not vm:
        return []
    return ["", *_console(vm), "",
            f"QEMU: {shlex.join(vm.outcome.command)}",
            f"reproduce: {directory / 'repro.sh'}", ""]


def _console(vm):
    """The first splat, from its beginning; without one, the console's end."""
    lines = vm.outcome.console.splitlines()
    if vm.splats:
        start = max(vm.splats[0].number - 3, 0)
        title = f"the splat on the console of VM {vm.number} (kernel {vm.kernel}):"
    else:
        start = max(len(lines) - CONSOLE_LINES, 0)
        title = f"the last lines on the console of VM {vm.number} (kernel {vm.kernel}):"
    return [title, *(f"  | {line.rstrip()}" for line in lines[start:start + CONSOLE_LINES])]

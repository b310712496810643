# SPDX-License-Identifier: GPL-2.0-only
"""Gets tests run: as many VMs, one after the other, as it takes.

What a dying guest left undone runs in a fresh one. A guest that fails before
its "ready" is started once more; nothing else is ever tried twice.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

from . import console, guestplan, machine, record, results
from .vm import End, VM


class Session:
    """One kernel and all that its VMs have in common."""

    def __init__(self, kernel, accel, limits, init, modules, env, directory, numbers,
                 progress, record_uapi=False, qemu=(), instead=()):
        self.kernel = kernel
        self.accel = accel
        self.record = record.RunRecord()
        self._limits = limits
        self._init = init
        self._modules = modules
        self._qemu = qemu
        self._instead = instead
        self._env = env
        self._record_uapi = record_uapi
        self._directory = directory
        self._progress = progress
        self._rules = console.Rules.load()
        self._numbers = numbers
        self._lock = threading.Lock()
        self._live = set()
        self._aborted = False

    def run(self, tests, jobs=1, isolate=False):
        """Run all of @tests, in @jobs VMs at a time; returns the RunRecord.

        With @isolate, each test has a VM of its own.
        """
        shards = []
        for group in machine.groups(tests):
            # Dealt out like cards: neighbours take similar time.
            number = len(group) if isolate else min(jobs, len(group))
            shards += [group[start::number] for start in range(number)]
        with ThreadPoolExecutor(min(jobs, len(shards))) as pool:
            try:
                list(pool.map(self._run_shard, shards))
            except BaseException:
                self.abort()
                raise
        order = {id(test): place for place, test in enumerate(tests)}
        self.record.tests.sort(key=lambda entry: order[id(entry.test)])
        self.record.vms.sort(key=lambda entry: entry.number)
        return self.record

    def abort(self):
        """Interrupted, or in trouble: end the VMs, so that their threads come back."""
        with self._lock:
            self._aborted = True
            for guest in self._live:
                guest.kill()

    def _run_shard(self, pending):
        while pending and not self._aborted:
            vm = self._boot(pending)
            if self._may_retry(vm):
                vm.retried = True
                self._progress.retry(vm)
                self.accel.distrust()
                vm = self._boot(pending, attempt=2)
            pending = self._collect(vm)

    def _may_retry(self, vm):
        """Whether a VM that did not get ready may be started once more.

        Not when guest or QEMU said what is wrong, for that will not change;
        and never after a splat, unless it came before init, when nothing of
        ours was loaded: on a busy host a stock kernel's boot may fail.
        """
        outcome = vm.outcome
        report = outcome.report
        return not (self._aborted or report.ready or report.errors or
                    (outcome.end is End.QEMU and not outcome.console) or
                    (vm.splats and report.release))

    def _boot(self, tests, attempt=1):
        with self._lock:
            number = next(self._numbers)
        directory = self._directory / f"vm-{number}"
        directory.mkdir(parents=True)
        image = guestplan.for_tests(self.kernel, self._init, tests, self._modules,
                                    self._limits(self.accel.kind).test, self._env,
                                    self._record_uapi, self._instead)
        initramfs = image.write(directory / "initramfs.cpio")
        command = machine.command(self.kernel.image, initramfs, self.accel.kind,
                                  machine.Needs.of(tests), self._qemu)
        self._progress.boot(number, self.kernel.name, attempt)
        vm = record.VMRecord(number, self.kernel.name, tests, directory, attempt=attempt,
                             release=self.kernel.release)
        guest = VM(command, self._limits(self.accel.kind),
                   lambda word, report: self._heard(vm, word, report))
        with self._lock:
            self._live.add(guest)
        vm.outcome = guest.run()
        vm.splats = console.splats(vm.outcome.console_judged, self._rules)
        results.write_vm(vm)
        with self._lock:
            self._live.remove(guest)
            self.record.vms.append(vm)
        return vm

    def _heard(self, vm, word, report):
        if word == "ready":
            self._progress.ready(vm.number)
        elif word == "begin":
            self._progress.begin(vm.number, vm.tests[report.current.index])
        elif word == "end":
            index = max(report.tests)
            self._progress.end(vm.number, record.test_record(
                vm.tests[index], report.tests[index], vm))

    def _collect(self, vm):
        """Keep the results of a VM that has ended; returns the tests for the next one."""
        entries, left = vm.collect()
        for entry in entries[sum(test.ended for test in vm.outcome.report.tests.values()):]:
            self._progress.end(vm.number, entry)
        with self._lock:
            self.record.tests += entries
        if left:
            self._progress.fresh(vm, len(left))
        return left

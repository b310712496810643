# SPDX-License-Identifier: GPL-2.0-only
"""The sub-command run: set-up, build, boot, tests, verdict."""

import dataclasses
import errno
import functools
import itertools
import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import (accel, build, bundle, coverage, emulator, ending, extras, kernels, machine, paths,
               record, results, suites, tools, upstream, verdict, vm)
from .errors import Exit, HarnessError
from .phases import Phases
from .progress import Progress
from .reports import page, saved
from .session import Session
from .uapi import tally


def run(args):
    """Carry out `ci/harness run`; returns the exit status."""
    directory = results.new_directory(Path(args.results or paths.RESULTS))
    with Progress(args.verbose) as progress:
        job = Run(args, directory, progress)
        try:
            job.work()
            final = verdict.judge(job.record)
        except HarnessError as error:
            final = verdict.Verdict(error.code, (verdict.Problem(error.code, str(error)),))
            job.save(final)
            raise
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise HarnessError(f"{directory}: {error.strerror}; --results can name a directory "
                               "on another disk") from error
        job.save(final)
        for line in ending.text(job.record, final, job.subject(), directory):
            progress.say(line)
        for line in job.coverage.lines():
            progress.say(line)
        progress.say(f"time: {job.phases}")
        progress.say(f"results: {_short(directory)}")
        progress.say(f"report: {_short(page.write(saved.load(directory)))}")
    return final.code


def _short(path):
    """Relative to where the user is, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


class Run:
    """One run's state."""

    def __init__(self, args, directory, progress):
        self._started = time.strftime("%Y-%m-%d %H:%M:%S %Z")
        self.phases = Phases()
        self.record = record.RunRecord()
        self.coverage = coverage.Coverage(directory)
        self._args = args
        self._directory = directory
        self._progress = progress
        self._kernels = []
        self._numbers = itertools.count(1)  # of VMs, throughout the run
        self._kind = None
        self._chosen = 0  # tests, of which --shard may have left a part only
        self._descriptions = {}
        self._seed = random.getrandbits(32) if args.seed is None else args.seed

    def work(self):
        """All phases up to the verdict."""
        with self.phases.measure("set-up"), bundle.Cache(paths.cache_dir(),
                                                         self._progress.step) as cache:
            tools.require(machine.QEMU, "make", "gcc")
            for name in dict.fromkeys(map(kernels.resolve, self._args.kernel)):
                self._get(cache, name)
            self._require_kernels()
            if self._args.gcov:
                coverage.require(self._kernels)
                self._kernels = [kernel.with_gcov() for kernel in self._kernels]
            kselftest = extras.kselftest(cache, self._args.update)
            foreign = {suite: suite.step(cache, self._args.update)
                       for suite in upstream.wanted(self._args.include)}
        with self.phases.measure("build"):
            self._progress.step("building")
            sources = self._build(kselftest, foreign)
            if self._args.gcov:
                self._cover_host_tests()
        tests = self._share(self._select(sources)) * self._args.repeat
        while True:
            self._progress.expect(len(tests), len(self._kernels))
            self._run_kernels(tests)
            if not self._args.until_fail or verdict.judge(self.record).code is not Exit.PASS:
                break
        if self._args.gcov:
            self._cover()

    def _get(self, cache, name):
        """Make the kernel @name ready; if it cannot be, the others are tested all the same."""
        try:
            kernel = kernels.get(cache, name, self._args.update)
            kernel.files.verified(kernel.image)
        except HarnessError as error:
            self.record.lost.append(record.Lost(name, str(error)))
            return
        if any(other.name == kernel.name for other in self._kernels):
            kernel = dataclasses.replace(kernel, name=f"{kernel.name} ({name})")
        self._kernels.append(kernel)

    def _require_kernels(self):
        if not self._kernels:
            raise HarnessError("\n".join(lost.error for lost in self.record.lost))

    def _build(self, kselftest, foreign):
        """Build what the chosen tests need; returns where the tests come from.

        @foreign are the kernel's own suites among them, and how to build each.
        """
        with_meta = suites.wants_meta(self._args.include)
        with_suite = suites.wants_own(self._args.include)
        steps = [build.guest(), *foreign.values()]
        suite, step = suites.SELFTESTS, build.selftests
        if self._args.gcov:
            suite, step = suites.PROFILED, build.profiled_selftests
        if with_suite:
            steps.append(step(kselftest))
        # What only one kernel needs is not needed by the others.
        own = {build.modules(kernel): kernel for kernel in self._kernels}
        if with_meta:
            own.update((build.meta(kselftest, kernel), kernel) for kernel in self._kernels)
        wanted = [source for source, wanted in ((suite, with_suite), (suites.META, with_meta))
                  if wanted]
        with ThreadPoolExecutor(1) as pool:
            described = pool.map(suites.Source.descriptions, wanted)
            failed = build.attempt([*steps, *own], self._directory / "build.log")
        for step, error in failed.items():
            for kernel in [own[step]] if step in own else list(self._kernels):
                self._lose(kernel, error)
        self._require_kernels()
        for found in described:
            self._descriptions.update(found)
        for source in foreign:
            self._descriptions.update(source.descriptions())
        return [*wanted, *foreign]

    def _lose(self, kernel, error):
        self.record.lost.append(record.Lost(kernel.name, str(error)))
        self._kernels = [other for other in self._kernels if other is not kernel]

    def _select(self, sources):
        candidates = [test for source in sources for test in source.tests()]
        return suites.select(candidates, self._args.include, self._args.exclude)

    def _share(self, tests):
        """What --shard leaves of @tests."""
        self._chosen = len(tests)
        number, count = self._args.shard
        share = tests[number - 1::count]
        if not share:
            raise HarnessError(f"--shard {number}/{count} of {len(tests)} tests is empty",
                               Exit.EMPTY)
        return share

    def _run_kernels(self, tests):
        """Run the tests on each kernel: on as many side by side as VMs may run."""
        with self.phases.measure("set-up"), bundle.Cache(paths.cache_dir(),
                                                         self._progress.step) as cache:
            qemu = emulator.get(cache, machine.Needs.of(tests).devices, self._args.update)
            sessions = [self._session(kernel, tests, qemu) for kernel in self._kernels]
        workers = min(self._args.jobs, len(sessions))
        started = time.monotonic()
        with self.phases.measure("tests"), ThreadPoolExecutor(workers) as pool:
            try:
                list(pool.map(lambda session: session.run(tests, self._args.jobs // workers,
                                                          self._args.isolate), sessions))
            except BaseException:
                for session in sessions:
                    session.abort()
                raise
            finally:
                for session in sessions:
                    self.record.tests += session.record.tests
                    self.record.vms += session.record.vms
        self.phases.split_tests((self._progress.first_ready or time.monotonic()) - started)

    def _session(self, kernel, tests, qemu):
        init = paths.BUILD / "guest" / "init"
        modules = [build.find_module(build.module_dir(kernel), "mock_vfio")]
        if any(test.suite == "meta" for test in tests):
            modules.append(build.find_module(build.meta_module_dir(kernel), "mock_vfio_meta"))
        chosen = accel.choose(self._args.accel, kernel, init, paths.cache_dir(),
                              self._progress.step)
        self._kind = chosen.kind
        return Session(kernel, chosen, functools.partial(self._limits, kernel), init, modules,
                       self._env(), self._directory, self._numbers, self._progress,
                       self._args.uapi, qemu, self._args.module)

    def _env(self):
        """What the tests find in their environment."""
        return {"MOCK_VFIO_SEED": self._seed, **dict(self._args.env)}

    def _limits(self, kernel, kind):
        return vm.LIMITS[kind].scaled(self._args.timeout_scale * kernel.slowness)

    def _cover_host_tests(self):
        """Count in what libuvfio's own tests run.

        Now, as their make looks for changes: later, when sources were edited
        meanwhile, it would build objects that the guests' data is not of.
        """
        self._progress.step("running libuvfio's host tests")
        build.run([build.profiled_host_tests()], self._directory / "host-tests.log")
        self.coverage.add(*coverage.host_tests())

    def _cover(self):
        """Report which code ran: of a guest that was lost, files may be incomplete."""
        with self.phases.measure("coverage"):
            self._progress.step("collecting coverage")
            by_name = {kernel.name: kernel for kernel in self._kernels}
            for guest in self.record.vms:
                said = guest.outcome.report
                if said.done:
                    self.coverage.add(coverage.trees(by_name[guest.kernel]), said.gcda)
            self.coverage.write()

    def subject(self):
        """What was tested, on what, in a few words."""
        names = ", ".join(f"Linux {kernel.version}" for kernel in self._kernels)
        return f"{names}, {self._kind}"

    def save(self, final):
        """Write the results directory, and the copies that were asked for."""
        results.write(self._directory, self.record, {
            "verdict": final.word,
            "exit_code": int(final.code),
            "problems": [problem.text for problem in final.problems],
            "started": self._started,
            "command": self._args.command_line,
            "seed": self._seed,
            "shard": dict(zip(("number", "of", "chosen"), (*self._args.shard, self._chosen))),
            "qemu": self.record.qemu_version(),
            "accel": self._kind,
            "kernels": [*({"name": kernel.name, "release": kernel.release,
                           "version": kernel.version,
                           "state": "tested" if self.record.booted(kernel.name) else "unbooted"}
                          for kernel in self._kernels),
                        *({"name": lost.kernel, "state": "unbuilt", "error": lost.error}
                          for lost in self.record.lost)],
            "phases": {name: round(value, 2) for name, value in self.phases.seconds.items()},
            "descriptions": self._descriptions,
            **({"uapi": tally.of_run(self._kernels, self.record.vms)} if self._args.uapi else {}),
            **self.coverage.summary(),
        })
        for name, target in (("summary.json", self._args.json), ("junit.xml", self._args.junit)):
            if target:
                try:
                    shutil.copyfile(self._directory / name, target)
                except OSError as error:
                    raise HarnessError(f"{target}: {error.strerror}") from error

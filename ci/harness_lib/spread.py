# SPDX-License-Identifier: GPL-2.0-only
"""The sub-commands matrix and merge: kernels and tests spread over hosts, by GNU parallel over ssh.

Each host gets a copy of the tree, runs its share (ci/shard) and sends the
results back; merge.py makes one run of them. A host that dies, or that does
not answer, is a failure of its share.
"""

import csv
import shlex
import subprocess
import tarfile
import time
from pathlib import Path

from . import ending, merge, paths, results, tools
from .errors import HarnessError
from .reports import page, saved

TREE = "tree.tar"
# A host that says nothing for a minute is dead; none is asked for a password.
SSH = "ssh -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
SHARD = "@SHARD@"


def run(args):
    """Carry out `ci/harness matrix`; returns the exit status."""
    tools.require("parallel", "ssh", "rsync", "tar", "git")
    started = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    hosts = _hosts(Path(args.hosts))
    count = args.shards or len(hosts)
    directory = results.new_directory(Path(args.results or paths.RESULTS))
    _pack(directory / TREE)
    _parallel(args, directory, hosts, count)
    shares = _shares(directory, count)
    return _finish(directory, shares, {"started": started, "command": args.command_line},
                   f"{count} shares on {len(hosts)} hosts")


def merge_only(args):
    """Carry out `ci/harness merge`, for shares that somebody else spread; the exit status."""
    directory = results.new_directory(Path(args.results or paths.RESULTS))
    shares = [merge.Share(f"share {name}", Path(name)) for name in args.shares]
    for number in range(len(shares), args.expect or 0):
        shares.append(merge.Share(f"share {number + 1} of {args.expect}", directory,
                                  "its results are missing"))
    return _finish(directory, shares, {"started": time.strftime("%Y-%m-%d %H:%M:%S %Z"),
                                       "command": args.command_line}, f"{len(shares)} shares")


def _finish(directory, shares, info, subject):
    final, merged = merge.merge(directory, shares, info)
    for line in ending.text(merged, final, subject, directory):
        print(line)
    print(f"results: {directory}")
    print(f"report: {page.write(saved.load(directory))}")
    return final.code


def _hosts(path):
    try:
        lines = [line.partition("#")[0].strip() for line in path.read_text().splitlines()]
    except OSError as error:
        raise HarnessError(f"{path}: {error.strerror}; it lists hosts, one a line, as GNU "
                           "parallel's --sshloginfile takes them") from error
    hosts = [line for line in lines if line]
    if not hosts:
        raise HarnessError(f"{path}: no host in it")
    return hosts


def _pack(target):
    """The tree as it is here, changes included: what git tracks."""
    done = subprocess.run(["git", "-C", paths.TOP, "ls-files", "-z"], capture_output=True,
                          check=False)
    if done.returncode:
        raise HarnessError(f"{paths.TOP}: {done.stderr.decode().strip()}; the matrix sends hosts "
                           "the files that git tracks")
    with tarfile.open(target, "w") as archive:
        for name in filter(None, done.stdout.decode().split("\0")):
            if (paths.TOP / name).exists():
                archive.add(paths.TOP / name, name, recursive=False)


def _options(args):
    """Arguments of `run` that all shares get."""
    words = [word for kernel in args.kernel for word in ("-k", kernel)]
    words += [word for glob in args.include for word in ("-t", glob)]
    words += [word for glob in args.exclude for word in ("-x", glob)]
    return [*words, "--accel", args.accel, "--timeout-scale", str(args.timeout_scale)]


def _parallel(args, directory, hosts, count):
    """Run the shares; what becomes of each is in the job log and the files that came back."""
    (directory / "hosts").write_text("".join(f"{host}\n" for host in hosts))
    command = (f"tar -xf {TREE} && ci/shard {SHARD}/{count} shard-{SHARD}.tar "
               + shlex.join(_options(args)))
    subprocess.run(["parallel", "--will-cite", "-I", SHARD, "--sshloginfile", "hosts",
                    "--ssh", SSH, "--jobs", "1", "--joblog", "jobs.log", "--workdir", "...",
                    "--transferfile", TREE, "--return", f"shard-{SHARD}.tar", "--cleanup",
                    "--line-buffer", "--tagstring", f"shard {SHARD}", command, ":::",
                    *map(str, range(1, count + 1))], cwd=directory, stdin=subprocess.DEVNULL,
                   check=False)
    (directory / TREE).unlink()


def _shares(directory, count):
    """The shares, as far as they came back."""
    jobs = {}
    log = directory / "jobs.log"
    if log.exists():
        with log.open(newline="") as file:
            jobs = {int(job["Seq"]): job for job in csv.DictReader(file, delimiter="\t")}
    return [_share(directory, number, count, jobs.get(number))
            for number in range(1, count + 1)]


def _share(directory, number, count, job):
    where = f" on {job['Host']}" if job else ""
    label = f"share {number}/{count}{where}"
    archive = directory / f"shard-{number}.tar"
    target = directory / f"shard-{number}"
    if not archive.exists():
        status = f"exit status {job['Exitval']}" if job else "never started"
        return merge.Share(label, target, f"no result came back ({status})")
    target.mkdir()
    done = subprocess.run(["tar", "-xf", archive, "-C", target], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        return merge.Share(label, target, f"{archive.name}: {done.stderr.strip()}")
    archive.unlink()
    return merge.Share(label, target)

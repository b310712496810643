# SPDX-License-Identifier: GPL-2.0-only
"""Has the guest's kernel count which ioctls pass VFIO's entry points, by ftrace.

A probe at the entry of each door keeps, by task, the number and the first words
of what the argument points to; one at the return joins them with the result into
a synthetic event, whose histograms count what the table knows how to read. So
every program and every device is seen, without a trace of each call: what a run
leaves is some hundred counters, and no ioctl waits for anybody.

Probes that a kernel does not have leave something out, and fail nothing: then the
guest says which order was refused (protocol.py, `unwritten`).
"""

TRACING = "/sys/kernel/tracing"

# No task's number may be larger than the tables by task have places.
TASKS = 2048

WORDS = "cmd=$arg2:u32 arg=$arg3:u64 flags=+u4($arg3):u32 third=+u8($arg3):u32"
# Calls that sleep at the same time, each of which needs a return probe of its own.
SLEEPERS = 64

# Functions of the kernel that put a capability into an answer, and where its id is then.
CAPABILITY_PROBES = ("vfio_info_cap_add id=$arg3:u16",
                     "vfio_info_add_capability id=+0($arg2):u16")

# What is read after each test: label, and the histograms' file.
FILES = {
    "ok": f"{TRACING}/events/synthetic/uapi_ok/hist",
    "refused": f"{TRACING}/events/synthetic/uapi_refused/hist",
    "capability": f"{TRACING}/events/synthetic/uapi_capability/hist",
    "answer": f"{TRACING}/events/uapi/answer/hist",
}

CALL = "u8 door; u32 cmd; u64 arg; u32 flags; u32 third; s32 ret"


def orders(table):
    """The plan's orders, as tuples of words."""
    return [("write", *order) for order in _writes(table)] + [
        ("collect", label, path) for label, path in FILES.items()]


def door_numbers(table):
    """{name of a door: its number in the events}."""
    return {name: number for number, name in enumerate(table.doors, 1)}


def optional(table, order):
    """Whether @order, as the guest reports it, is one that not every kernel takes."""
    return any(f" {symbol} " in f"{order} " for symbols in table.doors.values()
               for symbol in symbols[1:])


def _writes(table):
    probes, synthetic = f"{TRACING}/kprobe_events", f"{TRACING}/synthetic_events"
    yield "/proc/sys/kernel/pid_max", TASKS
    for number, symbols in enumerate(table.doors.values(), 1):
        for symbol in symbols:
            yield probes, f"p:uapi/enter {symbol} door=\\{number}:u8 {WORDS}"
            yield probes, f"r{SLEEPERS}:uapi/leave {symbol} ret=$retval:s32"
    for probe in CAPABILITY_PROBES:
        yield probes, f"p:uapi/capability {probe}"
    for name in ("uapi_ok", "uapi_refused"):
        yield synthetic, f"{name} {CALL}"
    yield synthetic, "uapi_capability u8 door; u32 cmd; u16 id"
    yield f"{TRACING}/dynamic_events", (
        "e:uapi/answer synthetic.uapi_ok door=$door:u8 cmd=$cmd:u32 "
        "flags=+u4($arg):u32 third=+u8($arg):u32")
    for event, text in _triggers(table):
        yield f"{TRACING}/events/{event}/trigger", text


def _triggers(table):
    """(event, trigger) pairs: those that keep and join, then those that count."""
    yield "uapi/enter", _hist("common_pid:d=door,c=cmd,a=arg,f=flags,t=third", TASKS)
    for name, sign in (("uapi_ok", ">="), ("uapi_refused", "<")):
        yield "uapi/leave", _hist(
            f"common_pid:onmatch(uapi.enter).trace({name},$d,$c,$a,$f,$t,ret)", TASKS,
            f"ret {sign} 0")
    yield "uapi/capability", _hist(
        "common_pid:onmatch(uapi.enter).trace(uapi_capability,$d,$c,id)", TASKS)
    yield "synthetic/uapi_capability", _hist("door,cmd,id")
    for event in ("synthetic/uapi_ok", "synthetic/uapi_refused"):
        yield event, _hist("door,cmd")
        for keys, place, but in (("door,cmd,flags", "flags", "third"), ("cmd,arg", "arg", None),
                                 ("cmd,flags,third", "third", None)):
            yield event, _hist(keys, only=_having(table, place, but))
    yield "uapi/answer", _hist("door,cmd,flags", only=_having(table, "answer"))
    yield "uapi/answer", _hist("cmd,flags,third", only=_having(table, "third_answer"))


def _hist(keys, size=512, only=None):
    return f"hist:keys={keys}:size={size}" + (f" if {only}" if only else "")


def _having(table, place, but=None):
    """A filter: ioctls of which the table reads @place, and does not read @but."""
    numbers = {}
    for ioctl in table.ioctls:
        if ioctl.door in table.doors and getattr(ioctl, place) and not (
                but and getattr(ioctl, but)):
            numbers.setdefault(ioctl.door, set()).add(ioctl.number)
    doors = door_numbers(table)
    # Without blanks: the plan's orders have few words.
    return "||".join("(door=={}&&({}))".format(doors[door], "||".join(
        f"cmd=={number}" for number in sorted(wanted))) for door, wanted in numbers.items())

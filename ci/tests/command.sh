#!/bin/sh
# shellcheck shell=dash disable=SC2016
# SPDX-License-Identifier: GPL-2.0-only
#
# Sections of output for command.py, which runs this in a guest that has the
# profile "demo" and the program /holder.

clean() { # what is left
	mock-vfio list | sed -n 's/^\([^ ]*\).*/\1/p' | xargs echo "profiles:"
	mock-vfio stats | grep -v ' 0$' | xargs echo "held:"
	set -- /run/mock-vfio/*
	[ -e "$1" ] || set --
	echo "records:$*"
}

left() { # a run's profile that is still there
	mock-vfio list | sed -n 's/^\(minimal[^ ]*\).*/\1/p' | xargs echo "left:"
}

# The output of what runs beside the script: nothing of what ran before.
fresh() { rm -f /out; }

# What apply and create printed last.
uuid() { sed -n 's/^ *\([^ ]*\) \/dev.*/\1/p' /applied; }
group() { sed -n 's/^ *[^ ]* \([^ ]*\) \/sys.*/\1/p' /applied; }

wait_for() { # a line in a file
	for _ in $(seq 300); do
		! grep -q "$1" "$2" || return 0
		sleep 0.1
	done
	echo "\"$1\" did not come:"
	cat "$2"
}

echo "== statuses"
mock-vfio run minimal -- sh -c 'exit 7' 2>/dev/null; echo "exit 7: $?"
mock-vfio run minimal -- sh -c 'kill -SEGV $$' 2>/dev/null; echo "signal: $?"
mock-vfio run minimal -- no-such-program 2>/dev/null; echo "not found: $?"
mock-vfio run minimal -- /proc 2>/dev/null; echo "not run: $?"
mock-vfio run no-such -- true 2>/dev/null; echo "no scenario: $?"
echo 'description: no name' > '/a b.yaml'; echo 'device: {}' >> '/a b.yaml'
mock-vfio run '/a b.yaml' -- true 2>/dev/null; echo "no device: $?"
mock-vfio run 2>/dev/null; echo "usage: $?"
clean

echo "== placeholders"
mock-vfio run hot-reset -- echo '{group}' '{group2}' '{uuid}' '{device}' 'a{uuid}b' '{}' '{other}' \
	2>/dev/null
printf 'description: short\ndevice: {}\n' > /run.yaml
mock-vfio run /run.yaml -- sh -c 'echo $MOCK_VFIO_PROFILE $MOCK_VFIO_GROUP $MOCK_VFIO_UUID' \
	2>/dev/null
mock-vfio run minimal -- echo '{group2}'

echo "== report"
mock-vfio run --json /report busy-map -- uvfio-dma '{group}' '{uuid}'
cat /report
mock-vfio run --json /nowhere/report busy-map -- touch /ran 2>&1; echo "nowhere: $?"
[ -e /ran ] || echo "not run"

echo "== real_iommu"
mock-vfio run --real-iommu minimal -- uvfio-probe '{group}' '{uuid}' 2>/err >/dev/null
cat /err

echo "== bad_scenario"
printf 'description: x\ndevice:\n  regions:\n    x:\n      index: 2\n      access: rx\n' > /bad.yaml
printf 'description: x\ndevice:\n  faults:\n    x: { site: dma.rw, effect: explode }\n' > /worse.yaml
printf 'description: x\ndevice:\n  regions: { a: { index: 2 }, b: { index: 2 } }\n' > /clash.yaml
printf 'description: x\ninstances: 9\ndevice: {}\n' > /crowd.yaml
for name in bad worse clash crowd; do
	mock-vfio apply /$name.yaml
done
mock-vfio apply /
clean

echo "== signal"
fresh
mock-vfio run minimal -- sh -c \
	'trap "echo got TERM; exit 5" TERM; echo ready; while :; do sleep 0.1; done' >/out 2>&1 &
wait_for ready /out
kill -TERM $!
wait $!; echo "status $?" >> /out
cat /out
clean

echo "== child_killed"
fresh
mock-vfio run minimal -- sh -c 'echo $$ > /child; exec /holder {group} {uuid}' >/out 2>&1 &
wait_for open /out
kill -KILL "$(cat /child)"
wait $! 2>/dev/null; echo "status $?" >> /out
cat /out
clean

echo "== left_behind"
mock-vfio run minimal -- /holder '{group}' '{uuid}' leave 2>&1
echo "status $?"
clean

echo "== killed"
fresh
mock-vfio run minimal -- /holder '{group}' '{uuid}' >/out 2>&1 &
wait_for open /out
kill -KILL $!
wait $! 2>/dev/null; echo "status $?" >> /out
cat /out
left
mock-vfio doctor
mock-vfio run minimal -- true 2>&1; echo "next: $?"
clean

echo "== killed_with_orphan"
fresh
mock-vfio run minimal -- /holder '{group}' '{uuid}' orphan >/out 2>&1 &
wait_for open /out
kill -KILL $!
wait $! 2>/dev/null; echo "status $?" >> /out
cat /out
left
sleep 0.5
! pidof holder >/dev/null || echo "orphan lives"
mock-vfio remove -l 2>&1
pidof holder >/dev/null || echo "orphan is gone"
clean

echo "== two_at_a_time"
mock-vfio run minimal -- sleep 1 2>/dev/null & one=$!
mock-vfio run minimal -- sleep 1 2>/dev/null & two=$!
wait $one; first=$?
wait $two; echo "both: $first $?"
clean

echo "== in_use"
fresh
mock-vfio apply -n used minimal > /applied
/holder "$(group)" "$(uuid)" >/out 2>&1 &
wait_for open /out
cat /out
mock-vfio remove used 2>&1; echo "remove: $?"
mock-vfio destroy "$(uuid)" 2>/dev/null; echo "destroy: $?"
mock-vfio remove -f used 2>&1; echo "remove -f: $?"
wait $! 2>/dev/null
clean

echo "== apply"
mock-vfio apply gpu
mock-vfio apply gpu 2>&1; echo "again: $?"
mock-vfio create gpu > /applied
cat /applied
mock-vfio destroy "$(uuid)"
echo "instances: $(mock-vfio stats gpu | sed -n 's/^instances *//p')"
mock-vfio remove gpu
clean

echo "== triggers"
mock-vfio apply minimal > /applied
mock-vfio irq "$(uuid)" msi 3 2>&1; echo "irq: $?"
mock-vfio irq "$(uuid)" 7 2>&1; echo "beyond: $?"
mock-vfio memory "$(uuid)" off; echo "memory: $?"
mock-vfio unplug "$(uuid)"; echo "unplug: $?"
mock-vfio remove minimal
clean

echo "== faults"
mock-vfio apply minimal > /applied
mock-vfio fault add minimal x dma.rw effect=explode 2>&1; echo "effect: $?"
mock-vfio fault add minimal x no.site 2>&1; echo "site: $?"
mock-vfio fault add minimal busy iommu.map_dma errno=EBUSY times=1
uvfio-dma "$(group)" "$(uuid)" >/dev/null
mock-vfio fault list minimal
mock-vfio fault clear minimal
echo "cleared: $(mock-vfio fault list minimal | wc -l)"
mock-vfio remove minimal
clean

echo "== follow"
mock-vfio apply minimal > /applied
mock-vfio events --follow minimal >/followed 2>/dev/null &
uvfio-probe "$(group)" "$(uuid)" >/dev/null
wait_for device.open /followed
cat /followed
# The log goes with the profile, and whoever follows it ends.
mock-vfio remove minimal
wait $!; echo "follow ended: $?"
clean

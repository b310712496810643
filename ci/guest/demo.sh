#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh [COMMAND]: makes a mock device and hands over to the command, or says
# where the device is and hands over to a shell. For `ci/harness shell`.
/bin/busybox --install -s /bin
export HOME=/
cd / || exit

configfs=/sys/kernel/config/mock_vfio/demo
uuid=00000000-0000-4000-8000-000000000001

make_device() {
	mkdir "$configfs" &&
	echo 1 > "$configfs/iommu_backend/enable" &&
	echo 1 > "$configfs/live" &&
	parent=$(cat "$configfs/dev_name") &&
	echo "$uuid" > "/sys/class/mdev_bus/$parent/mdev_supported_types/mock_vfio-demo/create" &&
	GROUP=/dev/vfio/$(basename "$(readlink "/sys/bus/mdev/devices/$uuid/iommu_group")") &&
	DEVICE=$uuid SYSFS=/sys/bus/mdev/devices/$uuid &&
	export GROUP DEVICE SYSFS
}

if [ $# -gt 0 ]; then
	make_device || { echo "demo.sh: no mock device could be made" >&2; exit 125; }
	exec "$@"
fi

export PS1='mock_vfio# '
stty rows "${LINES:-24}" cols "${COLUMNS:-80}"
if make_device; then
	cat <<-EOF

	Mock device \$DEVICE = $DEVICE in group \$GROUP = $GROUP
	  faults:   mkdir $configfs/faults/NAME, set site and errno, echo 1 > armed
	  events:   cat /sys/kernel/debug/mock_vfio/demo/events
	  programs: uvfio-probe, uvfio-dma, uvfio-irq \$GROUP \$DEVICE, /tests/*/*; Ctrl-D leaves

	EOF
else
	echo "demo.sh: no mock device could be made; dmesg may say why" >&2
fi
exec sh -i

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
#
# `ci/harness shell`: makes a mock device, says where it is, and hands over.
/bin/busybox --install -s /bin
export HOME=/ PS1='mock_vfio# ' TERM=linux
cd /

profile=/sys/kernel/config/mock_vfio/demo
uuid=00000000-0000-4000-8000-000000000001
mkdir "$profile" && echo 1 > "$profile/live" || exec /bin/sh -i
parent=$(cat "$profile/dev_name")
echo "$uuid" > "/sys/class/mdev_bus/$parent/mdev_supported_types/mock_vfio-demo/create"
group=$(basename "$(readlink "/sys/bus/mdev/devices/$uuid/iommu_group")")

cat <<EOF

Mock device $uuid: group /dev/vfio/$group, sysfs /sys/bus/mdev/devices/$uuid
  faults    mkdir $profile/faults/busy && cd $profile/faults/busy && grep . *
  events    cat /sys/kernel/debug/mock_vfio/demo/events
  leave     poweroff -f (or Ctrl-D); tests are in /tests, real devices are bound to vfio-pci

EOF
exec /bin/sh -i

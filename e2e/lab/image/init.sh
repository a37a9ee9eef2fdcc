#!/bin/sh
# pid 1 of a lab guest. Knobs come from the kernel command line as lab.NAME=VALUE.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /run /tmp
mount -t devpts pts /dev/pts

name=guest workload='0 0 0 0 0 0 0' balloon=yes button=yes
read -r cmdline </proc/cmdline
for word in $cmdline; do
  case $word in
    lab.name=*) name=${word#*=} ;;
    lab.workload=*) workload=$(echo "${word#*=}" | tr , ' ') ;;
    lab.noballoon) balloon=no ;;
    lab.nobutton) button=no ;;
  esac
done
hostname "$name"

# The order matters: a module before the one it needs fails with "unknown symbol" and is just missing.
while read -r module; do
  [ "$module $balloon" = 'virtio_balloon no' ] || insmod "/modules/$module.ko"
done </modules/order

ip link set lo up
[ -e /sys/class/net/eth0 ] && udhcpc -i eth0 -b -q -s /bin/dhcp-event >/dev/null 2>&1 &

# `virsh shutdown` presses the ACPI power button.
if [ $button = yes ]; then
  for input in /sys/class/input/event*; do
    [ "$(cat "$input/device/name")" = 'Power Button' ] || continue
    (dd of=/dev/null bs=24 count=1 if="/dev/input/${input##*/}" 2>/dev/null && poweroff -f) &
  done
fi

for tty in ttyS0 tty1; do
  (while :; do setsid -c sh <"/dev/$tty" >"/dev/$tty" 2>&1; sleep 1; done) &
done

echo "LAB-READY $name" >/dev/ttyS0
stty -F /dev/ttyS1 raw -echo
while :; do
  # The list of numbers is meant to fall apart into words.
  # shellcheck disable=SC2086
  agent /dev/ttyS1 $workload
  sleep 1
done

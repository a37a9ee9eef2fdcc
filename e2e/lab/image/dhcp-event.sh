#!/bin/sh
# What busybox udhcpc calls on a lease.
case $1 in
  bound | renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/$mask" dev "$interface"
    ip link set "$interface" up
    [ -n "$router" ] && ip route add default via "${router%% *}"
    ;;
  deconfig) ip link set "$interface" up ;;
esac

#!/bin/bash
# Starts one service of a lab host, in the host's namespaces.
# Always with the full PATH: libvirtd 9.0 dies at start when a NAT network is active and dnsmasq is not found.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8
umask 022
case $1 in
  sshd) command=(/usr/sbin/sshd -D -e -f /etc/ssh/sshd_config) ;;
  virtlogd) command=(virtlogd -f /etc/libvirt/virtlogd.conf) ;;
  libvirtd) command=(libvirtd -f /etc/libvirt/libvirtd.conf) ;;
  *) echo "no such service: $1" >&2; exit 2 ;;
esac
setsid "${command[@]}" </dev/null >>"/var/log/libvirt/$1.out" 2>&1 &

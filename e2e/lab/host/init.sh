#!/bin/bash
# pid 1 of a lab host: makes the namespaces it was started in a machine of its own, starts the
# services and reaps. Killing it ends all that runs inside and drops the mounts.
#   init.sh HOSTDIR NAME IMAGEDIR SHAREDDIR
set -euo pipefail
host=$1 name=$2 image=$3 shared=$4

mount --make-rprivate /
hostname "$name"
# A sysfs of the new network namespace. It hides the machine's cgroups too: libvirt then does without.
mount -t sysfs sysfs /sys

# The state folder may lie beneath a folder that is hidden below: keep a second way to it.
mount -t tmpfs -o mode=755 srv /srv
mkdir /srv/host /srv/lab /srv/shared /srv/dev
mount --bind "$host" /srv/host
mount --bind "$image" /srv/lab
mount -o remount,bind,ro /srv/lab
mount --bind "$shared" /srv/shared

# A /dev with what is listed and nothing else: no /dev/kvm, which is there on machines where no guest
# gets through its boot on it.
mount -t tmpfs -o mode=755 dev /srv/dev
mkdir -p /srv/dev/pts /srv/dev/shm /srv/dev/net
for node in null zero full random urandom tty net/tun; do
  [ -e "/dev/$node" ] || continue
  touch "/srv/dev/$node"
  mount --bind "/dev/$node" "/srv/dev/$node"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts /srv/dev/pts
mount -t tmpfs -o mode=1777 shm /srv/dev/shm
# As systemd does; a kernel without huge pages has no such file system.
mkdir /srv/dev/hugepages
mount -t hugetlbfs hugetlbfs /srv/dev/hugepages || rmdir /srv/dev/hugepages
ln -s pts/ptmx /srv/dev/ptmx
ln -s /proc/self/fd /srv/dev/fd
ln -s fd/0 /srv/dev/stdin
ln -s fd/1 /srv/dev/stdout
ln -s fd/2 /srv/dev/stderr
mount --move /srv/dev /dev

# A copy of /etc: a file that the machine replaces (apt does, with passwd) drops what is mounted on it.
mkdir /srv/etc
mount -t tmpfs -o mode=755 etc /srv/etc
cp -a /etc/. /srv/etc/
for file in passwd shadow hosts hostname machine-id; do
  rm -f "/srv/etc/$file"
  cp -a "/srv/host/etc/$file" "/srv/etc/$file"
done
mount --move /srv/etc /etc
mount --bind /srv/host/etc/libvirt /etc/libvirt
mount --bind /srv/host/etc/ssh /etc/ssh
mount --bind /srv/host/root /root
for folder in lib log cache; do
  mkdir -p "/srv/host/var/$folder"
  mount --bind "/srv/host/var/$folder" "/var/$folder/libvirt"
done
# The authority that certifies TPMs, and what they log, of each host by itself.
mkdir -p /var/log/swtpm
mount -t tmpfs -o mode=711 swtpm /var/log/swtpm
if [ -d /var/lib/swtpm-localca ]; then
  owner=$(stat -c %u:%g /var/lib/swtpm-localca)
  mount -t tmpfs -o mode=750 swtpm /var/lib/swtpm-localca
  chown "$owner" /var/lib/swtpm-localca
fi
for folder in /tmp /var/tmp; do mount -t tmpfs -o mode=1777 tmp "$folder"; done
mount -t tmpfs -o mode=755 home /home
mkdir -m 755 /home/stranger
chown 1000:1000 /home/stranger
mount -t tmpfs -o mode=755 run /run
mkdir /run/lock /run/sshd /run/lab
mount --bind /srv/host/agent /run/lab
umount /srv/host
cd /

ip link set lo up
for service in sshd virtlogd libvirtd; do /srv/lab/service.sh "$service"; done
touch /run/lab-ready

while :; do wait -n || sleep 1; done

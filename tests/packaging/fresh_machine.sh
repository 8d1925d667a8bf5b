#!/bin/sh
# Builds a minimal Debian 12 in a folder, clones the last commit there, and runs `make run` and `make test`, twice each.
# Usage: fresh_machine.sh [FOLDER]     Needs root and debootstrap. The folder is removed first and kept afterwards. TARGETS="run" does less.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
root=${1:-$here/.cache/fresh}
mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
rm -rf "$root"
debootstrap --variant=minbase --include=ca-certificates,make,git,python3,python3-venv bookworm "$root" "$mirror"
# The machine's own way out: name service, trusted certificates, where packages come from.
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp -r /etc/ssl/certs "$root/etc/ssl/"
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
for file in /etc/pip.conf /etc/hosts; do [ -e "$file" ] && cp "$file" "$root$file"; done
[ -d /etc/apt/apt.conf.d ] && cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
cp -r /etc/apt/sources.list* "$root/etc/apt/" 2>/dev/null || true
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --make-private "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
mount -t sysfs sysfs "$root/sys"
trap 'umount "$root/proc" "$root/dev/pts" "$root/dev" "$root/sys"' EXIT
git clone -q "$here" "$root/root/sentinel"
for target in ${TARGETS:-run run test test}; do
  echo "== make $target on the fresh machine"
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} \
    ${PIP_CERT:+PIP_CERT="$PIP_CERT"} bash -c "cd /root/sentinel && time make $target"
done
ls -l "$root/root/sentinel/out/clinic"

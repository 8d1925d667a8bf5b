#!/bin/sh
# Installs the system packages that tests use, or names exactly what is missing.
set -eu
missing=""
PATH=$PATH:/usr/sbin:/sbin
need() { # program package
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need nmap nmap
need Orthanc orthanc
need storescp dcmtk
need xrdp xrdp
need Xtigervnc tigervnc-standalone-server
[ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ] || missing="$missing orthanc-dicomweb"
need setpriv util-linux
need nft nftables
need tcpdump tcpdump
need snmpd snmpd
need nginx nginx-light
need smbd samba
need sshd openssh-server
need ip iproute2
need pdftoppm poppler-utils
need chromium chromium
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || missing="$missing postgresql"
need java openjdk-17-jre-headless
need mvn maven
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "These system packages are missing for the tests:$missing" >&2
  echo "Install them: apt-get install --no-install-recommends$missing" >&2
  exit 1
fi

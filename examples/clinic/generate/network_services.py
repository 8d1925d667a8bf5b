"""The real services behind four of the clinic's addresses: how each is set up in its own folder and started."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from examples.clinic.generate.story import DNS_DOMAIN, FIREWALL, NAS, PACS, SILENT, WEB, Host

JETTY = (
    "org.mortbay.jetty:jetty:6.1.26",
    "org.mortbay.jetty:jetty-util:6.1.26",
    "org.mortbay.jetty:servlet-api:2.5-20081211",
)
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


@dataclass(frozen=True, slots=True)
class Daemon:
    """One program to run on a host, and the ports it will listen on."""

    host: Host
    command: tuple[str, ...]
    ports: tuple[int, ...]


def program(name: str) -> str:
    """Return the path of an installed program, or end saying which package is missing."""
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"{name} is not installed; see README.md for the packages this run needs")
    return path


def prepare(folder: Path, jars: Path) -> tuple[Daemon, ...]:
    """Write every service's configuration below the folder and return what to start."""
    return (
        _firewall(folder),
        _archive(folder),
        _orders(),
        _booking(folder, jars),
        _ssh(folder),
        _shares(folder),
        _nas_page(folder),
    )


def fetch_jetty(jars: Path) -> None:
    """Fetch Jetty with Maven where it is missing."""
    for artifact in JETTY:
        name, version = artifact.split(":")[1:]
        if not (jars / f"{name}-{version}.jar").is_file():
            command = [program("mvn"), "-q", "-B", _COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={jars}"]
            subprocess.run(command, check=True)


def _firewall(folder: Path) -> Daemon:
    """Set up name service and DHCP; the clinic's list names also machines that are not there."""
    names = [f"host-record={host.name}.{DNS_DOMAIN},{host.address}" for host in (FIREWALL, PACS, WEB, NAS)]
    names += [f"host-record=LV-GAMMEL{address[-2:]}.{DNS_DOMAIN},{address}" for address in SILENT]
    lines = [
        "keep-in-foreground",
        "no-resolv",
        "no-hosts",
        "user=root",
        f"pid-file={folder / 'dnsmasq.pid'}",
        f"dhcp-leasefile={folder / 'leases'}",
        "dhcp-range=10.20.30.100,10.20.30.150,1h",
        f"domain={DNS_DOMAIN}",
        *names,
    ]
    path = _write(folder / "dnsmasq.conf", lines)
    return Daemon(FIREWALL, (program("dnsmasq"), f"--conf-file={path}"), (53,))


def _archive(folder: Path) -> Daemon:
    """Set up Orthanc as the clinic has it: anybody may register, nobody need log in."""
    settings = {
        "Name": PACS.name,
        "StorageDirectory": str(folder / "orthanc"),
        "IndexDirectory": str(folder / "orthanc"),
        "DicomAet": "LV_PACS",
        "DicomCheckCalledAet": False,
        "DicomPort": 4242,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "HttpPort": 8042,
        "RemoteAccessAllowed": True,
        "AuthenticationEnabled": False,
    }
    path = _write(folder / "orthanc.json", [json.dumps(settings)])
    return Daemon(PACS, (program("Orthanc"), str(path)), (4242, 8042))


def _orders() -> Daemon:
    receiver = Path(__file__).with_name("order_receiver.py")
    return Daemon(PACS, (sys.executable, str(receiver), "2575"), (2575,))


def _booking(folder: Path, jars: Path) -> Daemon:
    source = folder / "BookingPage.java"
    shutil.copy(Path(__file__).with_name("BookingPage.java"), source)
    path = ":".join(str(jar) for jar in sorted(jars.glob("*.jar")))
    return Daemon(WEB, (program("java"), "-cp", path, str(source), "8080"), (8080,))


def _ssh(folder: Path) -> Daemon:
    key = folder / "ssh_host_ed25519_key"
    subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    lines = [f"HostKey {key}", "PasswordAuthentication no", "UsePAM no", f"PidFile {folder / 'sshd.pid'}"]
    return Daemon(WEB, (program("sshd"), "-D", "-e", "-f", str(_write(folder / "sshd_config", lines))), (22,))


def _shares(folder: Path) -> Daemon:
    below = folder / "samba"
    share = below / "kopi"
    share.mkdir(parents=True)
    lines = ["[global]", f"netbios name = {NAS.name}", "workgroup = LYNGVIK", "server string = Sikkerhetskopi"]
    for name in ("lock", "state", "cache", "pid", "private", "ncalrpc"):
        (below / name).mkdir()
        lines.append(f"{name + ' dir' if name in {'private', 'ncalrpc'} else name + ' directory'} = {below / name}")
    lines += [f"log file = {below / 'log'}", "load printers = no", "disable spoolss = yes", "map to guest = never"]
    lines += ["[kopi]", f"path = {share}", "read only = no"]
    path = _write(folder / "smb.conf", lines)
    return Daemon(NAS, (program("smbd"), "--foreground", "--no-process-group", "-s", str(path)), (139, 445))


def _nas_page(folder: Path) -> Daemon:
    pages = folder / "sider"
    pages.mkdir()
    _write(pages / "index.html", ["<!doctype html><title>LV-NAS filtjener</title><h1>Sikkerhetskopier</h1>"])
    certificate = _certificate(folder)
    lines = [
        "daemon off;",
        "user root;",
        f"pid {folder / 'nginx.pid'};",
        f"error_log {folder / 'nginx.log'};",
        "events {}",
        "http {",
        "access_log off;",
        *(f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")),
        f"server {{ listen 80; listen 443 ssl; server_name {NAS.name}; root {pages};",
        f"ssl_certificate {certificate}; ssl_certificate_key {certificate}; }}",
        "}",
    ]
    path = _write(folder / "nginx.conf", lines)
    return Daemon(NAS, (program("nginx"), "-c", str(path)), (80, 443))


def _certificate(folder: Path) -> Path:
    """Write a self-signed certificate with its key, good for two years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{NAS.name.lower()}.{DNS_DOMAIN}")])
    start = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(20260201).not_valid_before(start)
    certificate = builder.not_valid_after(start + dt.timedelta(days=730)).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "nas.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path

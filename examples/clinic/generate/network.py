"""Builds part of the clinic's network from namespaces with real services, runs a gentle nmap in it, keeps the XML.

`python -m examples.clinic.generate.network [--out FILE]`, as root. Everything lives in namespaces named `lyngvik-…`
and one temporary folder; both are gone afterwards. No packet leaves the namespaces: they have no way out.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from examples.clinic.generate.network_services import Daemon, fetch_jetty, prepare, program
from examples.clinic.generate.story import FIREWALL, NAS, PACS, SILENT, WEB, Host

RESULT = Path(__file__).resolve().parent.parent / "nmap" / "lyngvik.xml"
JARS = Path(__file__).resolve().parents[3] / ".cache" / "jetty"
PORTS = "22,53,80,104,139,443,445,2575,3389,4242,8042,8080,11112"
_SCANNER = Host("skanner", "10.20.30.99", "02:4c:56:00:00:63")
_SWITCH = "lyngvik-switch"
_HOSTS = (FIREWALL, PACS, WEB, NAS, _SCANNER)
_PATIENCE = 60.0
_LAUNCH = 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$@"'
"""sshd wants a folder in /run; the namespace gets its own /run, so that the machine's stays as it is."""


def main() -> None:
    """Run nmap against the services and write its XML as it is."""
    parser = argparse.ArgumentParser(description="Run nmap against the clinic's services in network namespaces.")
    parser.add_argument("--out", type=Path, default=RESULT, help="file for nmap's XML")
    out = parser.parse_args().out
    if os.geteuid() != 0:
        raise SystemExit("network namespaces need root")
    fetch_jetty(JARS)
    with tempfile.TemporaryDirectory(prefix="lyngvik-") as name, _network():
        folder = Path(name)
        with _running(prepare(folder, JARS)):
            _scan(folder)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "lyngvik.xml", out)
    print(f"{out.name}: {out.stat().st_size} bytes")


@contextlib.contextmanager
def _network() -> Iterator[None]:
    """Make the namespaces, join them by a bridge in one of them, and take them down again."""
    try:
        _ip("netns", "add", _SWITCH)
        _ip("-n", _SWITCH, "link", "add", "br0", "type", "bridge")
        _ip("-n", _SWITCH, "link", "set", "br0", "up")
        for number, host in enumerate(_HOSTS):
            _join(host, f"port{number}")
        yield
    finally:
        for name in (*map(_namespace, _HOSTS), _SWITCH):
            subprocess.run([program("ip"), "netns", "del", name], check=False, stderr=subprocess.DEVNULL)


def _join(host: Host, port: str) -> None:
    name = _namespace(host)
    _ip("netns", "add", name)
    _ip("link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", port, "netns", _SWITCH)
    _ip("-n", _SWITCH, "link", "set", port, "master", "br0", "up")
    _ip("-n", name, "link", "set", "eth0", "address", host.mac)
    _ip("-n", name, "address", "add", f"{host.address}/24", "dev", "eth0")
    for device in ("lo", "eth0"):
        _ip("-n", name, "link", "set", device, "up")


@contextlib.contextmanager
def _running(daemons: tuple[Daemon, ...]) -> Iterator[None]:
    """Start the services, wait until all listen, and end them again."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for daemon in daemons:
            command = [program("sh"), "-c", _LAUNCH, "sh", *daemon.command]
            # a session of its own: smbd ends its whole process group when it stops
            inside = _inside(daemon.host, command)
            quiet = subprocess.DEVNULL
            started.append(subprocess.Popen(inside, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True))
        for daemon in daemons:
            _await(daemon)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(_PATIENCE)


def _await(daemon: Daemon) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        command = _inside(daemon.host, [program("ss"), "-Hltn"])
        listening = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if all(f":{port} " in listening for port in daemon.ports):
            return
        time.sleep(0.3)
    raise SystemExit(f"{daemon.command[0]} does not listen on {daemon.ports}")


def _scan(folder: Path) -> None:
    """Scan gently: few probes, no guessing of operating systems, a limited rate, the clinic's own name server."""
    options = ["-v", "-sS", "-sV", "--version-intensity", "2", "--script", "dicom-ping,http-title,ssl-cert,banner"]
    options += ["--max-rate", "50", "--max-retries", "1", "--dns-servers", FIREWALL.address, "--no-stylesheet"]
    targets = [host.address for host in (FIREWALL, PACS, WEB, NAS)] + list(SILENT)
    command = [program("nmap"), *options, "-p", PORTS, "-oX", "lyngvik.xml", *targets]
    subprocess.run(_inside(_SCANNER, command), check=True, cwd=folder, stdout=subprocess.DEVNULL)


def _inside(host: Host, command: list[str]) -> list[str]:
    return [program("ip"), "netns", "exec", _namespace(host), *command]


def _namespace(host: Host) -> str:
    return f"lyngvik-{host.name.lower()}"


def _ip(*words: str) -> None:
    subprocess.run([program("ip"), *words], check=True)


if __name__ == "__main__":
    main()

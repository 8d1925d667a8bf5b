"""A real Elasticsearch on loopback: Elastic's own distribution for tests of plugins, from Maven Central."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeAlias

import elasticsearch
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from tests.elastic.java import java_home, relax
from tests.shared import ROOT

VERSIONS = {8: "8.19.21", 9: "9.5.3"}
"""Servers by the client's version: one of 9 does not speak to a server of 8."""
NEEDS_JAVA = {8: 17, 9: 21}
VERSION = VERSIONS[elasticsearch.__version__[0]]
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
FOLDER = ROOT / ".cache" / "elasticsearch"
NOBODY = 65534
"""The server refuses to run as root."""
PATIENCE = 180
"""Seconds that it may take to start on a busy machine."""

_SETTINGS = """\
cluster.name: sentinel-tests
discovery.type: single-node
path.data: {run}/data
path.logs: {run}/logs
http.host: 127.0.0.1
http.port: {port}
transport.host: 127.0.0.1
transport.port: {transport}
cluster.routing.allocation.disk.threshold_enabled: false
cluster.max_shards_per_node: 5000
"""
_OPEN = "xpack.security.enabled: false\n"
_GUARDED = """\
xpack.security.enabled: true
xpack.security.authc.api_key.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: server.key
xpack.security.http.ssl.certificate: server.pem
xpack.security.authc.realms.file.file1.order: 0
"""
Process: TypeAlias = "subprocess.Popen[bytes]"
QUICK = "-Xms384m\n-Xmx384m\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n"
"""A machine that starts quickly and stays small, for tests."""
_SERIAL = "indices.breaker.total.use_real_memory: false\n"
"""Its collector lets garbage lie until the heap is full; a breaker by real memory would then refuse what is asked."""


@dataclass(frozen=True)
class Guard:
    """Who may enter, each user with a role of the same name, and the certificate that the server shows.

    `roles` are as Elasticsearch's own interface takes them; `operator` may do everything.
    """

    roles: Mapping[str, Any]
    password: str
    key: bytes
    certificate: bytes

    def files(self) -> dict[str, bytes]:
        """Return what stands in the server's folder of settings."""
        salt = secrets.token_bytes(32)
        digest = hashlib.pbkdf2_hmac("sha512", self.password.encode(), salt, 10_000, 32)
        salted = f"{{PBKDF2}}10000${b64encode(salt).decode()}${b64encode(digest).decode()}"
        names = {"operator": "superuser", **{role: role for role in self.roles}}
        return {
            "users": "".join(f"{name}:{salted}\n" for name in names).encode(),
            "users_roles": "".join(f"{role}:{name}\n" for name, role in names.items()).encode(),
            "roles.yml": "".join(f"{name}: {json.dumps(role)}\n" for name, role in self.roles.items()).encode(),
            "server.key": self.key,
            "server.pem": self.certificate,
        }


def guarded(roles: Mapping[str, Any] | None = None) -> Guard:
    """Return a guard with a certificate of its own for loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elastic.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    return Guard(roles or {}, secrets.token_urlsafe(16), private, shown)


def need_java(version: str = VERSION) -> None:
    """Fail in CI where Java or Maven is missing; skip elsewhere, and say what to install."""
    if java_home(NEEDS_JAVA[major(version)]) and shutil.which("mvn"):
        return
    if os.environ.get("CI"):
        pytest.fail("CI has Java and Maven")
    pytest.skip("needs Java and Maven: apt-get install openjdk-17-jre-headless maven")


def major(version: str) -> int:
    """Return the first number of a version."""
    return int(version.partition(".")[0])


@contextmanager
def running(folder: Path, jvm: str = QUICK, guard: Guard | None = None, version: str = VERSION) -> Iterator[str]:
    """Give the address of a server that keeps its data below `folder`, where all may enter.

    With a `guard` it speaks TLS and lets in only who it knows.
    """
    home, (port, transport) = distribution(version), _free_ports()
    settings = _SETTINGS.format(run=folder / "run", port=port, transport=transport)
    settings += (_GUARDED if guard else _OPEN) + (_SERIAL if jvm == QUICK else "")
    environ = _configured(home, folder, settings, jvm, guard)
    process = begin(["bash", str(home / "bin" / "elasticsearch")], Path(environ["HOME"]), folder / "out.txt", environ)
    try:
        url = f"{'https' if guard else 'http'}://127.0.0.1:{port}"
        _wait(url, process, folder / "out.txt", guard)
        yield url
    finally:
        end(process)  # with the server, whose parent it is


def distribution(version: str = VERSION) -> Path:
    """Return the unpacked server, got from Maven Central where it is not there; two processes may ask at once."""
    home = FOLDER / f"elasticsearch-{version}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():
            _unpack(_got(version), home)
    return home


def _got(version: str) -> Path:
    packed = FOLDER / f"elasticsearch-{version}.zip"
    if not packed.is_file():
        artifact = f"-Dartifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
        command = ["mvn", "-q", "-B", COPY, artifact, f"-DoutputDirectory={FOLDER / 'part'}"]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        (FOLDER / "part" / packed.name).rename(packed)
    return packed


def _unpack(packed: Path, home: Path) -> None:
    """Unpack beside the place and move it there in one step: what was cut off is begun anew."""
    part = FOLDER / "part"
    with zipfile.ZipFile(packed) as source:
        source.extractall(part)
        for entry in source.infolist():
            if mode := (entry.external_attr >> 16) & 0o777:
                (part / entry.filename).chmod(mode)
    if NEEDS_JAVA[major(home.name.partition("-")[2])] > NEEDS_JAVA[8]:
        _relax(part / home.name)
    (part / home.name).rename(home)


def _relax(home: Path) -> None:
    """Let a server start on a small Java, which lacks two modules that are asked for and not used."""
    for jar in (home / "lib").glob("elasticsearch-entitlement-*.jar"):
        relax(jar, {"jdk.jdi", "jdk.jlink"})


def _configured(home: Path, folder: Path, settings: str, jvm: str, guard: Guard | None) -> dict[str, str]:
    """Write the settings of a server, and return the environment that it starts in."""
    conf, run = folder / "conf", folder / "run"
    for place in (conf / "jvm.options.d", run / "data", run / "logs", run / "tmp"):
        place.mkdir(parents=True, exist_ok=True)
    shutil.copy(home / "config" / "log4j2.properties", conf)
    (conf / "elasticsearch.yml").write_text(settings)
    (conf / "jvm.options").write_text(jvm + "-XX:-UsePerfData\n-Djava.io.tmpdir=${ES_TMPDIR}\n")
    for name, content in (guard.files() if guard else {}).items():
        (conf / name).write_bytes(content)
    if os.geteuid() == 0:
        for place in (conf, run, *conf.rglob("*"), *run.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
    java = java_home(NEEDS_JAVA[major(home.name.partition("-")[2])])
    kept = {key: value for key, value in os.environ.items() if key not in {"JAVA_TOOL_OPTIONS", "ES_JAVA_OPTS"}}
    return kept | {
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(conf),
        "ES_TMPDIR": str(run / "tmp"),
        "HOME": str(run),
        "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -Xshare:auto",
    }


def begin(command: Sequence[str], home: Path, out: Path, environ: Mapping[str, str] | None = None) -> Process:
    """Start a server in a group of its own, and as nobody where this is root, since it would refuse to run as that."""
    user = NOBODY if os.geteuid() == 0 else None
    with out.open("wb") as told:
        return subprocess.Popen(
            command,
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )


def end(process: Process) -> None:
    """Kill a server with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(url: str, process: Process, out: Path, guard: Guard | None) -> None:
    client = Elasticsearch(url, request_timeout=3, max_retries=0)
    if guard:
        (out.parent / "ca.pem").write_bytes(guard.certificate)
        known = ("operator", guard.password)
        client = Elasticsearch(
            url, request_timeout=3, max_retries=0, ca_certs=str(out.parent / "ca.pem"), basic_auth=known
        )
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest and process.poll() is None:
        with suppress(TransportError, ApiError):
            if client.cluster.health(wait_for_status="green", timeout="1s")["status"] == "green":
                return
        time.sleep(0.2)
    pytest.fail(f"Elasticsearch did not start: {out.read_text(errors='replace')[-2000:]}")


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]

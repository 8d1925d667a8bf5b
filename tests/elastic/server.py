"""A real Elasticsearch on loopback: Elastic's own distribution for tests of plugins, from Maven Central."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from tests.shared import ROOT

VERSION = "8.19.21"
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
xpack.security.enabled: false
"""
QUICK = "-Xms384m\n-Xmx384m\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n"
"""A machine that starts quickly and stays small, for tests."""


def need_java() -> None:
    """Fail in CI where Java or Maven is missing; skip elsewhere, and say what to install."""
    if shutil.which("java") and shutil.which("mvn"):
        return
    if os.environ.get("CI"):
        pytest.fail("CI has Java and Maven")
    pytest.skip("needs Java and Maven: apt-get install openjdk-17-jre-headless maven")


@contextmanager
def running(folder: Path, jvm: str = QUICK) -> Iterator[str]:
    """Give the address of a server that keeps its data below `folder`, where all may enter."""
    home, (port, transport) = distribution(), _free_ports()
    settings = _SETTINGS.format(run=folder / "run", port=port, transport=transport)
    process = _start(home, _configured(home, folder, settings, jvm))
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, folder / "out.txt")
        yield url
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the launcher is the parent of the server
        process.wait()


def distribution() -> Path:
    """Return the unpacked server, got from Maven Central where it is not there."""
    home = FOLDER / f"elasticsearch-{VERSION}"
    if not home.is_dir():
        packed = FOLDER / f"elasticsearch-{VERSION}.zip"
        if not packed.is_file():
            artifact = f"-Dartifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
            command = ["mvn", "-q", "-B", COPY, artifact, f"-DoutputDirectory={FOLDER}"]
            subprocess.run(command, check=True, capture_output=True, timeout=600)
        _unpack(packed, home)
    return home


def _unpack(packed: Path, home: Path) -> None:
    """Unpack beside the place and move it there in one step: two processes may do so at once."""
    part = FOLDER / f"part-{os.getpid()}"
    with zipfile.ZipFile(packed) as source:
        source.extractall(part)
        for entry in source.infolist():
            if mode := (entry.external_attr >> 16) & 0o777:
                (part / entry.filename).chmod(mode)
    with suppress(OSError):  # the other one was first
        (part / home.name).rename(home)
    shutil.rmtree(part, ignore_errors=True)


def _configured(home: Path, folder: Path, settings: str, jvm: str) -> dict[str, str]:
    """Write the settings of a server, and return the environment that it starts in."""
    conf, run = folder / "conf", folder / "run"
    for place in (conf / "jvm.options.d", run / "data", run / "logs", run / "tmp"):
        place.mkdir(parents=True, exist_ok=True)
    shutil.copy(home / "config" / "log4j2.properties", conf)
    (conf / "elasticsearch.yml").write_text(settings)
    (conf / "jvm.options").write_text(jvm + "-XX:-UsePerfData\n-Djava.io.tmpdir=${ES_TMPDIR}\n")
    if os.geteuid() == 0:
        for place in (conf, run, *conf.rglob("*"), *run.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
    java = Path(shutil.which("java") or "java").resolve().parent.parent
    kept = {key: value for key, value in os.environ.items() if key not in {"JAVA_TOOL_OPTIONS", "ES_JAVA_OPTS"}}
    return kept | {
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(conf),
        "ES_TMPDIR": str(run / "tmp"),
        "HOME": str(run),
        "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -Xshare:auto",
    }


def _start(home: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    folder = Path(environ["ES_PATH_CONF"]).parent
    user = NOBODY if os.geteuid() == 0 else None
    with (folder / "out.txt").open("wb") as out:
        return subprocess.Popen(
            ["bash", str(home / "bin" / "elasticsearch")],  # noqa: S607 -- bash of the machine
            cwd=environ["HOME"],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )


def _wait(url: str, process: subprocess.Popen[bytes], out: Path) -> None:
    client = Elasticsearch(url, request_timeout=3, max_retries=0)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
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

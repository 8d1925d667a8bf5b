"""Real servers for probes to talk to, started on loopback by the test that uses them and ended with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from sentinel.scan.probes.exchange import Target


def installed(program: str) -> str:
    """Return where a server is; a machine without it skips the test, and CI fails."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI has {program}")
        pytest.skip(f"{program} is not installed")
    return found


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(command: Sequence[str | Path], port: int, *, folder: Path, name: str = "peer") -> Iterator[Target]:
    """Run a server until the test is over, from when its TCP port answers."""
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        # a session of its own: Samba ends its whole process group with itself
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True
        )
    try:
        _wait(process, port, log)
        yield Target("127.0.0.1", port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def written(log: Path, what: str) -> str:
    """Return a server's log, once it holds what is waited for; it writes in its own time."""
    for _ in range(100):
        if what in (text := log.read_text(errors="replace")):
            return text
        time.sleep(0.05)
    return text


@contextmanager
def answering(reply: Callable[[socket.socket], None]) -> Iterator[Target]:
    """Accept one connection and hand it to `reply`."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            link, _ = server.accept()
            with link:
                reply(link)

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield Target("127.0.0.1", server.getsockname()[1])
        thread.join(5)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"{process.args!r} does not answer: {log.read_text(errors='replace')[-2000:]}")

"""A gate, a log and clocks for tests that carry steps out, and small servers on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from sentinel.scan.budget import budget_of
from sentinel.scan.gate import Clock, Gate
from sentinel.scan.health import Health
from sentinel.scan.offered import OFFERED
from sentinel.scan.plan import Plan, make_plan
from sentinel.scan.probelog import ProbeLog
from sentinel.scan.scope import Scope
from tests.scan.scopes import OPEN, compiled, head, network, target


@dataclass
class Time:
    """A clock that a test moves."""

    now: float = 0.0

    def clock(self) -> Clock:
        return Clock(lambda: OPEN, lambda: self.now)


def lab(*probes: tuple[str, int], host: str = "127.0.0.1", more: str = "") -> Scope:
    """Return a signed scope of type lab over one host, with no pauses to speak of."""
    ports: dict[str, list[int]] = {}
    for name, port in probes:
        ports.setdefault(name, []).append(port)
    listed = ", ".join(f"{name} = {numbers}" for name, numbers in ports.items())
    text = head("lab") + network("lab", "lab", "127.0.0.0/24") + target("lab", [host], f"{{{listed}}}", more)
    return replace(compiled(text), signed_by="kari")


def gate(scope: Scope, folder: Path, time: Time | None = None) -> Gate:
    import time as real

    clock = time.clock() if time else Clock(lambda: OPEN, real.monotonic)
    log = ProbeLog.open(folder / "p.jsonl", "test", clock.now)
    return Gate(scope, budget_of(scope, Random(1)), Health(), log, clock)


def planned(scope: Scope) -> Plan:
    return make_plan(scope, OFFERED, Random(1))


@contextmanager
def serving(behave: Callable[[socket.socket], None], host: str = "127.0.0.1") -> Iterator[tuple[int, list[bytes]]]:
    """Serve on loopback, each connection by `behave`; yield the port, and the list of what is wrong with the server."""
    listener = socket.create_server((host, 0))
    wrong: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    behave(connection)
                except OSError as error:
                    wrong.append(str(error).encode())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], wrong
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)

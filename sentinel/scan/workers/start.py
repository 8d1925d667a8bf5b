"""Starts the nmap worker, gives it its files, and reads what it found: nothing outside the scope gets through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from typing import Protocol

from sentinel.errors import ScopeError
from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.nmap_xml import read_nmap
from sentinel.scan.workers.order import NmapOrder

WORKER = "sentinel.scan.workers.nmap"
SECONDS_A_PACKET = 10
OUTSIDE = "outside-the-scope"
UNPRIVILEGED = {"NMAP_UNPRIVILEGED": "1"}
"""Tells nmap not to look for rights that it has not got inside a fence."""
Run = Callable[[str], str]
HEARD_EVERY = 0.25
Over = Callable[[], bool]


class Start(Protocol):
    """Runs the worker on one line of JSON and returns its answer.

    `within` is the command that starts it inside a fence, none where there is none; `over` says that it is to end.
    """

    def __call__(self, order: str, within: Sequence[str], over: Over) -> str:
        """Run it."""


def start_worker(order: str, within: Sequence[str] = (), over: Over = lambda: False) -> str:
    """Run the worker in a process of its own; ScopeError where it does not end well, or is ended.

    It leads a group of its own, so that whatever ends us (an interrupt above all) ends nmap too.
    """
    pipe = subprocess.PIPE
    process = subprocess.Popen(  # noqa: S603 -- our own module, by this very Python
        [*within, sys.executable, "-m", WORKER], stdin=pipe, stdout=pipe, stderr=pipe, text=True,
        start_new_session=True, env={**os.environ, **(UNPRIVILEGED if within else {})},
    )  # fmt: skip
    try:
        answer, said = _until_over(process, order, over)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)
        process.wait()
    if process.returncode:
        last = (said.strip().splitlines() or ["no word why"])[-1]
        raise ScopeError(f"the nmap worker ended with {process.returncode}: {last}")
    return answer


def _until_over(process: subprocess.Popen[str], order: str, over: Over) -> tuple[str, str]:
    waiting: str | None = order
    while not over():
        try:
            return process.communicate(waiting, timeout=HEARD_EVERY)
        except subprocess.TimeoutExpired:
            waiting = None  # it has been handed over
    raise ScopeError("nmap was ended")


def ask_nmap(order: NmapOrder, name: str, tally: Tally, run: Run) -> Iterator[Observation]:
    """Yield what nmap found, of the hosts and ports of the order alone; all else is counted and left out."""
    with tempfile.TemporaryDirectory(prefix="sentinel-") as folder:
        targets, excluded, xml = (Path(folder) / name for name in ("targets", "excluded", "result.xml"))
        targets.write_text("\n".join(order.hosts) + "\n", encoding="ascii")
        excluded.write_text("\n".join(order.excluded) + "\n", encoding="ascii")
        answer = json.loads(run(json.dumps(_request(order, targets, excluded))))
        if "xml" not in answer:
            raise ScopeError(f"nmap: {answer.get('error', 'no answer')}")
        xml.write_text(answer["xml"], encoding="utf-8")
        for seen in read_nmap(xml, name, tally):
            if _inside(seen, order):
                yield seen
            else:
                tally.skip(Skipped(name, f"{seen.address} {seen.port or ''}".strip(), OUTSIDE))


def _request(order: NmapOrder, targets: Path, excluded: Path) -> dict[str, object]:
    packets = len(order.hosts) * len(order.ports)
    seconds = 60 + SECONDS_A_PACKET * packets
    return {"arguments": order.arguments(str(targets), str(excluded)), "ports": order.port_list, "timeout": seconds}


def _inside(seen: Observation, order: NmapOrder) -> bool:
    return seen.address in order.hosts and (seen.port is None or seen.port in order.ports)

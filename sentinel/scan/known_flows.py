"""Reads the flows that are known of a network, as `sentinel scan passive --show flows --format jsonl` prints them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import BinaryIO

import orjson

from sentinel.errors import ContentError, Fault, InputError, Location
from sentinel.model.assets import Transport
from sentinel.model.talks import Flow

MAX_LINE = 65_536
MAX_KNOWN = 1_000_000
_MAX_FAULTS = 20
_SCHEMA = "sentinel.flow/1"
_TRANSPORTS: dict[object, Transport] = {"tcp": "tcp", "udp": "udp"}


def read_flows(path: Path, name: str) -> tuple[Flow, ...]:
    """Return the flows of a file.

    Raise InputError where it cannot be read or holds none, and ContentError with every line (at most 20) that is no
    flow: what is missing from it would be called new.
    """
    faults: list[Fault] = []
    try:
        with path.open("rb") as file:
            flows = tuple(_flows(file, name, faults))
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror or error}") from error
    if faults:
        raise ContentError(faults)
    if not flows:
        raise InputError(Location(name), "holds no flow: nothing could be called new beside it")
    return flows


def _flows(file: BinaryIO, name: str, faults: list[Fault]) -> Iterator[Flow]:
    for number in range(1, MAX_KNOWN + 2):
        line = file.readline(MAX_LINE + 1)
        if not line or len(faults) >= _MAX_FAULTS:
            return
        if number > MAX_KNOWN or len(line) > MAX_LINE:
            what = f"has more than {MAX_KNOWN:,} lines" if number > MAX_KNOWN else f"is longer than {MAX_LINE:,} bytes"
            faults.append(Fault(Location(name, number), what))
            return
        found = _flow(line) if line.strip() else None
        if isinstance(found, Flow):
            yield found
        elif found is not None:
            faults.append(Fault(Location(name, number), found))


def _flow(line: bytes) -> Flow | str:
    """Return the flow of a line, or what is wrong with it."""
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "is no JSON"
    if not isinstance(said, dict) or said.get("schema") != _SCHEMA:
        return f"is no {_SCHEMA}: print flows with --show flows --format jsonl"
    transport, port = _TRANSPORTS.get(said.get("transport")), said.get("port")
    try:
        client, server = str(ip_address(said["client"])), str(ip_address(said["server"]))
        first, last = (
            datetime.fromisoformat(said[key]) if said.get(key) else None for key in ("first_seen", "last_seen")
        )
    except (KeyError, TypeError, ValueError):
        return "has no addresses or no time that can be read"
    if transport is None or not isinstance(port, int) or not 0 <= port < 1 << 16:
        return "has no transport or no port"
    return Flow(client, server, transport, port, "", 1, first, last)

"""Prints who talks to whom: flows, DICOM titles and associations, and devices that leave their zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from sentinel.cli.options import Asked
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.errors import InputError, Location
from sentinel.journeys import Material, Scanned
from sentinel.model.records import Record, crossing_record, record_of
from sentinel.model.text import counted
from sentinel.scan.talks import crossings

SHOWN = ("flows", "titles", "associations", "crossings")
_LAST = Column("last seen (UTC)", lambda one: (one["last_seen"] or "–")[:19])
_FLOWS = (
    Column("client", lambda flow: flow["client"]),
    Column("server", lambda flow: flow["server"]),
    Column("port", lambda flow: f"{flow['transport']}/{flow['port']}"),
    Column("protocol", lambda flow: flow["protocol"] or "not heard"),
    Column("count", lambda flow: str(flow["count"])),
    _LAST,
)
_TITLES = (
    Column("title", lambda title: title["title"]),
    Column("addresses", lambda title: " ".join(title["addresses"]), grow=True),
    Column("ports", lambda title: " ".join(map(str, title["ports"]))),
    Column("calls", lambda title: " ".join(title["calls"]), grow=True),
    Column("called by", lambda title: " ".join(title["called_by"]), grow=True),
    Column("answers", lambda title: "yes" if title["confirmed"] else "not seen"),
)
_ASSOCIATIONS = (
    Column("calling", lambda pair: pair["calling"]),
    Column("called", lambda pair: pair["called"]),
    Column("client", lambda pair: pair["client"]),
    Column("server", lambda pair: f"{pair['server']}:{pair['port']}"),
    Column("asked", lambda pair: str(pair["asked"])),
    Column("accepted", lambda pair: str(pair["accepted"])),
)
_CROSSINGS = (
    Column("what", lambda event: event["kind"]),
    Column("device", lambda event: event["device"]),
    Column("class", lambda event: event["device_class"]),
    Column("from", lambda event: event["SourceIp"]),
    Column("to", lambda event: f"{event['DestinationIp']}:{event['DestinationPort']}"),
    Column("count", lambda event: str(event["count"])),
)


def show_talks(asked: Asked, found: Scanned, material: Material, show: str) -> None:
    """Print one of SHOWN, and say what was too much to be kept."""
    talks = found.talks
    if show == "flows":
        emit(map(record_of, talks.flows()), _FLOWS, asked.form)
    elif show == "titles":
        emit(map(record_of, talks.titles()), _TITLES, asked.form)
    elif show == "associations":
        emit(map(record_of, talks.associations()), _ASSOCIATIONS, asked.form)
    else:
        emit(crossing_records(found, material), _CROSSINGS, asked.form)
    say_left_out(found)


def write_crossings(path: Path, found: Scanned, material: Material) -> None:
    """Write crossings as events, one a line, as `sentinel detect` reads them; the file is there whole or not at all."""
    lines = [orjson.dumps(record) + b"\n" for record in crossing_records(found, material)]
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(b"".join(lines))
        beside.replace(path)
    except OSError as error:
        raise InputError(Location(str(path)), f"cannot be written: {error.strerror or error}") from error
    say(f"{counted(len(lines), 'crossing')} in {path}")


def crossing_records(found: Scanned, material: Material) -> Iterator[Record]:
    """Yield devices in care that leave their zone, as records."""
    flows = found.talks.flows()
    return map(crossing_record, crossings(flows, found.assets, material.networks, material.known))


def say_left_out(found: Scanned) -> None:
    """Say what was too much to be kept."""
    talks = found.talks
    if talks.left_out:
        say(f"{counted(talks.left_out, 'sight')} of talks left out: there were too many different ones")

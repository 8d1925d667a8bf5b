"""Prints who talks to whom: flows, DICOM titles and associations, and devices that leave their zone."""

from __future__ import annotations

from collections.abc import Sequence

from sentinel.cli.options import Asked
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.flows import Scanned
from sentinel.model.records import association_record, crossing_record, flow_record, title_record
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


def show_talks(asked: Asked, found: Scanned, networks: Sequence[str], show: str) -> None:
    """Print one of SHOWN, and say what was too much to be kept."""
    talks = found.talks
    if show == "flows":
        emit(map(flow_record, talks.flows()), _FLOWS, asked.form)
    elif show == "titles":
        emit(map(title_record, talks.titles()), _TITLES, asked.form)
    elif show == "associations":
        emit(map(association_record, talks.associations()), _ASSOCIATIONS, asked.form)
    else:
        emit(map(crossing_record, crossings(talks.flows(), found.assets, networks)), _CROSSINGS, asked.form)
    if talks.left_out:
        say(f"{counted(talks.left_out, 'sight')} of talks left out: there were too many different ones")

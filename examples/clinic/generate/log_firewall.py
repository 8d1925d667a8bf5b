"""The firewall's log: what it let through, what it turned away every day, and who changed its rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from examples.clinic.generate import night
from examples.clinic.generate.clock import SUPPLIER_DAYS, closing, hours, later, local, moments, stamp, working_days
from examples.clinic.generate.log_web import patient_addresses
from examples.clinic.generate.story import (
    DC,
    EPJ,
    FIREWALL,
    MONITOR_ADDRESS,
    NIGHT_VISITOR,
    OUTSIDE_ADDRESS,
    RECEPTION,
    ROOM1,
    ROOM2,
    SUPPLIER,
    SUPPLIER_ADDRESS,
    WEB,
    WEB_VISITOR,
)
from examples.clinic.generate.writing import Record

_SCANNED = (22, 23, 80, 443, 445, 1433, 2323, 3306, 3389, 5060, 5900, 6379, 8080, 8443, 104, 11112)
_REMOTE_HELP = "fjernhjelp"


@dataclass(frozen=True, slots=True)
class Flow:
    """One connection as the firewall saw it."""

    action: str
    source: str
    target: str
    port: int
    rule: str
    protocol: str = "tcp"


def records(dice: random.Random) -> Iterator[Record]:
    """Yield the month in the order of time."""
    flows = [*_pulse(dice), *_denied(dice), *_outwards(dice), *_inwards(dice), *_supplier(), *_visitors(dice)]
    every = [(time, _flow(time, flow, dice)) for time, flow in flows]
    every += [(time, record) for time, record in _changes()]
    for _, record in sorted(every, key=lambda item: item[0]):
        yield record


def _flow(time: datetime, flow: Flow, dice: random.Random) -> Record:
    return {
        "@timestamp": stamp(time),
        "event": {"dataset": "firewall.traffic"},
        "host": {"name": FIREWALL.name},
        "action": flow.action,
        "src_ip": flow.source,
        "src_port": dice.randrange(1024, 65535),
        "dst_ip": flow.target,
        "dst_port": flow.port,
        "protocol": flow.protocol,
        "rule": flow.rule,
    }


def _changes() -> Iterator[tuple[datetime, Record]]:
    """Yield the rule opened on 3 October and closed on 19 October, and one harmless change."""
    agreed = f"{SUPPLIER_ADDRESS}/32"
    for time, rule, change in (
        (local(3, 22, 40, 17.3), _REMOTE_HELP, f"src: {agreed} -> any"),
        (local(19, 8, 10, 52.9), _REMOTE_HELP, f"src: any -> {agreed}"),
        (local(21, 13, 31, 8.0), "ut-web", "comment: '' -> 'nettlesing og oppdatering, også møterommet'"),
    ):
        yield (
            time,
            {
                "@timestamp": stamp(time),
                "event": {"dataset": "firewall.config", "action": "rule-changed", "outcome": "success"},
                "host": {"name": FIREWALL.name},
                "user": {"name": SUPPLIER.account},
                "source": {"ip": SUPPLIER_ADDRESS},
                "rule": rule,
                "change": change,
            },
        )


def _pulse(dice: random.Random) -> Iterator[tuple[datetime, Flow]]:
    """Yield the servers' time and name questions, every hour."""
    for hour in hours():
        yield later(hour, dice.uniform(1, 90)), Flow("allow", DC.address, "192.0.2.123", 123, "ut-tid", "udp")
        for _ in range(2):
            server = dice.choice((DC, EPJ, WEB))
            yield later(hour, dice.uniform(90, 3500)), Flow("allow", server.address, "192.0.2.53", 53, "ut-dns", "udp")


def _denied(dice: random.Random) -> Iterator[tuple[datetime, Flow]]:
    """Yield the noise of the internet, all of it turned away."""
    for day in range(1, 32):
        for time in moments(dice, day, 0, 23, dice.randrange(60, 95)):
            source = (
                f"203.0.113.{dice.randrange(150, 250)}"
                if dice.random() < 0.6
                else f"198.51.100.{dice.randrange(100, 250)}"
            )
            yield time, Flow("deny", source, OUTSIDE_ADDRESS, dice.choice(_SCANNED), "standard-nekt")


def _outwards(dice: random.Random) -> Iterator[tuple[datetime, Flow]]:
    """Yield people's browsing and the EPJ's exchange with its partners."""
    for day in working_days():
        for time in moments(dice, day, 7, closing(day), 70):
            desk = dice.choice((RECEPTION, ROOM1, ROOM2))
            target = dice.choice(("192.0.2.71", "192.0.2.72", "203.0.113.18", "203.0.113.19", "203.0.113.20"))
            yield time, Flow("allow", desk.address, target, 443, "ut-web")
    for hour in hours():
        yield later(hour, dice.uniform(900, 930)), Flow("allow", EPJ.address, "192.0.2.80", 443, "ut-helsenett")


def _inwards(dice: random.Random) -> Iterator[tuple[datetime, Flow]]:
    """Yield visitors of the booking page, and its monitoring."""
    for hour in hours():
        yield later(hour, 302.4), Flow("allow", MONITOR_ADDRESS, WEB.address, 8080, "timebestilling")
    for day in range(1, 32):
        for time in moments(dice, day, 6, 23, 15):
            yield time, Flow("allow", dice.choice(patient_addresses()), WEB.address, 8080, "timebestilling")


def _supplier() -> Iterator[tuple[datetime, Flow]]:
    """Yield remote help as agreed: from the agreed address on the agreed days."""
    for day, (first, _) in SUPPLIER_DAYS.items():
        for minute in (3, 4):
            yield local(day, first, minute, 41.2), Flow("allow", SUPPLIER_ADDRESS, EPJ.address, 3389, _REMOTE_HELP)


def _visitors(dice: random.Random) -> Iterator[tuple[datetime, Flow]]:
    """Yield the two visitors of the middle of the month, and the download of 14 October."""
    entry = Flow("allow", NIGHT_VISITOR, EPJ.address, 3389, _REMOTE_HELP)
    span = (night.LAST_TRY - night.FIRST_TRY).total_seconds()
    for number in range(44):
        yield later(night.FIRST_TRY, span * number / 44 - 1.1), entry
    for time in (night.INSIDE, *(begin for begin, _ in night.VISITS)):
        yield later(time, -2.8), entry
    yield later(night.POWERSHELL, 0.9), Flow("allow", EPJ.address, NIGHT_VISITOR, 80, "ut-web")
    for time in moments(dice, 16, 10, 11, 50):
        yield time, Flow("allow", WEB_VISITOR, WEB.address, 8080, "timebestilling")
    for minute in (4, 12, 14, 21, 29):
        yield local(16, 11, minute, 2), Flow("allow", WEB_VISITOR, WEB.address, 8080, "timebestilling")

from __future__ import annotations

from datetime import UTC, datetime

from sentinel.scan.conduct import Asked, Came, NotAsked
from sentinel.scan.offered import OFFERED
from sentinel.scan.plan import Step, health_probe
from sentinel.scan.probes.exchange import Fact
from sentinel.scan.reply import Reply
from sentinel.scan.results import Gathered
from sentinel.scan.scope import Grant

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def step(address: str, port: int = 104) -> Step:
    return Step(Grant(address, port, "tcp", "dicom", "n"), health_probe())


def datagram(address: str) -> Step:
    return Step(Grant(address, 161, "udp", "snmp", "n"), OFFERED["snmp"])


def test_what_was_learnt_becomes_observations_and_all_is_counted() -> None:
    gathered = Gathered("lyngvik/1", lambda: NOW)
    facts = [Fact("dicom.accept", {"implementation_uid": "1.2"}), Fact("probe.end", {}, "cut")]
    came: list[Came] = [
        Asked(step("10.0.0.7"), Reply("open", "answered", facts=facts, packets=8)),
        Asked(step("10.0.0.8"), Reply("filtered", "filtered", packets=1)),
        Asked(step("10.0.0.7", 80), Reply("open", "halted", packets=4)),
        NotAsked(step("10.0.0.9"), "stopped"),
        NotAsked(step("10.0.0.9", 80), "stopped"),
    ]
    seen = list(gathered.take(came))

    assert [(one.kind, one.address, one.port, one.method, one.source) for one in seen] == [
        ("tcp.open", "10.0.0.7", 104, "active", "lyngvik/1"),
        ("dicom.accept", "10.0.0.7", 104, "active", "lyngvik/1"),
        ("tcp.open", "10.0.0.7", 80, "active", "lyngvik/1"),
    ]
    summary = gathered.summary()
    assert (summary.handled, summary.skipped, summary.hosts, summary.silent) == (
        2,
        {"not-asked": 2, "halted": 1},
        1,
        ("10.0.0.8",),
    )
    assert summary.handled + sum(summary.skipped.values()) == len(came)
    assert (gathered.packets, dict(gathered.left)) == (13, {"stopped": 2})


def test_a_port_that_refuses_is_an_answer_of_a_machine_that_is_there() -> None:
    gathered = Gathered("lyngvik/1", lambda: NOW)
    seen = list(gathered.take([Asked(step("10.0.0.7"), Reply("closed", "closed", packets=1))]))

    assert [(one.kind, one.transport, one.port) for one in seen] == [("tcp.refused", "tcp", 104)]
    assert (gathered.summary().hosts, gathered.summary().silent) == (1, ())


def test_a_datagram_that_nobody_answers_proves_nothing() -> None:
    gathered = Gathered("lyngvik/1", lambda: NOW)
    unheard, other = Reply("filtered", "silent", packets=1), Reply("filtered", "filtered", packets=1)
    came = [
        Asked(datagram("10.0.0.6"), unheard),
        Asked(datagram("10.0.0.7"), other),
        Asked(datagram("10.0.0.8"), Reply("open", "answered", packets=1)),
        Asked(datagram("10.0.0.9"), unheard),
        Asked(step("10.0.0.9"), other),
    ]
    list(gathered.take(came))

    assert (gathered.summary().hosts, gathered.summary().silent) == (1, ("10.0.0.9",))
    assert list(gathered.notes()) == ["asked by datagram alone and not heard, which proves nothing: 10.0.0.6, 10.0.0.7"]


def test_nothing_asked_is_an_empty_count() -> None:
    summary = Gathered("x", lambda: NOW).summary()

    assert (summary.handled, summary.skipped, summary.first) == (0, {}, None)

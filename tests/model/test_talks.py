from __future__ import annotations

from datetime import UTC, datetime

from sentinel.model.talks import Crossing, CrossingEvent, Flow

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_an_event_has_the_names_of_sigma_and_says_who_began() -> None:
    flow = Flow("10.1.1.5", "203.0.113.9", "tcp", 443, "tls", 3, NOON, NOON)
    event = CrossingEvent.of(Crossing("to-internet", "10.1.1.5", "patient_monitor", flow))

    assert (event.SourceIp, event.DestinationIp, event.DestinationPort, event.Protocol) == (
        "10.1.1.5",
        "203.0.113.9",
        443,
        "tcp",
    )
    assert (event.Initiated, event.count, event.UtcTime) == (True, 3, NOON)
    assert not CrossingEvent.of(Crossing("from-internet", "203.0.113.9", "patient_monitor", flow)).Initiated

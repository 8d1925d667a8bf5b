from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sentinel.model.assets import Observation
from sentinel.model.skipped import Tally
from sentinel.scan.survey import Survey, on_link

NOW = datetime(2026, 11, 18, tzinfo=UTC)


def seen(address: str, kind: str = "arp", **facts: str) -> Observation:
    return Observation(kind, address, facts, NOW, "x", "passive")


def test_who_answered_and_who_did_not() -> None:
    survey = Survey("x.xml", "import")
    passed = [
        seen("10.0.0.1", "nmap.host", state="up"),
        seen("10.0.0.10", "nmap.host", state="down"),
        seen("10.0.0.9", "nmap.host", state="down"),
        seen("10.0.0.2"),
    ]

    assert list(survey.watch(passed)) == passed

    summary = survey.summary(Tally("x.xml", handled=4))
    assert (summary.hosts, summary.silent, summary.handled) == (2, ("10.0.0.9", "10.0.0.10"), 4)


def test_an_address_that_answered_anything_is_not_silent() -> None:
    survey = Survey("x.xml", "import")
    list(survey.watch([seen("10.0.0.1", "nmap.host", state="down"), seen("10.0.0.1")]))

    assert survey.summary(Tally("x")).silent == ()


def test_who_was_sent_datagrams_alone_and_not_heard_is_neither_silent_nor_there() -> None:
    survey = Survey("x.xml", "import")
    list(survey.watch([seen("10.0.0.1", "nmap.host", state="down", asked="udp")]))

    assert (survey.summary(Tally("x")).silent, survey.summary(Tally("x")).hosts) == ((), 0)


def test_what_is_heard_on_an_interface_says_so_where_the_address_alone_does_not() -> None:
    here, there = seen("fe80::1", "flow", server="fe80::2"), seen("10.0.0.1", "http.server", server="feb/1.0")

    assert on_link(here, "eth0") == seen("fe80::1%eth0", "flow", server="fe80::2%eth0")
    assert (on_link(there, "eth0"), on_link(here, "any")) == (there, here)
    assert on_link(seen("fd00::1", "flow", server="fe80::2"), "eth0").facts == {"server": "fe80::2%eth0"}


def test_silent_addresses_stand_in_the_order_of_their_numbers() -> None:
    order = ("10.0.0.9", "10.0.0.10", "10.0.1.1", "192.168.0.2", "fe80::9", "fe80::10", "fe80::a:0")
    survey = Survey("x.xml", "import")
    list(survey.watch(seen(address, "nmap.host", state="down") for address in reversed(order)))

    assert survey.summary(Tally("x")).silent == order


def test_first_and_last_day_whatever_the_order() -> None:
    survey = Survey("x", "passive")
    later = Observation("arp", "a", {}, NOW + timedelta(days=2), "x", "passive")
    timeless = Observation("arp", "a", {}, None, "x", "passive")
    list(survey.watch([later, timeless, seen("b")]))

    summary = survey.summary(Tally("x"))
    assert (summary.first, summary.last) == (date(2026, 11, 18), date(2026, 11, 20))

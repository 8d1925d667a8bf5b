from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Asset, Observation
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.inventory import build
from sentinel.scan.merge import merged
from tests.scan.clinic import NAS, WEB, WHEN, nmap, observations, passive, service

FINGERPRINTS = load_fingerprints(root())


def asset(*seen: Observation) -> Asset:
    (one,) = build(seen, FINGERPRINTS)
    return one


def later(seen: Observation, days: int = 1) -> Observation:
    return replace(seen, time=WHEN + timedelta(days=days))


def test_what_another_witness_saw_stays() -> None:
    both = merged(asset(service(NAS, 80, "http")), asset(passive("arp", NAS, {}, mac="00:80:a3:00:00:01")))

    assert [one.port for one in both.services] == [80]
    assert both.macs == ("00:80:a3:00:00:01",)
    assert both.services[0].protocol == "http"


def test_a_witness_later_word_takes_the_place_of_its_earlier_one_whichever_comes_first() -> None:
    old = asset(service(WEB, 22, "ssh", product="OpenSSH", version="8.0"))
    new = asset(later(service(WEB, 22, "ssh", product="OpenSSH", version="9.2"), 2))

    for one in (merged(old, new), merged(new, old)):
        assert [(s.product, s.version) for s in one.services] == [("OpenSSH", "9.2")]
        assert one.contradictions == ()


def test_a_port_that_was_asked_and_refused_is_shut_with_all_that_was_said_of_it() -> None:
    old = asset(service(NAS, 23, "telnet"), service(NAS, 80, "http"))
    new = asset(later(nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/1-79"}), 2))
    both = merged(old, new)

    assert [one.port for one in both.services] == [80]
    assert not [claim for claim in both.claims if claim.attribute.startswith("tcp/23.")]
    assert both.closed == ("tcp/1-79",)


def test_a_port_that_refused_and_is_open_now_is_not_said_to_refuse() -> None:
    shut = asset(nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/1-79"}))

    assert merged(shut, asset(later(service(NAS, 23, "telnet")))).closed == ()
    assert merged(shut, asset(later(service(NAS, 80, "http")))).closed == ("tcp/1-79",)


def test_an_older_word_read_later_shuts_nothing() -> None:
    new = asset(later(service(NAS, 23, "telnet"), 3), later(service(NAS, 6000, ""), 3))
    old = asset(later(nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/1-9000"}), 1))
    both = merged(new, old)

    assert [one.port for one in both.services] == [23, 6000]
    assert [claim.value for claim in both.claims if claim.attribute == "tcp/23.protocol"] == ["telnet"]
    assert both.closed == ()


def test_ports_that_refused_stay_known_beside_those_asked_now() -> None:
    old = asset(nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/1-79"}))
    refused = Observation("tcp.refused", NAS, {}, WHEN, "lyngvik/1", "active", "tcp", 443)

    assert merged(old, asset(later(refused))).closed == ("tcp/1-79", "tcp/443")


def test_a_port_that_nobody_asked_stays_known() -> None:
    both = merged(asset(service(NAS, 23, "telnet")), asset(nmap("nmap.host", NAS, {"state": "up", "closed": "tcp/80"})))

    assert [one.port for one in both.services] == [23]


@settings(max_examples=60)
@given(st.sets(st.integers(0, len(observations()) - 1), min_size=1), st.integers(0, 3))
def test_merging_twice_or_with_itself_changes_nothing(picked: set[int], days: int) -> None:
    seen = [one for at, one in enumerate(observations()) if at in picked]
    for known in build(seen, FINGERPRINTS):
        again = build([later(one, days) for one in seen if one.address == known.addresses[0]], FINGERPRINTS)
        for new in again:
            both = merged(known, new)
            assert merged(both, new) == both
            assert merged(known, known) == known
            assert {one.port for one in both.services} == {one.port for one in (*known.services, *new.services)}

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import ContentError, ScopeError
from sentinel.model.scans import LogEntry
from sentinel.scan.scope import Grant, Scope
from sentinel.scan.segments import asked_before, asked_lately
from tests.scan.scopes import OPEN, barred, compiled, head, network, target

ALL = 'ask_all = ["wsdiscovery", "mdns", "ssdp"]\nsource = "{}"\n'


def listening(more: str = "", source: str = "10.0.0.1", addresses: str = "10.0.0.0/24") -> Scope:
    return compiled(head() + network("stue", "listen", addresses, more=ALL.format(source)) + more)


def test_a_segment_is_asked_by_its_three_groups_from_our_address_in_it() -> None:
    scope = listening()

    assert [(call.grant.probe, call.grant.address, call.grant.port, call.source) for call in scope.calls] == [
        ("mdns", "224.0.0.251", 5353, "10.0.0.1"),
        ("ssdp", "239.255.255.250", 1900, "10.0.0.1"),
        ("wsdiscovery", "239.255.255.250", 3702, "10.0.0.1"),
    ]
    assert scope.sends
    assert scope.barrier(OPEN) == "scope lyngvik/1 is not signed by a trusted key"
    assert not any(replace(scope, signed_by="kari").refusal(call.grant, OPEN) for call in scope.calls)


def test_over_ipv6_the_groups_are_those_of_the_link() -> None:
    scope = listening(source="fd00::1", addresses="fd00::/64")

    assert [call.grant.address for call in scope.calls] == ["ff02::fb", "ff02::c", "ff02::c"]


def test_without_being_asked_for_nothing_is_sent() -> None:
    scope = compiled(head() + network("stue", "listen", "10.0.0.0/24"))

    assert (scope.calls, scope.sends) == ((), False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (network("a", "it-gentle", "10.0.0.0/24", more=ALL.format("10.0.0.1")), "does not ask everybody"),
        (network("a", "listen", "10.0.0.0/24", more=ALL.format("10.0.1.1")), "our own address in this segment"),
        (network("a", "listen", "10.0.0.0/24", more='ask_all = ["mdns"]\n'), "our own address in this segment"),
        (network("a", "listen", "10.0.0.0/24", more='ask_all = ["llmnr"]\nsource = "10.0.0.1"\n'), "ask_all"),
    ],
)
def test_what_cannot_be_asked_is_a_fault_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ContentError, match=told) as caught:
        compiled(head() + text)
    assert caught.value.faults[0].location.line > 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (barred("exclude", "10.0.0.77"), "would reach 10.0.0.77, which is excluded: intensiv"),
        (barred("do_not_probe", "10.0.0.0/30"), "would reach 10.0.0.0/30, which is never probed: intensiv"),
        (network("pas", "passive", "10.0.0.128/25"), "would reach network 'pas' (passive)"),
    ],
)
def test_a_question_that_would_reach_what_gets_no_packet_is_held_back(more: str, told: str) -> None:
    scope = listening(more)

    assert scope.calls == ()
    assert len(scope.held_back) == 3
    assert all(told in held.reason for held in scope.held_back)
    assert not scope.granted


def test_the_wire_does_not_lean_on_the_compiler_having_been_right() -> None:
    scope = replace(listening(), signed_by="kari")
    grant = scope.calls[0].grant
    bar = compiled(head() + network("n", "listen", "10.0.0.0/24") + barred("exclude", "10.0.0.77")).barred
    gentle = compiled(head() + network("stue", "it-gentle", "10.0.0.0/24"))

    for changed, told in (
        (replace(scope, calls=()), "the scope does not list it"),
        (replace(scope, barred=bar), "it would reach what is excluded"),
        (replace(scope, networks=gentle.networks), "its network is not asked as a whole"),
        (replace(scope, networks={}), "its network is not asked as a whole"),
    ):
        assert told in changed.refusal(grant, OPEN)


def test_no_other_group_can_be_granted_nor_listed() -> None:
    with pytest.raises(ScopeError, match="no group that is ever spoken to"):
        Grant("224.0.0.1", 5353, "udp", "mdns", "stue")
    with pytest.raises(ContentError, match="multicast"):
        compiled(head() + network("a", "it-gentle", "10.0.0.0/24") + target("a", ["224.0.0.251"]))


def line(at: datetime, kind: str = "begun", *, sent: bool = True, segment: str = "10.0.0.0/25") -> LogEntry:
    facts = {"address": "224.0.0.251", "port": 5353, "segment": [segment], "probe_n": 1, "sent": ["00"] if sent else []}
    return LogEntry(0, at.isoformat(), kind, "run", facts, "", "")


def test_what_was_begun_counts_unless_nothing_was_sent() -> None:
    assert len(list(asked_before([line(OPEN)]))) == 1
    assert len(list(asked_before([line(OPEN), line(OPEN, "probe")]))) == 1
    assert list(asked_before([line(OPEN), line(OPEN, "probe", sent=False)])) == []


@given(st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30)), st.integers(0, 72 * 60))  # noqa: DTZ001 -- UTC below
def test_no_day_has_two_questions_and_no_twelve_hours_have(first: datetime, minutes: int) -> None:
    scope = listening()
    call, fence = scope.calls[0], scope.networks["stue"]
    at = first.replace(tzinfo=UTC)
    now = at + timedelta(minutes=minutes)
    refused = asked_lately(call, fence, [line(at)], now)

    assert bool(refused) == (at.date() == now.date() or minutes < 12 * 60)
    assert asked_lately(call, fence, [line(at, segment="10.0.1.0/24")], now) == ""


SPANS = [f"10.0.{third}.{first}/{bits}" for third in (0, 1) for first, bits in ((0, 24), (0, 25), (128, 25), (64, 26))]


@given(
    st.lists(st.sampled_from(SPANS), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from([*SPANS, "10.0.0.7", "10.0.1.200-10.0.1.210"]), max_size=2),
    st.lists(st.sampled_from(SPANS), max_size=1),
)
def test_no_question_ever_reaches_what_gets_no_packet(asked: list[str], barred_: list[str], passive: list[str]) -> None:
    """Read again by ipaddress alone: over all addresses of a network that is asked, none is barred or passive."""
    inside = str(next(iter(ip_network(asked[0]).hosts())))
    text = head() + network("stue", "listen", *asked, more=ALL.format(inside))
    text += "".join(network(f"p{n}", "passive", one) for n, one in enumerate(passive))
    text += barred("exclude", *barred_) if barred_ else ""
    scope = replace(compiled(text), signed_by="kari")
    left = {address for one in (*barred_, *passive) for address in _every(one)}
    reached = {address for one in asked for address in _every(one)}

    assert bool(scope.calls) == (not left & reached)
    assert all(bool(scope.refusal(call.grant, OPEN)) is False for call in scope.calls)


def _every(text: str) -> set[int]:
    first, dash, last = text.partition("-")
    if dash:
        return set(range(int(ip_address(first)), int(ip_address(last)) + 1))
    whole = ip_network(text)
    return set(range(int(whole.network_address), int(whole.broadcast_address) + 1))

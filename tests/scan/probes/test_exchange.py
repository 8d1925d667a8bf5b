from __future__ import annotations

import socket
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import (
    LIMIT,
    NOTHING_LEARNT,
    Caller,
    Exchange,
    Fact,
    Target,
    ask,
    ask_datagram,
    unlearnt,
)
from tests.scan.probes.drive import over_tcp, over_udp, play, split


def greet() -> Exchange:
    answer = yield from ask(b"hello", lambda data: data.endswith(b"!"))
    return (Fact("greeting", {"said": answer.decode("latin-1")}),)


@given(st.binary(max_size=60), st.lists(st.integers(0, 99)))
def test_an_answer_is_whole_however_it_is_split(said: bytes, places: list[int]) -> None:
    answer = said.replace(b"!", b"") + b"!"
    talk = play(greet(), split(answer, places))

    assert (talk.sent, talk.kinds) == ([b"hello"], [("greeting", {"said": answer.decode("latin-1")})])


def test_reading_stops_at_its_limit_and_at_silence() -> None:
    assert len(play(greet(), [b"x" * 1000] * 99).facts[0].facts["said"]) == LIMIT
    assert len(play(greet(), [b"x" * (LIMIT * 2)]).facts[0].facts["said"]) == LIMIT
    assert play(greet(), []).facts[0].facts == {"said": ""}
    assert play(greet(), [b"ab", b"", b"never read!"]).facts[0].facts == {"said": "ab"}


def test_an_answer_in_endless_pieces_is_not_waited_for() -> None:
    assert len(play(greet(), [b"x"] * 9_999).facts[0].facts["said"]) == 2_048
    assert play(greet(), [b"x"] * 2_000 + [b"!"]).facts[0].facts["said"].endswith("!")


def call() -> Exchange:
    answer = yield from ask_datagram(b"hello", lambda datagram: datagram == b"ours")
    return (Fact("heard", {"said": answer.decode("latin-1")}),)


def test_a_few_stray_datagrams_are_passed_over() -> None:
    said = [play(call(), answers).facts[0].facts["said"] for answers in ([b"x", b"y", b"ours"], [b"x"], [b"x"] * 9, [])]

    assert said == ["ours", "", "x", ""]
    assert play(call(), [b"x", b"x", b"x", b"ours"]).sent == [b"hello"]


def test_nothing_learnt_says_why() -> None:
    ends = [unlearnt(b"", begun=True), unlearnt(b"x", begun=True), unlearnt(b"x", begun=False)]

    assert [(fact.kind, fact.facts, fact.ended) for (fact,) in ends] == [
        (NOTHING_LEARNT, {}, "silent"),
        (NOTHING_LEARNT, {}, "cut"),
        (NOTHING_LEARNT, {}, "other"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "pacs.lyngvik.example"},
        {"address": "fe80::1%a\r\nX: y"},
        {"address": "fe80::1%" + "a" * 17},
        {"port": 0},
        {"port": 65_536},
        {"port": 9100},
        {"port": 9107},
        {"name": "a\r\nDELETE / HTTP/1.1"},
        {"name": "-a"},
        {"path": "fhir"},
        {"path": "/a b"},
        {"path": "/fhir?_count=9"},
        {"path": "/Patient\r\n"},
        {"path": "/fhir/Patient"},
        {"path": "/fhir/patient/1"},
        {"path": "/instances"},
        {"path": "/dicom-web/studies/1.2.3"},
        {"ae_title": "A\\B"},
        {"ae_title": "MORE-THAN-SIXTEEN"},
    ],
)
def test_a_target_that_could_change_a_message_is_none(wrong: dict[str, Any]) -> None:
    Target("192.0.2.7", 9099, "pacs.lyngvik.example", "/dcm4chee-arc/aets/A/rs", "LV PACS")

    given: dict[str, Any] = {"address": "192.0.2.7", "port": 104}
    with pytest.raises(ValueError, match=r"never spoken to|are patients|part of a message|IPv4 or IPv6"):
        Target(**(given | wrong))


@pytest.mark.parametrize(
    ("title", "contact"), [("", "a@b.no"), (" A", "a@b.no"), ("A", "b.no"), ("A", "a@b.no\r\nX: y")]
)
def test_a_caller_that_could_change_a_message_is_none(title: str, contact: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of a message"):
        Caller(title, contact)


def test_a_caller_is_shown_without_secrets() -> None:
    assert "hemmelig" not in repr(Caller("A", "b@c.example", {"snmp_community": "hemmelig"}))


def test_over_real_sockets() -> None:
    def answer(link: socket.socket) -> None:
        peer, _ = link.accept()
        with peer:
            heard.append(peer.recv(99))
            peer.sendall(b"hi!")

    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer, args=(server,))
        thread.start()
        talk = over_tcp(greet(), Target("127.0.0.1", server.getsockname()[1]))
        thread.join()

    assert (heard, talk.facts) == ([b"hello"], (Fact("greeting", {"said": "hi!"}),))


def test_over_udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer() -> None:
            _, peer = server.recvfrom(99)
            server.sendto(b"hi!", peer)

        thread = Thread(target=answer)
        thread.start()
        talk = over_udp(greet(), Target("127.0.0.1", server.getsockname()[1]))
        thread.join()

    assert talk.facts == (Fact("greeting", {"said": "hi!"}),)

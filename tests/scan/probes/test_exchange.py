from __future__ import annotations

import socket
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import LIMIT, NOTHING_LEARNT, Caller, Exchange, Fact, Target, ask, unlearnt
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


def test_nothing_learnt_says_why() -> None:
    ends = [unlearnt(b"", begun=True), unlearnt(b"x", begun=True), unlearnt(b"x", begun=False)]

    assert [(fact.kind, fact.facts, fact.ended) for (fact,) in ends] == [
        (NOTHING_LEARNT, {}, "silent"),
        (NOTHING_LEARNT, {}, "cut"),
        (NOTHING_LEARNT, {}, "other"),
    ]


def test_a_caller_is_shown_without_secrets() -> None:
    assert "hemmelig" not in repr(Caller("A", "b@c.example", {"snmp": "hemmelig"}))


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

"""The wire against real sockets on loopback. What leaves a real interface is captured in tests/integration."""

from __future__ import annotations

import socket
import ssl
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.errors import ScopeError
from sentinel.scan import wire
from sentinel.scan.gate import Clock, Gate
from sentinel.scan.plan import Step
from sentinel.scan.probes.exchange import Caller, Exchange, Fact, Probe, Target
from sentinel.scan.probes.tls import session_facts
from sentinel.scan.reply import Reply
from sentinel.scan.scope import Grant
from tests.scan.lines import gate, lab, planned, serving
from tests.scan.scopes import OPEN

CALLER = Caller("HELSE-INVENTAR", "medtek@lyngvik.example")


def echo(connection: socket.socket) -> None:
    while data := connection.recv(1000):
        connection.sendall(data)


def saying(*messages: bytes, count: int | None = None, tls: bool = False) -> Probe:
    """Return a probe that says these things, and learns the answers."""

    def begin(_target: Target, _caller: Caller) -> Exchange:
        heard = []
        for message in messages:
            answer = yield message
            heard.append(answer)
        return (Fact("test.heard", {str(n): text.decode("latin-1") for n, text in enumerate(heard)}),)

    return Probe("connect", "tcp", (), tls, len(messages) if count is None else count, begin, 3)


def step(port: int, probe: Probe, host: str = "127.0.0.1") -> Step:
    return Step(Grant(host, port, "tcp", "connect", "lab"), probe)


@pytest.fixture
def at() -> Iterator[list[Gate]]:
    """Collect gates, so that their logs are closed."""
    gates: list[Gate] = []
    yield gates
    for one in gates:
        one.log.close()


def asked(port: int, probe: Probe, folder: Path, gates: list[Gate]) -> Reply:
    gates.append(gate(lab(("connect", port)), folder))
    return wire.ask(step(port, probe), CALLER, gates[-1], session_facts)


def test_an_exchange_is_had_and_every_byte_is_told(tmp_path: Path, at: list[Gate]) -> None:
    with serving(echo) as (port, wrong):
        reply = asked(port, saying(b"one", b"two"), tmp_path, at)

    assert (reply.answer, reply.result, reply.sent) == ("open", "answered", [b"one", b"two"])
    assert reply.facts == [Fact("test.heard", {"0": "one", "1": "two"})]
    assert reply.packets >= 5  # SYN, ACK, two messages, FIN at the least
    assert at[-1].budget.hosts["127.0.0.1"].sent >= reply.packets  # an ACK may ride on the next message
    assert 0 < reply.seconds < wire.CONNECT_SECONDS
    assert wrong == []


def test_a_closed_port_costs_one_packet(tmp_path: Path, at: list[Gate]) -> None:
    with serving(echo) as (port, _):
        pass
    reply = asked(port, saying(b"never"), tmp_path, at)

    assert (reply.answer, reply.result, reply.sent, reply.packets) == ("closed", "closed", [], 1)


def test_what_is_not_listed_is_not_connected_to(tmp_path: Path, at: list[Gate]) -> None:
    reached: list[int] = []
    with serving(lambda _connection: reached.append(1)) as (port, _):
        at.append(gate(lab(("connect", port)), tmp_path))
        for wrong in (
            Grant("127.0.0.2", port, "tcp", "connect", "lab"),
            Grant("127.0.0.1", port, "tcp", "dicom", "lab"),
            Grant("127.0.0.1", port, "udp", "connect", "lab"),
            Grant("127.0.0.1", port % 65535 + 1, "tcp", "connect", "lab"),
            Grant("127.0.0.1", port, "tcp", "connect", "other"),
        ):
            with pytest.raises(ScopeError, match="the scope does not list it"):
                wire.ask(Step(wrong, saying(b"x")), CALLER, at[-1], session_facts)
    assert reached == []


@pytest.mark.parametrize("late", [timedelta(days=2), timedelta(days=-2), timedelta(days=100)])
def test_outside_the_windows_nothing_is_connected_to(tmp_path: Path, at: list[Gate], late: timedelta) -> None:
    reached: list[int] = []
    with serving(lambda _connection: reached.append(1)) as (port, _):
        at.append(replace_clock(gate(lab(("connect", port)), tmp_path), late))
        with pytest.raises(ScopeError, match=r"no window|has expired"):
            wire.ask(step(port, saying(b"x")), CALLER, at[-1], session_facts)
    assert reached == []


def replace_clock(one: Gate, late: timedelta) -> Gate:
    one.clock = Clock(lambda: OPEN + late, one.clock.steady)
    return one


def test_without_a_signature_nothing_is_connected_to(tmp_path: Path, at: list[Gate]) -> None:
    at.append(gate(replace(lab(("connect", 1)), signed_by=""), tmp_path))

    with pytest.raises(ScopeError, match="is not signed by a trusted key"):
        wire.ask(step(1, saying(b"x")), CALLER, at[-1], session_facts)


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        (saying(b"\x0bMSH|^~\\&|"), "an HL7 message is never sent"),
        (saying(b"x" * 1_201), "is more than one packet"),
        (saying(b"one", b"two", count=1), "has 1 messages and wants to send another"),
    ],
)
def test_a_message_that_may_not_be_sent_ends_the_exchange_in_order(
    tmp_path: Path, at: list[Gate], probe: Probe, told: str
) -> None:
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        connection.settimeout(2)
        while data := connection.recv(2000):
            heard.append(data)
            connection.sendall(data)

    with serving(listen) as (port, wrong):
        reply = asked(port, probe, tmp_path, at)

    assert reply.result == "refused"
    assert told in reply.note
    assert b"".join(heard) == b"".join(reply.sent)
    assert b"".join(reply.sent) in {b"", b"one"}
    assert wrong == []  # closed with a FIN, not a reset


def test_a_device_that_resets_is_told(tmp_path: Path, at: list[Gate]) -> None:
    def reset(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with serving(reset) as (port, _):
        reply = asked(port, saying(b"one", b"two"), tmp_path, at)

    assert (reply.result, reply.sent) == ("reset", [b"one"])


def test_what_was_learnt_before_a_reset_is_kept(tmp_path: Path, at: list[Gate]) -> None:
    def answers_once(connection: socket.socket) -> None:
        connection.sendall(connection.recv(1000))
        connection.recv(1000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with serving(answers_once) as (port, _):
        reply = asked(port, saying(b"one", b"two", b"three"), tmp_path, at)

    assert (reply.result, reply.sent) == ("reset", [b"one", b"two"])
    assert reply.facts == [Fact("test.heard", {"0": "one", "1": "", "2": ""})]


def test_a_device_that_says_nothing_is_not_asked_again(
    tmp_path: Path, at: list[Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.1)
    heard: list[bytes] = []

    def deaf(connection: socket.socket) -> None:
        connection.settimeout(5)
        while data := connection.recv(100):
            heard.append(data)

    with serving(deaf) as (port, _):
        reply = asked(port, saying(b"one"), tmp_path, at)
    assert reply.facts == [Fact("test.heard", {"0": ""})]
    assert heard == [b"one"]


def test_an_endless_answer_comes_to_an_end(tmp_path: Path, at: list[Gate]) -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(bytes(60_000))

    def listen(_target: Target, _caller: Caller) -> Exchange:
        while (yield b""):
            pass
        return (Fact("test.end", {}),)

    with serving(flood) as (port, _):
        reply = asked(
            port, Probe("connect", "tcp", (), tls=False, messages=0, begin=listen, fragile_max=3), tmp_path, at
        )
    assert reply.result == "answered"
    assert reply.received < wire.MOST_BYTES + 2 * 65_536


def test_a_kill_in_the_middle_closes_the_connection(tmp_path: Path, at: list[Gate]) -> None:
    def stop(connection: socket.socket) -> None:
        connection.recv(100)
        at[-1].kill("enough")
        connection.sendall(b"answer")
        connection.settimeout(5)
        assert connection.recv(100) == b""

    with serving(stop) as (port, wrong):
        reply = asked(port, saying(b"one", b"two"), tmp_path, at)
    assert (reply.result, reply.note, reply.sent) == ("halted", "enough", [b"one"])
    assert wrong == []


def test_a_budget_that_does_not_hold_a_whole_probe_lets_none_of_it_begin(tmp_path: Path, at: list[Gate]) -> None:
    reached: list[int] = []
    with serving(lambda _connection: reached.append(1)) as (port, _):
        at.append(gate(lab(("connect", port)), tmp_path))
        host = at[-1].budget.hosts["127.0.0.1"]
        host.sent = host.limits.host_packets - 5
        with pytest.raises(ScopeError, match="packet budget is spent"):
            wire.ask(step(port, saying(b"x")), CALLER, at[-1], session_facts)
    assert reached == []


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run(
        [*command, "-subj", "/CN=pacs", "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_inside_tls_the_exchange_and_the_certificate_are_told(
    tmp_path: Path, at: list[Gate], certified: ssl.SSLContext, version: ssl.TLSVersion
) -> None:
    certified.maximum_version = version

    def serve(connection: socket.socket) -> None:
        with certified.wrap_socket(connection, server_side=True) as inside:
            inside.sendall(inside.recv(100).upper())

    with serving(serve) as (port, _):
        reply = asked(port, saying(b"one", tls=True), tmp_path, at)
    assert reply.result == "answered"
    assert [fact.kind for fact in reply.facts] == ["tls.certificate", "tls.session", "test.heard"]
    assert reply.facts[0].facts["subject"] == "CN=pacs"
    assert reply.facts[2].facts == {"0": "ONE"}
    assert reply.inside == [b"one"]
    assert len(reply.sent) >= 3
    assert b"one" not in b"".join(reply.sent)


def test_tls_where_none_is_spoken_is_told(tmp_path: Path, at: list[Gate]) -> None:
    with serving(lambda connection: connection.sendall(b"220 hello, no TLS here\r\n")) as (port, _):
        reply = asked(port, saying(b"one", tls=True), tmp_path, at)

    assert reply.result in {"other", "reset"}
    assert reply.inside == []


def test_a_datagram_is_sent_once_and_only_its_peer_is_heard(tmp_path: Path, at: list[Gate]) -> None:
    import threading

    peer, stranger = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    peer.bind(("127.0.0.1", 0))
    port = peer.getsockname()[1]

    def answer() -> None:
        _, asker = peer.recvfrom(100)
        stranger.sendto(b"I am the device", asker)
        peer.sendto(b"answer", asker)

    thread = threading.Thread(target=answer)
    thread.start()
    at.append(gate(lab(("snmp", port)), tmp_path))

    def begin(_target: Target, _caller: Caller) -> Exchange:
        heard = yield b"question"
        return (Fact("test.heard", {"0": heard.decode()}),)

    probe = Probe("snmp", "udp", (), tls=False, messages=1, begin=begin, fragile_max=3)
    reply = wire.ask(Step(Grant("127.0.0.1", port, "udp", "snmp", "lab"), probe), CALLER, at[-1], session_facts)
    thread.join()
    peer.close()
    stranger.close()
    assert (reply.facts, reply.packets) == ([Fact("test.heard", {"0": "answer"})], 1)


def test_a_source_that_is_not_ours_is_refused(tmp_path: Path, at: list[Gate]) -> None:
    at.append(gate(replace(lab(("connect", 1)), source="10.255.255.1"), tmp_path))

    with pytest.raises(ScopeError, match=r"cannot send from 10\.255\.255\.1"):
        wire.ask(step(1, saying(b"x")), CALLER, at[-1], session_facts)


def test_names_are_asked_of_the_machine() -> None:
    assert "127.0.0.1" in wire.resolve("localhost")
    assert wire.resolve("no-such-name.invalid") == []
    assert wire.resolve("a" * 300) == []


def test_a_plan_is_what_is_carried_out() -> None:
    plan = planned(lab(("connect", 80)))

    assert [one.grant for host in plan.hosts for one in host.steps] == [Grant("127.0.0.1", 80, "tcp", "connect", "lab")]

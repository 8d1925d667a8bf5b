from __future__ import annotations

import hashlib
import ssl
import struct
from contextlib import suppress
from pathlib import Path

import pytest

from tests.scan.passive.craft import (
    SERVER,
    Connection,
    Side,
    Turn,
    association,
    client_hello,
    frame,
    handshake,
    heard,
    look,
    pcap,
    record,
    said,
    server_flight,
)
from tests.scan.passive.protocols.test_certificate import make, make_with_key, sample


def talk(*turns: Turn, port: int = 443, size: int = 1400) -> list[tuple[str, str, int | None, dict[str, str]]]:
    observations = heard(Connection(server_port=port).talk(turns, size))
    return [(o.kind, o.address, o.port, o.facts) for o in observations if o.kind != "tcp.open"]


@pytest.mark.parametrize("port", [443, 2762, 8043])
def test_the_name_asked_for_and_the_certificate_shown(port: int) -> None:
    found = talk(("client", client_hello()), ("server", server_flight(sample())), port=port)

    assert found[0] == ("tls.server_name", SERVER, port, {"server_name": "epj.lyngvik.example"})
    assert found[1][:3] == ("tls.certificate", SERVER, port)
    assert found[1][3]["not_after"] == "2024-02-29"


@pytest.mark.parametrize("record_size", [16_384, 1000, 300])
@pytest.mark.parametrize("segment_size", [1400, 500, 97])
def test_a_certificate_over_several_records_and_segments(record_size: int, segment_size: int) -> None:
    flight = server_flight(make(names=40, size=2048), sample(), size=record_size)
    found = talk(("client", client_hello()), ("server", flight), size=segment_size)

    assert found[1][3]["names"].startswith("epj0.lyngvik.example, ")


def test_only_the_servers_own_certificate_of_a_chain_is_kept() -> None:
    found = talk(("server", server_flight(sample(), make("ca.example"))))

    assert [facts["subject"] for _, _, _, facts in found] == ["CN=lv-epj.lyngvik.example,O=Lyngvik"]


def test_a_clients_certificate_is_never_read() -> None:
    person = make("Kari Test")
    chain = len(person).to_bytes(3, "big") + person
    shown = client_hello() + record(handshake(11, len(chain).to_bytes(3, "big") + chain))
    found = talk(("client", shown), ("server", server_flight(sample())))

    assert "Kari" not in str(found)
    assert "Kari" not in str(talk(("client", shown[len(client_hello()) :])))


def test_tls_1_3_hides_the_certificate() -> None:
    hello = handshake(2, b"\3\3" + bytes(32) + b"\0\x13\x01\0")
    answer = record(hello) + b"\x14\3\3\0\1\1" + b"\x17\3\3\1\0" + bytes(256)

    assert [kind for kind, _, _, _ in talk(("client", client_hello()), ("server", answer))] == ["tls.server_name"]


def test_a_hello_without_a_name_and_names_that_are_none() -> None:
    for name in ("", "a b.example", "x" * 64, "10.0.0.1\x1b[2J", "-" * 300, ".."):
        assert talk(("client", client_hello(name))) == []
    assert talk(("client", client_hello("EPJ.Example.")))[0][3] == {"server_name": "epj.example"}


def test_a_hello_that_the_capture_cut_says_nothing() -> None:
    frames = [frame(p) for p in Connection().talk([("client", client_hello())])]

    assert said(look(pcap(frames, snaplen=96))[0], "tls.server_name") == []


def test_dicom_inside_tls_is_only_tls() -> None:
    found = talk(
        ("client", client_hello()), ("server", server_flight(sample())), ("client", b"\x17\3\3\1\0" + association())
    )

    assert {kind for kind, _, _, _ in found} == {"tls.server_name", "tls.certificate"}


@pytest.mark.parametrize(
    "content",
    [
        b"\x16\2\0\0\x10\1" + bytes(60),
        b"\x16\3\1\0\0\1" + bytes(60),
        b"\x16\3\1\xff\xff\1" + bytes(60),
        b"\x16\3\1\0\x10\x09" + bytes(60),
        record(handshake(2, bytes(40)) + handshake(14, b"")),
        record(handshake(2, bytes(40)) + handshake(11, b"\0\0")),
        record(handshake(2, bytes(40)) + handshake(11, b"\0\0\7\0\0\4junk")),
        record(handshake(1, b"")),
        record(handshake(1, bytes(34) + b"\xff")),
        b"\x16\3\3" + struct.pack(">H", 4) + b"\1\xff\xff\xff",
    ],
)
def test_what_only_begins_like_tls_is_nothing(content: bytes) -> None:
    assert talk(("server", content)) == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_handshake_made_by_openssl(version: ssl.TLSVersion, tmp_path: Path) -> None:
    turns, der = shake_hands(version, tmp_path)
    found = talk(*turns, size=200)

    assert found[0][3] == {"server_name": "lv-epj.lyngvik.example"}
    if version is ssl.TLSVersion.TLSv1_2:
        assert found[1][3]["sha256"] == hashlib.sha256(der).hexdigest()
        assert found[1][3]["self_signed"] == "yes"
    else:
        assert len(found) == 1


def shake_hands(version: ssl.TLSVersion, folder: Path) -> tuple[list[Turn], bytes]:
    """Let OpenSSL talk to itself in memory; return what each side said in turn."""
    der, key = make_with_key()
    (folder / "cert.pem").write_text(ssl.DER_cert_to_PEM_cert(der) + key)
    serving, asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    serving.load_cert_chain(folder / "cert.pem")
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    serving.minimum_version = serving.maximum_version = version
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = asking.wrap_bio(to_client, to_server, server_hostname="lv-epj.lyngvik.example")
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    ends: list[tuple[Side, ssl.SSLObject, ssl.MemoryBIO]] = [
        ("client", client, to_server),
        ("server", server, to_client),
    ]
    turns: list[Turn] = []
    for side, end, wire in ends * 3:
        with suppress(ssl.SSLWantReadError):
            end.do_handshake()
        sent = wire.read()
        wire.write(sent)
        turns.append((side, sent))
    return [turn for turn in turns if turn[1]], der

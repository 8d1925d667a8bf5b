"""Nothing of a patient gets from a capture into an observation, wherever in the traffic it stands."""

from __future__ import annotations

import pytest

from tests.scan.passive.craft import (
    Connection,
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
    sub,
)
from tests.scan.passive.letters import SECRET
from tests.scan.passive.protocols.test_certificate import make, sample
from tests.scan.passive.spoken import SPOKEN

NUMBER = "01017012345"  # made up; the check digits are wrong
NUMBERS = [NUMBER, "010170 12345", "310299-54321"]
SECRETS = [
    SECRET,
    *NUMBERS,
    "Pasientnavn",
    "Etternavn",
    "Storgata",
    "90011223",
    "karies",
    "hemmelig",
    "c2VjcmV0",
    "abc123sesjon",
]


def message(separator: str = "|") -> bytes:
    segments = [
        "MSH|^~\\&|LV-EPJ|LYNGVIK|LV-PACS|RTG|20261001|hemmelig|ORU^R01|hemmelig|P|2.5",
        f"PID|1|{NUMBER}|{NUMBER}^^^FNR||Etternavn^Pasientnavn||19700101|F|||Storgata 1||90011223|||||310299-54321",
        "NK1|1|Etternavn^Nær|SPO|Storgata 2|90011223",
        "PV1|1|O|hemmelig",
        "OBX|1|TX|karies||karies funnet hos Pasientnavn||||||F",
        "MSA|AA|hemmelig",
    ]
    return b"\x0b" + "\r".join(segments).replace("|", separator).encode() + b"\r\x1c\r"


def full_message() -> bytes:
    """Return a message whose segments all have thirty fields, each of them a marker, but for those that are kept."""
    kept = {"MSH": {2, 3, 4, 5, 8, 11, 17}, "PRT": {10, 16, 22}, "OBX": {18}}
    segments = []
    for name in (
        "MSH",
        "SFT",
        "PID",
        "PD1",
        "NK1",
        "PV1",
        "PV2",
        "ORC",
        "OBR",
        "OBX",
        "PRT",
        "NTE",
        "IN1",
        "AL1",
        "ZPI",
    ):
        fields = [f"kept{n}" if n in kept.get(name, ()) else SECRET for n in range(1, 31)]
        segments.append("|".join([name, "^~\\&", *fields[1:]] if name == "MSH" else [name, *fields]))
    return b"\x0b" + "\r".join(segments).encode() + b"\r\x1c\r"


def test_of_a_full_message_only_the_named_fields_are_kept() -> None:
    found = heard(Connection(server_port=2575).talk([("client", full_message())]))
    (header,), (participation, result) = (
        said(found, "hl7.header"),
        sorted(said(found, "hl7.device"), key=len, reverse=True),
    )

    assert [header[name] for name in ("sending_application", "receiving_facility", "charset")] == [
        "kept2",
        "kept5",
        "kept17",
    ]
    assert participation == {"device": "kept10", "udi": "kept16", "type": "kept22", "role": "client"}
    assert result == {"device": "kept18", "role": "client"}
    assert SECRET not in repr(found)


def data_set() -> bytes:
    """Return a P-DATA-TF with a patient's name and number, as an image transfer begins."""
    elements = b"\x10\0\x10\0PN\x16\0Etternavn^Pasientnavn " + b"\x10\0\x20\0LO\x0b\0" + NUMBER.encode()
    value = len(elements + b"\1\2").to_bytes(4, "big") + b"\1\2" + elements
    return b"\4\0" + len(value).to_bytes(4, "big") + value


def web() -> list[Turn]:
    ask = (
        f"GET /epj/pasient?fnr={NUMBER}&navn=Pasientnavn HTTP/1.1\r\nHost: epj.lyngvik.example\r\n"
        "Cookie: sid=abc123sesjon\r\n"
        f"Authorization: Basic c2VjcmV0\r\nReferer: http://epj/{NUMBER}\r\nUser-Agent: Journal/1.2 ({NUMBER})\r\n\r\n"
    )
    answer = (
        f"HTTP/1.1 200 OK\r\nServer: nginx\r\nSet-Cookie: sid=abc123sesjon\r\n"
        f"Location: /vis/{NUMBER}?navn=Pasientnavn\r\n"
        f"X-Powered-By: PHP {NUMBER}\r\nContent-Type: text/html\r\n\r\n"
        f"<title>Pasientnavn Etternavn ({NUMBER})</title><p>karies, Storgata 1</p>"
    )
    return [("client", ask.encode()), ("server", answer.encode())]


def open_page() -> list[Turn]:
    ask = "POST /sok HTTP/1.1\r\nHost: epj.lyngvik.example\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Journal {NUMBER}</title>Etternavn"
    return [("client", f"{ask}fnr={NUMBER}&navn=Pasientnavn".encode()), ("server", answer.encode())]


def marked_page() -> list[Turn]:
    turns = open_page()
    return [turns[0], ("server", turns[1][1].replace(NUMBER.encode(), b"Pasientnavn"))]


def unread(first: str) -> list[Turn]:
    """Return a harmless request behind which nothing is read, and then one with a cookie."""
    second = "GET /journal HTTP/1.1\r\nHost: epj\r\nCookie: sid=abc123sesjon\r\n\r\n"
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Journal Etternavn</title>"
    return [("client", first.encode()), ("server", empty), ("client", second.encode()), ("server", answer)]


def mutual_tls() -> list[Turn]:
    person = make(f"Pasientnavn Etternavn {NUMBER}")
    chain = len(person).to_bytes(3, "big") + person
    own = record(handshake(11, len(chain).to_bytes(3, "big") + chain))
    return [("client", client_hello()), ("server", server_flight(sample())), ("client", own)]


CONVERSATIONS: dict[str, list[Turn]] = {
    "hl7": [("client", message()), ("server", message("#"))],
    "hl7 late": [("client", b"\xff" * 50), ("client", message())],
    "dicom": [
        ("client", association(1, user=sub(0x52, b"1.2.3") + sub(0x58, b"\2\1\0\x0bPasientnavn\0\x08hemmelig"))),
        ("server", association(2)),
        ("client", data_set()),
        ("server", data_set()),
    ],
    "web": web(),
    "open page": open_page(),
    "sent page": marked_page(),
    "after a large body": unread("GET / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + "x" * 20_000),
    "after a chunked body": unread("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
    "after login": [*web(), *[(side, text.replace(b"?", b"/")) for side, text in open_page()]],
    "tls": mutual_tls(),
    "ssh": [("server", b"SSH-2.0-x 010170 12345\r\n"), ("client", b"SSH-2.0-y\r\nhemmelig")],
    "full hl7": [("client", full_message())],
    **{f"spoken {name}": turns for name, turns in SPOKEN.items()},
}


@pytest.mark.parametrize("snaplen", [262_144, 400, 200, 96])
@pytest.mark.parametrize("size", [1400, 60, 7])
def test_no_value_of_a_patient_is_in_any_observation(size: int, snaplen: int) -> None:
    frames = []
    for number, turns in enumerate(CONVERSATIONS.values()):
        link = Connection(client_port=41_000 + number, server_port=2000 + number)
        frames += [frame(packet) for packet in link.talk(turns, size=size)]
        late = Connection(client_port=42_000 + number, server_port=3000 + number)
        frames += [frame(packet) for packet in late.say(turns, size=size)]  # begun before the capture
    observations, tally = look(pcap(frames, snaplen=snaplen))
    kept = repr(observations) + repr(tally)

    assert [secret for secret in SECRETS if secret in kept] == []
    if snaplen > 400:
        kinds = {o.kind for o in observations}
        assert kinds >= {"hl7.header", "dicom.request", "dicom.accept", "http.server", "http.client", "tls.certificate"}


def test_the_secrets_are_really_in_the_traffic() -> None:
    traffic = b"".join(told for turns in CONVERSATIONS.values() for _, told in turns).decode("latin-1")

    assert [word for word in SECRETS if word not in traffic] == []

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.protocols import hl7
from tests.scan.passive.craft import CLIENT, SERVER, Connection, Turn, frame, heard, look, pcap, said

HEADER = "MSH|^~\\&|LV-EPJ|LYNGVIK|LV-PACS|RONTGEN|20261001||ORM^O01^ORM_O01|1|P|2.5|||||NOR|{charset}\r"
ORDER = HEADER + "PID|1||9||Pasient^Test\r"
ACK = b"\x0bMSH|^~\\&|LV-PACS|RONTGEN|LV-EPJ|LYNGVIK|20261001||ACK^O01|1|P|2.5\rMSA|AA|1\r\x1c\r"


def framed(*messages: str, encoding: str = "ascii") -> bytes:
    return b"\x0b" + "".join(messages).encode(encoding) + b"\x1c\r"


def talk(*turns: Turn, port: int = 2575) -> list[dict[str, str]]:
    return said(heard(Connection(server_port=port).talk(turns)), "hl7.header")


def test_a_message_and_its_acknowledgement_on_any_port() -> None:
    turns: list[Turn] = [("client", framed(ORDER.format(charset="8859/1"))), ("server", ACK)]
    observations = [o for o in heard(Connection(server_port=6001).talk(turns)) if o.kind == "hl7.header"]

    assert [(o.address, o.port) for o in observations] == [(CLIENT, None), (SERVER, 6001)]
    assert observations[0].facts == {
        "sending_application": "LV-EPJ",
        "sending_facility": "LYNGVIK",
        "receiving_application": "LV-PACS",
        "receiving_facility": "RONTGEN",
        "message_type": "ORM^O01^ORM_O01",
        "version": "2.5",
        "charset": "8859/1",
        "role": "client",
    }
    assert observations[1].facts["message_type"] == "ACK^O01"
    assert observations[1].facts["role"] == "server"


def test_any_encoding_characters() -> None:
    found = talk(("client", framed("MSH#*~\\&#EPJ*SUB#LAB#####ADT*A01#1#P#2.3\rPID#1#x\r")))[0]

    assert found["sending_application"] == "EPJ^SUB"
    assert found["message_type"] == "ADT^A01"
    assert found["version"] == "2.3"
    assert talk(("client", framed("MSH#^~\\&#EPJ#LAB\r")))[0]["sending_application"] == "EPJ"
    assert talk(("client", framed("MSH|^~\\&#|EPJ|LAB\r")))[0]["sending_application"] == "EPJ"


def test_two_messages_in_one_frame_and_two_frames_in_one_segment() -> None:
    first, second = ORDER.format(charset=""), ORDER.format(charset="").replace("LV-EPJ", "LV-LAB")

    for said_by_client in (framed(first, second), framed(first) + framed(second)):
        assert [f["sending_application"] for f in talk(("client", said_by_client))] == ["LV-EPJ", "LV-LAB"]


@pytest.mark.parametrize(
    ("encoding", "charset"), [("latin-1", "8859/1"), ("utf-8", "UNICODE UTF-8"), ("latin-1", ""), ("utf-8", "")]
)
def test_norwegian_letters_in_both_encodings(encoding: str, charset: str) -> None:
    message = framed(ORDER.format(charset=charset).replace("LV-EPJ", "RØNTGEN-Åæ"), encoding=encoding)

    assert talk(("client", message))[0]["sending_application"] == "RØNTGEN-Åæ"


def test_a_short_acknowledgement() -> None:
    assert talk(("client", b"\x0bMSH|^~\\&|||||||ACK\r\x1c\r")) == [{"message_type": "ACK", "role": "client"}]


def test_a_connection_older_than_the_capture_is_recognised_late() -> None:
    link = Connection(server_port=2575)
    bulk = [link.segment("client", 10_000 + n * 1000, 0x18, b"JVBERi" * 100) for n in range(50)]
    order = link.segment("client", 90_000, 0x18, framed(ORDER.format(charset="")))
    observations = heard([*bulk, order, link.segment("server", 5_000, 0x18, ACK)])

    assert [(o.port, o.facts["message_type"], o.facts.get("role")) for o in observations] == [
        (None, "ORM^O01^ORM_O01", None),  # who called whom was not seen
        (2575, "ACK^O01", "server"),  # but who acknowledges, listens
    ]


def test_long_lived_connections_are_followed_beyond_their_start() -> None:
    link = Connection(server_port=2575)
    packets, at = link.handshake(), 1
    for number in range(100):
        message = framed(ORDER.format(charset="").replace("LV-EPJ", f"APP{number // 50}"))
        packets.append(link.segment("client", at, 0x18, message))
        at += len(message)
    found = {o.facts["sending_application"]: o.count for o in heard(packets) if o.kind == "hl7.header"}

    assert set(found) == {"APP0", "APP1"}
    assert sum(found.values()) >= 90


def test_a_header_that_the_capture_cut_gives_only_whole_fields() -> None:
    frames = [frame(p) for p in Connection().talk([("client", framed(ORDER.format(charset="")))])]
    found = said(look(pcap(frames, snaplen=96))[0], "hl7.header")[0]

    assert found == {
        "sending_application": "LV-EPJ",
        "sending_facility": "LYNGVIK",
        "receiving_application": "LV-PACS",
        "receiving_facility": "RONTGEN",  # and one digit of the date, which is no whole field
        "role": "client",
    }


@pytest.mark.parametrize(
    "content",
    [b"\x0bMSHx^~\\&|a\r\x1c\r", b"\x0bFHS|^~\\&|a\r", b"\x0bMS", b"\x0b", b"\x0bMSH|abcd|e\r\x1c\r", b"MSH|^~\\&|a\r"],
)
def test_what_only_looks_like_a_message_is_none(content: bytes) -> None:
    assert talk(("client", content)) == []


def test_patient_fields_never_become_facts() -> None:
    whole = framed(
        ORDER.format(charset=""), "NK1|1|Nær^Person\rPV1|1|I|ROM 7\rOBX|1|TX|x||Hemmelig funn\r", encoding="utf-8"
    )
    found = str(talk(("client", whole)))

    for secret in ("Pasient", "Person", "ROM 7", "Hemmelig"):
        assert secret not in found


@given(
    st.lists(
        st.sampled_from([b"MSH|^~|", b"MSH", b"\r", b"\x0b", b"\x1c", b"\n", b"MSH#^~\\&#A#B", b"|^", b"x", b"\r\n"])
    )
)
def test_headers_are_found_as_a_search_of_everything_would(parts: list[bytes]) -> None:
    data = b"".join(parts)

    assert [one.span() for one in hl7.headers(data)] == [one.span() for one in hl7._HEADER.finditer(data)]

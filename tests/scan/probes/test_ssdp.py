from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import Target
from sentinel.scan.probes.ssdp import GROUP, GROUP6, PORT, begin
from tests.scan.probes.drive import CALLER, Talk, play

ANSWER = (
    b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://10.0.0.9:80/desc.xml\r\n"
    b"SERVER: Linux/4.4 UPnP/1.0 Lyngvik/2\r\nST: upnp:rootdevice\r\nUSN: uuid:MARKER::upnp:rootdevice\r\n\r\n"
)


def ask(*answers: bytes, group: str = GROUP) -> Talk:
    return play(begin(Target(group, PORT), CALLER), answers)


def test_the_search_is_this_to_the_byte() -> None:
    whole = (
        b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 3\r\nST: upnp:rootdevice\r\n'
        b"USER-AGENT: Sentinel (inventory; sikkerhet@lyngvik.example)\r\n\r\n"
    )
    assert ask().sent == [whole]
    assert b"\r\nHOST: [ff02::c]:1900\r\n" in ask(group=GROUP6).sent[0]


def test_an_answer_names_software_kind_and_place_and_no_unique_name() -> None:
    (fact,) = ask(ANSWER).facts

    assert (fact.kind, fact.ended) == ("ssdp.device", "answered")
    assert fact.facts["server"] == "Linux/4.4 UPnP/1.0 Lyngvik/2"
    assert "MARKER" not in str(fact)


def test_silence_and_strangers_teach_nothing() -> None:
    assert ask().ended == ["silent"]
    assert ask(b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\n\r\n").ended == ["silent"]
    assert ask(b"HTTP/1.1 200 OK\r\n\r\n").ended == ["cut"]


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(raw: bytes) -> None:
    assert ask(b"HTTP/1.1 200 " + raw).facts

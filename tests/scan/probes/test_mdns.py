from __future__ import annotations

import dns.message
import dns.rrset
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.exchange import Target
from sentinel.scan.probes.mdns import GROUP, PORT, QUESTION, begin, question, read
from tests.scan.probes.drive import CALLER, Talk, play

ALL = Target(GROUP, PORT)


def answer(*services: str, number: int = 0, owner: str = QUESTION, flags: str = "QR AA") -> bytes:
    message = dns.message.from_text(f"id {number}\nflags {flags}\n")
    if services:
        message.answer.append(dns.rrset.from_text(f"{owner}.", 10, "IN", "PTR", *(f"{one}." for one in services)))
    return message.to_wire()


def ask(*answers: bytes) -> Talk:
    return play(begin(ALL, CALLER), answers)


def test_the_question_is_this_to_the_byte() -> None:
    assert question() == bytes(5) + b"\1" + bytes(6) + b"\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c\0\1"
    assert ask().sent == [question()]


def test_an_answer_names_kinds_of_service_and_each_is_a_fact() -> None:
    talk = ask(answer("_dicom._tcp.local", "_IPP._tcp.local"))

    assert talk.kinds == [("mdns.service", {"service": "_dicom._tcp"}), ("mdns.service", {"service": "_ipp._tcp"})]


def test_names_of_people_and_other_owners_are_not_kept() -> None:
    assert ask(answer("Kari Nordmanns Mac._http._tcp.local".replace(" ", "-"))).ended == ["cut"]
    assert ask(answer("_dicom._tcp.local", owner="_http._tcp.local")).ended == ["cut"]


def test_what_is_no_answer_to_the_question_is_not_read() -> None:
    for wrong in (b"", b"x", answer("_dicom._tcp.local", number=7), answer("_dicom._tcp.local", flags="")):
        assert read(wrong) is None
    assert ask(b"HTTP/1.1 200 OK\r\n\r\n").ended == ["silent"]


@given(st.binary(max_size=600))
def test_any_bytes_are_survived(raw: bytes) -> None:
    assert ask(raw).facts

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.bacnet import PROPERTIES, begin, read_property
from tests.scan.probes.drive import CALLER, HERE, Talk, play


def ask(*answers: bytes) -> Talk:
    return play(begin(HERE, CALLER), answers)


def reply(invoke: int, wanted: int, value: bytes) -> bytes:
    """ASHRAE 135, 20.1.5 and 15.5: a complex acknowledgement with object, property and a text in UTF-8."""
    text = bytes((0x75, len(value) + 1, 0)) + value
    service = bytes((0x30, invoke, 0x0C, 0x0C, 0x02, 0, 0, 7, 0x19, wanted, 0x3E)) + text + b"\x3f"
    return b"\x81\x0a" + (6 + len(service)).to_bytes(2, "big") + b"\x01\x00" + service


def error(invoke: int) -> bytes:
    return bytes.fromhex("810a000d 0100 50") + bytes((invoke,)) + bytes.fromhex("0c 9102 9120")


def test_the_request_byte_for_byte() -> None:
    """ASHRAE 135: J.2.11 (unicast), 6.2 (expecting a reply), 20.1.2 (480 bytes, no segments), 15.5, 15.5.2."""
    assert read_property(1, 121) == bytes.fromhex("810a 0011 01 04 00 03 01 0c  0c 023fffff  19 79")
    assert PROPERTIES == (121, 70, 44)


def test_maker_model_and_firmware_are_learnt() -> None:
    answers = [reply(1, 121, b"Lyngvik"), reply(2, 70, b"V-3"), reply(3, 44, b"2.1")]
    talk = ask(*answers)

    assert talk.sent == [read_property(number, wanted) for number, wanted in enumerate(PROPERTIES, 1)]
    assert talk.kinds == [("bacnet.device", {"vendor": "Lyngvik", "model": "V-3", "firmware": "2.1"})]


def test_it_stops_where_nothing_answers() -> None:
    assert (len(ask().sent), ask().ended) == (1, ["silent"])
    assert (len(ask(b"HTTP").sent), ask(b"HTTP").ended) == (1, ["other"])
    assert len(ask(reply(1, 121, b"Lyngvik")).sent) == 2


def test_a_device_that_will_not_tell_is_one() -> None:
    assert ask(error(1), error(2), error(3)).kinds == [("bacnet.device", {"refused": "yes"})]
    assert ask(error(1), reply(2, 70, b"V-3"), error(3)).kinds == [("bacnet.device", {"model": "V-3"})]


def test_a_device_that_does_not_know_the_wildcard_is_asked_no_more() -> None:
    """As bacpypes3 answers it."""
    talk = ask(bytes.fromhex("810a000d 0100 5001 0c 9101 911f"), error(2))

    assert (len(talk.sent), talk.kinds) == (1, [("bacnet.device", {"refused": "yes"})])


def test_a_value_that_was_not_asked_for_is_not_kept() -> None:
    assert "MARKER" not in str(ask(reply(1, 28, b"MARKER"), reply(2, 58, b"MARKER")).facts)  # description, location


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_answers_are_survived(noise: list[bytes]) -> None:
    assert len(ask(*noise).sent) <= 3
    assert len(ask(*(reply(1, 121, b"x")[:12] + one for one in noise)).sent) <= 3

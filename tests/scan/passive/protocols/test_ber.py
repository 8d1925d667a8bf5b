from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.protocols.ber import INTEGER, OCTETS, SEQUENCE, dotted, inside, number, values
from tests.scan.passive.letters import oid, tlv


def test_values_and_what_is_inside_them() -> None:
    data = tlv(SEQUENCE, tlv(INTEGER, b"\1"), tlv(OCTETS, b"abc"), tlv(SEQUENCE, tlv(OCTETS, b"x" * 300)))

    assert [(tag, whole) for tag, _, whole in values(inside(data, SEQUENCE))] == [(2, True), (4, True), (0x30, True)]
    assert inside(data, SEQUENCE, SEQUENCE, OCTETS) == b"x" * 300
    assert inside(data, SEQUENCE, INTEGER, OCTETS) == b""


def test_a_value_that_is_cut_says_so() -> None:
    assert [one.whole for one in values(tlv(OCTETS, b"abc")[:-1])] == [False]


def test_what_has_no_definite_length_or_a_long_tag_ends_the_walk() -> None:
    for data in (
        b"\x30\x80\x02\x01\x05\0\0",
        b"\x1f\x81\x01\x01x",
        b"\x04\x89" + b"\x01" * 9,
        b"\x04",
        b"\x04\x82\x01",
    ):
        assert list(values(data)) == []


def test_numbers() -> None:
    assert [number(b"\x7f"), number(b"\xff"), number(b"\x00\xff"), number(b""), number(b"\1" * 10)] == [
        127,
        -1,
        255,
        -1,
        -1,
    ]


def test_object_identifiers_as_the_standard_gives_them() -> None:
    assert dotted(bytes.fromhex("883703")) == "2.999.3"  # X.690, 8.19.5
    assert dotted(bytes.fromhex("2b06010401")) == "1.3.6.1.4.1"
    assert [dotted(b""), dotted(b"\x2b\x86"), dotted(b"\x2b" + b"\xff" * 9 + b"\x01")] == ["", "", ""]


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_what_was_put_in_comes_out(arcs: list[int]) -> None:
    name = ".".join(map(str, (1, 3, *arcs)))

    assert dotted(inside(oid(name), 0x06)) == name


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    found = list(values(data))

    assert sum(len(one.body) + 2 for one in found) <= len(data)
    assert isinstance(dotted(data), str)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.probes.ber import NULL, OCTETS, identifier, integer, value


@given(st.integers(-(2**70), 2**70))
def test_integers_are_in_their_shortest_form(number: int) -> None:
    encoded = integer(number)

    assert int.from_bytes(encoded[2:], "big", signed=True) == number
    assert encoded[1] == len(encoded) - 2 == (number if number >= 0 else ~number).bit_length() // 8 + 1


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("1.3.6.1.2.1.1.1.0", "06082b06010201010100"),
        ("1.3.6.1.5.5.2", "06062b0601050502"),
        ("1.3.6.1.4.1.311.2.2.10", "060a2b06010401823702020a"),
        ("2.999.3", "0603883703"),
    ],
)
def test_identifiers_are_those_of_the_standard(dotted: str, expected: str) -> None:
    """X.690, 8.19.5 gives the last as its example."""
    assert identifier(dotted).hex() == expected


@pytest.mark.parametrize(("size", "head"), [(0, "0400"), (127, "047f"), (128, "048180"), (300, "0482012c")])
def test_lengths_are_in_their_shortest_form(size: int, head: str) -> None:
    assert value(OCTETS, bytes(size)).hex() == head + "00" * size
    assert value(NULL, b"") == b"\x05\x00"

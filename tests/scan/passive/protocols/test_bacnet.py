from __future__ import annotations

import pytest

from tests.scan.passive.letters import SECRET, bacnet_i_am, bacnet_property, letter


def test_a_device_says_i_am() -> None:
    (found,) = letter(bacnet_i_am(), (47808, 47808))

    assert (found.kind, found.port, found.facts) == ("bacnet.device", 47808, {"instance": "1234", "vendor_id": "260"})


@pytest.mark.parametrize(
    ("number", "name"), [(12, "software"), (44, "firmware"), (70, "model"), (77, "name"), (121, "vendor")]
)
def test_five_properties_are_read(number: int, name: str) -> None:
    assert letter(bacnet_property(number, b"Duett"), (47808, 47808))[0].facts == {name: "Duett"}
    assert letter(bacnet_property(number, b"x" * 40), (47808, 47808))[0].facts == {name: "x" * 40}


def test_measured_values_and_texts_of_other_properties_are_not() -> None:
    for number in (28, 58, 85):
        assert letter(bacnet_property(number, SECRET.encode()), (47808, 47808)) == []


def test_a_length_that_does_not_fit() -> None:
    for whole in (bacnet_i_am(), bacnet_property()):
        for size in range(len(whole)):
            assert letter(whole[:size], (47808, 47808)) == []

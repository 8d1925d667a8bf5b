from __future__ import annotations

from sentinel.errors import ContentError, Fault, InputError, Location


def test_a_location_without_a_line_is_its_path() -> None:
    assert str(Location("rules/x.yml")) == "rules/x.yml"
    assert str(Location("rules/x.yml", 6)) == "rules/x.yml:6"


def test_content_errors_come_sorted_and_once_each() -> None:
    second = Fault(Location("b.yml", 2), "two")
    first = Fault(Location("a.yml", 9), "nine")

    assert str(ContentError([second, first, second])) == "a.yml:9: nine\nb.yml:2: two"


def test_an_input_error_is_one_line() -> None:
    assert str(InputError(Location("x.pcap"), "is a zip archive")) == "x.pcap: is a zip archive"

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import ContentError
from sentinel.scan.scope_file import ScopeFile, signature_path
from sentinel.settings import parse_toml
from tests.scan.scopes import head, network, target

GOOD = head() + network("radiologi", "clinical-gentle", "10.0.0.0/24") + target("radiologi", ["10.0.0.7"])


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_toml(text, "scope.toml", ScopeFile)
    return [f"{fault.location.line}: {fault.what}" for fault in caught.value.faults]


def test_a_good_file_is_read() -> None:
    file, text = parse_toml(GOOD, "scope.toml", ScopeFile)

    assert (file.id, file.type, text) == ("lyngvik", "inventory", GOOD)
    assert file.networks[0].profile == "clinical-gentle"
    assert file.window(0).start.hour == 19


def test_unknown_keys_and_wrong_values_come_at_once_each_with_its_line() -> None:
    wrong = GOOD.replace("revision = 1", "revision = 0\nlevl = 3").replace('role = "it"', 'role = "boss"')

    assert faults(wrong) == [
        "3: revision: input should be greater than or equal to 1",
        "4: unknown key 'levl'",
        "14: approvals.0.role: input should be 'it', 'medical_technical' or 'system_owner'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Europe/Oslo", "Europe/Lyngvik", "'Europe/Lyngvik' is no time zone"),
        ("Europe/Oslo", "../etc/passwd", "is no time zone"),
        ("20:00:00", "20:00:00+01:00", "write local time, without an offset"),
        ("[4242]", "[9100]", "port 9100 is never opened"),
        ("[4242]", "[true]", "valid integer"),
        ("[4242]", '["4242"]', "valid integer"),
        ("[4242]", "[0]", "greater than or equal to 1"),
        ("10.0.0.0/24", "10.0.0.1/24", "is no network"),
        ("HELSE-INVENTAR", "HELSE-INVENTAR-FOR-ALLE", "match pattern"),
        ("HELSE-INVENTAR", "HELSE\\\\INV", "match pattern"),
        ("clinical-gentle", "rough", "input should be"),
        ('schema = "sentinel.scope/1"', 'schema = "sentinel.scope/2"', "input should be 'sentinel.scope/1'"),
        ("2026-12-31", "9999-12-31", "less than or equal to"),
    ],
)
def test_each_value_is_held_to_its_meaning(old: str, new: str, told: str) -> None:
    assert [told in fault for fault in faults(GOOD.replace(old, new, 1))] == [True]


def test_two_networks_of_one_name_are_refused() -> None:
    assert any(
        "more than one network is called radiologi" in fault
        for fault in faults(GOOD + network("radiologi", "passive", "10.1.0.0/24"))
    )


def test_nothing_has_a_default_that_allows() -> None:
    """What allows something must be written: no type, window, profile that sends, or host comes by itself."""
    file, _ = parse_toml(head() + '[[networks]]\nname = "a"\naddresses = ["10.0.0.0/24"]\n', "scope.toml", ScopeFile)

    assert file.networks[0].profile == "passive"
    assert file.targets == ()
    assert any("key 'type' is missing" in fault for fault in faults(GOOD.replace('type = "inventory"\n', "")))


def test_the_signature_lies_beside_the_file() -> None:
    assert signature_path(Path("a/scope.toml")) == Path("a/scope.toml.sig")

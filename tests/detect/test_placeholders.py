from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.evaluate import matches
from sentinel.detect.modifiers import compile_item
from sentinel.detect.placeholders import GROUPS, fill
from sentinel.errors import SettingsError
from sentinel.model.assets import Asset, Service


def asset(name: str, kind: str = "unknown", ports: tuple[int, ...] = (), address: str = "10.0.0.1") -> Asset:
    services = tuple(Service("tcp", port, "") for port in ports)
    names = tuple(name.split())
    return Asset(name, (address,), (), names, kind, "", "", "", services, (), None, None)


CLINIC = [
    asset("DC01 dc01.klinikk.example", "server", (88, 389, 445), "10.0.0.10"),
    asset("EPJ epj.klinikk.example", "server", (443,), "10.0.0.11"),
    asset("PACS", "imaging_archive", (4242,), "10.0.0.21"),
    asset("MOTTAK", "workstation", (), "10.0.0.51"),
    asset("RØNTGEN", "dental", (), "10.0.0.20"),
    asset("NAS", "nas", (88,), "10.0.0.40"),
]


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("domain-controllers", ("DC01", "DC01.*", "dc01", "dc01.*")),
        ("domain-controller-accounts", ("DC01$", "dc01$")),
        ("domain-controller-addresses", ("10.0.0.10",)),
        ("servers", ("DC01", "DC01.*", "dc01", "dc01.*", "EPJ", "EPJ.*", "epj", "epj.*", "PACS", "PACS.*")),
        ("server-addresses", ("10.0.0.10", "10.0.0.11", "10.0.0.21")),
        ("workstations", ("MOTTAK", "MOTTAK.*")),
        ("workstation-addresses", ("10.0.0.51",)),
        ("clinical-devices", ("PACS", "PACS.*", "RØNTGEN", "RØNTGEN.*")),
        ("clinical-addresses", ("10.0.0.21", "10.0.0.20")),
    ],
)
def test_every_group_of_the_inventory(group: str, values: tuple[str, ...]) -> None:
    assert fill({"x": [f"@inventory/{group}"]}, CLINIC) == {"x": values}


def test_every_group_is_tried_here() -> None:
    assert len(GROUPS) == 9


def test_groups_stand_beside_values_and_each_value_once() -> None:
    given_ = {"a": ["HOPP*", "@inventory/workstations", "MOTTAK"], "b": ["plain"], "c": ["@inventory/servers"]}

    assert fill(given_, CLINIC[3:]) == {"a": ("HOPP*", "MOTTAK", "MOTTAK.*"), "b": ("plain",), "c": ()}


def test_nothing_is_taken_that_was_not_asked_for() -> None:
    assert fill({}, CLINIC) == {}


def test_a_group_that_is_none_is_an_error_that_names_the_others() -> None:
    with pytest.raises(SettingsError, match=r"%dcs%: '@inventory/dcs' is not a group .* domain-controllers"):
        fill({"dcs": ["@inventory/dcs"]}, [])


@given(st.text(min_size=1).filter(lambda name: name.split(".")[0].strip() and len(name.split()) == 1))
def test_a_name_is_plain_text_whatever_a_machine_calls_itself(name: str) -> None:
    filled = fill({"x": ["@inventory/workstations"]}, [asset(name, "workstation")])
    node = compile_item("F|expand", "%x%", filled)
    short = name.split(".", maxsplit=1)[0].strip()

    assert matches(node, {"F": short}) is not None
    assert matches(node, {"F": f"{short}.klinikk.example"}) is not None
    assert matches(node, {"F": "another"}) is None or short == "another"

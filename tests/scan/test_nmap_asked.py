from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.nmap_asked import by_datagrams, covers, refused, targets


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("nmap -sV 10.0.0.0/24", ("10.0.0.0/24",)),
        ("nmap -p 1-100 -oX 10.0.0.9 10.0.0.1 fe80::/64", ("10.0.0.1/32", "fe80::/64")),
        ("nmap 10.0.0.2-3 host.example -iL list", ("10.0.0.2/31",)),
        ("nmap --exclude 10.0.0.5 10.0.0.0/24", ()),
        ("nmap -sn -PU161 10.0.0.0/24", ()),
        ("nmap -sn -PU161 -PE 10.0.0.0/24", ("10.0.0.0/24",)),
        ("", ()),
    ],
)
def test_networks_of_a_command_line(arguments: str, found: tuple[str, ...]) -> None:
    assert targets(arguments) == found


@pytest.mark.parametrize(
    ("arguments", "alone"),
    [
        ("nmap -sn -PU 10.0.0.0/24", True),
        ("nmap -sU -PU53,161 10.0.0.1", True),
        ("nmap -sn -PU53 -PS22 10.0.0.1", False),
        ("nmap -sU 10.0.0.1", False),
        ("nmap -Pn -PU 10.0.0.1 -p161", True),
    ],
)
def test_machines_that_are_looked_for_by_datagrams_alone(arguments: str, alone: bool) -> None:
    assert by_datagrams(arguments) == alone


def test_ports_that_refused() -> None:
    listed = [("tcp", 22, "open"), ("tcp", 23, "closed"), ("tcp", 80, "filtered")]

    assert refused({"tcp": "21-25,80,443"}, listed, {"closed"}) == "tcp/21,tcp/23-25,tcp/443"
    assert refused({"tcp": "21-25"}, listed, {"filtered"}) == "tcp/23"
    assert refused({"tcp": "21-25", "udp": "161"}, listed, {"closed"}) == "tcp/23"


@given(
    st.sets(st.integers(1, 60)),
    st.dictionaries(st.integers(1, 60), st.sampled_from(["open", "closed", "filtered"])),
)
def test_a_port_refused_exactly_where_it_was_asked_and_is_not_told_otherwise(
    asked: set[int], listed: dict[int, str]
) -> None:
    text = refused({"tcp": ",".join(map(str, sorted(asked)))}, [("tcp", *one) for one in listed.items()], {"closed"})
    shut = {port for port in range(1, 61) if covers(text, "tcp", port)}

    assert shut == {p for p in asked if p not in listed} | {p for p, state in listed.items() if state == "closed"}


@given(st.text(max_size=80))
def test_any_command_line_and_any_list_of_ports_can_be_read(text: str) -> None:
    targets(text)
    refused({"tcp": text}, [], {"closed"})
    assert not covers(text, "tcp", 70_000)

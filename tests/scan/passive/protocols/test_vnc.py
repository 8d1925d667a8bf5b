from __future__ import annotations

import pytest

from tests.scan.passive.craft import Connection, Turn, heard, said
from tests.scan.passive.spoken import SPOKEN


def talk(*turns: Turn) -> list[dict[str, str]]:
    return said(heard(Connection(server_port=5900).talk(turns)), "vnc.banner")


def test_a_server_that_asks_for_nothing() -> None:
    assert talk(*SPOKEN["vnc"])[0] == {"version": "3.8", "security": "none vnc", "role": "server"}
    assert talk(*SPOKEN["vnc33"])[0] == {"version": "3.3", "security": "none", "role": "server"}


@pytest.mark.parametrize(
    ("offered", "security"), [(b"\1\2", "vnc"), (b"\2\x13\x02", "vencrypt vnc"), (b"\1\x63", "other")]
)
def test_kinds_by_name(offered: bytes, security: str) -> None:
    assert talk(("server", b"RFB 003.008\n" + offered))[0]["security"] == security


@pytest.mark.parametrize(
    ("version", "offered", "security"),
    [(b"004.001", b"\1\2", "vnc"), (b"003.889", b"\1\x1e", "apple"), (b"003.005", b"\0\0\0\2", "vnc")],
)
def test_versions_that_makers_made_up(version: bytes, offered: bytes, security: str) -> None:
    """RFC 6143, 7.1.1: 3.5 is treated as 3.3; a version above 3.8 is answered with 3.8."""
    assert talk(("server", b"RFB " + version + b"\n" + offered))[0]["security"] == security


def test_a_refusal_and_a_list_that_is_cut_say_nothing_of_security() -> None:
    for offered in (b"", b"\0\0\0\0\5nope!", b"\3\1"):
        assert "security" not in talk(("server", b"RFB 003.008\n" + offered))[0]


def test_a_clients_choice_is_no_offer_even_where_nobody_saw_who_called() -> None:
    link = Connection(server_port=5900)
    packets = [link.segment("client", 1, 0x18, b"RFB 003.008\n"), link.segment("client", 13, 0x18, b"\1\1")]

    assert said(heard(packets), "vnc.banner") == [{"version": "3.8"}]


def test_what_only_begins_alike() -> None:
    assert talk(("server", b"RFB 3.8 hello\n\0")) == []
    assert talk(("server", b"RFC 003.008\n\1\1")) == []

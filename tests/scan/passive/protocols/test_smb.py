from __future__ import annotations

import pytest

from tests.scan.passive.craft import SERVER, Connection, Turn, heard, said
from tests.scan.passive.spoken import smb1, smb2, smb_negotiated, smb_setup


def talk(*turns: Turn) -> list[dict[str, str]]:
    return said(heard(Connection(server_port=445).talk(turns)), "smb.server")


@pytest.mark.parametrize(("number", "dialect"), [(0x0202, "2.0.2"), (0x0300, "3.0"), (0x0311, "3.1.1")])
def test_the_dialect_and_whether_signing_is_required(number: int, dialect: str) -> None:
    assert talk(("server", smb_negotiated(number, 3))) == [{"dialect": dialect, "signing_required": "yes"}]
    assert talk(("server", smb_negotiated(number, 1))) == [{"dialect": dialect, "signing_required": "no"}]


def test_the_build_comes_with_the_second_message() -> None:
    found = heard(Connection(server_port=445).talk([("server", smb_negotiated() + smb_setup())]))

    assert [(o.address, o.port, o.facts["build"]) for o in found if o.kind == "ntlm.challenge"] == [
        (SERVER, 445, "10.0.17763")
    ]


def test_a_server_that_chooses_smb1_and_one_that_refuses_it() -> None:
    assert talk(("server", smb1())) == [{"dialect": "1"}]
    assert talk(("server", smb1(0xFFFF))) == []


def test_a_client_says_nothing_of_itself() -> None:
    assert talk(("client", smb2(0, bytes(100), response=False))) == []


def test_a_refusal_and_an_unknown_dialect() -> None:
    assert talk(("server", smb2(0, bytes(100), status=0xC0000022))) == []
    assert talk(("server", smb_negotiated(0x0999))) == []

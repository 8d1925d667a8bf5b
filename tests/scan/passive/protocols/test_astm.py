from __future__ import annotations

import pytest

from tests.scan.passive.craft import CLIENT, Connection, Turn, heard, said
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import ASTM, SPOKEN


def talk(*turns: Turn) -> list[dict[str, str]]:
    return said(heard(Connection(server_port=4001).talk(turns)), "astm.header")


def test_an_analyser_names_itself_and_no_result_is_read() -> None:
    found = heard(Connection(server_port=4001).talk(SPOKEN["astm"]))

    assert said(found, "astm.header") == [{"sender": "Cobas^b123^4.2^99", "version": "LIS2-A", "role": "client"}]
    assert [o.address for o in found if o.kind == "astm.header"] == [CLIENT]
    assert SECRET not in repr(found)


def test_without_enquiry_and_without_frames() -> None:
    assert talk(("client", ASTM))[0]["sender"] == "Cobas^b123^4.2^99"
    assert talk(("client", ASTM[2:]))[0]["sender"] == "Cobas^b123^4.2^99"


def test_other_delimiters() -> None:
    assert talk(("client", b"H!~$%!!!Vitros$250!\r"))[0]["sender"] == "Vitros^250"


@pytest.mark.parametrize(
    "data", [b"\x05\x05\x04", b"\x021P|\\^&|1\r", b"H|||||\r", b"Hello there\r\n", b"\x029H|\\^&|||x\r", b"H|\\^&|||x"]
)
def test_what_is_none(data: bytes) -> None:
    assert talk(("client", data)) == []

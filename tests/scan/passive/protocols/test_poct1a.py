from __future__ import annotations

from tests.scan.passive.craft import Connection, Turn, heard, said
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import POCT


def talk(*turns: Turn) -> list[dict[str, str]]:
    found = heard(Connection(server_port=4010).talk(turns))
    assert SECRET not in repr(found)
    return said(found, "poct1a.hello")


def test_an_instrument_says_hello() -> None:
    expected = {
        "vendor": "RADIO", "manufacturer": "Radiometer", "model": "ABL90", "serial": "12-34", "version": "3.4",
        "name": "Akutt 1", "role": "client",
    }  # fmt: skip

    assert talk(("client", POCT)) == [expected]
    assert talk(("client", b'<?xml version="1.0" encoding="utf-8"?>\n' + POCT)) == [expected]


def test_other_messages_and_other_xml_are_not_read() -> None:
    assert talk(("client", POCT.replace(b"HEL.R01", b"OBS.R01"))) == []
    assert talk(("client", b"<?xml version='1.0'?><note>" + b"x" * 500)) == []


def test_a_hello_that_is_cut_still_tells_what_is_whole() -> None:
    assert talk(("client", POCT[: POCT.index(b"<DEV.serial")]))[0] == {
        "vendor": "RADIO",
        "model": "ABL90",
        "role": "client",
    }

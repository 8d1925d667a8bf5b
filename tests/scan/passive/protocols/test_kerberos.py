from __future__ import annotations

import pytest

from tests.scan.passive.craft import CLIENT, SERVER, Connection, heard
from tests.scan.passive.letters import SECRET, framed4, kerberos_reply, kerberos_request, letter, tlv


def test_the_realm_over_udp_and_never_the_user() -> None:
    asked, answered = letter(kerberos_request(), (50_000, 88)), letter(kerberos_reply(), (88, 50_000))

    assert [(o.kind, o.port, o.facts) for o in asked] == [("kerberos.client", None, {"realm": "LYNGVIK.EXAMPLE"})]
    assert [(o.kind, o.port, o.facts) for o in answered] == [("kerberos.server", 88, {"realm": "LYNGVIK.EXAMPLE"})]
    assert SECRET not in repr((asked, answered))


def test_the_realm_over_tcp() -> None:
    turns = [("client", framed4(kerberos_request())), ("server", framed4(kerberos_reply()))]
    found = [o for o in heard(Connection(server_port=88).talk(turns)) if o.kind.startswith("kerberos")]  # type: ignore[arg-type]  # a literal list

    assert [(o.kind, o.address, o.port) for o in found] == [
        ("kerberos.client", CLIENT, None),
        ("kerberos.server", SERVER, 88),
    ]


def test_an_error_names_the_realm_too() -> None:
    error = tlv(0x7E, tlv(0x30, tlv(0xA0, tlv(2, b"\5")), tlv(0xA9, tlv(0x1B, b"EX"))))

    assert letter(error, (88, 50_000))[0].facts == {"realm": "EX"}


@pytest.mark.parametrize(
    "data", [b"", b"\x6a", tlv(0x6A, tlv(0x30)), kerberos_request(b""), kerberos_request(b"a\0b"), b"\x42" * 60]
)
def test_what_is_none(data: bytes) -> None:
    assert letter(data, (50_000, 88)) == []

from __future__ import annotations

import pytest

from tests.scan.passive.craft import SERVER, Connection, Turn, heard
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import RDP_ASK, rdp_confirm


def talk(*turns: Turn) -> list[tuple[str, int | None, dict[str, str]]]:
    found = heard(Connection(server_port=3389).talk(turns))
    assert SECRET not in repr(found)
    return [(o.address, o.port, o.facts) for o in found if o.kind == "rdp.server"]


@pytest.mark.parametrize(
    ("answer", "security"),
    [
        (rdp_confirm(2, 0), "rdp"), (rdp_confirm(2, 1), "tls"), (rdp_confirm(2, 2), "nla"), (rdp_confirm(2, 8), "nla"),
        (rdp_confirm(3, 5), "nla-required"), (rdp_confirm(3, 1), "tls-required"),
        (b"\3\0\0\x0b\6\xd0\0\0\0\0\0", "rdp"),
    ],
)  # fmt: skip
def test_the_protection_a_server_goes_on_with(answer: bytes, security: str) -> None:
    assert talk(("client", RDP_ASK), ("server", answer)) == [(SERVER, 3389, {"security": security})]


@pytest.mark.parametrize(
    "answer", [rdp_confirm(2, 64), rdp_confirm(7, 1), rdp_confirm()[:18], b"\3\0\0\x13" + bytes(15), b"\3\0\0\4\0"]
)
def test_what_is_none(answer: bytes) -> None:
    assert talk(("server", answer)) == []

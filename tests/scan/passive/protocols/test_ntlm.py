from __future__ import annotations

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.passive.protocols.ntlm import challenge
from tests.scan.passive.craft import Connection, heard, said
from tests.scan.passive.letters import SECRET
from tests.scan.passive.spoken import ntlm_challenge

FACTS = {
    "build": "10.0.17763", "domain": "LYNGVIK", "name": "LV-SRV1", "dns_domain": "lyngvik.example",
    "dns_name": "lv-srv1.lyngvik.example",
}  # fmt: skip


def test_the_challenge() -> None:
    assert challenge(b"\xa1\x10" + ntlm_challenge()) == FACTS
    assert SECRET not in repr(challenge(ntlm_challenge()))


def test_a_version_that_is_not_announced_is_not_read() -> None:
    assert "build" not in challenge(ntlm_challenge().replace(b"\x05\x02\x00\x02", b"\x05\x02\x00\x00", 1))


def test_the_message_that_names_a_person_is_not_read() -> None:
    assert challenge(ntlm_challenge().replace(b"NTLMSSP\0\2", b"NTLMSSP\0\3")) == {}


def test_over_http() -> None:
    answer = (
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM "
        + b64encode(ntlm_challenge())
        + b"\r\nContent-Length: 0\r\n\r\n"
    )

    assert said(heard(Connection(server_port=80).talk([("server", answer)])), "ntlm.challenge") == [FACTS]


@given(st.integers(0, 400), st.binary(max_size=8))
def test_damage_anywhere_is_survived(at: int, wrong: bytes) -> None:
    whole = ntlm_challenge()
    damaged = whole[:at] + wrong + whole[at + len(wrong) :]

    assert set(challenge(damaged)) <= set(FACTS)
    assert set(challenge(whole[:at])) <= set(FACTS)

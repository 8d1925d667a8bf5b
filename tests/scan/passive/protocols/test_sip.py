from __future__ import annotations

from tests.scan.passive.craft import CLIENT, Connection, heard, said
from tests.scan.passive.letters import SECRET, SIP, SIP_ANSWER, letter


def test_products_on_both_sides_and_who_calls_is_not_kept() -> None:
    asked, answered = letter(SIP, (5062, 5060)), letter(SIP_ANSWER, (5060, 5062))

    assert [o.facts for o in asked] == [{"user_agent": "NurseBox/3.1", "scaip": "yes"}]
    assert [(o.kind, o.port, o.facts) for o in answered] == [("sip.server", 5060, {"server": "Asterisk 18.2"})]
    assert SECRET not in repr((asked, answered))


def test_over_tcp() -> None:
    found = heard(Connection(server_port=5060).talk([("client", SIP)]))

    assert [o.address for o in found if o.kind == "sip.client"] == [CLIENT]


def test_an_http_request_that_begins_alike_stays_one() -> None:
    found = heard(Connection(server_port=80).talk([("client", b"OPTIONS / HTTP/1.1\r\nHost: a.example\r\n\r\n")]))

    assert said(found, "http.client") == [{"host": "a.example"}]
    assert said(found, "sip.client") == []


def test_text_behind_the_head_is_not_read() -> None:
    assert letter(b"INVITE sip:x SIP/2.0\r\n\r\nUser-Agent: inside\r\n", (5060, 5060)) == []

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fields import MAX_FIELDS
from sentinel.detect.readers.payload import read_payload
from sentinel.detect.readers.syslog_message import Message
from sentinel.model.events import Value


def payload(text: str, program: str = "app", **head: Value) -> dict[str, Value]:
    return read_payload(Message(text, None, {"process.name": program, **head}))[0]


def test_what_a_message_says_replaces_nothing_of_its_head() -> None:
    for text in (
        '{"process.name": "sshd", "x": 1}',
        "process.name=sshd x=1",
        "CEF:0|a|b|c|d|e|f|process.name=sshd x=1",
    ):
        fields = payload(text)
        assert fields["process.name"] == "app"
        assert str(fields["x"]) == "1"


def test_pairs_cannot_choose_the_dataset_but_json_may() -> None:
    assert payload("event.dataset=auditd.log a=b")["event.dataset"] == "system.syslog"
    assert payload('{"event.dataset": "nginx.access"}')["event.dataset"] == "nginx.access"


@pytest.mark.parametrize(
    ("text", "program", "facility", "dataset"),
    [
        ("x", "sshd", "daemon", "system.auth"),
        ("x", "app", "authpriv", "system.auth"),
        ("x", "app", "daemon", "system.syslog"),
        ("%SEC_LOGIN-4-LOGIN_FAILED: x", "app", "local7", "cisco.ios"),
        ("%LINK-SP-3-UPDOWN: x", "app", "local7", "cisco.ios"),
        ("%FTD-6-430002: x", "app", "local4", "cisco.ftd"),
        ("100 % sure-5-X: no", "app", "user", "system.syslog"),
        ("devid=x logid=1 type=traffic", "app", "user", "fortigate.traffic"),
        ("logid=1 type=traffic", "app", "user", "system.syslog"),
        ("type=LOGIN msg=audit(1791935100.000:9): uid=0", "audispd", "user", "auditd.log"),
        ("IN=eth0 OUT= SRC=192.0.2.1", "kernel", "kern", "iptables.log"),
        ("IN=eth0 OUT= SRC=192.0.2.1", "app", "user", "system.syslog"),
        ("x: Eicar FOUND", "clamd", "user", "clamav.log"),
        ("x: OK", "clamd", "user", "system.syslog"),
        ("query[AAAA] x from 192.0.2.1", "dnsmasq", "daemon", "dnsmasq.query"),
        ("7 192.0.2.1/5353 query[A] x from 192.0.2.1", "dnsmasq", "daemon", "dnsmasq.query"),
        ("client 192.0.2.1#5: view in: query: x IN A +", "named", "daemon", "bind.query"),
        ("client 192.0.2.1#5: query failed", "named", "daemon", "system.syslog"),
    ],
)
def test_what_a_message_is_of(text: str, program: str, facility: str, dataset: str) -> None:
    fields = payload(text, program, **{"log.syslog.facility.name": facility})
    assert fields["event.dataset"] == dataset
    assert fields["message"] == text


@pytest.mark.parametrize(
    ("words", "action"),
    [("[UFW BLOCK] ", "drop"), ("DROP: ", "drop"), ("[UFW ALLOW] ", "accept"), ("ACCEPT ", "accept"), ("fw: ", None)],
)
def test_the_words_before_a_packet_say_what_became_of_it(words: str, action: str | None) -> None:
    assert payload(f"{words}IN=eth0 OUT= SRC=192.0.2.1 DPT=22", "kernel").get("action") == action


def test_a_command_of_sudo_goes_on_to_the_end() -> None:
    fields = payload("a : TTY=x ; PWD=/ ; USER=root ; COMMAND=/bin/sh -c 'x ; USER=a'", "sudo")
    assert (fields["USER"], fields["COMMAND"]) == ("root", "/bin/sh -c 'x ; USER=a'")
    assert payload("pam_unix(sudo:auth): failure", "sudo").get("USER") is None


def test_json_that_is_too_much_is_a_text() -> None:
    deep = '{"a":' * 40 + "1" + "}" * 40
    assert payload(deep)["message"] == deep
    wide = orjson.dumps({str(number): number for number in range(MAX_FIELDS)}).decode()
    assert len(payload(wide)) <= MAX_FIELDS + 1


def test_fortigate_tells_its_time_since_1970() -> None:
    _, time = read_payload(Message("devid=x logid=1 type=event eventtime=1791935112000000000", None, {}))
    assert str(time) == "2026-10-13 23:45:12+00:00"


@given(st.text(max_size=80), st.sampled_from(["sudo", "kernel", "clamd", "dnsmasq", "named", "app"]))
def test_text_stays_whole(text: str, program: str) -> None:
    fields = payload(text, program)
    assert fields.get("message", text) == text


def test_json_with_one_wrong_byte_has_its_fields() -> None:
    """Whoever sends half a letter, or a byte that a server escapes in its own way, is seen like others."""
    fields = payload('{"user":"root","agent":"x\\ud800","path":"/\\x16"}')

    assert (fields["user"], fields["agent"], fields["path"]) == ("root", "x\ufffd", "/\x16")

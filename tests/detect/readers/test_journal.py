from __future__ import annotations

import orjson
import pytest

from sentinel.detect.readers.head import head_of
from sentinel.detect.readers.journal import looks_like_journal, read_journal
from sentinel.detect.readers.syslog import read_syslog
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

ENTRY = {"__REALTIME_TIMESTAMP": "1791935100123456", "_HOSTNAME": "lv-epj", "SYSLOG_IDENTIFIER": "sudo"}


def read(*entries: dict[str, object]) -> tuple[list[Event], Tally]:
    tally = Tally("log")
    return list(read_journal(iter([b"\n".join(orjson.dumps(entry) for entry in entries)]), "log", tally)), tally


def test_a_message_has_the_fields_that_it_has_in_syslog() -> None:
    text = "aase : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id"
    (entry,) = read({**ENTRY, "MESSAGE": text})[0]
    (line,) = read_syslog(iter([f"2026-10-13T23:45:00.123456Z lv-epj sudo: {text}".encode()]), "log", Tally("log"))
    assert entry.time == line.time
    assert {
        key: value for key, value in line.fields.items() if key != "log.syslog.timestamp"
    }.items() <= entry.fields.items()


@pytest.mark.parametrize(
    ("message", "text"),
    [([98, 108, 229], "blå"), ([300], "[300]"), (None, ""), ("", ""), (7, "7"), ([], ""), ([True], "\x01")],
)
def test_messages_of_any_kind_are_texts(message: object, text: str) -> None:
    assert read({**ENTRY, "MESSAGE": message})[0][0].fields["message"] == text


def test_of_a_field_that_stands_twice_the_first_is_the_program_and_both_are_kept() -> None:
    (event,) = read({**ENTRY, "SYSLOG_IDENTIFIER": ["sudo", "su"], "_HOSTNAME": [], "MESSAGE": "x"})[0]
    assert event.fields["process.name"] == "sudo"
    assert event.fields["SYSLOG_IDENTIFIER"] == ["sudo", "su"]
    assert "host.name" not in event.fields


@pytest.mark.parametrize(
    ("value", "name"), [([115, 104], "sh"), ([None, "", "a"], "a"), ([{"a": 1}], None), ([999], "[999]")]
)
def test_names_of_any_kind_are_one_value(value: object, name: str | None) -> None:
    (event,) = read({**ENTRY, "SYSLOG_IDENTIFIER": value, "MESSAGE": "x"})[0]
    assert event.fields.get("process.name") == name


@pytest.mark.parametrize(("number", "name"), [("10", "authpriv"), (0, "kern"), ("24", None), ("-1", None), ("x", None)])
def test_facilities_have_names(number: object, name: str | None) -> None:
    fields = read({**ENTRY, "SYSLOG_FACILITY": number, "MESSAGE": "x"})[0][0].fields
    assert fields.get("log.syslog.facility.name") == name


def test_what_the_source_says_of_the_time_goes_first() -> None:
    (event,) = read({**ENTRY, "_SOURCE_REALTIME_TIMESTAMP": "1791935000000000", "MESSAGE": "x"})[0]
    assert str(event.time) == "2026-10-13 23:43:20+00:00"
    (event,) = read({"MESSAGE": "x"})[0]
    assert event.time is None


def test_json_of_something_else_is_not_the_journal() -> None:
    assert looks_like_journal(head_of(orjson.dumps(ENTRY)))
    assert not looks_like_journal(head_of(b'{"MESSAGE": "x"}'))
    assert looks_like_journal(head_of(b'p":"1","MESSAGE":"cut"}\n' + orjson.dumps(ENTRY)))
    assert not looks_like_journal(head_of(b'{"a": 1}\n' + orjson.dumps(ENTRY)))

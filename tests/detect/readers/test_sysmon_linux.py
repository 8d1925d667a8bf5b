from __future__ import annotations

from datetime import UTC, datetime

from sentinel.detect.readers.head import head_of
from sentinel.detect.readers.recognise import recognise
from sentinel.detect.readers.syslog import read_syslog
from sentinel.detect.readers.syslog_message import Message
from sentinel.detect.readers.sysmon_linux import CHANNEL, holds_event, read_sysmon
from sentinel.detect.readers.winxml import read_winxml
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally
from tests.detect.logs import as_xml, system

LATER = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)


def message(text: str, program: str = "sysmon") -> Message:
    return Message(text, LATER, {"process.name": program, "host.name": "lv-epj"})


def test_only_the_messages_of_sysmon_are_its_events() -> None:
    assert holds_event(message("<Event><System/></Event>"))
    assert holds_event(message(' <Event xmlns="x">'))
    assert not holds_event(message("<Event>", "logger"))
    assert not holds_event(message("Sysmon v1.3 started"))
    assert not holds_event(message("<Events>"))


def test_the_event_is_the_one_that_the_xml_alone_gives() -> None:
    xml = as_xml({"System": system(1, CHANNEL), "EventData": {"Image": "/usr/bin/id", "CommandLine": 'id "å" & <x>'}})
    event = read_sysmon(message(xml), "log", "1")
    (alone,) = read_winxml(iter([xml.encode()]), "log", Tally("log"))
    assert isinstance(event, Event)
    assert (event.fields, event.time) == (alone.fields, alone.time)


def test_without_a_time_of_its_own_it_has_its_carriers() -> None:
    event = read_sysmon(message("<Event><System><EventID>1</EventID></System></Event>"), "log", "1")
    assert isinstance(event, Event)
    assert event.time == LATER


def test_a_message_that_syslog_has_cut_is_counted() -> None:
    event = read_sysmon(message("<Event><System><EventID>1</Ev"), "log", "7")
    assert isinstance(event, Skipped)
    assert (event.reason, event.place) == ("not-xml", "7")


def test_entities_are_not_expanded() -> None:
    bomb = '<Event><!DOCTYPE x [<!ENTITY a "b">]><System>&a;</System></Event>'
    assert isinstance(read_sysmon(message(bomb), "log", "1"), Skipped)


def test_a_log_that_begins_with_such_a_message_is_syslog_and_its_other_lines_are_read() -> None:
    xml = as_xml({"System": system(1, CHANNEL), "EventData": {"Image": "/usr/bin/id"}})
    log = f"<14>Oct 14 01:45:00 lv-epj sysmon: {xml}\n<38>Oct 14 01:45:01 lv-epj sshd[7]: Failed password\n".encode()
    assert recognise(head_of(log), "log").name == "syslog"
    found = [event.fields for event in read_syslog(iter([log]), "log", Tally("log"))]
    assert [fields.get("Image") or fields["process.name"] for fields in found] == ["/usr/bin/id", "sshd"]

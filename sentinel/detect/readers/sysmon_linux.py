"""Reads events of Sysmon for Linux: each is Windows event XML, and all of one syslog message."""

from __future__ import annotations

import re
from dataclasses import replace

from sentinel.detect.readers.syslog_message import Message
from sentinel.detect.readers.winxml import read_element
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped

CHANNEL = "Linux-Sysmon/Operational"
_EVENT = re.compile(r"\s*<Event[\s>]")


def holds_event(message: Message) -> bool:
    """Say whether a syslog message is an event of Sysmon: its program is, and its text begins as one."""
    return message.fields.get("process.name") == "sysmon" and _EVENT.match(message.text) is not None


def read_sysmon(message: Message, name: str, place: str) -> Event | Skipped:
    """Return the event, with the fields that the same event of Windows would have.

    The time is the event's own, or where it has none its carrier's. Skipped: `not-xml` (syslog cuts long ones),
    `too-deep`, `too-large`, `not-an-event`.
    """
    event = read_element(message.text.strip(), name, place)
    return event if isinstance(event, Skipped) or event.time else replace(event, time=message.time)

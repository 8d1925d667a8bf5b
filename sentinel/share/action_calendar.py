"""Writes actions as a calendar (RFC 5545): one event a day for each that is open, on the day it is due."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sentinel.model.compliance import Action
from sentinel.model.text import Language
from sentinel.share.texts import shown

_OCTETS = 75
"""RFC 5545, 3.1: a line is no longer than this without its end; what is longer goes on after a space."""


def calendar(actions: Iterable[Action], organisation: str, as_of: date, language: Language) -> str:
    """Return the calendar of what is still to be done; dropped and closed actions are not in it, nor is a deed twice.

    An event keeps its UID from run to run: a calendar that reads the file again moves it and does not double it.
    """
    stamp = f"{_day(as_of)}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sentinel//actions//EN", "CALSCALE:GREGORIAN"]
    for action in actions:
        if action.open and action.state not in ("done", "dropped") and not action.same_as:
            lines += _event(action, organisation, stamp, language)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, never within a character; each but the first begins with a space."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part


def escaped(text: str) -> str:
    r"""Return text as a value of type TEXT (RFC 5545, 3.3.11): `\`, `;`, `,` and line ends are written with a `\`."""
    plain = "\n".join(shown(line) for line in text.splitlines())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _event(action: Action, organisation: str, stamp: str, language: Language) -> Iterator[str]:
    uid = hashlib.sha256(f"{organisation}\0{action.id}".encode()).hexdigest()[:32]
    yield from ("BEGIN:VEVENT", f"UID:{uid}@sentinel", f"DTSTAMP:{stamp}")
    yield f"DTSTART;VALUE=DATE:{_day(action.due)}"
    yield f"DTEND;VALUE=DATE:{_day(action.due + timedelta(days=1))}"
    yield f"SUMMARY:{escaped(_titled(action, language))}"
    yield f"DESCRIPTION:{escaped(_described(action, language))}"
    yield from ("TRANSP:TRANSPARENT", "CLASS:CONFIDENTIAL", "END:VEVENT")


def _titled(action: Action, language: Language) -> str:
    """Return the title, with that of the pack behind it: each pack may ask for answers."""
    of = action.of.say(language)
    return f"{action.title.say(language)} ({of})" if of else action.title.say(language)


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _described(action: Action, language: Language) -> str:
    who = action.owner or action.who.say(language)
    costs = " · ".join(filter(None, (action.effort.say(language), action.money.say(language))))
    return "\n".join(filter(None, (action.why.say(language), who, costs, ", ".join(action.requirements))))

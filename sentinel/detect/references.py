"""References between documents: a rule, correlation or filter is named by its id or by a name that only it has."""

from __future__ import annotations

import reprlib
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal
from uuid import UUID

from sentinel.detect.values import UnusableError
from sentinel.errors import Location

Kind = Literal["rule", "correlation", "filter"]


@dataclass(slots=True, eq=False)
class Entry:
    """A document that others may refer to; `loaded` is false where it was refused."""

    kind: Kind
    id: str
    name: str
    title: str
    location: Location
    loaded: bool = True


class Index:
    """Every document of the rule set, loaded or refused, by what it can be called."""

    def __init__(self) -> None:
        self._ids: dict[str, Entry] = {}
        self._names: dict[str, list[Entry]] = defaultdict(list)
        self._titles: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Take a document in; of several with one id, one that was loaded is kept."""
        earlier = self._ids.get(entry.id) if entry.id else None
        if earlier is not None and (earlier.loaded or not entry.loaded):
            return
        if earlier is not None and earlier.name:
            self._names[earlier.name].remove(earlier)
        if entry.id:
            self._ids[entry.id] = entry
        if entry.name:
            self._names[entry.name].append(entry)
        self._titles[entry.title] = entry

    def find(self, reference: object) -> Entry:
        """Return the one document that a reference means; UnusableError where there is none, or more than one."""
        if not isinstance(reference, str) or not reference:
            raise UnusableError(f"{shown(reference)} is not the id or name of a rule")
        entry = self._ids.get(as_id(reference))
        if entry is not None:
            return entry
        named = self._names.get(reference, [])
        if len(named) > 1:
            places = " and ".join(str(one.location) for one in named)
            raise UnusableError(f"'{reference}' is the name of more than one document: {places}")
        if not named:
            raise UnusableError(f"no rule has the id or name {shown(reference)}{self._hint(reference)}")
        return named[0]

    def _hint(self, reference: str) -> str:
        titled = self._titles.get(reference)
        if titled is not None:
            return f"; it is the title of {titled.location}, which can be meant by id or name only"
        close = get_close_matches(reference, [name for name, entries in self._names.items() if entries], 1)
        return f"; did you mean '{close[0]}'?" if close else ""


def usable(entry: Entry, reference: str) -> Entry:
    """Return a document that was loaded; UnusableError where it was refused."""
    if not entry.loaded:
        raise UnusableError(f"'{reference}' was refused ({entry.location})")
    return entry


def shown(written: object) -> str:
    """Return what an author wrote, cut short, for a message."""
    return f"'{written}'" if isinstance(written, str) and len(written) < _LONG else reprlib.repr(written)


def as_id(written: str) -> str:
    """Return an id as it is compared: UUIDs in their usual form, however they are written."""
    try:
        return str(UUID(written))
    except ValueError:
        return written


_LONG = 80

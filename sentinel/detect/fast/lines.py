"""Raw JSON lines: searched as they are, decoded only where something in them may matter.

What a search of raw bytes promises, `needles.py` relies on: a record is one object of plain values without spaces
between them, in UTF-8, with no other escapes than JSON demands. A line that does not keep this is read whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from operator import itemgetter, sub
from typing import Any, TypeAlias

import orjson

from sentinel.detect.fast.blocks import blocks
from sentinel.detect.fast.desks import Desk, Desks
from sentinel.detect.fast.doubt import Doubt
from sentinel.detect.fast.finder import Finder
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.moments import moments
from sentinel.detect.inlet import Inlet
from sentinel.detect.readers.jsonl import BOM, parse_line, too_long
from sentinel.model.alerts import Hit
from sentinel.model.events import Event, Fields
from sentinel.model.skipped import Skipped

OFTEN = 0.05
"""Share of the lines with a name above which it is looked for among the decoded fields, and no longer by a search."""
LONG = 16 * 1024
"""Bytes from which a line is read whole: it could hold more fields than a record may."""


HOPELESS = 7
"""Blocks that are read whole before one is searched again."""


class RawLines:
    """One stream of JSON lines under way."""

    def __init__(self, matcher: Matcher, inlet: Inlet) -> None:
        self._matcher = matcher
        self._inlet = inlet
        self._desks = Desks(matcher, inlet.source)
        self._doubt = Doubt()
        self._finder = Finder()
        self._hopeless = 0
        self._last: tuple[int, date | None] = (0, inlet.watcher.newest)
        """The line that came last of those that hold an event, and its day."""

    def texts(self, chunks: Iterator[bytes]) -> Iterator[Lines]:
        """Yield the blocks of a stream; lines that are too long are counted and left out."""
        number = 1
        for block in self._inlet.track(f"Reading {self._inlet.source}", blocks(chunks)):
            if block is None:
                self._inlet.tally.skip(too_long(self._inlet.name, number))
                number += 1
                continue
            yield (text := Lines.of(block if number > 1 else block.removeprefix(BOM), number))
            number += len(text.ends)

    def begin(self, inlet: Inlet) -> None:
        """Count from now on elsewhere."""
        self._inlet = inlet

    def block(self, text: Lines) -> Iterator[Hit]:
        """Yield the hits of one block; after one whose lines are mostly in doubt, the next ones are read whole."""
        if self._hopeless:
            self._hopeless -= 1
            hits = [*self._whole([(text.numbers[index], text.line(index)) for index in range(len(text.ends))])]
            self._inlet.watcher.newest = self._last[1]
            return (hit for _, hit in hits)
        heads = self._desks.heads.decode(text.block)
        others: list[tuple[int, bytes]] = []
        if heads is None or len(heads) != len(text.ends) or not text.is_framed():
            text, others = text.split(lambda line: len(self._desks.heads.decode(line) or ()) == 1)
            heads = self._desks.heads.decode(text.block) or []
        doubtful = self._doubt.lines(text.block, text.ends) | text.long(LONG)
        others += [(text.numbers[index], text.line(index)) for index in doubtful]
        if 2 * len(others) > len(text.ends):
            self._hopeless = HOPELESS
        hits = [*self._whole(sorted(others)), *self._search(text, heads, doubtful)]
        hits.sort(key=lambda one: one[0])
        self._inlet.watcher.newest = self._last[1]
        return (hit for _, hit in hits)

    def _search(self, text: Lines, heads: Sequence[Any], doubtful: set[int]) -> Iterator[tuple[int, Hit]]:
        """Yield the hits of lines of which each is one object, with the number of the line."""
        every = range(len(text.ends))
        trusted = [index for index in every if index not in doubtful] if doubtful else every
        for index, (desk, woken) in sorted(self._wanted(text, trusted, heads).items()) if trusted else ():
            line = text.line(index)
            rules = desk.second.narrow(partial(orjson.loads, line), woken)
            event = parse_line(line, self._inlet.name, str(text.numbers[index])) if rules else None
            if isinstance(event, Event):
                for hit in self._matcher.reference.judge(desk.plan.steps, event, self._inlet.source, rules):
                    yield text.numbers[index], hit

    def _wanted(self, text: Lines, trusted: Sequence[int], heads: Sequence[Any]) -> dict[int, Wanted]:
        """Account for lines that are searched as they are; return those in which a rule may be true."""

        def whole(index: int) -> Fields:
            event = parse_line(text.line(index), self._inlet.name, "")
            return event.fields if isinstance(event, Event) else {}

        woken = self._matcher.woken(text.block, text.ends)
        mine = heads if len(trusted) == len(heads) else [heads[index] for index in trusted]
        seats = self._desks.seat(mine, trusted, whole)
        if not self._desks.fits():
            heads = self._again(text, trusted)
        self._account(text, seats, trusted, heads)
        self._note_fields(text, seats, heads, whole)
        wanted: dict[int, Wanted] = {}
        for desk, _ in seats:
            desk.second.learn()
        for desk, indices in seats:
            for index in indices if desk.plan.always else ():
                wanted[index] = desk, set(desk.plan.always)
            for index, rules in self._desks.passed(desk.plan, heads, indices):
                wanted.setdefault(index, (desk, set()))[1].update(rules)
            for index in woken.keys() & set(indices) if woken else ():
                if found := desk.plan.rules & woken[index]:
                    wanted.setdefault(index, (desk, set()))[1].update(found)
        return wanted

    def _again(self, text: Lines, trusted: Sequence[int]) -> Sequence[Any]:
        """Return the heads with more fields in them; those of doubtful lines are empty if one of them has no such."""
        heads = self._desks.heads.decode(text.block)
        if heads is None:
            heads = (self._desks.heads.decode(b"{}") or []) * len(text.ends)
            for index in trusted:
                heads[index : index + 1] = self._desks.heads.decode(text.line(index)) or []
        return heads

    def _account(self, text: Lines, seats: Seats, trusted: Sequence[int], heads: Sequence[Any]) -> None:
        """Count lines by their day, and tell when they were and what."""
        times = moments(heads, self._desks.heads.times)
        self._inlet.tally.handled += len(trusted)
        routes = (route for desk, _ in seats for route in desk.routes)
        self._inlet.watcher.note_many([times[index] for index in trusted], routes)
        self._last = max(self._last, (text.numbers[trusted[-1]], _day(times[trusted[-1]])), key=itemgetter(0))
        for desk, indices in seats:
            for day, count in Counter(_day(times[index]) for index in indices).items():
                desk.account.note(day, count)

    def _note_fields(self, text: Lines, seats: Seats, heads: Sequence[Any], whole: Callable[[int], Fields]) -> None:
        """Note the fields of some lines of each desk, and of those that have one which rules read and none had yet."""
        for desk, indices in seats:
            for index in (*desk.to_note(indices), *self._desks.with_missing(desk, indices, heads)):
                desk.account.note_fields(whole(index))
        found = list(self._finder.find(self._desks.unseen(), text.block, text.ends))
        desks = {index: desk for desk, indices in seats for index in indices} if found else {}
        for index, name in found:
            if index in desks and name not in desks[index].account.seen:
                desks[index].account.note_fields(whole(index))
        often = Counter(name for _, name in found)
        self._desks.frequent.update(name for name, count in often.items() if count > OFTEN * len(text.ends))

    def _whole(self, lines: Sequence[tuple[int, bytes]]) -> Iterator[tuple[int, Hit]]:
        """Read some lines as the reader of JSON lines does, and yield their hits."""
        events: list[Event] = []
        for number, line in lines:
            bare = line.removesuffix(b"\n")
            if not bare.strip():
                continue
            parsed = parse_line(bare, self._inlet.name, str(number))
            if isinstance(parsed, Skipped):
                self._inlet.tally.skip(parsed)
                continue
            self._inlet.tally.handled += 1
            self._inlet.watcher.note(parsed)
            self._last = max(self._last, (number, _day(parsed.time)), key=itemgetter(0))
            events.append(parsed)
        for hit in self._matcher.look(events, self._inlet.source):
            yield int(hit.event.record), hit


Seats: TypeAlias = Sequence[tuple[Desk, list[int]]]
"""Desks, and the lines that belong to each."""
Wanted: TypeAlias = tuple[Desk, set[int]]
"""The desk of a line, and the rules that may be true for it."""


def _day(time: datetime | None) -> date | None:
    return None if time is None else time.date()


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines in one piece. `ends` are the places behind them; `numbers` those of the log, one or more too many."""

    block: bytes
    numbers: Sequence[int]
    ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ends.extend(match.end() for match in _END.finditer(self.block))
        if self.block and not self.block.endswith(b"\n"):
            self.ends.append(len(self.block))

    @classmethod
    def of(cls, block: bytes, first: int) -> Lines:
        """Return the lines of a block, of which the first has the number `first`."""
        return cls(block, range(first, first + len(block) + 1))

    def line(self, index: int) -> bytes:
        """Return one line with its end."""
        return self.block[self.ends[index - 1] if index else 0 : self.ends[index]]

    def is_framed(self) -> bool:
        """Say whether each line begins and ends like an object: then none is on two lines, nor two on one.

        The latter as long as there are as many objects as lines.
        """
        block, inner = self.block, self.ends[:-1]
        if not block.startswith(b"{") or not block[-4:].rstrip(b"\r\n").endswith(b"}"):
            return False
        before = {block[end - 2] for end in inner}
        if before == _CR:
            before = {block[end - 3] for end in inner}
        return before <= _CLOSES and {block[end] for end in inner} <= _OPENS

    def long(self, size: int) -> set[int]:
        """Return the lines that are longer than `size` bytes."""
        lengths = list(map(sub, self.ends, (0, *self.ends)))
        if not lengths or max(lengths) <= size:
            return set()
        return {index for index, length in enumerate(lengths) if length > size}

    def split(self, is_good: Callable[[bytes], bool]) -> tuple[Lines, list[tuple[int, bytes]]]:
        """Return the lines that are good, in one piece again, and the others with their numbers."""
        good: list[tuple[int, bytes]] = []
        others: list[tuple[int, bytes]] = []
        for index in range(len(self.ends)):
            line = self.line(index)
            one = (self.numbers[index], line)
            (good if line.strip() and is_good(line) else others).append(one)
        block = b"".join(line if line.endswith(b"\n") else line + b"\n" for _, line in good)
        return Lines(block, [number for number, _ in good]), others


_END = re.compile(rb"\n")
_CR, _OPENS, _CLOSES = {ord("\r")}, {ord("{")}, {ord("}")}

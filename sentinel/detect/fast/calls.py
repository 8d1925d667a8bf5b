"""Which rules the values of a log call: each is searched once, since the same programs and users come all day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import accumulate

import numpy as np

from sentinel.detect.fast.alarm import Alarm
from sentinel.detect.fast.gates import Doorkeeper
from sentinel.detect.fast.interned import MOST
from sentinel.detect.fast.rows import KEYS
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.texts import search_text
from sentinel.detect.fast.tokens import Bytes

_IN_PARTS = np.array([byte in b'"[{' for byte in range(256)])
"""What a value begins with that is no number, truth value or null."""


class Calls:
    """The rules that values call by needles, and what they open; `loud` says of each number whether it does either.

    `readers` says which rules may read a field that a record has under some name: only these are called by its values.
    """

    def __init__(self, values: Values, alarm: Alarm, readers: Callable[[str], AbstractSet[int]]) -> None:
        self._values = values
        self._alarm = alarm
        self._readers = cache(readers)
        self._age = values.age
        self._searched = 0
        self._called: dict[int, set[int]] = {}
        self._opened: dict[Doorkeeper, dict[int, tuple[int, ...]]] = {}
        self._places: dict[Doorkeeper, set[str]] = {}
        self._upto: dict[Doorkeeper, int] = {}
        self.loud = np.zeros(MOST + 1, np.bool_)

    def attend(self, keeper: Doorkeeper, names: Sequence[str]) -> None:
        """Have a keeper look at all values of some columns."""
        places = self._places.setdefault(keeper, set())
        if not places.issuperset(names):
            places.update(names)
            self._opened[keeper] = {}
            self._upto[keeper] = 0

    def listen_to(self, alarm: Alarm) -> None:
        """Look for other needles from now on, also in the values that were searched before."""
        self._alarm = alarm
        self._searched = 0
        self._called.clear()
        self.loud[:] = False
        for opened in self._opened.values():
            self.loud[list(opened)] = True

    def search(self) -> None:
        """Search the values that were not met before."""
        if self._age != self._values.age:
            self._forget()
        used = int(self._values.known.used[0])
        if used > self._searched:
            self._listen(np.arange(self._searched + 1, used + 1, dtype=np.int32))
            self._searched = used
        fresh: dict[int, Mapping[int, list[int]]] = {}
        for keeper, upto in self._upto.items():
            if used > upto:
                if upto not in fresh:
                    fresh[upto] = self._by_column(upto + 1, used + 1)
                self._open(keeper, fresh[upto])
                self._upto[keeper] = used

    def called(self, number: int) -> set[int]:
        """Return the rules of which a needle is in a value."""
        return self._called.get(number, _NONE)

    def opened(self, keeper: Doorkeeper, number: int) -> tuple[int, ...]:
        """Return what a keeper lets pass for a value."""
        return self._opened[keeper].get(number, ())

    def _forget(self) -> None:
        self._age = self._values.age
        self._searched = 0
        self._called.clear()
        self.loud[:] = False
        for keeper, opened in self._opened.items():
            opened.clear()
            self._upto[keeper] = 0

    def _listen(self, numbers: Bytes) -> None:
        known = self._values.known
        numbers = numbers[known.columns[numbers] < KEYS]
        if not numbers.size or self._alarm.scanner is None:
            return
        texts = self._values.texts(numbers[:, None], bare=False)
        woken = self._alarm.woken(texts.lines, texts.ends)
        strange = np.array(texts.strange, np.int64)
        in_parts = strange[_IN_PARTS[known.text[known.starts[numbers[strange]]]]].tolist()
        woken |= dict(zip(in_parts, self._of_parts(numbers[in_parts].tolist()), strict=True))
        for index, rules in woken.items():
            number = int(numbers[index])
            if called := rules & self._readers(self._values.name(number)):
                self._called[number] = called
                self.loud[number] = True

    def _of_parts(self, numbers: Sequence[int]) -> Iterator[set[int]]:
        """Yield the rules that lists call, or texts that are looked for in another form than they have."""
        texts = [search_text({"": self._values.value(number)}) for number in numbers]
        lines = [(text or b"") + b"\n" for text in texts]
        woken = self._alarm.woken(b"".join(lines), list(accumulate(map(len, lines))))
        for index, text in enumerate(texts):
            yield set(self._alarm.chosen) if text is None else woken.get(index, set())

    def _by_column(self, start: int, end: int) -> Mapping[int, list[int]]:
        """Return the numbers of some values by their columns."""
        columns = self._values.known.columns[start:end]
        order = np.argsort(columns, kind="stable")
        found, starts = np.unique(columns[order], return_index=True)
        return {
            int(column): (part + start).tolist()
            for column, part in zip(found, np.split(order, starts[1:]), strict=True)
            if column < KEYS
        }

    def _open(self, keeper: Doorkeeper, numbers: Mapping[int, list[int]]) -> None:
        places = {self._values.places[name] for name in self._places[keeper]}
        fresh = [number for place in places for number in numbers.get(place, ())]
        if fresh:
            opened = keeper.look(fresh)
            self._opened[keeper].update(opened)
            self.loud[list(opened)] = True


_NONE: set[int] = set()

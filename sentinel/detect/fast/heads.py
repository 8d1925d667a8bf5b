"""Takes the few fields that matter out of many lines of JSON at once, without making objects of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec

Key: TypeAlias = tuple[Any, ...]
"""The values of the deciding fields of a record; UNSET where a field is not there."""
UNSET = msgspec.UNSET

PRESENT = ("*", UNSET)
"""What stands in a key for some text, and for none."""

_NO_TEXT = (UNSET, None, "")
_DECIDING: TypeAlias = str | int | msgspec.UnsetType | None
_ANY: TypeAlias = Any


class Heads:
    """Decodes the fields `deciding`, `times` and `others` of flat records.

    A deciding field that holds anything but text or a whole number makes its line unusable here, since Python takes
    `1`, `1.0` and `true` for the same key. Of those that are `present_only` the key says no more than that.
    """

    def __init__(
        self, deciding: Sequence[str], times: Sequence[str], others: Iterable[str], present_only: AbstractSet[str]
    ) -> None:
        plain = [name for name in (*times, *sorted(set(others))) if name not in deciding]
        names = dict.fromkeys((*deciding, *plain))
        self._attributes = {name: f"field_{number}" for number, name in enumerate(names)}
        shape = msgspec.defstruct(
            "Head",
            [(self._attributes[name], _DECIDING if name in deciding else _ANY, UNSET) for name in names],
            rename={attribute: name for name, attribute in self._attributes.items()},
            gc=False,
        )
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(shape)
        plain_ones = [name for name in deciding if name not in present_only]
        bare_ones = [name for name in deciding if name in present_only]
        self.order = (*plain_ones, *bare_ones)
        self._plain = self.values([(name,) for name in plain_ones])
        self._bare = self.values([(name,) for name in bare_ones])
        self.times = tuple(attrgetter(self._attributes[name]) for name in times)

    def decode(self, lines: bytes) -> list[Any] | None:
        """Return the heads of many lines, or None where one of them cannot be read so."""
        try:
            return self._decoder.decode_lines(lines)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def groups(self, heads: Iterable[Any], indices: Iterable[int]) -> dict[Key, list[int]]:
        """Return indices by the values of the deciding fields of their heads, which are in the order of `order`."""
        same: dict[tuple[Key, Key], list[int]] = {}
        for head, index in zip(heads, indices, strict=True):
            raw = self._plain(head), self._bare(head)
            if raw in same:
                same[raw].append(index)
            else:
                same[raw] = [index]
        found: dict[Key, list[int]] = {}
        for (plain, bare), members in same.items():
            key = (*plain, *(PRESENT[value in _NO_TEXT] for value in bare))
            found.setdefault(key, []).extend(members)
        return found

    def values(self, fields: Sequence[Sequence[str]]) -> Callable[[Any], tuple[Any, ...]]:
        """Return what reads some fields of a head, each by any of its names: the first that is there counts."""
        attributes = [[self._attributes[name] for name in names] for names in fields]
        if len(fields) > 1 and all(len(names) == 1 for names in attributes):
            return attrgetter(*(names[0] for names in attributes))
        getters = [tuple(map(attrgetter, names)) for names in attributes]
        firsts = [each[0] for each in getters]

        def read(head: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- a made class
            found = tuple([get(head) for get in firsts])
            return tuple(_first(each, head) for each in getters) if UNSET in found else found

        return read

    def column(self, names: Sequence[str], heads: Sequence[Any]) -> list[Any]:
        """Return the values of one field of many heads, by any of its names."""
        first, *others = [attrgetter(self._attributes[name]) for name in names]
        found = list(map(first, heads))
        for get in others:
            if UNSET in found:
                found = [get(head) if value is UNSET else value for value, head in zip(found, heads, strict=True)]
        return found

    def getter(self, name: str) -> Callable[[Any], Any]:
        """Return what reads one field of a head."""
        return attrgetter(self._attributes[name])

    def has(self, names: Iterable[str]) -> bool:
        """Say whether all these fields are among those that are decoded."""
        return all(name in self._attributes for name in names)


def _first(getters: Iterable[Callable[[Any], Any]], head: Any) -> Any:  # noqa: ANN401 -- a made class, and any value
    return next((value for get in getters if (value := get(head)) is not UNSET), UNSET)

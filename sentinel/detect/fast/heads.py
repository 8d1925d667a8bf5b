"""Takes the few fields that matter out of many lines of JSON at once, without making objects of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec

Key: TypeAlias = tuple[Any, ...]
"""The values of the deciding fields of a record; UNSET where a field is not there."""
UNSET = msgspec.UNSET

_DECIDING: TypeAlias = str | int | msgspec.UnsetType | None
_ANY: TypeAlias = Any


class Heads:
    """Decodes the fields `deciding`, `times` and `others` of flat records.

    A deciding field that holds anything but text or a whole number makes its line unusable here, since Python takes
    `1`, `1.0` and `true` for the same key.
    """

    def __init__(self, deciding: Sequence[str], times: Sequence[str], others: Iterable[str]) -> None:
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
        self._deciding = tuple(self._attributes[name] for name in deciding)
        self.times = tuple(attrgetter(self._attributes[name]) for name in times)

    def decode(self, lines: bytes) -> list[Any] | None:
        """Return the heads of many lines, or None where one of them cannot be read so."""
        try:
            return self._decoder.decode_lines(lines)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def keys(self, heads: Iterable[Any]) -> list[Key]:
        """Return the values of the deciding fields of each head."""
        if len(self._deciding) > 1:
            return list(map(attrgetter(*self._deciding), heads))
        return [(getattr(head, self._deciding[0]),) for head in heads]

    def getter(self, name: str) -> Callable[[Any], Any]:
        """Return what reads one field of a head."""
        return attrgetter(self._attributes[name])

    def has(self, names: Iterable[str]) -> bool:
        """Say whether all these fields are among those that are decoded."""
        return all(name in self._attributes for name in names)

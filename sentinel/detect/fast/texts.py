"""The search text of an event whose fields are known: what its line would be in plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from sentinel.detect.readings import scalars
from sentinel.model.events import Fields


def search_text(fields: Fields) -> bytes | None:
    """Return one line without its end, folded where it has letters beyond ASCII; None where JSON cannot hold a value.

    The items of a list stand one by one under the name of the field, as a rule looks at them, behind all other fields.
    """
    try:
        text = orjson.dumps(fields)
        if b'":[' in text or b'":{' in text:
            text = b",".join(map(orjson.dumps, _apart(fields)))
    except TypeError:  # also orjson's own error: a number over 64 bits, half a surrogate pair
        return None
    return text if text.isascii() else _folded(text.decode())


def _apart(fields: Fields) -> Iterator[Mapping[str, object]]:
    """Yield the fields of a single value together, and each value of all others by itself."""
    lists = {name: value for name, value in fields.items() if isinstance(value, list | tuple | dict)}
    if single := {name: value for name, value in fields.items() if name not in lists}:
        yield single
    yield from ({name: one} for name, value in lists.items() for one in scalars(value))


def _folded(text: str) -> bytes:
    """Return a text folded as values are, and once more where an expression without case takes a letter for `i`."""
    folded = text.casefold()
    if not _DOTLESS.isdisjoint(text):
        folded = f"{folded},{text.translate(_DOTTED).casefold()}"
    return folded.encode()


_DOTLESS = frozenset("İı")
_DOTTED = str.maketrans("İı", "ii")

"""The modifiers that rewrite a value before it is compared: placeholders, dashes, encodings, and stars around it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from sentinel.detect import values
from sentinel.detect.condition import Part, Parts, Shape, Wild
from sentinel.detect.values import UnusableError

MAX_EXPANSIONS = 100_000

Placeholders: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A value on its way through the modifiers. `encoded`: each of its characters stands for one byte.

    `dashes` are those that stood where any may stand now.
    """

    parts: Parts
    encoded: bool = False
    dashes: str = ""


def expand(draft: Draft, placeholders: Placeholders) -> Iterator[Draft]:
    r"""Put every value of every `%placeholder%` in its place; `\%` is a plain per cent sign."""
    _refuse_encoded(draft, "expand")
    choices: list[Sequence[Parts]] = []
    ways = 1
    for part in draft.parts:
        pieces = [part] if isinstance(part, Wild) else _PLACEHOLDER.split(part)
        for index, piece in enumerate(pieces):
            if isinstance(piece, Wild):
                choices.append([(piece,)])
            elif index % 2:
                choices.append([values.parse(value) for value in _look_up(piece, placeholders)])
            else:
                choices.append([(piece.replace("\\%", "%"),)])
            ways *= len(choices[-1])
    if ways > MAX_EXPANSIONS:
        raise UnusableError(f"its placeholders make more than {MAX_EXPANSIONS:,} values")
    for choice in product(*choices):
        yield replace(draft, parts=values.tidy(part for parts in choice for part in parts))


def windash(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Let the dashes that begin words stand for all five dashes."""
    _refuse_encoded(draft, "windash")
    parts, written = values.dashes(draft.parts)
    yield Draft(parts, dashes=written)


def wide(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Encode as UTF-16, low byte first."""
    return _encode(draft, "utf-16-le", "")


def utf16be(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Encode as UTF-16, high byte first."""
    return _encode(draft, "utf-16-be", "")


def utf16(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Encode as UTF-16 with its byte-order mark (FF FE), low byte first."""
    return _encode(draft, "utf-16-le", "\xff\xfe")


def base64(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Encode as Base64 from the first byte, with padding."""
    for parts in values.variants(draft.parts):
        yield Draft((b64encode(_bytes(parts, encoded=draft.encoded, doing="base64")).decode(),), encoded=True)


def base64offset(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Encode as the three things that Base64 can make of it inside a longer text."""
    for parts in values.variants(draft.parts):
        for made in values.offsets(_bytes(parts, encoded=draft.encoded, doing="base64offset")):
            yield Draft((made,), encoded=True)


def contains(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Put stars on both sides."""
    yield _wrap(draft, "contains")


def startswith(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Put a star behind."""
    yield _wrap(draft, "startswith")


def endswith(draft: Draft, _placeholders: Placeholders) -> Iterator[Draft]:
    """Put a star in front."""
    yield _wrap(draft, "endswith")


TRANSFORMS: dict[str, Callable[[Draft, Placeholders], Iterator[Draft]]] = {
    "expand": expand,
    "windash": windash,
    "wide": wide,
    "utf16": utf16,
    "utf16be": utf16be,
    "base64": base64,
    "base64offset": base64offset,
    "contains": contains,
    "startswith": startswith,
    "endswith": endswith,
}

_PLACEHOLDER = re.compile(r"(?<!\\)%([^%]+)%")


def _look_up(name: str, placeholders: Placeholders) -> Sequence[str]:
    found = placeholders.get(name)
    if not found:
        why = "has no values" if found is not None else "is not filled in"
        raise UnusableError(f"placeholder %{name}% {why}", kind="placeholder")
    return found


def _refuse_encoded(draft: Draft, name: str) -> None:
    if draft.encoded:
        raise UnusableError(f"modifier '{name}' must stand before the encoding")


def _encode(draft: Draft, codec: str, mark: str) -> Iterator[Draft]:
    if draft.encoded:
        raise UnusableError("UTF-16 must stand before Base64")
    for parts in values.variants(draft.parts):
        made: list[Part] = [mark]
        for part in parts:
            if isinstance(part, str):
                made.append(part.encode(codec, "surrogatepass").decode("latin-1"))
            else:
                made += [part, part] if part is Wild.ONE else [part]
        yield Draft(values.tidy(made), encoded=True)


def _bytes(parts: Parts, *, encoded: bool, doing: str) -> bytes:
    text = values.literal_of(parts, doing)
    return text.encode("latin-1") if encoded else text.encode("utf-8", "surrogatepass")


def _wrap(draft: Draft, shape: Shape) -> Draft:
    return replace(draft, parts=values.wrap(draft.parts, shape))

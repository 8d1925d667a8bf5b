"""Orders two versions of one product. What cannot be ordered is not comparable, which never means not affected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from univers.versions import (
    DebianVersion,
    InvalidVersion,
    MavenVersion,
    OpensslVersion,
    RpmVersion,
    SemverVersion,
    Version,
)

Part = int | str
Parts = tuple[Part, ...]
_PACKAGE = re.compile(r"[0-9][0-9A-Za-z.+:~_^-]{0,119}")
_DOTTED = re.compile(r"\d{1,12}(?:\.\d{1,12}){0,7}")
_NAMED = re.compile(
    r"(?:(?:version|ver|rev|revision|release)[. ]\s*|v(?=\d))?([0-9A-Za-z][0-9A-Za-z._-]{0,79})",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\d+|[A-Za-z]+|[._-]")
_MOST_DIGITS = 18


def order(scheme: str, left: str, right: str) -> int | None:
    """Return -1, 0 or 1, or None where the two are not comparable; a scheme that is not known compares nothing."""
    compare = SCHEMES.get(scheme.casefold())
    return compare(left.strip(), right.strip()) if compare else None


def _with(kind: type[Version], shape: re.Pattern[str]) -> Callable[[str, str], int | None]:
    """Return the comparison of univers; texts of another shape are refused before it sees them."""

    def compare(left: str, right: str) -> int | None:
        if not (shape.fullmatch(left) and shape.fullmatch(right)):
            return None
        try:
            first, second = kind(left), kind(right)
            equal, lower = first == second, first < second
        except (InvalidVersion, ValueError, TypeError, AttributeError):
            return None
        return 0 if equal else -1 if lower else 1

    return compare


def _windows(left: str, right: str) -> int | None:
    """Order builds. The part that updates count up is often hidden: 10.0.14393 may be any 10.0.14393.x."""
    if not (_DOTTED.fullmatch(left) and _DOTTED.fullmatch(right)):
        return None
    first, second = ([int(part) for part in text.split(".")] for text in (left, right))
    if first == second:
        return 0
    shared = min(len(first), len(second))
    if first[:shared] == second[:shared]:
        return None
    return -1 if first < second else 1


def _generic(left: str, right: str) -> int | None:
    """Order versions of makers of whom no scheme is known: numbers, and letters between them (VB15A, R7.4, 20D29).

    Only what such numbering surely means is ordered. Two letters at the front name a line of the same family (VB15 is
    before VE11), a single one is a revision where a dot follows (A.01 is before C.00); letters that differ elsewhere
    belong to other devices or editions.
    """
    first, second = _parts(left), _parts(right)
    if not first or not second:
        return None
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return _decided(one, other, place, (left, right), (first, second))
    shorter, longer = sorted((first, second), key=len)
    rest = longer[len(shorter) :]
    if any(isinstance(part, str) for part in rest):
        return None
    if not any(rest):
        return 0
    return -1 if len(first) < len(second) else 1


def _decided(one: Part, other: Part, place: int, texts: tuple[str, str], parts: tuple[Parts, Parts]) -> int | None:
    if isinstance(one, int) and isinstance(other, int):
        return (-1 if one < other else 1) if _same_edition(*parts) else None
    if isinstance(one, int) or isinstance(other, int):
        return None
    if place == 0 and not _same_family(one, other, texts):
        return None
    return (-1 if one < other else 1) if place == 0 or _last(place, parts) else None


def _same_family(one: str, other: str, texts: tuple[str, str]) -> bool:
    """Say whether letters at the front count up: VB and VE do, A. and C. do, U61 and L81 are two editions."""
    if len(one) != len(other):
        return False
    if len(one) == 1:
        return all(len(text) == 1 or text[1] in "._-" for text in texts)
    return len(one) == 2 and one[0] == other[0]  # noqa: PLR2004 -- two letters


def _last(place: int, parts: tuple[Parts, Parts]) -> bool:
    """Say whether single letters end both versions, as corrections do: 2.4A and 2.4C."""
    return all(place == len(mine) - 1 and len(str(mine[place])) == 1 for mine in parts)


def _same_edition(first: Parts, second: Parts) -> bool:
    """Say whether the letters in the middle are the same: 012U40 and 053L91 are of two editions."""
    middles = [[part for part in mine[1:-1] if isinstance(part, str)] for mine in (first, second)]
    shared = min(map(len, middles))
    return middles[0][:shared] == middles[1][:shared]


@lru_cache(maxsize=8192)
def _parts(text: str) -> Parts:
    """Return numbers and letters in turn; empty where the text is no version."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return ()
    parts = [part for part in _PARTS.findall(found[1]) if part not in "._-"]
    if any(len(part) > _MOST_DIGITS for part in parts) or not (found[1][0].isdigit() or _lettered(parts)):
        return ()
    return tuple(int(part) if part.isdigit() else part.upper() for part in parts)


def _lettered(parts: list[str]) -> bool:
    """Say whether letters at the front are those of a version: one or two and a number after them, or one alone."""
    if len(parts) == 1:
        return len(parts[0]) == 1
    return len(parts[0]) <= 2 and parts[1].isdigit()  # noqa: PLR2004 -- two letters


_ANY = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+:~_^-]{0,119}")
_OPENSSL = re.compile(r"\d+\.\d+\.\d+(?:[a-z]{1,2}|-[a-z0-9]{1,12})?")
_SEMVER = re.compile(r"v?\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]{1,60})?(?:\+[0-9A-Za-z.-]{1,60})?")
SCHEMES: Mapping[str, Callable[[str, str], int | None]] = {
    "deb": _with(DebianVersion, _PACKAGE),
    "rpm": _with(RpmVersion, _PACKAGE),
    "semver": _with(SemverVersion, _SEMVER),
    "maven": _with(MavenVersion, _ANY),
    "openssl": _with(OpensslVersion, _OPENSSL),
    "windows": _windows,
    "generic": _generic,
}
"""How versions are ordered, by the name of the scheme."""
LAST_WORD = frozenset({"windows"})
"""What these cannot order, nothing else may: the number that is missing is hidden, and not nought."""

"""Says which dash is there where a rule takes any (`windash`): beside each other they are hard to tell apart."""

from __future__ import annotations

import re
from functools import lru_cache

from sentinel.detect import values
from sentinel.detect.condition import Test, Text, describe


def describe_met(test: Test, value: str) -> str:
    """Return a test as a person reads it beside the value that met it; of any dash also which one that value has."""
    if not (isinstance(test, Text) and test.dashes):
        return describe(test)
    other = [found for found, written in zip(_found(test, value), test.dashes, strict=False) if found != written]
    if not other:
        return describe(test)
    here = " and ".join(map(_named, dict.fromkeys(other)))
    return f"{describe(test).removesuffix(')')}, here {here})"


def _found(test: Text, value: str) -> tuple[str, ...]:
    folding = values.fold_single if test.single else values.fold
    found = _pattern(test).fullmatch(value if test.cased else folding(value))
    return found.groups() if found else ()


@lru_cache(maxsize=1024)
def _pattern(test: Text) -> re.Pattern[str]:
    """Return the pattern of a test with a group for each of its dashes; no literal of it looks like one."""
    source = test.pattern.pattern if test.pattern else ""
    return re.compile(source.replace(values.ANY_OF_DASHES, f"({values.ANY_OF_DASHES})"), re.DOTALL)


def _named(dash: str) -> str:
    return f"'{dash}'" if dash.isascii() else f"'{dash}' (U+{ord(dash):04X})"

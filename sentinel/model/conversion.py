"""A rule in the words of another query language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conversion:
    """`sentinel.conversion/1`: the queries of one rule, how they are known to differ from it, or why there are none."""

    rule: str
    title: str
    path: str
    target: str
    queries: tuple[str, ...]
    warnings: tuple[str, ...]
    failure: str

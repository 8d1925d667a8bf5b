"""What a change of rules would have changed in the alerts of logs that are already there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sentinel.model.alerts import Match

Change = Literal["same", "changed", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Example:
    """One alert that came or went; `why` says for one that went which part of the new condition is false."""

    event: str
    time: datetime | None
    source: str
    record: str
    matched: tuple[Match, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """`sentinel.backtest/1`: one rule's alerts under the old and the new rules, counted by event fingerprint.

    `change` is that of the rule itself: what it means is the same, or another, or it is only on one side.
    """

    rule: str
    title: str
    change: Change
    added: int
    gone: int
    same: int
    examples_added: tuple[Example, ...]
    examples_gone: tuple[Example, ...]

"""One record of a log, with field names as rules use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from typing_extensions import TypeAliasType

Value = TypeAliasType("Value", "str | int | float | bool | Sequence[Value] | None")
Fields: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Event:
    """A log record.

    `fields` is flat: nested keys are joined with dots, and a key that already holds a dot wins over a nested one.
    A key that is there with `None` is present and null; a key that is not there is absent. `time` is UTC, or None
    where the record has no readable time. `record` names the record inside its source (line or record number).
    """

    source: str
    record: str
    time: datetime | None
    fields: Fields

"""What an examination says of one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CheckState = Literal["ok", "note", "wrong", "not seen"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `fix` is the exact remedy where there is something to mend.

    ok        as it should be
    note      may be meant, and is said
    wrong     something does not work as it is
    not seen  could not be looked at, which is neither good nor bad
    """

    state: CheckState
    what: str
    found: str
    fix: str = ""

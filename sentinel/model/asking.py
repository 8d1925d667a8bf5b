"""How a rule is asked of an index, and what the index would hide from somebody who asks by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["by words", "in full", "no log source"]


@dataclass(frozen=True, slots=True)
class RuleAsked:
    """`how` its records are found: by `words` that must be there, or read in full, and then `why`.

    `hidden` says what a query by hand would not find by the mapping of the index, each with the fields that the rule
    reads. What is read is judged from the record itself, so that this hides nothing from us.
    """

    id: str
    title: str
    path: str
    logsource: str
    how: How
    words: int
    why: str
    hidden: tuple[str, ...]

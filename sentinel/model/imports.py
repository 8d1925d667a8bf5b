"""What an import of rules brings and takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["added", "changed", "reworded", "removed", "kept", "same"]


@dataclass(frozen=True, slots=True, order=True)
class RuleChange:
    """`sentinel.ruleimport/1`: what an import does to one file.

    added     it was not there
    changed   what it means is another
    reworded  its words are others, its meaning is the same
    removed   the source no longer has it
    kept      the site has edited it (`reason` says what the source has instead); it is left as it is
    same      byte for byte what was there
    """

    path: str
    how: How
    title: str = ""
    old: str = ""
    new: str = ""
    reason: str = ""

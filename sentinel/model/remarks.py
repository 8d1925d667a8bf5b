"""What is wrong with a rule, or may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grave = Literal["error", "warning"]
Code = Literal[
    "refused",
    "sample",
    "all-of-one",
    "doubtful",
    "duplicate",
    "no-id",
    "no-level",
    "no-samples",
    "unknown-field",
    "unused-part",
]


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """`sentinel.remark/1`: one thing about one place of a rule file (`line` 0: the whole file).

    error    the rule is refused, or a sample shows that it does not do what it should
    warning  the rule is loaded, and may not mean what its author thought; `code` names the kind
    """

    path: str
    line: int
    grave: Grave
    code: Code
    what: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: warning: {self.what} [{self.code}]" if self.grave == "warning" else f"{place}: {self.what}"

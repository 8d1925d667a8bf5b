"""A rule as it is listed."""

from __future__ import annotations

from dataclasses import dataclass

from sentinel.model.certificates import Standing
from sentinel.model.severity import Severity


@dataclass(frozen=True, slots=True)
class ListedRule:
    """`sentinel.rule/1`: a rule or correlation that is loaded, where it stands, and how far two engines agree on it.

    `hash` is that of what it means, with the filters that apply to it.
    """

    id: str
    title: str
    level: Severity
    path: str
    logsource: str
    hash: str
    author: str
    tags: tuple[str, ...]
    description: str
    falsepositives: tuple[str, ...]
    filters: tuple[str, ...]
    certificate: Standing

"""How much of what was asked for could have been seen: one number, and beside it all that it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sentinel.model.alerts import RuleState


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a ledger comes to over a period of `days` days (UTC, `first` and `last` included).

    `share` (0–1) is the part of `rule_days` on which a rule could have fired; `rule_days` are `judged` × `days`, and
    `judged` the rules that were loaded and whose log source is known. `share_of_all` is the same over all of `rules`,
    refused and unknown ones too. Both are None where there is no day or no rule. `by_state` splits `rule_days`,
    `states` splits `rules`. `silent_days` hold no record in any log; `undated` rules saw records without a time, which
    count for no day. `missing` says for a field how many rules could not fire for want of it, `absent` for a log source
    how many rules ask for it and had none.
    """

    first: date | None
    last: date | None
    days: int
    silent_days: int
    rules: int
    judged: int
    rule_days: int
    share: float | None
    share_of_all: float | None
    states: dict[RuleState, int]
    by_state: dict[RuleState, int]
    undated: int
    missing: dict[str, int]
    absent: dict[str, int]

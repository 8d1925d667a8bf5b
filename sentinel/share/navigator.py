"""A layer for the ATT&CK Navigator (format 4.5): which techniques the rules could have seen, and which not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from sentinel.model.alerts import LedgerEntry, RuleState
from sentinel.model.coverage import Coverage
from sentinel.model.text import counted
from sentinel.share.attack import techniques
from sentinel.share.texts import shown

UNMET, PARTLY, MET = "#f2d4cd", "#d9e6e0", "#5f9683"
NAMED = 12
_LOOKED: tuple[RuleState, ...] = ("evaluated", "suppressed")


def layer(entries: Iterable[LedgerEntry], coverage: Coverage, name: str) -> str:
    """Return the layer as JSON.

    The score of a technique is the share (0–100) of its rules that could have fired; what could not, and why, is in
    the comment. A technique that no rule is about has no score: nothing here looks for it. Techniques of other
    matrices (ICS) are counted in the description.
    """
    by_technique: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        for technique in techniques(entry.tags):
            by_technique.setdefault(technique, []).append(entry)
    inside = {technique: found for technique, found in sorted(by_technique.items()) if technique.startswith("T1")}
    made = {
        "name": name,
        "versions": {"navigator": "4.9.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": _description(coverage, inside, len(by_technique) - len(inside)),
        "sorting": 2,
        "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "hideDisabled": False,
        "techniques": [_technique(technique, found) for technique, found in inside.items()],
        "gradient": {"colors": [UNMET, PARTLY, MET], "minValue": 0, "maxValue": 100},
        "legendItems": [
            {"label": "0: there are rules, none could have fired", "color": UNMET},
            {"label": "100: every rule could have fired", "color": MET},
            {"label": "no colour: no rule looks for it", "color": "#ffffff"},
        ],
        "metadata": [{"name": "rule-days looked at", "value": _percent(coverage.share)}],
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _technique(technique: str, entries: Sequence[LedgerEntry]) -> dict[str, Any]:
    states = Counter(entry.state for entry in entries)
    looked = sum(states[state] for state in _LOOKED)
    return {
        "techniqueID": technique,
        "score": 100 * looked // len(entries),
        "enabled": True,
        "comment": _comment(entries, looked),
        "metadata": [{"name": state, "value": str(count)} for state, count in sorted(states.items())],
        "showSubtechniques": "." not in technique,
    }


def _comment(entries: Sequence[LedgerEntry], looked: int) -> str:
    lines = [f"{looked} of {counted(len(entries), 'rule')} could have fired."]
    blind = [entry for entry in entries if entry.state not in _LOOKED]
    lines += [f"○ {shown(entry.title)}: {entry.state}, {shown(entry.reason)}" for entry in blind[:NAMED]]
    lines += [f"… and {len(blind) - NAMED} more that could not"] if len(blind) > NAMED else []
    return "\n".join(lines)


def _description(coverage: Coverage, inside: dict[str, list[LedgerEntry]], elsewhere: int) -> str:
    none = sum(1 for found in inside.values() if not any(entry.state in _LOOKED for entry in found))
    days = f"{coverage.first} to {coverage.last}" if coverage.first else "of unknown days"
    lines = [
        f"Logs {days}. {counted(len(inside), 'technique')} with rules; for {none} of them no rule could have fired.",
        f"{_percent(coverage.share)} of rule-days looked at, {_percent(coverage.share_of_all)} of all asked for.",
        f"Refused, of techniques that are not known: {counted(coverage.states.get('refused', 0), 'rule')}.",
        "A technique without colour has no rule. A rule that could have fired need not see every way to do a thing.",
    ]
    if elsewhere:
        lines.append(f"{counted(elsewhere, 'technique')} of other matrices (ICS) with rules: not in this one.")
    return " ".join(lines)


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"

"""The layer follows the property tables of the Navigator's layer format 4.5."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from sentinel.model.alerts import LedgerEntry, RuleState
from sentinel.model.coverage import Coverage
from sentinel.share.navigator import NAMED, layer

KINDS: dict[str, dict[str, tuple[type | tuple[type, ...], bool]]] = {
    "layer": {
        "name": (str, True), "versions": (dict, False), "domain": (str, True), "description": (str, False),
        "filters": (dict, False), "sorting": (int, False), "layout": (dict, False), "hideDisabled": (bool, False),
        "techniques": (list, False), "gradient": (dict, False), "legendItems": (list, False), "metadata": (list, False),
        "links": (list, False),
    },
    "versions": {"attack": (str, False), "navigator": (str, True), "layer": (str, True)},
    "technique": {
        "techniqueID": (str, True), "tactic": (str, False), "comment": (str, False), "enabled": (bool, False),
        "score": ((int, float), False), "color": (str, False), "metadata": (list, False), "links": (list, False),
        "showSubtechniques": (bool, False),
    },
    "gradient": {"colors": (list, True), "minValue": ((int, float), True), "maxValue": ((int, float), True)},
    "legend": {"label": (str, True), "color": (str, True)},
    "metadata": {"name": (str, True), "value": (str, True)},
    "layout": {
        "layout": (str, False), "showID": (bool, False), "showName": (bool, False),
        "showAggregateScores": (bool, False), "countUnscored": (bool, False),
        "aggregateFunction": (str, False), "expandedSubtechniques": (str, False),
    },
}  # fmt: skip


def entry(number: int, state: RuleState, *tags: str) -> LedgerEntry:
    return LedgerEntry(
        f"r{number}", f"Rule {number}", "r.yml:1", state, "because" if state != "evaluated" else "", tags=tags
    )


ENTRIES = (
    entry(1, "evaluated", "attack.t1059.001", "attack.t1490"),
    entry(2, "source-absent", "attack.t1059.001"),
    entry(3, "field-absent", "attack.t1003"),
    entry(4, "suppressed", "attack.t1078"),
    entry(5, "failed", "attack.t1078", "attack.t0836"),
    entry(6, "refused"),
    *(entry(number, "no-route", "attack.t1110") for number in range(10, 10 + NAMED + 3)),
)
COVERAGE = Coverage(
    date(2026, 10, 1), date(2026, 10, 2), 2, 0, 7, 6, 12, 0.25, 0.2, {"evaluated": 1, "refused": 1}, {}, 0, {}, {}
)


def faults(kind: str, held: dict[str, Any]) -> list[str]:
    known = KINDS[kind]
    wrong = [f"{kind}: unknown {name}" for name in held if name not in known]
    wrong += [f"{kind}: {name} is missing" for name, (_, needed) in known.items() if needed and name not in held]
    return wrong + [
        f"{kind}: {name} is {type(value).__name__}"
        for name, value in held.items()
        if not isinstance(value, known[name][0])
    ]


def made() -> dict[str, Any]:
    return dict(json.loads(layer(ENTRIES, COVERAGE, "Test")))


def test_the_layer_has_the_documented_structure() -> None:
    found = made()
    wrong = faults("layer", found)
    for kind, key in (("versions", "versions"), ("gradient", "gradient"), ("layout", "layout")):
        wrong += faults(kind, found[key])
    for technique in found["techniques"]:
        wrong += faults("technique", technique)
        wrong += [fault for one in technique["metadata"] for fault in faults("metadata", one)]
    wrong += [fault for one in found["legendItems"] for fault in faults("legend", one)]
    wrong += [fault for one in found["metadata"] for fault in faults("metadata", one)]

    assert wrong == []
    assert found["versions"]["layer"] == "4.5"
    assert found["domain"] in {"enterprise-attack", "mobile-attack", "ics-attack"}
    assert found["gradient"]["maxValue"] > found["gradient"]["minValue"]
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in found["gradient"]["colors"])
    assert all(re.fullmatch(r"T1\d{3}(\.\d{3})?", one["techniqueID"]) for one in found["techniques"])


def test_gaps_show_as_well_as_what_was_looked_at() -> None:
    found = {one["techniqueID"]: one for one in made()["techniques"]}

    assert {technique: one["score"] for technique, one in found.items()} == {
        "T1003": 0,
        "T1059.001": 50,
        "T1078": 50,
        "T1110": 0,
        "T1490": 100,
    }
    assert found["T1059.001"]["comment"] == "1 of 2 rules could have fired.\n○ Rule 2: source-absent, because"
    assert found["T1110"]["comment"].endswith("… and 3 more that could not")


def test_the_description_says_what_the_colours_leave_out() -> None:
    told = made()["description"]

    assert "5 techniques with rules; for 2 of them no rule could have fired" in told
    assert "that are not known: 1 rule." in told
    assert "1 technique of other matrices" in told
    assert "25.0 % of rule-days" in told

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.ros.entries import RisksFile
from sentinel.comply.ros.faults import Ground, above_criteria, wrong_file
from sentinel.model.risks import DIMENSIONS
from tests.comply.ros.small import TODAY, against, document, done, judged, levels

LEVELS = st.integers(1, 4)
HARMS = st.fixed_dictionaries(dict.fromkeys(DIMENSIONS, LEVELS))


def ground(risks: dict[str, Any]) -> Ground:
    file = RisksFile.model_validate(document(risks))
    return Ground(file, against().matrices["4x4"], against().library, against().requirements, TODAY)


def faults(entry: dict[str, Any]) -> list[str]:
    return [what for _, what in wrong_file(ground({"ransomware": entry}))]


@given(LEVELS, HARMS, LEVELS, HARMS)
def test_whatever_is_better_in_anything_needs_a_measure(
    likely: int, harm: dict[str, int], then_likely: int, then_harm: dict[str, int]
) -> None:
    entry = {"before": judged(likely, harm), "after": judged(then_likely, then_harm, because="Vi tror det")}
    better = then_likely < likely or any(then_harm[name] < harm[name] for name in DIMENSIONS)

    told = any("better than before without a measure" in what for what in faults(entry))
    assert told == better

    entry["after"]["rests_on"] = ["training"]
    assert faults({**entry, "measures": [done()]}) == []


@given(LEVELS, HARMS)
def test_what_is_above_is_told_by_dimension(likely: int, harm: dict[str, int]) -> None:
    case = ground({"ransomware": {"before": judged(likely, harm)}})
    bands = {name: case.matrix.band(likely, harm[name]) for name in DIMENSIONS}
    allowed = {name: {"low", "medium"} if name == "availability" else {"low"} for name in DIMENSIONS}

    assert above_criteria(case.file.risks["ransomware"], case) == [n for n in DIMENSIONS if bands[n] not in allowed[n]]


def test_a_risk_nobody_assessed_is_above_nothing() -> None:
    case = ground({"ransomware": {}})

    assert above_criteria(case.file.risks["ransomware"], case) == []
    assert faults({"before": judged(2, levels(2))}) == []

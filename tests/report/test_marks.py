from __future__ import annotations

from typing import get_args

from sentinel.model.compliance import EffectiveState, Level
from sentinel.model.severity import Severity
from sentinel.report.marks import LEVELS, SEVERITIES, STATES, direction


def test_every_state_level_and_severity_has_a_sign_of_its_own() -> None:
    for signs, names in ((STATES, get_args(EffectiveState)), (LEVELS, get_args(Level)), (SEVERITIES, tuple(Severity))):
        assert set(signs) == set(names)
        assert len({mark.shape for mark in signs.values()}) == len(names)


def test_what_nobody_settled_is_never_filled() -> None:
    assert {STATES[state].tone for state in ("not_assessed", "unknown", "disputed")} == {"open"}
    assert "open" not in {mark.tone for mark in (*LEVELS.values(), *SEVERITIES.values())}


def test_changes_point_up_down_or_neither_way() -> None:
    assert [direction(name).shape for name in ("up", "down", "same", "whatever")] == ["up", "down", "same", "same"]

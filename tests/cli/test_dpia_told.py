from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from sentinel.cli.dpia_told import ANSWERS, ITEM_STATES, NEEDS, STATES, SURE, remaining, say_screening, say_state
from sentinel.model.compliance import Confidence
from sentinel.model.dpia import DpiaState, ItemState, Need, Reply
from tests.report.dpia.sample import clinic, overfull


def test_every_word_has_its_translation() -> None:
    assert set(NEEDS) == set(get_args(Need))
    assert set(STATES) == set(get_args(DpiaState))
    assert set(ITEM_STATES) == set(get_args(ItemState))
    assert set(ANSWERS) == set(get_args(Reply))
    assert set(SURE) == set(get_args(Confidence))


def test_what_is_past_its_day_is_told_and_nothing_where_none_is_needed() -> None:
    found = clinic()
    overdue = replace(found, measures=tuple(replace(measure, overdue=True) for measure in found.measures))
    unneeded = replace(found, remains=(), state="not_needed")

    assert sum("(fristen er ute)" in line for line in remaining(overdue, "nb")) == 4
    assert list(remaining(unneeded, "nb")) == []


def test_every_count_stands_beside_the_state(capsys: pytest.CaptureFixture[str]) -> None:
    say_state(overfull(), "en")
    say_screening(clinic().screening, "nb")

    told = capsys.readouterr().err
    assert "CANNOT BE SAID YET" in told
    assert "TRENGS: En vurdering trengs" in told
    counts = overfull().counts
    assert f"({counts['met']} described, {counts['partly']} partly, {counts['missing']} missing" in told

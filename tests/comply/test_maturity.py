from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.judge import judge
from sentinel.comply.maturity import Scale, chapters, effect, load_scale, rated
from sentinel.comply.score import shares
from sentinel.errors import ContentError
from sentinel.model.compliance import Evidence, Maturity, Mean, Role, State
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, evidence, excepted, signal
from tests.shared import ROOT

NOBODY: frozenset[str] = frozenset()


@cache
def scale() -> Scale:
    return load_scale(ROOT)


def seen(role: Role, cap: State | None = None, *, days: int = 1, ago: int = 0) -> Evidence:
    last = TODAY - timedelta(days=ago)
    return evidence("DRF-07", role, cap, signal(f"{role}{cap}{days}", first=last - timedelta(days=days - 1), last=last))


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ([], None),
        ([seen("informs")], None),
        ([seen("supports")], 3),
        ([seen("supports", days=27)], 3),
        ([seen("supports", days=28)], 4),
        ([seen("supports", days=365)], 5),
        ([seen("supports", days=28, ago=30)], 4),
        ([seen("supports", days=28, ago=31)], None),
        ([seen("caps", "partly")], 2),
        ([seen("caps", "not_met")], 0),
        ([seen("contradicts", ago=900)], 1),
        ([seen("supports", days=365), seen("caps", "partly", ago=900)], 2),
        ([seen("contradicts"), seen("caps", "partly")], 1),
    ],
)
def test_what_speaks_against_decides_and_what_speaks_for_it_must_be_fresh(
    found: list[Evidence], level: int | None
) -> None:
    assert effect(found, scale(), TODAY)[0] == level


def test_the_effect_has_the_day_of_the_measurement_that_decided() -> None:
    never = evidence("DRF-07", "caps", "not_met", signal(present=False, first=None, last=None))

    assert effect([seen("supports", ago=3), seen("supports", days=28, ago=5)], scale(), TODAY)[1] == date(2026, 11, 16)
    assert effect([never], scale(), TODAY) == (0, TODAY)


def test_people_rate_two_layers_and_measurements_the_third(tmp_path: Path) -> None:
    answers = [answer("DRF-07", "met", document=3, implementation=2), excepted("LED-14")]
    found = judge(checklist(tmp_path), EVERYTHING, answers, [seen("supports")], TODAY)
    by_id = {one.requirement.id: one.maturity for one in rated(found, scale(), NOBODY, TODAY)}

    assert by_id["DRF-07"] == Maturity(3, 2, 3, TODAY)
    assert by_id["DRF-10"] == Maturity(None, None, None, None)
    assert by_id["LED-14"] is None


def test_nothing_measured_rates_what_people_decided(tmp_path: Path) -> None:
    found = judge(checklist(tmp_path), EVERYTHING, [], [seen("contradicts"), seen("supports")], TODAY)
    by_id = {one.requirement.id: one.maturity for one in rated(found, scale(), {"DRF-07"}, TODAY)}

    assert by_id["DRF-07"] == Maturity(None, None, None, None)


def test_what_an_own_assessment_says_is_no_effect_that_was_measured(tmp_path: Path) -> None:
    read = [
        replace(one, signal=replace(one.signal, kind="document")) for one in (seen("supports"), seen("contradicts"))
    ]
    found = judge(checklist(tmp_path), EVERYTHING, [answer("DRF-07", "met")], read, TODAY)
    by_id = {one.requirement.id: one.maturity for one in rated(found, scale(), NOBODY, TODAY)}

    assert by_id["DRF-07"] == Maturity(None, None, None, None)


def test_a_chapter_has_three_means_as_fractions_and_says_how_many_were_rated(tmp_path: Path) -> None:
    answers = [answer("DRF-07", "met", document=3), answer("DRF-10", "partly", document=0, implementation=5)]
    small = checklist(tmp_path)
    found = rated(judge(small, EVERYTHING, answers, [seen("supports")], TODAY), scale(), NOBODY, TODAY)
    drf, led, _ = chapters(found, small.chapters)

    assert (drf.document, drf.implementation, drf.effect) == (Mean(3, 2, 3), Mean(5, 1, 3), Mean(3, 1, 3))
    assert (led.document, led.effect) == (Mean(0, 0, 1), Mean(0, 0, 1))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=5, max_size=5))
def test_no_maturity_changes_a_number(tmp_path_factory: pytest.TempPathFactory, levels: list[tuple[int, int]]) -> None:
    small = checklist(tmp_path_factory.mktemp("x"))
    plain = [answer(one.id, "partly") for one in small.requirements]
    told = [replace(a, document=d, implementation=i) for a, (d, i) in zip(plain, levels, strict=True)]
    judged = [rated(judge(small, EVERYTHING, one, [], TODAY), scale(), NOBODY, TODAY) for one in (plain, told)]

    assert shares(judged[0]) == shares(judged[1])


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("role: contradicts, level: 1", "role: contradicts, level: 4", "what supports is rated 3 or more"),
        ("role: supports, level: 3", "role: supports, level: 2", "what supports is rated 3 or more"),
        ("role: caps, cap: partly", "role: caps", "'cap' belongs to the role 'caps'"),
        ("level: 5}", "level: 6}", "less than or equal to 5"),
        ("effect:\n    title", "effct:\n    title", "unknown key 'effct'"),
    ],
)
def test_a_scale_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    text = (ROOT / "checklists" / "maturity.yml").read_text(encoding="utf-8")
    assert old in text
    place = tmp_path / "checklists" / "maturity.yml"
    place.parent.mkdir()
    place.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=what):
        load_scale(tmp_path)

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from sentinel.comply.breach.table import load_table
from sentinel.content import root
from sentinel.errors import ContentError
from tests.comply.breach.parts import PACK

SHIPPED = root() / "checklists" / "breach" / "severity.yml"


def faults(folder: Path, *changes: tuple[str, str]) -> list[str]:
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "checklists" / "breach").mkdir(parents=True)
    (folder / "checklists" / "breach" / "severity.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_table(folder)
    return [str(fault).partition(": ")[2] for fault in caught.value.faults]


def test_the_shipped_scores_are_those_of_the_method() -> None:
    scores = {entry.id: [context.score for context in entry.contexts] for entry in PACK.table.types}
    usual = {e.id: next(c.score for c in e.contexts if c.id == "usual") for e in PACK.table.types}

    assert usual == {"simple": 1, "behavioural": 2, "financial": 3, "sensitive": 4}
    assert set(map(tuple, scores.values())) == {(1, 2, 3, 4)}
    assert [option.value * 4 for option in PACK.table.identification] == [1, 2, 3, 4]
    assert [[option.value * 4 for option in PACK.table.options(k)] for k in ("confidentiality", "integrity")] == [
        [0, 1, 2],
        [0, 1, 2],
    ]


def test_an_unknown_type_may_be_any() -> None:
    assert len(PACK.table.contexts("unknown")) == 16


@pytest.mark.parametrize(
    ("quarters", "level"), [(0, "low"), (7, "low"), (8, "medium"), (12, "high"), (24, "very-high")]
)
def test_a_score_falls_in_the_level_it_has_reached(quarters: int, level: str) -> None:
    assert PACK.table.level(Fraction(quarters, 4)).id == level


def test_what_no_single_entry_can_tell_is_told_at_once(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        ('{id: medium, from: "2"', '{id: medium, from: "5"'),
        ("id: integrity", "id: integrities"),
        ("{id: usual, score: 1, when: {nb: vanlige", "{id: ordinary, score: 1, when: {nb: vanlige"),
    )

    assert told == [
        "type simple has no context 'usual'",
        "holds not each of confidentiality, integrity and availability once",
        "the levels do not rise from 0",
    ]


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is not there"):
        load_table(tmp_path)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sentinel.comply.breach.assess import assess
from sentinel.comply.breach.reading import case_of
from sentinel.comply.breach.start import fresh
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.text import LANGUAGES, Language
from tests.comply.breach.parts import NOW, PACK

KNOWN = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_file_is_valid_and_counts_as_the_worst(language: Language) -> None:
    text = fresh(root(), language, "prøve", KNOWN)
    case, warnings = case_of(text, "ny.yml", NOW, PACK.table, PACK.names)
    found = assess(case, PACK, NOW)
    (due,) = [duty.deadline for duty in found.duties if duty.id == "datatilsynet"]

    assert warnings == ()
    assert (found.severity.score, found.decision.outcome) == (6, "tell")
    assert due is not None
    assert due.due == KNOWN + timedelta(hours=72)
    assert "2026-11-20T14:05+01:00" in text


def test_both_languages_ask_the_same() -> None:
    cases = [case_of(fresh(root(), one, "x", KNOWN), "x", NOW, PACK.table, PACK.names)[0] for one in LANGUAGES]
    nb, en = (case.model_dump(exclude={"organisation"}) for case in cases)

    assert nb == en


def test_the_night_that_is_an_hour_long_keeps_its_offset() -> None:
    text = fresh(root(), "nb", "x", datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    case, _ = case_of(text, "x", NOW, PACK.table, PACK.names)

    assert case.times.known == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["2026-11-20", "no", "null", "1e5", "0x10", "brudd_æøå-1"])
def test_a_name_that_yaml_would_bend_stays_what_it_is(name: str) -> None:
    assert case_of(fresh(root(), "nb", name, KNOWN), "x", NOW, PACK.table, PACK.names)[0].case == name


def test_content_without_a_pattern_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"start\.nb\.txt: cannot be read"):
        fresh(tmp_path, "nb", "x", KNOWN)

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.exchange.exhibits import KINDS, fits, from_cell, in_cell
from sentinel.model.compliance import ExhibitKind


def test_every_kind_has_words_of_its_own() -> None:
    assert set(KINDS) == set(get_args(ExhibitKind))
    assert len({said.nb for said in KINDS.values()}) == len(KINDS)


def test_a_line_is_what_kind_day_and_where() -> None:
    assert from_cell("Rutinen | Dokument | 12.11.2026 | Permen\n\nLogg | sample | 2026-11-13") == (
        [
            {"what": "Rutinen", "kind": "document", "date": "2026-11-12", "where": "Permen"},
            {"what": "Logg", "kind": "sample", "date": "2026-11-13"},
        ],
        "",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Rutinen", "'Rutinen' is not: what | kind | day | where"),
        ("a | b | c | d | e", "is not: what"),
        ("a | film | 12.11.2026", "'film' is no kind of evidence; use document, record, sample, test"),
        ("a | test | i går", "'i går' is no day"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    found, wrong = from_cell(text)

    assert found == []
    assert told in wrong


WORDS = st.text(min_size=1, max_size=30)
EXHIBIT = st.fixed_dictionaries(
    {
        "what": WORDS,
        "kind": st.sampled_from(get_args(ExhibitKind)),
        "date": st.dates().map(lambda day: day.isoformat()),
    },
    optional={"where": WORDS},
)


@given(st.lists(EXHIBIT, max_size=4), st.sampled_from(["nb", "en"]))
def test_what_fits_is_read_back_the_same(exhibits: list[dict[str, str]], language: str) -> None:
    if fits(exhibits):
        assert from_cell(in_cell(exhibits, "nb" if language == "nb" else "en")) == (exhibits, "")


@given(st.text())
def test_any_text_is_evidence_or_a_fault(text: str) -> None:
    found, wrong = from_cell(text)

    assert not (found and wrong)

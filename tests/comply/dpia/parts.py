"""Answers and files for tests: everything answered and nothing grave, changed by name; and any at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from sentinel.comply.dpia.case import DpiaFile, ScreeningEntry
from sentinel.comply.dpia.pack import load_pack
from sentinel.comply.dpia.screening import TWO_CRITERIA, screen
from sentinel.content import root
from sentinel.model.dpia import Screening
from tests.shared import ROOT

PACK = load_pack(root())
EXAMPLE = ROOT / "examples" / "clinic" / "dpia.yml"
AS_OF = date(2026, 11, 21)
TESTS = tuple(PACK.tests)
SMALL = dict.fromkeys(("persons", "volume", "duration", "geography"), "small")
NO_TO_ALL = dict.fromkeys(TESTS, "no")
WHY = {"high-risk": "Vanlig behandling.", "large-scale": "Få pasienter."}
DENTIST = {"art-special-data": "yes", "sensitive": "yes", "vulnerable": "yes", "one-practitioner": "yes"}
"""A lone dentist's record: two criteria, and yet no assessment (recital 91)."""
DENTIST_WHY = {"one-practitioner": "Én tannlege alene med egne pasienter."}

REPLIES = st.sampled_from(["yes", "no", "doubt", "unknown"])
SIZES = st.sampled_from(["small", "some", "large", "unknown"])
REASONED = st.sets(st.sampled_from([*TESTS, TWO_CRITERIA, "large-scale"]))
ANSWERS = st.one_of(
    st.fixed_dictionaries(dict.fromkeys(TESTS, REPLIES)),
    st.dictionaries(st.sampled_from(TESTS), REPLIES, max_size=6).map(lambda some: NO_TO_ALL | some),
)
SCALES = st.fixed_dictionaries({**dict.fromkeys(SMALL, SIZES), "judged": REPLIES})
ENTRIES = st.builds(
    lambda answers, scale, why: ScreeningEntry.model_validate(
        {"answers": answers, "scale": scale, "why": dict.fromkeys(why, "Fordi.")}
    ),
    ANSWERS,
    SCALES,
    REASONED,
)


def entry(
    answers: dict[str, str], scale: dict[str, str] | None = None, why: dict[str, str] | None = None
) -> ScreeningEntry:
    return ScreeningEntry.model_validate(
        {"answers": NO_TO_ALL | answers, "scale": scale or SMALL, "why": WHY | (why or {})}
    )


def screened(
    answers: dict[str, str], scale: dict[str, str] | None = None, why: dict[str, str] | None = None
) -> Screening:
    return screen(entry(answers, scale, why), PACK)


def file(**changed: Any) -> DpiaFile:  # noqa: ANN401 -- what a file may hold
    return DpiaFile.model_validate({"schema": "sentinel.dpiacase/1", "case": "prove", **changed})


def estimate(likelihood: int, severity: int, because: str = "") -> dict[str, Any]:
    return {"likelihood": likelihood, "severity": severity, "because": because}

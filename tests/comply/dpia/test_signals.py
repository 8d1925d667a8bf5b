from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile, ScreeningEntry
from sentinel.comply.dpia.reading import read_dpia
from sentinel.comply.dpia.signals import in_use, signals_of
from sentinel.comply.evidence import apply, load_evidence_map
from sentinel.content import root
from sentinel.model.compliance import Signal
from tests.comply.dpia.parts import AS_OF, ENTRIES, EXAMPLE, NO_TO_ALL, PACK, SMALL, WHY, estimate
from tests.comply.dpia.test_assess import ACCEPTED, DECIDED, example, high

MAP = load_evidence_map(root(), load_checklist(root()))
USED = date(2026, 11, 1)
NEEDLESS = {"answers": NO_TO_ALL, "scale": SMALL, "why": WHY}
LOW = {"access": {"before": estimate(2, 2)}}
ANSWERED = {"sent": "2026-10-01", "answered": "2026-11-19", "outcome": "Kan starte."}
WORST_FIRST = ("contradicts", "caps", "informs", "supports")


def said(**changed: Any) -> dict[str, Signal]:  # noqa: ANN401 -- what a file may hold
    return {signal.key: signal for signal in signals_of(example(**changed), "dpia.yml")}


@pytest.mark.parametrize(
    ("changed", "key", "day"),
    [
        ({}, "dpia-unfinished", AS_OF),
        ({"in_use": "2027-01-15"}, "dpia-unfinished", AS_OF),
        ({"in_use": USED}, "dpia-unfinished-in-use", AS_OF),
        ({"approval": DECIDED}, "dpia-finished", date(2026, 11, 20)),
        ({"approval": DECIDED, "in_use": "2026-11-20"}, "dpia-finished", date(2026, 11, 20)),
        ({"approval": DECIDED, "in_use": "2026-11-19"}, "dpia-late", date(2026, 11, 20)),
        ({"approval": DECIDED, "review": "2026-11-20"}, "dpia-unfinished", AS_OF),
        ({"screening": NEEDLESS, "events": LOW}, "dpia-not-needed", date(2026, 11, 13)),
        ({"screening": NEEDLESS, "events": LOW, "made": None}, "dpia-undated", None),
        ({"screening": NEEDLESS}, "dpia-unfinished", AS_OF),
        ({"screening": {}, "in_use": USED, "approval": DECIDED}, "dpia-unfinished-in-use", AS_OF),
    ],
)
def test_one_signal_says_how_it_stands_and_of_which_day(changed: dict[str, Any], key: str, day: date | None) -> None:
    if changed.get("review"):
        changed = {**changed, "approval": {**DECIDED, "decision": ""}}
    (signal,) = said(**changed).values()

    assert (signal.key, signal.first, signal.last) == (key, day, day)
    assert (signal.kind, signal.present, signal.source) == ("document", True, "dpia.yml")
    assert signal.what.nb.startswith("«Oppfølging hjemme etter kjeveoperasjon, med app og videosamtale»: ")


def test_one_whose_review_has_passed_supports_nothing() -> None:
    decided = {**DECIDED, "date": "2026-10-01"}
    found = said(approval=decided, review="2026-11-20")

    assert list(found) == ["dpia-due"]


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        ({}, ["dpia-high-risk"]),
        ({"consultation": {"sent": "2026-10-01"}}, ["dpia-asked"]),
        ({"consultation": {"sent": "2026-10-01"}, "in_use": USED}, ["dpia-high-risk"]),
        ({"consultation": ANSWERED}, ["dpia-answered"]),
        ({"consultation": ANSWERED, "in_use": "2026-11-18"}, ["dpia-high-risk"]),
        ({"consultation": ANSWERED, "in_use": "2026-11-20"}, ["dpia-answered"]),
    ],
)
def test_a_high_risk_that_is_left_says_whether_datatilsynet_was_asked_first(
    changed: dict[str, Any], keys: list[str]
) -> None:
    found = said(events=high(accepted=ACCEPTED), approval=DECIDED, **changed)

    assert [key for key in found if key not in {"dpia-unfinished", "dpia-unfinished-in-use", "dpia-finished"}] in (
        keys,
        ["dpia-late", *keys],
    )


def test_a_day_of_use_that_is_to_come_is_no_use_yet() -> None:
    assert not in_use(example())
    assert not in_use(example(in_use="2026-11-22"))
    assert in_use(example(in_use="2026-11-21"))


def test_every_signal_is_mapped_and_lowers_or_supports_what_is_asked_about_it() -> None:
    every = {**said(), **said(in_use=USED), **said(approval=DECIDED), **said(approval=DECIDED, in_use="2026-11-19")}
    every |= {**said(screening=NEEDLESS, events=LOW), **said(screening=NEEDLESS, events=LOW, made=None)}
    every |= {**said(events=high()), **said(events=high(), consultation=ANSWERED)}
    every |= {**said(events=high(), consultation={"sent": "2026-10-01"})}
    every |= {**said(approval={**DECIDED, "date": "2026-10-01"}, review="2026-11-20")}

    assert set(every) == {key for kind, key, _ in MAP.effects if kind == "document"}
    assert all(len(MAP.of(signal)) == 1 for signal in every.values())


def worth(file: DpiaFile) -> int:
    """Return how good an assessment is for the requirement about it, the worst first."""
    found = apply(signals_of(assess(file, PACK, AS_OF), "dpia.yml"), MAP)
    return min(WORST_FIRST.index(one.role) for one in found if one.requirement == "RIS-09")


FINISHED = DpiaFile.model_validate(
    {**read_dpia(EXAMPLE, PACK, AS_OF)[0].model_dump(mode="json", by_alias=True), "approval": DECIDED}
)
PARTS = ("description", "necessity", "rights", "measures", "dpo", "views", "approval", "review", "made")
"""Not the events: a high risk that was judged is what speaks against a screening that says no."""


@given(
    screening=ENTRIES,
    used=st.sampled_from([None, USED, date(2027, 2, 1)]),
    taken=st.sets(st.sampled_from(PARTS), min_size=1),
    unanswered=st.sets(st.sampled_from(sorted(NO_TO_ALL)), min_size=1),
)
def test_taking_something_out_of_an_assessment_never_makes_an_answer_look_better(
    screening: ScreeningEntry,
    used: date | None,
    taken: set[str],
    unanswered: set[str],
) -> None:
    whole = FINISHED.model_copy(update={"screening": screening, "in_use": used})
    bare = DpiaFile.model_validate({"schema": "sentinel.dpiacase/1", "case": "tom"})
    answers = {name: answer for name, answer in screening.answers.items() if name not in unanswered}
    less = whole.model_copy(update={name: getattr(bare, name) for name in taken})
    silent = whole.model_copy(update={"screening": screening.model_copy(update={"answers": answers})})

    assert worth(less) <= worth(whole)
    assert worth(silent) <= worth(whole)

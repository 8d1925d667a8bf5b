from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema
import pytest

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.reading import read_dpia
from sentinel.model.dpia import Dpia
from sentinel.model.records import json_schema, record_of
from tests.comply.dpia.parts import AS_OF, EXAMPLE, NO_TO_ALL, PACK, SMALL, WHY, estimate

ACCEPTED = {"by": "Åse", "role": "Leder", "date": "2026-11-14", "because": "Nytten er større."}
DECIDED = {"by": "Åse", "role": "Leder", "date": "2026-11-20", "decision": "Vi starter når tiltakene er på plass."}


def example(**changed: Any) -> Dpia:  # noqa: ANN401 -- what a file may hold
    read, _ = read_dpia(EXAMPLE, PACK, AS_OF)
    data = read.model_dump(mode="json", by_alias=True)
    data = {key: {**data[key], **value} if key == "events" else value for key, value in {**data, **changed}.items()}
    return assess(type(read).model_validate(data), PACK, AS_OF)


def test_the_clinics_assessment_is_as_it_was_worked_out_by_hand() -> None:
    """Needed twice over: the list (new technology, with two criteria beside its own) and doubt about the whole."""
    found = example()

    assert (found.screening.need, found.screening.rule) == ("needed", "listed")
    assert found.screening.because.nb.endswith("Datatilsynets liste: ny teknologi, også kunstig intelligens.")
    met = [test.id for test in found.screening.tests if test.effect == "counts"]
    assert met == ["sensitive", "vulnerable", "innovative"]
    assert [test.effect for test in found.screening.tests if test.id == "art-special-data"] == ["alone"]
    assert [test.answer for test in found.screening.tests if test.id == "large-scale"] == ["no"]

    assert found.counts == {"met": 23, "partly": 0, "missing": 1, "not_relevant": 3}
    left_out = [item.id for item in found.items if item.state == "not_relevant"]
    assert left_out == ["transfers", "dpo-advice", "consultation"]
    assert [item.id for item in found.items if item.state == "missing"] == ["approval"]
    assert found.state == "unfinished"
    assert [text.en for text in found.remains] == ["Decision of management: Nobody has written anything on this."]

    bands = {e.id: (e.before.band, e.after.band, e.reached) for e in found.events if e.before and e.after}
    assert bands == {
        "access": ("high", "medium", False),
        "change": ("medium", "medium", False),
        "loss": ("medium", "medium", True),
    }
    assert found.before_start == ("two-factor", "key-kept-here", "access-log", "daily-count")


def test_with_the_decision_it_is_finished_and_not_before() -> None:
    found = example(approval=DECIDED)

    assert (found.state, found.remains) == ("finished", ())
    assert found.counts == {"met": 24, "partly": 0, "missing": 0, "not_relevant": 3}


@pytest.mark.parametrize(
    "change",
    [
        {"dpo": {"designated": "yes"}},
        {"dpo": {"designated": "unknown"}},
        {"dpo": {"designated": "no", "because": ""}},
        {"dpo": {"designated": "yes", "advice": "Vent.", "date": "2026-11-15", "followed": "no"}},
        {"events": {"access": {"before": estimate(3, 3)}}},
        {"events": {"loss": {}}},
        {"events": {"shame": {"title": "Skam"}}},
        {"views": {}},
        {"review": None},
        {"unfinished": {"lifecycle": "Sletting er ikke avklart."}},
        {"not_relevant": {}},
        {"screening": {}},
    ],
)
def test_without_advice_or_with_anything_open_it_is_never_finished(change: dict[str, Any]) -> None:
    assert example(approval=DECIDED, **change).state in {"unfinished", "consult"}


def high(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- what an event may hold
    told = {"sources": ["a"], "threats": ["b"], "impacts": ["c"], "measures": ["two-factor"]}
    return {"access": {**told, "before": estimate(4, 4), "after": estimate(3, 3), **more}}


def test_a_high_risk_that_is_left_goes_to_datatilsynet_and_needs_an_acceptance() -> None:
    assert example(approval=DECIDED, events=high()).state == "consult"
    assert example(approval=DECIDED, events=high(accepted=ACCEPTED)).state == "consult"
    answered = {"sent": "2026-10-01", "answered": "2026-11-19", "outcome": "Kan starte."}
    assert example(approval=DECIDED, events=high(), consultation=answered).state == "unfinished"
    assert example(approval=DECIDED, events=high(accepted=ACCEPTED), consultation=answered).state == "finished"


def test_where_none_is_needed_nothing_remains_and_the_reason_stands_there() -> None:
    found = example(screening={"answers": NO_TO_ALL, "scale": SMALL, "why": WHY})

    assert (found.state, found.remains) == ("not_needed", ())
    assert "Vanlig behandling" in found.screening.because.nb


def test_a_finished_assessment_is_due_for_review_the_day_after() -> None:
    read, _ = read_dpia(EXAMPLE, PACK, AS_OF)
    decided = read.model_copy(update={"approval": type(read.approval).model_validate(DECIDED)})

    assert assess(decided, PACK, date(2027, 6, 1)).state == "finished"
    assert assess(decided, PACK, date(2027, 6, 2)).state == "review"


def test_the_record_is_as_its_published_schema_says() -> None:
    jsonschema.validate(record_of(example()), json_schema("sentinel.dpia/1"))

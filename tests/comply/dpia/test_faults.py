from __future__ import annotations

from typing import Any

import pytest

from sentinel.comply.dpia.faults import wrong
from tests.comply.dpia.parts import AS_OF, PACK, estimate, file

LOCK = {"title": "Lås"}
ACCEPTED = {"by": "Åse", "role": "Leder", "date": "2026-11-10", "because": "Nytten."}


def told(**changed: Any) -> list[tuple[str, str]]:  # noqa: ANN401 -- what a file may hold
    return [(".".join(map(str, path)), what) for path, what in wrong(file(**changed), PACK, AS_OF)]


def event(**one: Any) -> dict[str, Any]:  # noqa: ANN401 -- what an event may hold
    return {"events": {"access": one}, "measures": {"lock": LOCK}}


def test_an_empty_file_is_not_wrong() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("screening", "path", "what"),
    [
        (
            {"answers": {"biometrics": "no"}},
            "screening.answers.biometrics",
            "unknown test 'biometrics', did you mean biometric?",
        ),
        ({"answers": {"large-scale": "no"}}, "screening.answers.large-scale", "is answered below 'scale'"),
        ({"why": {"xyz": "x"}}, "screening.why.xyz", "unknown test 'xyz'"),
        ({"answers": {"similar": "yes"}}, "screening.answers.similar", "'yes' needs a reason in screening.why.similar"),
        (
            {"answers": {"high-risk": "no"}},
            "screening.answers.high-risk",
            "'no' needs a reason in screening.why.high-risk",
        ),
        ({"scale": {"judged": "no"}}, "screening.scale.judged", "needs a reason in screening.why.large-scale"),
        (
            {"scale": {"persons": "large", "judged": "no"}, "why": {"large-scale": "x"}},
            "screening.scale.judged",
            "is 'no', but the four answers above make it a large scale",
        ),
        (
            {"answers": {"art-special-data": "yes", "sensitive": "no"}},
            "screening.answers.sensitive",
            "is 'no', but art-special-data is 'yes': health data are sensitive",
        ),
    ],
)
def test_answers_that_cannot_be(screening: dict[str, Any], path: str, what: str) -> None:
    assert told(screening=screening) == [(path, what)]


@pytest.mark.parametrize(
    ("one", "what"),
    [
        ({"after": estimate(1, 1)}, "there is no 'before' to compare with"),
        ({"before": estimate(3, 3), "after": estimate(3, 2)}, "is better than before without a measure"),
        ({"before": estimate(2, 2), "after": estimate(3, 2)}, "is worse than before: say why in 'because'"),
        ({"measures": ["lokc"]}, "unknown measure 'lokc', did you mean lock?"),
        ({"measures": ["lock", "lock"]}, "measure 'lock' is named twice"),
        ({"accepted": ACCEPTED}, "nobody can accept a risk that nobody has judged"),
        ({"title": "Eget"}, "access has its title in the content"),
    ],
)
def test_events_that_cannot_be(one: dict[str, Any], what: str) -> None:
    assert [said for _, said in told(**event(**one))] == [what]


def test_better_by_a_measure_and_worse_with_a_reason_may_stand() -> None:
    better = {"before": estimate(3, 3), "measures": ["lock"], "after": estimate(1, 3)}
    worse = {"before": estimate(2, 2), "after": estimate(3, 2, "Flere bruker det.")}

    assert [told(**event(**one)) for one in (better, worse)] == [[], []]


def test_an_own_event_needs_a_title() -> None:
    assert told(events={"acces": {}}) == [
        ("events.acces", "acces is your own, and needs 'title', did you mean access?")
    ]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"made": "2026-11-22"}, "made"),
        ({"dpo": {"date": "2026-11-22"}}, "dpo.date"),
        ({"consultation": {"sent": "2026-11-22"}}, "consultation.sent"),
        ({"consultation": {"answered": "2026-11-20"}}, "consultation.answered"),
        ({"consultation": {"sent": "2026-11-20", "answered": "2026-11-19"}}, "consultation.answered"),
        ({"approval": {"date": "2026-11-22"}}, "approval.date"),
        ({"approval": {"date": "2026-11-20"}, "review": "2026-11-20"}, "review"),
        ({"measures": {"lock": {**LOCK, "state": "done"}}}, "measures.lock.state"),
        ({"measures": {"lock": {**LOCK, "done": "2026-11-20"}}}, "measures.lock.done"),
        ({"measures": {"lock": {**LOCK, "state": "done", "done": "2026-11-22"}}}, "measures.lock.done"),
        (event(before=estimate(1, 1), accepted={**ACCEPTED, "date": "2026-11-22"}), "events.access.accepted.date"),
        ({"not_relevant": {"nothing": "Det gjelder ikke."}}, "not_relevant.nothing"),
        ({"not_relevant": {"dpo-advice": "Det gjelder ikke."}}, "not_relevant.dpo-advice"),
        ({"unfinished": {"nothing": "x"}}, "unfinished.nothing"),
    ],
)
def test_days_measures_and_items_that_cannot_be(changed: dict[str, Any], path: str) -> None:
    assert [where for where, _ in told(**changed)] == [path]

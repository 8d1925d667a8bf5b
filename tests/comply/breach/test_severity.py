from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given

from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.severity import severity
from sentinel.model.breach import BreachSeverity
from tests.comply.breach.parts import PACK, a_case, cases, less_known


def of(case: CaseFile) -> BreachSeverity:
    return severity(case, PACK.table, PACK.wording)


@pytest.mark.parametrize(
    ("changes", "dpc", "ei", "cb", "level"),
    [  # worked out by hand from ENISA's method
        ({}, 1, 1, 0, "low"),
        ({"data": [{"type": "sensitive"}]}, 4, 1, 0, "very-high"),
        ({"data": [{"type": "sensitive"}], "identification": "limited"}, 4, 0.5, 0, "medium"),
        ({"data": [{"type": "financial"}], "identification": "significant"}, 3, 0.75, 0, "medium"),  # 2.25
        ({"data": [{"type": "behavioural"}], "identification": "negligible"}, 2, 0.25, 0, "low"),  # 0.5
        ({"circumstances": {"confidentiality": "unknown-recipients", "malicious": "yes"}}, 1, 1, 1, "medium"),
        (
            {
                "kinds": ["confidentiality", "integrity", "availability"],
                "circumstances": {
                    "confidentiality": "known-recipients",
                    "integrity": "unrecoverable",
                    "availability": "lost",
                    "malicious": "no",
                },
                "data": [{"type": "behavioural"}],
            },
            2,
            1,
            1.25,
            "high",  # 3.25
        ),
    ],
)
def test_the_score_is_dpc_times_ei_and_cb(
    changes: dict[str, object], dpc: float, ei: float, cb: float, level: str
) -> None:
    found = of(a_case(**changes))

    assert (found.dpc, found.ei, found.cb, found.score, found.level) == (dpc, ei, cb, dpc * ei + cb, level)


def test_of_several_types_the_highest_counts_and_the_others_are_shown() -> None:
    found = of(a_case(data=[{"type": "simple"}, {"type": "financial"}, {"type": "financial"}]))

    assert [(step.score, step.counts) for step in found.steps if step.part == "DPC"] == [
        (1, False),
        (3, True),
        (3, False),
    ]


def test_what_is_unknown_counts_as_the_worst_and_says_so() -> None:
    found = of(
        a_case(
            data=[{"type": "financial", "context": "unknown"}],
            identification="unknown",
            circumstances={"confidentiality": "unknown", "malicious": "unknown"},
            persons={"number": "unknown"},
        )
    )

    assert (found.dpc, found.ei, found.cb) == (4, 1, 1)
    assert [step.assumed for step in found.steps] == [True] * 4
    assert [flag.en for flag in found.flags] == [
        "It is not known how many are affected. It is to be weighed as if they were many."
    ]


@pytest.mark.parametrize(("number", "flags"), [(100, 0), (101, 1)])
def test_more_than_a_hundred_are_flagged_beside_the_number(number: int, flags: int) -> None:
    plain, many = of(a_case()), of(a_case(persons={"number": number}))

    assert (len(many.flags), many.score) == (flags, plain.score)


def test_every_sum_of_the_table_falls_in_the_band_of_the_method() -> None:
    quarters = [int(float(o.score) * 4) for o in PACK.table.identification]
    for dpc, ei, cb in product(range(1, 5), quarters, range(9)):
        total = dpc * ei + cb  # in quarters, whole numbers
        level = "low" if total < 8 else "medium" if total < 12 else "high" if total < 16 else "very-high"
        from_table = [entry.id for entry in PACK.table.levels if float(entry.begins) * 4 <= total][-1]

        assert from_table == level


@given(cases())
def test_the_steps_add_up_and_stay_within_the_method(case: CaseFile) -> None:
    found = of(case)
    cb = sum(step.score for step in found.steps if step.part == "CB")
    (dpc,) = [step.score for step in found.steps if step.part == "DPC" and step.counts]

    assert found.score == dpc * found.ei + cb
    assert 0.25 <= found.score <= 6
    assert dpc == max(step.score for step in found.steps if step.part == "DPC")


@given(cases())
def test_no_answer_made_unknown_lowers_the_score(case: CaseFile) -> None:
    assert all(of(other).score >= of(case).score for other in less_known(case))


@given(cases())
def test_the_order_of_data_and_kinds_is_irrelevant(case: CaseFile) -> None:
    turned = case.model_copy(update={"data": case.data[::-1], "kinds": case.kinds[::-1]})

    assert of(turned).score == of(case).score

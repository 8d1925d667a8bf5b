from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.cvss import Scored, newest, newest_of, rank, scored

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@pytest.mark.parametrize(
    ("vector", "score"),
    [  # the examples of FIRST's own documents
        (V31, 9.8),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 6.5),
        ("CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H", 9.1),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:P/RL:O", 10.0),
        ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0),
        ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2),
    ],
)
def test_scores_of_published_examples(vector: str, score: float) -> None:
    assert scored(vector) == Scored(score, vector)


@pytest.mark.parametrize(
    ("vector", "score"),
    [  # the examples of FIRST's own document for version 4
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
        ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7),
    ],
)
def test_scores_of_version_4(vector: str, score: float) -> None:
    assert scored(vector) == Scored(score, vector)
    assert newest_of([Scored(score, vector), Scored(9.8, V31)]) == Scored(score, vector)


def test_what_version_4_says_beyond_its_base_is_left_out() -> None:
    vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U/CR:L/MAV:P"

    assert scored(vector) == Scored(9.3, vector)


def test_half_a_vector_is_none() -> None:
    assert [scored(one) for one in ("CVSS:4.0/AV:N", "CVSS:3.1/AV:N/AC:L", "AV:N/AC:L", "", V31 + "/" * 600)] == [
        None
    ] * 5


def test_the_newest_version_counts_then_the_gravest() -> None:
    told: list[dict[str, object]] = [
        {"baseScore": 10.0, "vectorString": "AV:N/AC:L/Au:N/C:C/I:C/A:C"},
        {"baseScore": 7.0, "vectorString": V31},
        {"baseScore": 7.5, "vectorString": V31 + "/E:P"},
        {"baseScore": 11, "vectorString": V31},
        {"baseScore": "9", "vectorString": V31},
    ]

    assert newest(told) == Scored(7.5, V31 + "/E:P")
    assert newest([]) is None
    assert [rank(one) for one in ("CVSS:4.0/A", V31, "CVSS:3.0/A", "AV:N", "")] == [0, 1, 2, 3, 3]


@pytest.mark.fuzz
@given(st.text(max_size=60), st.sampled_from(["", "CVSS:3.1/", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/", "AV:"]))
def test_any_text_is_a_score_or_none(text: str, begin: str) -> None:
    found = scored(begin + text)

    assert found is None or 0 <= found.score <= 10

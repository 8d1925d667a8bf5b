from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.ros.read import read_risks
from sentinel.errors import ContentError
from tests.comply.ros.small import SET, TODAY, accepted, against, done, exempt, judged, levels, measure, write


def told(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_risks(path, against(), TODAY)
    assert all(fault.location.line > 0 for fault in caught.value.faults)
    return [fault.what for fault in caught.value.faults]


GRAVE = levels(3)
BETTER = judged(1, levels(), rests_on=["training"])
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "better without a measure": (
        {"before": judged(), "after": judged(1)},
        "is better than before without a measure: name in 'rests_on' what makes it so",
    ),
    "one dimension better without a measure": (
        {"before": judged(), "after": judged(consequence=levels(integrity=0))},
        "is better than before without a measure: name in 'rests_on' what makes it so",
    ),
    "rests on what is not there": (
        {"before": judged(), "after": BETTER},
        "rests on 'training', which is not among the measures",
    ),
    "rests on what was dropped": (
        {"before": judged(), "after": BETTER, "measures": [measure(state="dropped")]},
        "rests on 'training', which was dropped",
    ),
    "reached by what is not carried out": (
        {
            "before": judged(),
            "measures": [measure()],
            "after": {**BETTER, "reached": {"by": "Åse Lyngvik", "date": date(2026, 11, 15)}},
        },
        "measure 'training' was not carried out by 2026-11-15: the risk is still what it was before",
    ),
    "reached before it was carried out": (
        {
            "before": judged(),
            "measures": [done(day=date(2026, 11, 18))],
            "after": {**BETTER, "reached": {"by": "Åse Lyngvik", "date": date(2026, 11, 15)}},
        },
        "measure 'training' was not carried out by 2026-11-15: the risk is still what it was before",
    ),
    "reached tomorrow": (
        {
            "before": judged(),
            "measures": [done()],
            "after": {**BETTER, "reached": {"by": "Åse Lyngvik", "date": date(2026, 11, 22)}},
        },
        "2026-11-22 is after 2026-11-21, the day of the assessment",
    ),
    "done tomorrow": (
        {"measures": [done(day=date(2026, 11, 22))]},
        "2026-11-22 is after 2026-11-21: what is not carried out yet is not done",
    ),
    "done without a day": ({"measures": [measure(state="done")]}, "'done' needs the day in 'done'"),
    "planned and done": (
        {"measures": [measure(done=date(2026, 11, 15))]},
        "has a day, but the measure is 'planned'",
    ),
    "a measure nobody knows": (
        {"measures": [measure("trainning")]},
        "unknown measure 'trainning', did you mean training?; one of your own needs 'title'",
    ),
    "another title for a known measure": (
        {"measures": [measure(title="Annet")]},
        "the title of 'training' stands in the library",
    ),
    "the same measure twice": ({"measures": [measure(), measure()]}, "measure 'training' is written 2 times"),
    "worse without a word": (
        {"before": judged(), "after": judged(3)},
        "is worse than before in something: say why in 'because'",
    ),
    "after leaves a dimension out": (
        {"before": judged(), "after": judged(consequence={"person": 1}, because="x")},
        "does not judge integrity, which was judged before",
    ),
    "after without before": ({"after": judged(2)}, "there is no assessment before the measures to compare with"),
    "after earlier than before": (
        {"before": judged(), "after": judged(date=date(2026, 11, 9))},
        "2026-11-09 is before 2026-11-10, when the risk was assessed",
    ),
    "assessed before it was set what may be left": (
        {"before": judged(date=SET)},
        "2026-11-01 is not after 2026-11-01, when it was set how much may be left: set that first",
    ),
    "assessed tomorrow": ({"before": judged(date=date(2026, 11, 22))}, "2026-11-22 is after 2026-11-21, the day"),
    "more likely than the matrix": ({"before": judged(5)}, "5 is more than 4, the most of matrix 4x4"),
    "graver than the matrix": (
        {"before": judged(2, levels(integrity=5))},
        "5 is more than 4, the most of matrix 4x4",
    ),
    "no consequence at all": (
        {"before": judged(2, levels(0), because="x")},
        "is none in every dimension: say 'not_relevant' with its reason instead",
    ),
    "none where it threatens": (
        {"before": judged(2, levels(1, person=0))},
        "is none, but phishing threatens it: say why in 'because'",
    ),
    "accepted without being assessed": (
        {"acceptance": accepted()},
        "nobody can accept a risk that nobody has assessed",
    ),
    "accepted above without management": (
        {"before": judged(3, GRAVE), "acceptance": accepted(management=None)},
        "integrity, availability: needs 'management', who decided it, when and where",
    ),
    "accepted before it was assessed": (
        {"before": judged(date=date(2026, 11, 18)), "acceptance": accepted()},
        "2026-11-16 is before 2026-11-18, when what it accepts was assessed",
    ),
    "accepted until before it began": (
        {"before": judged(), "acceptance": accepted(expires=date(2026, 11, 16))},
        "2026-11-16 is not after 2026-11-16, when the risk was accepted",
    ),
    "relevant and not": (
        {"before": judged(), "not_relevant": exempt()},
        "a risk that is assessed or accepted is relevant",
    ),
    "exempt for no time": ({"not_relevant": exempt(expires=date(2026, 11, 10))}, "2026-11-10 is not after 2026-11-10"),
    "text for a scenario of the library": ({"title": "Min egen"}, "'title' of phishing stands in the library"),
    "unknown key": ({"befor": judged()}, "unknown key 'befor'"),
    "a fact that is none": ({"considered": ["product-unsupported"]}, "string should match pattern"),
    "an acceptance without a name": (
        {"before": judged(), "acceptance": accepted(by="")},
        "risks.phishing.acceptance.by: string should have at least 1 character",
    ),
    "an acceptance without an end": (
        {"before": judged(), "acceptance": {k: v for k, v in accepted().items() if k != "expires"}},
        "key 'risks.phishing.acceptance.expires' is missing",
    ),
    "a level that is no number": (
        {"before": judged("2")},  # type: ignore[arg-type]  # as a file may have it
        "risks.phishing.before.likelihood: input should be a valid integer",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_flatters_or_contradicts_itself_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    entry, what = WRONG[name]

    assert any(what in line for line in told(write(tmp_path, {"phishing": entry})))


def test_what_is_whole_is_read(tmp_path: Path) -> None:
    reached = {"by": "Åse Lyngvik", "date": date(2026, 11, 16)}
    risks = {
        "phishing": {
            "before": judged(3, GRAVE),
            "measures": [done(), measure("own-talk", title="Snakk sammen")],
            "after": {**BETTER, "consequence": levels(), "reached": reached},
        },
        "snooping": {"before": judged(3, GRAVE), "acceptance": accepted()},
        "wrong-patient": {"not_relevant": exempt()},
        "lost-device": {},
        "own-room": {"title": "Rom", "text": "Låses ikke", "threatens": ["person"], "before": judged()},
    }

    file, matrix = read_risks(write(tmp_path, risks), against(), TODAY)

    assert list(file.risks) == list(risks)
    assert matrix.id == "4x4"


def test_faults_of_the_whole_file_come_at_once_with_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"fishing": {}, "own-room": {"title": "Rom", "requirements": ["TIL-99"]}},
        criteria={"by": "Åse", "role": "Leder", "date": date(2026, 11, 22), "accept": {"person": "low"}},
    )

    with pytest.raises(ContentError) as caught:
        read_risks(path, against(), TODAY)

    own = "a risk of your own needs"
    lines = [re.sub(r"^.*ros.yml:", "", str(fault)) for fault in caught.value.faults]
    assert lines == [
        "8: 2026-11-22 is after 2026-11-21, the day of the assessment",
        "9: does not say how much may be left of patient_safety, confidentiality, integrity, availability",
        f"12: unknown scenario 'fishing', did you mean phishing?; {own} 'title', 'text' and 'threatens'",
        f"13: {own} 'text'",
        f"13: {own} 'threatens'",
        "15: unknown requirement 'TIL-99', did you mean TIL-09 or TIL-18?",
    ]


def test_an_unknown_matrix_is_told_with_those_there_are(tmp_path: Path) -> None:
    assert told(write(tmp_path, {}, matrix="4x5")) == [
        "unknown matrix '4x5', did you mean 5x5 or 4x4? Known: 4x4, 5x5, or a .yml file beside"
    ]
    assert "gone.yml: is not there" in told_anyhow(write(tmp_path, {}, matrix="gone.yml"))


def told_anyhow(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_risks(path, against(), TODAY)
    return str(caught.value)


def test_eleven_digits_are_refused_and_not_repeated(tmp_path: Path) -> None:
    path = write(tmp_path, {"phishing": {"note": "Gjelder 010203 45678, se mappen"}})

    text = told_anyhow(path)

    assert "eleven digits" in text
    assert "45678" not in text


def test_no_documents_or_two_are_told(tmp_path: Path) -> None:
    path = tmp_path / "ros.yml"
    path.write_text("")
    assert told_anyhow(path).endswith("holds 0 documents, not one")
    path.write_text("a: 1\n---\nb: 2\n")
    assert told_anyhow(path).endswith("holds 2 documents, not one")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_lines(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "ros.yml"
    path.write_bytes(data)

    assert told_anyhow(path)

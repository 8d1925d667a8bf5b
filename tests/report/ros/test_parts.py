from __future__ import annotations

import pytest

from sentinel.content import root
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.marks import UNSEEN
from sentinel.report.ros.parts import (
    BAND_MARKS,
    STATES,
    acceptances,
    dimensions,
    exemptions,
    facts,
    left_out,
    measures,
    numbered,
    origins,
    risks,
)
from sentinel.report.text import Catalogue, load_texts
from tests.report.ros.sample import clinic, empty


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    language: Language = request.param
    return load_texts(language, root())


def test_numbers_follow_the_order_and_pass_over_what_is_not_a_risk() -> None:
    numbers = numbered(clinic())

    assert list(numbers.values()) == list(range(1, 18))
    assert "video-seen" not in numbers


def test_every_risk_is_a_row_and_what_nobody_assessed_is_dashed(catalogue: Catalogue) -> None:
    ros = clinic()
    table = risks(ros, numbered(ros), catalogue)

    unseen = [row for row in table.rows if row[4].mark == UNSEEN]
    assert (len(table.rows), len(unseen)) == (17, 4)
    assert all(row[2].mark == UNSEEN for row in unseen)
    assert [row[3].text for row in unseen] == [catalogue.say("none")] * 4


def test_hoped_for_has_no_colour_and_reached_has_its_day(catalogue: Catalogue) -> None:
    ros = clinic()
    table = risks(ros, numbered(ros), catalogue)
    hoped, reached = table.rows[0][3], table.rows[8][3]

    assert (hoped.mark, hoped.note) == (UNSEEN, catalogue.say("ros.hoped"))
    assert reached.mark == BAND_MARKS["medium"]
    assert "2026" in reached.note


def test_signs_differ_in_shape_wherever_they_differ_in_meaning() -> None:
    assert len({mark.shape for mark in STATES.values()}) == len(STATES)
    assert len({mark.shape for mark in BAND_MARKS.values()}) == len(BAND_MARKS)


def test_counts_of_each_dimension_add_up(catalogue: Catalogue) -> None:
    table = dimensions(clinic(), catalogue)

    assert [sum(int(cell.text) for cell in row[2:]) for row in table.rows] == [17] * 5


def test_measures_that_are_late_come_first(catalogue: Catalogue) -> None:
    ros = clinic()
    rows = measures(ros, numbered(ros), catalogue).rows

    late = [row[4].note == catalogue.say("ros.measure.overdue") for row in rows]
    assert late == sorted(late, reverse=True)
    assert sum(late) == 2
    assert len(rows) == sum(len(risk.measures) for risk in ros.risks)


def test_an_acceptance_that_has_ended_says_so(catalogue: Catalogue) -> None:
    ros = clinic()
    rows = {row[0].text: row for row in acceptances(ros, numbered(ros), catalogue).rows}

    assert rows["5"][2].note == catalogue.say("ros.acceptance.ended")
    assert rows["7"][2].note == catalogue.say("ros.acceptance.valid")
    assert "sak 3" in rows["7"][4].text


def test_one_measurement_is_one_row_with_the_risks_it_bears_on(catalogue: Catalogue) -> None:
    ros = clinic()
    rows = facts(ros, numbered(ros), catalogue).rows

    assert [row[2].text for row in rows] == ["1, 8*", "8"]


def test_what_was_left_out_and_exempted_and_where_all_comes_from(catalogue: Catalogue) -> None:
    ros = clinic()

    assert len(left_out(ros, catalogue).rows) == len(ros.left_out) == 15
    assert {row[0].mark for row in left_out(ros, catalogue).rows} == {UNSEEN}
    assert [row[1].text for row in exemptions(ros, catalogue).rows] == ["Klinikken har ingen videotimer."]
    sources = [row[2].text for row in origins(ros, numbered(ros), catalogue).rows]
    assert sources.count(catalogue.say("ros.own")) == 1
    assert sources.count("sentinel-ros 2026.1, Sentinel, MIT") == 16


def test_empty_tables_say_so(catalogue: Catalogue) -> None:
    ros = empty()
    numbers = numbered(ros)

    for table in (measures(ros, numbers, catalogue), acceptances(ros, numbers, catalogue), left_out(ros, catalogue)):
        assert table.rows == ()
        assert table.empty.endswith(".")

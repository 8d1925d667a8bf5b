from __future__ import annotations

from datetime import UTC, date, datetime

from sentinel.content import Said
from sentinel.model.assets import Claim
from sentinel.model.text import Text
from sentinel.scan.telling import fill, fill_day, finding_id, said_day, said_moment, witnesses


def test_words_are_filled_in_and_never_read_as_patterns() -> None:
    said = Said(nb="{name}   er {what}", en="{name} is {what}")
    assert fill(said, {"name": "{what}"}, {"what": Text("ny", "new")}) == Text("{what} er ny", "{what} is new")


def test_days_are_those_of_oslo() -> None:
    assert said_day(date(2026, 10, 15)) == Text("15. oktober 2026", "15 October 2026")
    assert said_moment(datetime(2026, 10, 14, 22, 30, tzinfo=UTC)).nb == "15. oktober 2026"
    assert said_moment(None) == Text("ukjent dato", "an unknown date")
    assert fill_day(None, None) == Text("", "")
    assert fill_day(Said(nb="til {date}", en="to {date}"), None).en == "to an unknown date"


def test_an_id_keeps_its_parts_apart() -> None:
    assert finding_id("a", "bc") != finding_id("ab", "c")
    assert finding_id("a", "b") == finding_id("a", "b")


def test_three_witnesses_are_named_and_the_others_counted() -> None:
    claims = [Claim("a", "b", f"rule-{n}", 1, "capture", None, None) for n in range(5)]
    assert witnesses(claims) == "capture, rule-0; capture, rule-1; capture, rule-2 (+2)"
    assert witnesses(claims[:1] * 2) == "capture, rule-0"

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

from sentinel.share.timesketch import write_timesketch
from tests.share.sample import ABOUT, CONDITION, HOSTILE, NOON, TOGETHER, alert, poisoned, together

MANDATORY = ("message", "datetime", "timestamp_desc")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_what_timesketch_asks_for_is_there() -> None:
    (row,) = rows("".join(write_timesketch([alert()], ABOUT)))

    assert all(row[name] for name in MANDATORY)
    assert row["message"].startswith("Shadow copies deleted (high): Image ends with")
    assert datetime.fromisoformat(row["datetime"]) == NOON
    assert int(row["timestamp"]) == int(NOON.timestamp()) * 1_000_000 + 123456
    assert json.loads(row["tag"]) == ["sigma", "high", "attack.impact", "attack.t1490", "attack.t1059.001"]
    assert json.loads(row["event"])["EventID"] == 1
    assert row["rule_author"] == "Kåre Ås"


def test_an_alert_without_a_time_is_kept_and_says_so() -> None:
    (row,) = rows("".join(write_timesketch([alert(time=None)], ABOUT)))

    assert (row["datetime"], row["timestamp"]) == ("1970-01-01T00:00:00.000000+00:00", "0")
    assert row["timestamp_desc"] == "Not a time"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_cell(text: str) -> None:
    written = "".join(write_timesketch([poisoned(text), alert()], ABOUT))

    assert len(rows(written)) == 2
    assert written.count("\n") == 3
    assert not [value for value in rows(written)[0].values() if value.startswith("=")]


def test_rules_that_a_correlation_counts_have_their_titles_beside_their_ids() -> None:
    (row,) = rows("".join(write_timesketch([together()], TOGETHER)))

    assert CONDITION in row["message"]
    assert CONDITION in row["matched"]

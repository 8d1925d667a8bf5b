from __future__ import annotations

import csv
import io

import pytest

from sentinel.share.timeline import HEADER, computer, write_timeline
from tests.share.sample import ABOUT, CONDITION, COUNTED, HOSTILE, TOGETHER, alert, correlated, poisoned, together


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_is_an_alert_with_all_that_its_licence_asks_for() -> None:
    (row,) = rows("".join(write_timeline([alert()], ABOUT)))

    assert tuple(row) == HEADER
    assert row["time (UTC)"] == "2026-10-14 12:00:00.123456"
    assert (row["level"], row["rule"], row["author"]) == ("high", "Shadow copies deleted", "Kåre Ås")
    assert (row["computer"], row["source"], row["record"]) == ("LV-EPJ", "a.jsonl", "0")
    assert row["matched"] == "Image ends with '\\vssadmin.exe' [C:\\vssadmin.exe]"


def test_no_time_is_an_empty_cell() -> None:
    assert rows("".join(write_timeline([alert(time=None)], ABOUT)))[0]["time (UTC)"] == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_neither_a_formula_nor_a_line(text: str) -> None:
    written = "".join(write_timeline([poisoned(text)], ABOUT))

    assert written.count("\n") == 2
    assert not [value for value in rows(written)[0].values() if value.startswith("=")]
    assert "\u202e" not in written
    assert "\x1b" not in written


def test_the_computer_is_what_the_log_says() -> None:
    assert computer(alert(fields={"Computer": ""})) == ""
    assert computer(alert(fields={"Computer": "", "host.name": "x"})) == "x"


def test_a_correlation_tells_its_hits_and_what_is_not_so_any_more_says_so() -> None:
    now, gone = rows("".join(write_timeline([correlated(), correlated("withdrawn")], ABOUT)))

    assert now["matched"].endswith("; 3 hits, 2026-10-14 12:00:00 to 2026-10-14 12:04:00")
    assert (now["rule"], gone["rule"]) == ("Shadow copies deleted", "Shadow copies deleted (withdrawn)")


def test_rules_that_a_correlation_counts_have_their_titles_beside_their_ids() -> None:
    (row,) = rows("".join(write_timeline([together()], TOGETHER)))

    assert row["matched"].startswith(f"User group-by [r-1]; temporal {CONDITION} [{COUNTED}]; 2 hits")

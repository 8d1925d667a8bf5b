from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from sentinel.errors import ContentError, InputError
from sentinel.histories import history, predecessors
from sentinel.settings import Site, read_site
from tests.comply.small import TODAY
from tests.comply.test_predecessors import BODY

SITE = """\
schema = "sentinel.site/1"
[organisation]
name = "Storvik"
number = "000000300"
[[organisation.succeeds]]
number = "000000301"
name = "Nordre"
date = 2026-01-01
results = ["nordre.json"]
[[organisation.succeeds]]
number = "000000302"
name = "Søre"
date = 2026-01-01
how = "split"
[report]
previous = "own.json"
"""


def site(folder: Path, text: str = SITE) -> Site:
    (folder / "nordre.json").write_text(json.dumps(BODY), encoding="utf-8")
    own = {**BODY, "organisation": {"number": "000000300"}, "as_of": "2026-06-01"}
    (folder / "own.json").write_text(json.dumps(own), encoding="utf-8")
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return read_site(folder / "site.toml")


def nothing(number: str) -> Sequence[tuple[date, str]]:
    assert number.isdigit()
    return ()


def stored(number: str) -> Sequence[tuple[date, str]]:
    """Return what a store holds under the old numbers too, with one of after the merger, and one that a file has."""
    days = {"000000301": ["2024-10-01", "2025-11-03", "2026-05-01"], "000000302": ["2025-12-01"]}.get(number, [])
    bodies = [(day, json.dumps({**BODY, "organisation": {"number": number}, "as_of": day})) for day in days]
    return [(date.fromisoformat(day), body) for day, body in bodies]


def test_each_organisation_has_its_own_line(tmp_path: Path) -> None:
    found = history(site(tmp_path), nothing, TODAY)

    assert [(one.name, one.when.isoformat(), one.succession) for one in found] == [
        ("Nordre", "2025-11-03", "merger"),
        ("Storvik", "2026-06-01", None),
    ]


def test_results_under_the_old_numbers_are_found_in_the_store(tmp_path: Path) -> None:
    found = history(site(tmp_path), stored, TODAY)

    assert [(one.number, one.when.isoformat(), one.source) for one in found] == [
        ("000000301", "2024-10-01", "store"),
        ("000000301", "2025-11-03", "nordre.json"),
        ("000000302", "2025-12-01", "store"),
        ("000000300", "2026-06-01", "own.json"),
    ]


def test_predecessors_are_told_even_without_results(tmp_path: Path) -> None:
    found = predecessors(site(tmp_path), (), TODAY)

    assert [(one.name, one.succession, len(one.points)) for one in found] == [
        ("Nordre", "merger", 1),
        ("Søre", "split", 0),
    ]


def test_a_result_of_another_number_is_refused(tmp_path: Path) -> None:
    wrong = site(tmp_path, SITE.replace('results = ["nordre.json"]', 'results = ["own.json"]'))

    with pytest.raises(InputError, match=r"^own\.json: is of organisation 000000300, not 000000301$"):
        predecessors(wrong, (), TODAY)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('"000000302"', '"000000301"', 10, "000000301 is written twice"),
        ('"000000302"', '"000000300"', 10, "000000300 is this organisation's own number"),
        ("date = 2026-01-01\nhow", "date = 2027-01-01\nhow", 10, "2027-01-01 has not come on 2026-11-21"),
        ('["nordre.json"]', '["nordre.json", "nordre.json"]', 5, "nordre.json is written twice"),
    ],
)
def test_what_contradicts_itself_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    wrong = site(tmp_path, SITE.replace(old, new))

    for read in (lambda: predecessors(wrong, (), TODAY), lambda: history(wrong, nothing, TODAY)):
        with pytest.raises(ContentError) as caught:
            read()
        assert any(f"site.toml:{line}: {what}" in str(fault) for fault in caught.value.faults), caught.value.faults

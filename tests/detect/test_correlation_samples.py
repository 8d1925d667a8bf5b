"""Samples beside correlations: a file is one stream, and each thing that can be wrong with it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.correlation_samples import check_correlation_samples
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from tests.detect.documents import correlation, rule
from tests.shared import ROOT

SOURCE = "{product: windows, service: security}"
COUNT = "type: event_count\nrules: [base]\ngroup-by: U\ntimespan: 5m\ncondition: {gte: 2}"
MATCH, IGNORE = "c.match.jsonl", "c.ignore.jsonl"


def event(minute: int, user: str = "åse", a: int = 1) -> str:
    return f'{{"Channel": "Security", "TimeCreated": "2026-11-03T08:{minute:02}:00Z", "A": {a}, "U": "{user}"}}'


TOGETHER, APART = [event(1), event(4)], [event(1), event(10), event(4, "kari")]


def faults(base: Path, match: list[str] | None, ignore: list[str] | None) -> list[str]:
    folder = base / "rules"
    folder.mkdir(exist_ok=True)
    (folder / "base.yml").write_text(rule("base", 1, logsource=SOURCE))
    (folder / "c.yml").write_text(correlation("c", 2, COUNT))
    for name, lines in ((MATCH, match), (IGNORE, ignore)):
        if lines is not None:
            (folder / name).write_text("\n".join(lines))
    found = check_correlation_samples(load_rules([folder], base), load_routes(ROOT), base)
    return [str(fault).removeprefix("rules/") for fault in found]


TIMELESS = '{"Channel": "Security", "A": 1}'


@pytest.mark.parametrize(
    ("match", "ignore", "found"),
    [
        (TOGETHER, APART, []),
        (APART, APART, [f"{MATCH}: must meet the correlation, but its 3 hits do not"]),
        (TOGETHER, TOGETHER, [f"{IGNORE}: must be left alone, but its 2 hits meet the correlation"]),
        (TOGETHER, [event(1, a=2)] * 2, [f"{IGNORE}: shows nothing: no rule of the correlation fires on any event"]),
        ([event(1)], APART, [f"{MATCH}: holds 1 event; at least 2 are needed"]),
        ([*TOGETHER, TIMELESS], APART, [f"{MATCH}:3: has no time, so no correlation can place it"]),
        ([*TOGETHER, "{"], APART, [f"{MATCH}:3: is no event: not-json (column 2)"]),
        (None, APART, [f"{MATCH}: is missing: the correlation at rules/c.yml:1 has no such samples"]),
    ],
)
def test_samples_of_a_correlation(tmp_path: Path, match: list[str] | None, ignore: list[str], found: list[str]) -> None:
    assert faults(tmp_path, match, ignore) == found


def test_a_folder_in_the_place_of_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "rules" / MATCH).mkdir(parents=True)

    assert faults(tmp_path, None, APART) == [f"{MATCH}: cannot be read: Is a directory"]

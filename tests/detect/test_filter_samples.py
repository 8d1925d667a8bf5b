"""Samples beside filters: each thing that can be wrong with them is found, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.filter_samples import check_filter_samples
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from tests.detect.documents import filter_, rule
from tests.shared import ROOT

SOURCE = "{product: windows, service: security}"
MATCH, IGNORE = "f.match.jsonl", "f.ignore.jsonl"
TAKEN, LEFT, NOTHING = (
    f'{{"Channel": "Security", "EventID": 1, {more}}}'
    for more in ('"A": 1, "U": "admin"', '"A": 1, "U": "åse"', '"A": 2')
)


def faults(base: Path, match: list[str] | None, ignore: list[str] | None) -> list[str]:
    folder = base / "rules"
    folder.mkdir()
    (folder / "base.yml").write_text(rule("base", 1, logsource=SOURCE))
    section = "rules: any\ns: {U: admin}\ncondition: not s"
    (folder / "f.yml").write_text(filter_("f", 2, section, "{product: windows}"))
    for name, lines in ((MATCH, match), (IGNORE, ignore)):
        if lines is not None:
            (folder / name).write_text("\n".join(lines))
    found = check_filter_samples(load_rules([folder], base), load_routes(ROOT), base)
    return [str(fault).removeprefix("rules/") for fault in found]


@pytest.mark.parametrize(
    ("match", "ignore", "found"),
    [
        ([TAKEN, TAKEN], [LEFT, LEFT], []),
        ([TAKEN, LEFT], [LEFT, LEFT], [f"{MATCH}:2: must be taken out, but a rule fires"]),
        ([TAKEN, TAKEN], [TAKEN, LEFT], [f"{IGNORE}:1: must be left alone, but no rule fires"]),
        (
            [TAKEN, NOTHING],
            [LEFT, LEFT],
            [f"{MATCH}:2: shows nothing: no rule that the filter applies to would fire without it"],
        ),
        ([TAKEN], [LEFT, LEFT], [f"{MATCH}: holds 1 event; at least 2 are needed"]),
        ([TAKEN, "{"], [LEFT, LEFT], [f"{MATCH}:2: is no event: not-json (column 2)"]),
        (None, [LEFT, LEFT], [f"{MATCH}: is missing: the filter at rules/f.yml:1 has no such samples"]),
    ],
)
def test_samples_of_a_filter(tmp_path: Path, match: list[str] | None, ignore: list[str], found: list[str]) -> None:
    assert faults(tmp_path, match, ignore) == found


def test_a_folder_in_the_place_of_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / MATCH).mkdir()
    (tmp_path / "rules" / "base.yml").write_text(rule("base", 1, logsource=SOURCE))
    (tmp_path / "rules" / "f.yml").write_text(filter_("f", 2, "rules: any\ns: {U: admin}\ncondition: not s"))
    found = check_filter_samples(load_rules([tmp_path / "rules"], tmp_path), load_routes(ROOT), tmp_path)

    assert str(next(found)) == f"rules/{MATCH}: cannot be read: Is a directory"

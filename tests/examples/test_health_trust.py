"""The health trust, against numbers worked out by hand: its answers, a scan that disagrees, and two histories."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sentinel.settings import read_site
from tests.cli.conftest import runner
from tests.examples.worksheet import asked, catalogue, counted, read_toml, sums, table_of
from tests.shared import ROOT

FOLDER = ROOT / "examples" / "health-trust"
AS_OF = date(2026, 11, 20)
MEASURED = {"DRF-02": "partly", "DRF-05": "disputed", "DRF-21": "disputed"}
"""What the scan changes: telnet caps DRF-02; an unsupported web server contradicts the other two."""
STATES = ["met", "partly", "not_met", "disputed", "unknown", "not_assessed", "not_applicable"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("storvik")
    done = runner(out / "store.db")("run", FOLDER / "site.toml", "--out", out, "-q")
    assert done.exit_code in {0, 3}, done.output
    found: dict[str, Any] = json.loads((out / "result.json").read_text(encoding="utf-8"))
    return found


def test_the_three_numbers_are_those_worked_out_by_hand(result: dict[str, Any]) -> None:
    score = result["score"]

    # met 265, partly 91, not met 7, disputed 6, do not know 5, not assessed 11: in place 265 + 45½
    assert score["score"] == float(Fraction(621, 2) / (265 + 91 + 7 + 6 + 5) * 100)
    assert score["worst_case"] == float(Fraction(621, 2) / (265 + 91 + 7 + 6 + 5 + 11) * 100)
    assert score["coverage"] == float(Fraction(151, 163) * 100)
    assert score["level"] == "yellow"
    assert score["counts"] == {
        "met": 111, "partly": 37, "not_met": 3, "disputed": 2, "unknown": 2, "not_assessed": 8, "not_applicable": 2,
    }  # fmt: skip


def test_a_count_that_knows_no_line_of_ours_says_the_same(result: dict[str, Any]) -> None:
    path = FOLDER / "site.toml"
    stands = {**counted(path, AS_OF).stands, **MEASURED}
    sheet = sums(asked(read_toml(path)), stands)

    assert sheet.score is not None
    assert float(sheet.score * 100) == result["score"]["score"]
    assert float(sheet.worst_case * 100) == result["score"]["worst_case"]
    assert {j["requirement"]: j["state"] for j in result["judgements"] if j["requirement"] in stands} == stands


def test_the_table_of_the_readme_is_the_weights() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    table = re.search(r"\|---\|---\|---\|---\|---\|---\|---\|---\|\n((?:\|.*\n)+)", text)
    assert table
    rows = table_of(table[1])
    total = rows.pop("sum")

    assert [sum(column) for column in zip(*rows.values(), strict=True)] == total == [265, 91, 7, 6, 5, 11, 3]
    weights = {chapter: [0] * 7 for chapter in rows}
    for name, state in {**counted(FOLDER / "site.toml", AS_OF).stands, **MEASURED}.items():
        weights[name.split("-")[0]][STATES.index(state)] += catalogue()[name]["weight"]
    assert weights == rows


def test_what_was_measured_disputes_and_caps(result: dict[str, Any]) -> None:
    against = {
        j["requirement"]: {e["signal"]["key"] for e in j["evidence"] if e["role"] in {"contradicts", "caps"}}
        for j in result["judgements"]
    }

    assert {name: keys for name, keys in against.items() if keys} == {
        "DRF-02": {"telnet-open", "image-archive-any-sender"},
        "DRF-05": {"product-unsupported"},
        "DRF-21": {"product-unsupported"},
        "UTS-05": {"image-archive-any-sender"},
    }


def test_both_histories_are_kept_and_neither_is_joined(result: dict[str, Any]) -> None:
    points = {one["name"]: [(p["when"], p["level"]) for p in one["points"]] for one in result["predecessors"]}

    assert points == {
        "Nordre Storvik sykehus": [("2024-11-01", "red"), ("2025-11-03", "red")],
        "Søre Storvik sykehus": [("2025-12-01", "red")],
    }
    assert result["changes"] == []
    fallen = {one["name"]: dict(one["fallen"]) for one in result["predecessors"]}
    assert fallen == {
        "Nordre Storvik sykehus": {"LED-13": "partly", "RIS-01": "partly", "TIL-05": "not_met"},
        "Søre Storvik sykehus": {"PRV-05": "not_met"},
    }


@pytest.mark.parametrize("name", ["nordre-2024", "nordre-2025", "sore-2025"])
def test_the_results_of_the_predecessors_are_their_own_answers(tmp_path: Path, name: str) -> None:
    done = runner(tmp_path / "store.db")("assess", "score", FOLDER / "previous" / f"{name}.toml", "--format", "json")
    kept = json.loads((FOLDER / "previous" / f"{name}.json").read_text(encoding="utf-8"))

    fresh = json.loads(done.stdout)[0]
    assert {key: kept["score"][key] for key in ("score", "coverage", "worst_case", "level")} == {
        key: fresh[key] for key in ("score", "coverage", "worst_case", "level")
    }
    assert kept["organisation"]["number"] == read_site(FOLDER / "previous" / f"{name}.toml").file.organisation.number


def test_158_of_165_are_answered() -> None:
    answers = re.findall(r"^  [A-Z]+-\d\d:", (FOLDER / "answers.yml").read_text(encoding="utf-8"), re.MULTILINE)

    assert (len(answers), len(asked(read_toml(FOLDER / "site.toml")))) == (158, 165)

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
TRUST = ROOT / "examples" / "health-trust" / "site.toml"
LAW = "digitalsikkerhetsloven"
SITE = """
schema = "sentinel.site/1"
[organisation]
name = "Storfjord sykehus"
number = "000000003"
kind = "health_trust"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_packs_are_listed_as_published_records_with_day_and_confidence(run: Run) -> None:
    done = run("packs", "list", "--site", CLINIC, "--format", "jsonl")

    packs = {pack["id"]: pack for pack in map(json.loads, done.stdout.splitlines())}
    for pack in packs.values():
        jsonschema.validate(pack, json_schema("sentinel.pack/1"))
        assert pack["because"]["nb"]
    assert packs[LAW]["validity"]["valid_from"] == "2025-10-01"
    assert packs[LAW]["applies"] is False


def test_the_table_says_whether_a_pack_is_for_us_only_where_a_site_is_given(run: Run) -> None:
    alone = list(csv.DictReader(run("packs", "list", "--format", "csv").stdout.splitlines()))
    told = list(csv.DictReader(run("packs", "list", "--site", CLINIC, "--format", "csv").stdout.splitlines()))

    assert {row["title"] for row in alone if row["id"] == "gdpr"}
    assert all("for us?" not in row for row in alone)
    assert {row["for us?"] for row in told if row["id"] == "gdpr"} == {"yes"}
    assert all(row["for us?"] == "yes" or row["for us?"].startswith("no: ") for row in told)
    assert all("Gjelder ikke" not in row["for us?"] for row in told)


def test_what_is_no_law_has_a_dash_and_no_day_that_nobody_knows(run: Run) -> None:
    rows = {row["id"]: row for row in csv.DictReader(run("packs", "list", "--format", "csv").stdout.splitlines())}

    assert rows["gdpr"]["from"] == "2018-07-20"
    assert {name: row["from"] for name, row in rows.items() if row["on this day"] in {"proposed", "voluntary"}} == {
        name: "–" for name in rows if name not in {"gdpr", LAW}
    }


def test_what_counts_as_yes_because_nobody_said_no_is_told(run: Run, site: Path) -> None:
    assert "not said, so counted as yes: DP, AI" in run("packs", "list", "--site", site).stderr


def test_a_pack_is_as_it_was_on_another_day(run: Run) -> None:
    done = run("packs", "list", "--as-of", "2025-09-30", "--format", "jsonl")

    standing = {pack["id"]: pack["standing"] for pack in map(json.loads, done.stdout.splitlines())}
    assert standing[LAW] == "not_yet"


def test_show_tells_every_place_with_how_sure_it_is(run: Run) -> None:
    rows = list(csv.DictReader(run("packs", "show", LAW, "--format", "csv").stdout.splitlines()))
    records = [json.loads(line) for line in run("packs", "show", LAW, "--format", "jsonl").stdout.splitlines()]

    assert all(row["where it stands"].endswith(")") for row in rows)
    assert len(rows) == len(records)
    jsonschema.validate(records[0], json_schema("sentinel.requirement/1"))


def test_show_for_an_organisation_gives_the_reason_for_each_requirement(run: Run) -> None:
    done = run("packs", "show", LAW, "--profile", CLINIC, "--format", "jsonl")

    items = [json.loads(line) for line in done.stdout.splitlines()]
    jsonschema.validate(items[0], json_schema("sentinel.applicability/1"))
    assert all(item["because"]["nb"].startswith("Gjelder ikke: ") for item in items)
    assert "not for this organisation" in done.stderr


def test_start_makes_a_file_that_scores_as_not_looked_at(run: Run, site: Path) -> None:
    out = site.parent / "law.yml"
    done = run("packs", "start", site, LAW, "--out", out)
    with site.open("a", encoding="utf-8") as file:
        file.write('[assessment]\nanswers = "a.yml"\n[assessment.packs]\ndigitalsikkerhetsloven = "law.yml"\n')
    (scored,) = json.loads(run("packs", "score", site, "--format", "json").stdout)

    assert done.exit_code == 0
    assert f'{LAW} = "law.yml"' in done.stderr
    jsonschema.validate(scored, json_schema("sentinel.packscore/1"))
    jsonschema.validate(scored["score"], json_schema("sentinel.score/1"))
    assert (scored["score"]["score"], scored["score"]["coverage"]) == (None, 0.0)


def test_start_never_writes_over_a_file(run: Run, site: Path) -> None:
    done = run("packs", "start", site, LAW, "--out", site)

    assert (done.exit_code, site.read_text()) == (2, SITE)
    assert "is there already, and would be lost" in done.stderr


def test_start_does_not_write_through_a_link_that_leads_nowhere(run: Run, site: Path) -> None:
    link = site.parent / "link.yml"
    link.symlink_to(site.parent / "elsewhere.yml")

    assert run("packs", "start", site, LAW, "--out", link).exit_code == 2
    assert not (site.parent / "elsewhere.yml").exists()


def test_score_says_the_three_numbers_and_the_gates_that_are_open(run: Run, site: Path) -> None:
    done = run("packs", "score", site, LAW)

    assert "score –, coverage 0, worst case 0" in done.stderr
    assert "gate DS-01: Ingen har vurdert om «Vurdert om loven gjelder dere» er på plass." in done.stderr
    assert "not_assessed" in done.stdout


def test_what_looks_like_a_patient_in_the_answers_to_a_pack_is_warned_of(run: Run, site: Path) -> None:
    with site.open("a", encoding="utf-8") as file:
        file.write('[assessment]\nanswers = "law.yml"\n[assessment.packs]\ndigitalsikkerhetsloven = "law.yml"\n')
    (site.parent / "law.yml").write_text(
        "schema: sentinel.answers/1\norganisation: Storfjord sykehus\nanswers:\n"
        "  DS-01: {state: met, by: Åse, date: 2026-01-01, note: Pasient Kari Nordmann klaget.}\n",
        encoding="utf-8",
    )
    done = run("packs", "score", site)

    assert "warning: holds what looks like a person's name" in done.stderr
    assert "Nordmann" not in done.stderr
    assert done.exit_code == 0


def test_the_file_is_named_as_the_site_file_finds_it(run: Run, site: Path) -> None:
    (site.parent / "answers").mkdir()
    done = run("packs", "start", site, LAW, "--out", site.parent / "answers" / "law.yml")

    assert f'{LAW} = "answers/law.yml"' in done.stderr


def test_a_pack_that_is_not_for_us_is_not_scored_and_says_why(run: Run) -> None:
    done = run("packs", "score", CLINIC, LAW, "--format", "json")

    (scored,) = json.loads(done.stdout)
    assert (scored["score"], scored["judgements"]) == (None, [])
    assert "Not scored: Gjelder ikke: " in done.stderr


def test_the_letter_asks_what_only_a_supplier_knows_of_what_is_open(run: Run) -> None:
    done = run("packs", "letter", CLINIC, "gdpr")

    assert "(GD-35)" in done.stdout
    assert "(GD-01)" not in done.stdout, "no supplier knows this"
    assert "nothing was sent" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("packs", "show", "gdrp"), "unknown pack 'gdrp'"),
        (("packs", "score", TRUST), "the site file names no answers to packs"),
        (("packs", "score", CLINIC, "x"), "unknown pack 'x'"),
        (("packs", "letter", CLINIC, LAW), "is not for this organisation: Gjelder ikke: "),
        (("packs", "start", CLINIC, LAW), "Missing option '--out'"),
        (("packs", "start", CLINIC, LAW, "--out", "/nowhere/at/all.yml"), "cannot be written"),
        (("packs", "list", "--content", "/nowhere"), "is not there"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run: Run, words: tuple[object, ...], told: str) -> None:
    done = run(*words)

    assert done.exit_code == 2
    assert told in done.stderr

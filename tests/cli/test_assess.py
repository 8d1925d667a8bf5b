from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


def test_the_score_is_a_published_record_with_its_three_numbers(run: Run) -> None:
    done = run("assess", "score", CLINIC, "--format", "json")

    (score,) = json.loads(done.stdout)
    jsonschema.validate(score, json_schema("sentinel.score/1"))
    assert all(0 <= score[name] <= 100 for name in ("score", "coverage", "worst_case"))
    assert done.exit_code == 0


def test_the_clinics_figures_are_those_counted_by_hand(run: Run) -> None:
    """82 requirements for a small practice, each of weight 3, of which 67 apply: 15 are out by class or declared so.

    In place: 26 met and 15 halves, 33.5. Of those 67, 26 + 15 + 5 were assessed, 2 are not known, 19 have no answer.
    """
    (score,) = json.loads(run("assess", "score", CLINIC, "--format", "json").stdout)

    assert score["counts"] == {
        "met": 26,
        "partly": 15,
        "not_met": 5,
        "unknown": 2,
        "not_assessed": 19,
    } | {"not_applicable": score["counts"]["not_applicable"]}
    assert score["score"] == pytest.approx(100 * 33.5 / (26 + 15 + 5 + 2))
    assert score["coverage"] == pytest.approx(100 * (26 + 15 + 5) / 67)
    assert score["worst_case"] == pytest.approx(100 * 33.5 / 67)
    assert [f"{score[name]:.1f}" for name in ("score", "coverage", "worst_case")] == ["69.8", "68.7", "50.0"]


def test_the_table_lists_every_requirement(run: Run) -> None:
    listed = run("assess", "score", CLINIC, "--format", "jsonl").stdout.splitlines()

    assert len(listed) == 82
    assert {json.loads(line)["state"] for line in listed} >= {"met", "partly", "not_met", "not_assessed"}


def test_the_three_numbers_are_said_together(run: Run) -> None:
    told = run("assess", "score", CLINIC).stderr

    assert "score" in told
    assert "coverage" in told
    assert "worst case" in told


def test_what_looks_like_a_patient_in_the_answers_is_warned_of(run: Run, tmp_path: Path) -> None:
    shutil.copytree(CLINIC.parent, tmp_path / "clinic", ignore=shutil.ignore_patterns("logs", "capture", "generate"))
    answers = tmp_path / "clinic" / "answers.yml"
    answers.write_text(answers.read_text().replace("note: ", "note: Pasient Kari Nordmann klaget. ", 1))

    done = run("assess", "score", tmp_path / "clinic" / "site.toml")

    assert "answers.yml:" in done.stderr
    assert "warning: holds what looks like a person's name" in done.stderr
    assert "Nordmann" not in done.stderr
    assert done.exit_code == 0
    assert "warning" not in run("assess", "score", CLINIC).stderr


def test_a_profile_is_a_published_record_with_the_reason_for_each_requirement(run: Run) -> None:
    done = run("assess", "profile", "--type", "general_practice", "--fact", "MD", "no", "--format", "jsonl")

    items = [json.loads(line) for line in done.stdout.splitlines()]
    jsonschema.validate(items[0], json_schema("sentinel.applicability/1"))
    assert len(items) == 170
    assert all(item["because"]["nb"] and item["because"]["en"] for item in items)
    assert not next(item for item in items if item["requirement"]["id"] == "UTS-05")["applies"]
    assert "not said, so counted as yes: DPO, SHARE, AI" in done.stderr


def test_the_profile_of_the_clinic_comes_from_its_site_file(run: Run) -> None:
    assert "dental_clinic: 68 of 170 requirements are asked, 28 of them gates" in (
        run("assess", "profile", "--site", CLINIC).stderr
    )


def test_whoever_does_not_say_what_it_is_gets_everything(run: Run) -> None:
    assert "unspecified: 170 of 170 requirements are asked" in run("assess", "profile").stderr


def test_an_unknown_type_is_told_with_a_hint(run: Run) -> None:
    done = run("assess", "profile", "--type", "general_practise")

    assert done.exit_code == 2
    assert "unknown type of organisation 'general_practise', did you mean general_practice?" in done.stderr


def test_the_letter_is_written_and_not_sent(run: Run) -> None:
    done = run("assess", "letter", CLINIC, "--language", "en")

    assert done.stdout.startswith("Subject: Questions on security and privacy from Lyngvik tannklinikk\n")
    assert "nothing was sent" in done.stderr


def test_other_ways_to_count_are_shown_beside_our_three_numbers(run: Run) -> None:
    done = run("assess", "compare", CLINIC, "--format", "jsonl")

    counts = [json.loads(line) for line in done.stdout.splitlines()]
    for count in counts:
        jsonschema.validate(count, json_schema("sentinel.othercount/1"))
    assert {count["unit"] for count in counts} == {"percent", "points", "verdict"}
    assert "worst case" in done.stderr
    assert "yes" not in run("assess", "compare", CLINIC).stdout  # the clinic has open gates


def test_the_maturity_of_each_chapter_is_a_published_record_and_has_no_sum(run: Run) -> None:
    done = run("assess", "maturity", CLINIC, "--format", "jsonl")

    items = {item["chapter"]: item for item in map(json.loads, done.stdout.splitlines())}
    for item in items.values():
        jsonschema.validate(item, json_schema("sentinel.maturity/1"))
    assert items["LED"]["document"] == {"total": 5, "rated": 2, "of": 6}
    assert {item["effect"]["rated"] for item in items.values()} == {0}, "nothing is measured by answers alone"
    assert "5/2 (2 of 6)" in run("assess", "maturity", CLINIC).stdout

"""A supplier who answers only the pack for suppliers: Normen is assessed by nobody, and the pack stands for itself."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from sentinel import carrying
from sentinel.settings import read_site
from tests.cli.conftest import runner
from tests.shared import ROOT

SUPPLIER = ROOT / "examples" / "supplier"


def alone(folder: Path, previous: str = "") -> Path:
    """Write the example without its answers to Normen, and return its site file."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SUPPLIER / "answers-supplier.yml", folder)
    text = (SUPPLIER / "site.toml").read_text(encoding="utf-8")
    text = text.replace('[assessment]\nanswers = "answers.yml"\n', "").replace('kinds = ["supplier"]\n', previous)
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder / "site.toml"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    done = runner(folder / "store.db")("run", alone(folder), "--out", folder / "out", "-q")
    assert done.exit_code in {0, 3}, done.output
    return folder / "out"


def result(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "result.json").read_bytes()))


def plain(page: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))


def test_normen_has_no_number_and_no_answer_is_made_up(out: Path) -> None:
    found = result(out)
    score = found["score"]

    assert (score["score"], score["coverage"], score["worst_case"]) == (None, None, None)
    assert score["level"] != "green"
    assert {one["state"] for one in found["judgements"]} == {"not_assessed", "not_applicable"}
    assert any("krav er ikke besvart" in one["what"]["nb"] for one in found["not_looked"])


def test_the_pack_has_its_own_numbers_as_they_are_beside_normen(out: Path, tmp_path: Path) -> None:
    (alone_,) = result(out)["packs"]
    done = runner(tmp_path / "s.db")("packs", "score", SUPPLIER / "site.toml", "--format", "json")
    (beside,) = json.loads(done.stdout)

    assert alone_["score"] == beside["score"]
    assert alone_["score"]["score"] == 68.0
    assert [one["requirement"] for one in alone_["judgements"]] == [one["requirement"] for one in beside["judgements"]]


@pytest.mark.parametrize(("language", "words"), [("nb", "Ikke vurdert"), ("en", "Not assessed")])
def test_the_first_page_says_not_assessed_and_points_to_the_pack(out: Path, language: str, words: str) -> None:
    page = plain(out / f"management-{language}.html")
    first = page[: page.index({"nb": "Gjør dette først", "en": "Do this first"}[language])]

    assert words in first
    assert {"nb": "Nivå rødt", "en": "Level red"}[language] not in first
    assert {"nb": "68 av 100 poeng", "en": "a score of 68 of 100"}[language] in first
    assert {"nb": "Bestem frister for svakheter", "en": "Decide on time limits for weaknesses"}[language] in page
    annex = plain(out / f"technical-{language}.html")
    assert {"nb": "Skriv protokollen ferdig", "en": "Complete the record"}[language] in annex


def test_every_usual_report_comes_out(out: Path) -> None:
    made = {path.name for path in out.iterdir()}

    assert {
        f"{kind}-{language}.pdf" for kind in ("management", "technical", "auditor") for language in ("nb", "en")
    } < made


def test_the_trend_of_the_pack_is_told_in_the_next_run(out: Path, tmp_path: Path) -> None:
    site = alone(tmp_path, 'previous = "before.json"\n')
    shutil.copy(out / "result.json", tmp_path / "before.json")
    answers = tmp_path / "answers-supplier.yml"
    answers.write_text(answers.read_text(encoding="utf-8").replace("state: not_met", "state: met"), encoding="utf-8")
    run = runner(tmp_path / "store.db")
    done = run("report", "management", site, "--out", tmp_path / "out", "-q")
    page = plain(tmp_path / "out" / "management-nb.html")

    assert done.exit_code in {0, 3}, done.output
    assert "Målt på de samme 17 kravene" in page
    assert "fra ikke oppfylt til oppfylt" in page
    assert "Leverandør til helsesektoren" in page[page.index("Endret siden") :]


def test_an_old_report_of_it_is_made_again_byte_for_byte(out: Path, tmp_path: Path) -> None:
    run = runner(tmp_path / "store.db")
    done = run("render", out / "result.json", "--out", tmp_path / "again")

    assert done.exit_code in {0, 3}, done.output
    for name in ("management-nb.html", "management-en.pdf"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


def test_commands_say_that_nobody_assessed_it(tmp_path: Path) -> None:
    done = runner(tmp_path / "store.db")("assess", "score", alone(tmp_path))

    assert "normen: not assessed." in done.stderr
    assert "Level" not in done.stderr
    assert done.exit_code == 0


def test_the_site_file_that_is_carried_names_no_answers_either(tmp_path: Path) -> None:
    site = read_site(alone(tmp_path))
    named = carrying._named(site.file.assessment) if site.file.assessment else {}

    assert list(named) == ["answers-supplier.yml"]

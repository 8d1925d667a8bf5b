from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sentinel import exchanging, flows
from sentinel.comply.exchange.blank import Blank
from sentinel.comply.exchange.book import book
from sentinel.comply.exchange.oscal import read_oscal
from sentinel.comply.exchange.sheets import read_sheets
from sentinel.comply.exchange.table import table
from sentinel.comply.packs import load_packs
from sentinel.errors import ContentError, InputError
from sentinel.model.compliance import Answer
from sentinel.model.records import judgement_record
from sentinel.packs import score_packs
from sentinel.settings import Site, read_site
from tests.comply import small
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"
DAY = date(2026, 11, 21)
PACKS = load_packs(ROOT)


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(CLINIC / "site.toml")


def test_a_dossier_has_the_numbers_of_the_assessment(site: Site) -> None:
    found = exchanging.dossier(site, ROOT, DAY)

    assert found.score == flows.assess(site, ROOT, DAY, None, None).score
    assert (len(found.items), len(found.judgements), len(found.answers)) == (170, 82, 49)
    assert found.ros is not None
    assert found.actions
    assert found.measured == ""


def test_what_a_run_measured_is_laid_beside_the_answers(site: Site, tmp_path: Path) -> None:
    seen = [small.evidence("DRF-05", "contradicts"), small.evidence("DRF-10", "caps", "partly")]
    plain = exchanging.dossier(site, ROOT, DAY)
    judgements = [judgement_record(one) for one in exchanging.judged(site, ROOT, DAY, seen, "x").judgements]
    result = tmp_path / "result.json"
    number = {"number": "000000001"}
    body = {"schema": "sentinel.result/1", "organisation": number, "as_of": "2026-11-21", "judgements": judgements}
    result.write_text(json.dumps(body))

    found = exchanging.dossier(site, ROOT, DAY, result)

    states = {one.requirement.id: one.state for one in found.judgements}
    assert (states["DRF-05"], states["DRF-10"], found.measured) == ("disputed", "partly", "result.json")
    assert found.score.worst_case is not None
    assert plain.score.worst_case is not None
    assert found.score.worst_case < plain.score.worst_case


def test_a_site_without_answers_has_a_dossier_in_which_nothing_is_assessed(tmp_path: Path) -> None:
    text = 'schema = "sentinel.site/1"\n[organisation]\nname = "Fjæra"\nnumber = "000000002"\nkind = "therapist"\n'
    (tmp_path / "site.toml").write_text(text)

    found = exchanging.dossier(read_site(tmp_path / "site.toml"), ROOT, DAY)

    assert (found.answers, found.ros, found.score.coverage) == ((), None, 0.0)
    assert {name for name, _ in exchanging.oscal(found)} >= {"catalog.json", "assessment-results.json"}


def test_oscal_comes_back_as_the_same_answers(site: Site, tmp_path: Path) -> None:
    of = exchanging.dossier(site, ROOT, DAY)
    path = tmp_path / "r.json"
    path.write_text(dict(exchanging.oscal(of))["assessment-results.json"])

    assert set(read_oscal(path, "r.json", exchanging.checklist_of(ROOT, DAY, site), DAY).answers) == set(of.answers)


def test_a_sheet_comes_back_as_the_same_answers(site: Site, tmp_path: Path) -> None:
    blank = exchanging.blank(site, ROOT, DAY, "nb")
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(blank))

    taken, found = read_sheets(path, exchanging.checklist_of(ROOT, DAY, site), DAY)

    assert blank.left_out() == []
    assert (set(taken.answers), found.told) == (set(blank.answers.values()), [])


def test_a_dossier_of_a_pack_has_its_own_numbers_and_says_whether_it_binds(site: Site) -> None:
    (scored,) = score_packs(site, ROOT, DAY, "gdpr")
    found = exchanging.dossier(site, ROOT, DAY, pack="gdpr")

    assert (found.score, found.judgements) == (scored.score, scored.judgements)
    assert (len(found.items), len(found.answers), found.ros, found.measured) == (72, 39, None, "")
    assert found.catalogue.pack is not None
    assert found.catalogue.remarks.nb.endswith("Gjelder i Norge fra 20. juli 2018.")


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("writer", [book, table])
def test_every_pack_goes_through_a_sheet_and_back(tmp_path: Path, pack: str, writer: Callable[[Blank], bytes]) -> None:
    checklist = PACKS[pack].checklist
    answers = {one.id: Answer(one.id, "partly", "Åse Ørnæs", DAY, note=one.title.nb) for one in checklist.requirements}
    (tmp_path / "a").write_bytes(writer(Blank("Fjæra", checklist, checklist.requirements, answers, "nb", DAY)))

    taken, found = read_sheets(tmp_path / "a", checklist, DAY, "Fjæra")

    assert set(taken.answers) == set(answers.values())
    assert found.told == []


def test_a_sheet_of_an_older_version_is_read_and_told(site: Site, tmp_path: Path) -> None:
    checklist = exchanging.checklist_of(ROOT, DAY, site)
    blank = exchanging.blank(site, ROOT, DAY, "nb")
    (tmp_path / "a.xlsx").write_bytes(book(replace(blank, checklist=replace(checklist, version="2025.1"))))

    assert read_sheets(tmp_path / "a.xlsx", checklist, DAY)[1].told == [
        "a.xlsx: is of version 2025.1 of normen, and this is 2026.2"
    ]


def test_only_what_is_asked_stands_in_the_sheet(site: Site) -> None:
    blank = exchanging.blank(site, ROOT, DAY, "nb")

    assert len(blank.asked) == 68
    assert "DSL-02" not in {one.id for one in blank.asked}


def test_with_a_site_answers_to_what_it_is_not_asked_are_refused(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ID;Svar;Svart av;Dato\nLEV-09;ja;Åse;12.11.2026\n", encoding="utf-8")

    with pytest.raises(ContentError, match=r"a\.csv:2: LEV-09 is not asked of a small practice"):
        read_sheets(path, exchanging.checklist_of(ROOT, DAY, site), DAY, "Fjæra")
    assert len(read_sheets(path, exchanging.checklist_of(ROOT, DAY), DAY, "Fjæra")[0].answers) == 1


def test_the_result_of_somebody_else_is_refused(site: Site, tmp_path: Path) -> None:
    shutil.copy(CLINIC / "previous" / "result.json", tmp_path / "result.json")
    body = json.loads((tmp_path / "result.json").read_text())
    body["organisation"]["number"] = "000000002"
    (tmp_path / "result.json").write_text(json.dumps(body))

    with pytest.raises(InputError, match="is of organisation 000000002"):
        exchanging.dossier(site, ROOT, DAY, tmp_path / "result.json")

"""Assessments of the impact on data protection, laid beside the answers of whoever names them in the site file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel import flows
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.impacts import impacts_of, signals_of_impacts
from sentinel.model.compliance import Judgement
from sentinel.settings import Site, read_site
from tests.comply.dpia.parts import AS_OF, EXAMPLE

ANSWERS = """schema: sentinel.answers/1
organisation: Lyngvik tannklinikk
answers:
  RIS-09: {state: met, by: Åse Lyngvik, date: 2026-11-12}
  RIS-10: {state: met, by: Åse Lyngvik, date: 2026-11-12}
"""
SITE = """schema = "sentinel.site/1"
[organisation]
name = "Lyngvik tannklinikk"
number = "000000001"
kind = "dental_clinic"
[assessment]
answers = "answers.yml"
"""
DECIDED = """
approval: {by: Åse Lyngvik, role: Daglig leder, date: 2026-11-20, decision: Vi starter når tiltakene er på plass.}
"""


def a_site(folder: Path, **files: str) -> Site:
    (folder / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    named = ", ".join(f'"{name}.yml"' for name in files)
    (folder / "site.toml").write_text(f"{SITE}dpia = [{named}]\n", encoding="utf-8")
    return read_site(folder / "site.toml")


def judged(site: Site, requirement: str = "RIS-09") -> Judgement:
    found = flows.assess(site, root(), AS_OF, None, None)
    return next(one for one in found.judgements if one.requirement.id == requirement)


def clinic() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def test_a_site_that_names_no_assessment_is_told_nothing_by_that(tmp_path: Path) -> None:
    site = a_site(tmp_path)

    assert impacts_of(site, root(), AS_OF) == {}
    assert signals_of_impacts(site, root(), AS_OF) == ()
    assert (judged(site).state, judged(site).evidence) == ("met", ())


def test_one_that_is_needed_and_not_finished_makes_met_partly_and_says_why(tmp_path: Path) -> None:
    found = judged(a_site(tmp_path, video=clinic()))

    assert found.state == "partly"
    assert found.reason.nb == (
        "Åse Lyngvik svarte «oppfylt» 12. november 2026. Egen vurdering setter en grense: «Oppfølging hjemme etter "
        "kjeveoperasjon, med app og videosamtale»: en vurdering trengs, og den er ikke ferdig. Så lenge en vurdering "
        "er begynt og ikke ferdig, er ikke alle gjort."
    )


def test_one_that_is_not_finished_of_what_is_in_use_disputes_the_answer(tmp_path: Path) -> None:
    found = judged(a_site(tmp_path, video=f"{clinic()}\nin_use: 2026-11-01\n"))

    assert (found.state, found.proof) == ("disputed", None)
    assert "An assessment of your own says otherwise" in found.reason.en


def test_one_that_is_finished_backs_the_answer_as_a_document_of_its_day(tmp_path: Path) -> None:
    found = judged(a_site(tmp_path, video=clinic() + DECIDED))
    proof = found.proof

    assert found.state == "met"
    assert "Egen vurdering støtter svaret" in found.reason.nb
    assert proof
    assert (proof.grade, proof.first, proof.dated.isoformat()) == ("documented", "documented", "2026-11-20")
    assert found.maturity
    assert found.maturity.effect is None


def test_one_finished_assessment_does_not_hide_another_that_is_not(tmp_path: Path) -> None:
    found = judged(a_site(tmp_path, video=clinic() + DECIDED, app=clinic()))

    assert found.state == "partly"
    assert [item.role for item in found.evidence] == ["caps", "supports"]


def test_the_order_in_which_they_are_named_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = judged(a_site(tmp_path / "a", video=clinic() + DECIDED, app=clinic()))
    other = judged(a_site(tmp_path / "b", app=clinic(), video=clinic() + DECIDED))

    assert one == other


def test_faults_of_all_of_them_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    site = a_site(
        tmp_path,
        wrong=clinic().replace("case: oppfolging-hjemme", "case: 1"),
        foreign=clinic().replace('"000000001"', '"000000002"'),
    )
    (tmp_path / "site.toml").write_text(f'{SITE}dpia = ["wrong.yml", "foreign.yml", "gone.yml"]\n', encoding="utf-8")
    with pytest.raises(ContentError) as told:
        impacts_of(read_site(tmp_path / "site.toml"), root(), AS_OF)

    faults = str(told.value)
    assert "wrong.yml:4: " in faults
    assert "gone.yml: " in faults
    assert "site.toml:8: foreign.yml is of organisation '000000002'" in faults
    assert site.file.assessment


def test_what_an_earlier_result_held_of_documents_gives_way_to_what_is_read_now(tmp_path: Path) -> None:
    site = a_site(tmp_path, video=clinic())
    before = [one for one in judged(site).evidence if one.signal.kind == "document"]
    (tmp_path / "video.yml").write_text(clinic() + DECIDED, encoding="utf-8")

    again = flows.assess(site, root(), AS_OF, None, None, before)
    assert next(one.state for one in again.judgements if one.requirement.id == "RIS-09") == "met"

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sentinel import flows, packs
from sentinel.errors import ContentError, SettingsError
from sentinel.settings import Site, read_site
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
TRUST = ROOT / "examples" / "health-trust" / "site.toml"
TODAY = date(2026, 11, 21)
LAW = "digitalsikkerhetsloven"
WEIGHTS = 9 * 3 + 5 * 2
SITE = """
schema = "sentinel.site/1"
[organisation]
name = "Storfjord sykehus"
number = "000000003"
kind = "health_trust"
[assessment]
answers = "answers.yml"
[assessment.packs]
digitalsikkerhetsloven = "law.yml"
"""
ANSWERS = """
schema: sentinel.answers/1
organisation: Storfjord sykehus
answers:
"""


def site(folder: Path, answers: str = "", text: str = SITE) -> Site:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    (folder / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    (folder / "law.yml").write_text(ANSWERS + answers, encoding="utf-8")
    return read_site(folder / "site.toml")


def test_what_nobody_answered_is_not_looked_at(tmp_path: Path) -> None:
    (found,) = packs.score_packs(site(tmp_path), ROOT, TODAY, None)

    assert found.score is not None
    assert (found.score.score, found.score.coverage, found.score.worst_case) == (None, 0.0, 0.0)
    assert {judgement.state for judgement in found.judgements} == {"not_assessed"}
    assert found.score.level == "red"


def test_a_pack_counts_its_own_answers_and_leaves_those_of_normen_alone(tmp_path: Path) -> None:
    """Two gates of weight 3, one of them met: half of what was assessed, 3 of all weights together."""
    answered = (
        "  DS-01: {state: met, by: Åse, date: 2026-11-01}\n  DS-02: {state: not_met, by: Åse, date: 2026-11-01}\n"
    )
    before = flows.assess(site(tmp_path), ROOT, TODAY, None, None).score
    own = site(tmp_path, answered)
    (found,) = packs.score_packs(own, ROOT, TODAY, LAW)

    assert found.score is not None
    assert found.score.score == 50.0
    assert found.score.coverage == pytest.approx(100 * 2 / 14)
    assert found.score.worst_case == pytest.approx(100 * 3 / WEIGHTS)
    assert found.score.checklist_id == LAW
    assert flows.assess(own, ROOT, TODAY, None, None).score == before


def test_a_pack_that_is_not_for_the_organisation_has_no_score_and_a_reason() -> None:
    (found,) = packs.score_packs(read_site(CLINIC), ROOT, TODAY, LAW)

    assert (found.score, found.judgements, found.pack.applies) == (None, (), False)
    assert found.pack.because is not None
    assert found.pack.because.nb == "Gjelder ikke: virksomheten er ikke omfattet av digitalsikkerhetsloven."


def test_answers_are_checked_also_where_the_pack_is_not_for_the_organisation(tmp_path: Path) -> None:
    own = site(
        tmp_path, "  DS-99: {state: met, by: Åse, date: 2026-11-01}\n", SITE.replace("health_trust", "therapist")
    )

    with pytest.raises(ContentError, match="unknown requirement 'DS-99'"):
        packs.score_packs(own, ROOT, TODAY, None)


def test_answers_to_a_pack_that_nobody_knows_are_told(tmp_path: Path) -> None:
    own = site(tmp_path, text=SITE.replace("digitalsikkerhetsloven =", "digitalsikkerhetslov ="))

    with pytest.raises(SettingsError, match=r"\[assessment.packs\]: unknown pack 'digitalsikkerhetslov', did you mean"):
        packs.score_packs(own, ROOT, TODAY, None)


def test_a_site_that_names_no_pack_is_told_how() -> None:
    with pytest.raises(SettingsError, match=r"below \[assessment.packs\]"):
        packs.score_packs(read_site(TRUST), ROOT, TODAY, None)


def test_a_run_judges_every_pack_and_knows_which_the_site_answers(tmp_path: Path) -> None:
    answered = "  DS-01: {state: met, by: Åse, date: 2026-11-01}\n"
    own = site(tmp_path, answered)
    found = packs.packs_of_run(own, packs.ground(own, ROOT), TODAY)
    by_id = {one.pack.id: one for one in found}

    assert [one.pack.id for one in found] == [one.id for one in packs.overviews(ROOT, TODAY, None)]
    assert [one.pack.id for one in found if one.named] == [LAW]
    assert by_id[LAW] == packs.score_packs(site(tmp_path, answered), ROOT, TODAY, LAW)[0]
    gdpr = by_id["gdpr"].score
    assert gdpr is not None
    assert (gdpr.score, gdpr.coverage) == (None, 0.0)


def test_a_run_with_answers_to_a_pack_that_nobody_knows_is_told(tmp_path: Path) -> None:
    own = site(tmp_path, text=SITE.replace("digitalsikkerhetsloven =", "nix ="))

    with pytest.raises(SettingsError, match="unknown pack 'nix'"):
        packs.packs_of_run(own, packs.ground(own, ROOT), TODAY)


def test_a_profile_of_a_pack_counts_silence_as_yes(tmp_path: Path) -> None:
    silent = packs.profile_pack(site(tmp_path, text=SITE.replace("health_trust", "municipality")), ROOT, LAW, TODAY)
    clinic = packs.profile_pack(read_site(CLINIC), ROOT, LAW, TODAY)

    assert all(item.applies for item in silent.items)
    assert "DSL" in silent.unsaid
    assert silent.items[0].because.nb.startswith("Regnes som ja til det er svart nei: ")
    assert not any(item.applies for item in clinic.items)


def test_without_a_site_nobody_is_told_that_a_pack_is_for_them() -> None:
    found = packs.overviews(ROOT, TODAY, None)

    assert {one.applies for one in found} == {None}
    assert [one.id for one in found] == sorted(one.id for one in found)

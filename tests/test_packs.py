from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from sentinel import flows, packs
from sentinel.comply.change import changes
from sentinel.comply.evidence import load_evidence_map
from sentinel.comply.judge import judge
from sentinel.comply.migration import carry, load_migrations
from sentinel.comply.packs import load_packs
from sentinel.comply.previous import Earlier
from sentinel.errors import ContentError, SettingsError
from sentinel.model.compliance import EffectiveState, Signal
from sentinel.model.packs import PackScored
from sentinel.model.text import Text
from sentinel.model.trend import Previous
from sentinel.settings import Site, read_site
from tests.comply.small import EVERYTHING, answer, chapter, requirement
from tests.comply.small_packs import PACK, write_pack
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


def supplier(folder: Path, answers: str, number: str = "000000400") -> Site:
    text = SITE.replace("000000003", number).replace("health_trust", "system_supplier")
    return site(folder, answers, text.replace("digitalsikkerhetsloven", "supplier"))


MENDED = "  LS-12: {state: met, by: Åse, date: 2026-11-01}\n  LS-01: {state: met, by: Åse, date: 2026-11-01}\n"
EXPLOITED = Signal(
    "finding",
    "known-exploited",
    True,  # noqa: FBT003 -- its only bool
    "SRV-1",
    Text("hull", "hole"),
    "scan",
    date(2026, 11, 2),
    date(2026, 11, 2),
)


def scored(own: Site, name: str, signals: Sequence[Signal] = ()) -> PackScored:
    return next(one for one in packs.packs_of_run(own, packs.ground(own, ROOT), TODAY, signals) if one.pack.id == name)


def test_a_measurement_lowers_an_answer_to_a_pack_and_never_raises_one(tmp_path: Path) -> None:
    own = supplier(tmp_path, MENDED)
    before, after = scored(own, "supplier"), scored(own, "supplier", [EXPLOITED])
    states = {one.requirement.id: one.state for one in after.judgements}

    assert (states["LS-12"], states["LS-01"]) == ("partly", "met")
    assert before.score is not None
    assert after.score is not None
    assert (after.score.worst_case or 0.0) < (before.score.worst_case or 0.0)
    assert {e.confidence for j in after.judgements for e in j.evidence} == {"unverified"}


def test_a_signal_answers_nothing_in_any_pack(tmp_path: Path) -> None:
    """Every signal that the maps know, all at once: what nobody answered stays not assessed, in every pack."""
    own = site(tmp_path)
    known = packs.ground(own, ROOT)
    places = {place for pack in known.packs.values() for place in load_evidence_map(ROOT, pack.checklist).effects}
    signals = [
        Signal(kind, key, when == "seen", "x", Text("x", "x"), "x", None if when == "absent" else TODAY, TODAY)  # type: ignore[arg-type]  # kinds of the maps
        for kind, key, when in sorted(places)
    ]
    found = packs.packs_of_run(own, known, TODAY, signals)

    assert {j.state for one in found for j in one.judgements} == {"not_assessed"} | {"not_applicable"}
    assert any(j.evidence for one in found for j in one.judgements)
    assert {one.score.score for one in found if one.score} == {None}


def earlier(states: dict[str, EffectiveState], version: str = "2026.1", name: str = "supplier") -> Earlier:
    then = Previous(date(2025, 11, 20), states, dict.fromkeys(states, 3), version)
    return Earlier(Previous(then.when, {}, {}), {name: then}, (name,))


def test_a_pack_tells_its_own_trend_apart_from_what_was_looked_at_for_the_first_time(tmp_path: Path) -> None:
    own = supplier(tmp_path, MENDED)
    before = earlier({"LS-12": "not_met", "LS-01": "not_assessed", "LS-02": "met"})
    now = packs.compared([scored(own, "supplier")], packs.ground(own, ROOT), before)
    told = [(change.direction, change.what.nb) for change in now[0].changes]

    assert now[0].previous is not None
    assert told[0] == ("up", "Målt på det ene kravet som går igjen: 0 → 100")
    assert ("up", "Svakheter blir funnet og rettet: fra ikke oppfylt til oppfylt") in told
    assert ("same", "Ett krav er vurdert for første gang") in told
    assert ("same", "Ett krav er ikke lenger vurdert") in told


def test_a_pack_that_was_left_out_since_is_told_and_not_lost(tmp_path: Path) -> None:
    own = supplier(tmp_path, MENDED)
    found = packs.packs_of_run(own, packs.ground(own, ROOT), TODAY)

    (gone,) = packs.left_out(found, earlier({}, name="gdpr"))
    assert gone.what.nb == "«Personvernforordningen» ble vurdert sist, og er ikke med denne gangen"
    assert packs.left_out(found, earlier({})) == ()
    (strange,) = packs.left_out(found, earlier({}, name="no-such"))
    assert strange.what.en.startswith("“no-such” was assessed last time")


def test_a_pack_that_no_longer_applies_says_so_and_is_compared_with_nothing(tmp_path: Path) -> None:
    own = site(tmp_path, text=SITE.replace("health_trust", "therapist"))
    now = packs.compared([scored(own, LAW)], packs.ground(own, ROOT), earlier({"DS-01": "met"}, name=LAW))

    assert [change.what.en for change in now[0].changes] == ["The pack is no longer for the organisation"]


TABLE = """
from: "2026.1"
to: "2026.2"
equal: [XA-01]
changed:
  - {id: XA-02, how: split, to: [XA-03, XA-04], because: {nb: Delt i to., en: Split in two.}}
"""
LATER = chapter(
    "XA", requirement("XA-01", 3, gate=True, applies="MD"), requirement("XA-03", 1), requirement("XA-04", 1)
)


def test_a_pack_of_a_new_version_carries_its_answers_over(tmp_path: Path) -> None:
    """A test pack, whose second requirement was split in two: the old answer to it says nothing sure of either."""
    base = write_pack(tmp_path, PACK.replace("2026.1", "2026.2"), LATER)
    table = base / "checklists" / "packs" / "law" / "migrations" / "2026.1-2026.2.yml"
    table.parent.mkdir()
    table.write_text(TABLE, encoding="utf-8")
    law = load_packs(base)["law"].checklist
    judgements = judge(law, EVERYTHING, [answer("XA-01", "met"), answer("XA-03", "met")], (), TODAY)
    before = Previous(date(2025, 11, 20), {"XA-01": "not_met", "XA-02": "met"}, {}, "2026.1")
    told = [change.what.nb for change in changes(carry(before, load_migrations(base, law), law.version), judgements)]

    assert told == [
        "Målt på det ene kravet som går igjen: 0 → 100",
        "title XA-01: fra ikke oppfylt til oppfylt",
        "Ett krav er delt i flere og er ikke sammenlignet",
    ]


def test_a_table_that_forgets_a_requirement_of_a_pack_is_refused(tmp_path: Path) -> None:
    base = write_pack(tmp_path, PACK.replace("2026.1", "2026.2"), LATER)
    table = base / "checklists" / "packs" / "law" / "migrations" / "2026.1-2026.2.yml"
    table.parent.mkdir()
    table.write_text(TABLE.replace("XA-03, XA-04", "XA-03"), encoding="utf-8")

    with pytest.raises(ContentError, match="nothing is said of XA-04"):
        load_migrations(base, load_packs(base)["law"].checklist)

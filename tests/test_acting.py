from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sentinel import flows
from sentinel.acting import actions_for_normen, to_do
from sentinel.errors import ContentError
from sentinel.settings import Site, read_site
from tests.shared import ROOT
from tests.test_packs import TODAY, site

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
NORMEN = """
  HEN-07: {state: not_met, by: Åse, date: 2026-11-01}
"""
LAW = """
  DS-10: {state: not_met, by: Åse, date: 2026-11-01}
  DS-08: {state: not_met, by: Åse, date: 2026-11-01}
"""
BECAME = """
schema: sentinel.actions/1
organisation: Storfjord sykehus
actions:
"""


def hospital(folder: Path, became: str = "", normen: str = NORMEN, law: str = LAW) -> Site:
    own = site(folder, law)
    text = (folder / "site.toml").read_text(encoding="utf-8")
    named = 'answers = "answers.yml"\nactions = "actions.yml"'
    (folder / "site.toml").write_text(text.replace('answers = "answers.yml"', named), encoding="utf-8")
    with (folder / "answers.yml").open("a", encoding="utf-8") as file:
        file.write(normen)
    (folder / "actions.yml").write_text(BECAME + (became or "  {}"), encoding="utf-8")
    return read_site(own.folder / "site.toml")


def told(own: Site) -> dict[str, tuple[str, bool, str]]:
    return {a.id: (a.state, a.open, a.same_as) for a in flows.actions_of(own, ROOT, TODAY)}


def test_the_law_refers_to_what_normen_asks_and_tells_its_own(tmp_path: Path) -> None:
    """DS-10 is equal to HEN-07; DS-08 is only a part of a requirement that nobody answered."""
    found = told(hospital(tmp_path))

    assert found["notify-authority"] == ("proposed", True, "")
    assert found["digitalsikkerhetsloven.normen.notify-authority"] == ("proposed", True, "notify-authority")
    assert found["digitalsikkerhetsloven.secure-sites"] == ("proposed", True, "")
    assert "digitalsikkerhetsloven.warn-in-a-day" not in found


def test_what_became_of_the_deed_is_told_of_both(tmp_path: Path) -> None:
    became = "  notify-authority: {state: started, date: 2026-11-01, owner: Åse, due: 2026-11-10}\n"
    found = {a.id: a for a in flows.actions_of(hospital(tmp_path, became), ROOT, TODAY)}
    reference = found["digitalsikkerhetsloven.normen.notify-authority"]

    assert (reference.state, reference.owner, reference.overdue) == ("started", "Åse", True)
    assert reference.due == found["notify-authority"].due


def test_a_deed_that_was_dropped_for_normen_is_not_dropped_for_the_law(tmp_path: Path) -> None:
    became = "  notify-authority: {state: dropped, date: 2026-11-01, note: Venter.}\n"
    found = told(hospital(tmp_path, became))

    assert found["notify-authority"][0] == "dropped"
    assert found["digitalsikkerhetsloven.warn-in-a-day"] == ("proposed", True, "")


def test_steps_of_packs_are_followed_up_and_closed_in_the_same_file(tmp_path: Path) -> None:
    became = (
        "  digitalsikkerhetsloven.secure-sites: {state: done, date: 2026-11-01}\n"
        "  digitalsikkerhetsloven.organise: {state: done, date: 2026-11-01}\n"
        "  gdpr.encrypt: {state: done, date: 2026-11-01}\n"
    )
    found = told(hospital(tmp_path, became))

    assert found["digitalsikkerhetsloven.secure-sites"] == ("done", True, ""), "said to be done, and not in place"
    assert found["digitalsikkerhetsloven.organise"] == ("done", False, ""), "proposed no longer"
    assert found["gdpr.encrypt"] == ("done", False, ""), "of a pack that the site does not answer, and not lost"


def test_an_unknown_step_is_told_with_what_was_meant(tmp_path: Path) -> None:
    own = hospital(tmp_path, "  digitalsikkerhetsloven.secure-site: {state: done, date: 2026-11-01}\n")

    with pytest.raises(ContentError, match=r"unknown action .*did you mean digitalsikkerhetsloven.secure-sites"):
        flows.actions_of(own, ROOT, TODAY)


def test_for_normen_alone_packs_change_nothing(tmp_path: Path) -> None:
    own = hospital(tmp_path)
    assessed = flows.assess(own, ROOT, TODAY, None, None)
    found = actions_for_normen(own, ROOT, TODAY, assessed)

    assert [a.id for a in found] == [a.id for a in to_do(own, ROOT, TODAY, assessed).actions]
    assert {a.pack for a in found} == {""}


def test_a_pack_that_nobody_answers_proposes_nothing() -> None:
    packs = {action.pack for action in flows.actions_of(read_site(CLINIC), ROOT, TODAY)}

    assert packs == {"", "gdpr"}


def test_a_pack_whose_plan_is_wrong_is_told_with_all_its_faults(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "checklists", content / "checklists")
    plan = content / "checklists" / "packs" / "cloud" / "actions.yml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("who: it\n", "who: iit\n", 1).replace("SKY-16", "SKY-61"), encoding="utf-8")
    (content / "checklists" / "packs" / "nis2" / "actions.yml").unlink()

    with pytest.raises(ContentError) as caught:
        flows.actions_of(hospital(tmp_path), content, TODAY)
    told_faults = "\n".join(map(str, caught.value.faults))
    assert "packs/cloud/actions.yml" in told_faults
    assert "unknown person 'iit', did you mean it?" in told_faults
    assert "unknown requirement 'SKY-61'" in told_faults
    assert "no general step mends SKY-16" in told_faults
    assert "packs/nis2/actions.yml: is not there" in told_faults


def test_what_is_written_under_a_reference_belongs_under_the_deed(tmp_path: Path) -> None:
    own = hospital(tmp_path, "  gdpr.normen.try-restore: {state: done, date: 2026-11-01}\n")

    with pytest.raises(ContentError, match=r"write it under try-restore, which it refers to"):
        flows.actions_of(own, ROOT, TODAY)

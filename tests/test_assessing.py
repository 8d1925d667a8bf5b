from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sentinel import assessing
from sentinel.errors import SettingsError
from sentinel.settings import read_site
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
TODAY = date(2026, 11, 21)


def test_a_profile_holds_the_whole_catalogue_and_counts_what_is_asked() -> None:
    found = assessing.profile_of(ROOT, "health_trust", {})

    assert (len(found.items), found.asked(), found.gates()) == (170, 169, 35)
    assert found.unsaid == ("DP", "AI")


def test_what_is_said_shortens_the_profile_and_the_list_of_what_is_unsaid() -> None:
    found = assessing.profile_of(ROOT, "health_trust", {"DP": False, "AI": True})

    assert (found.asked(), found.unsaid) == (165, ())


def test_the_example_clinic_is_asked_the_part_for_a_small_practice() -> None:
    own = read_site(CLINIC).file.organisation
    found = assessing.profile_of(ROOT, own.kind, own.facts)
    off = [item for item in found.items if not item.applies]

    assert (found.asked(), found.unsaid) == (68, ())
    assert all(item.because.nb.startswith(("Gjelder ikke: ", "Spørres ikke ")) for item in off)


def test_an_unknown_fact_is_told() -> None:
    with pytest.raises(SettingsError, match="unknown class 'LARG', did you mean LARGE"):
        assessing.profile_of(ROOT, "health_trust", {"LARG": True})


def test_the_letter_asks_only_about_what_is_open_and_applies() -> None:
    said = assessing.letter_of(read_site(CLINIC), ROOT, TODAY, "nb")

    assert "(KOM-02)" in said
    assert "(LEV-07)" not in said, "the clinic is no processor"
    assert "(LEV-09)" not in said, "a small practice is not asked this"


def test_the_letter_of_a_pack_leaves_out_what_is_in_place(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(
        'schema = "sentinel.site/1"\n[organisation]\nname = "Fjellvik"\nnumber = "000000002"\nkind = "therapist"\n'
        '[assessment]\nanswers = "a.yml"\n[assessment.packs]\ngdpr = "gdpr.yml"\n',
        encoding="utf-8",
    )
    (tmp_path / "gdpr.yml").write_text(
        "schema: sentinel.answers/1\norganisation: Fjellvik\nanswers:\n"
        "  GD-35: {state: met, by: Åse, date: 2026-11-01}\n  GD-36: {state: unknown, by: Åse, date: 2026-11-01}\n",
        encoding="utf-8",
    )
    said = assessing.pack_letter_of(read_site(tmp_path / "site.toml"), ROOT, TODAY, "gdpr", "nb")

    assert "(GD-35)" not in said
    assert "(GD-36)" in said
    assert "(GD-47)" not in said, "it is no processor"

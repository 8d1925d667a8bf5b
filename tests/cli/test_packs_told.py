from __future__ import annotations

from datetime import date

import pytest

from sentinel.cli.packs_told import say_profile, say_scored
from sentinel.packs import profile_pack, score_packs
from sentinel.settings import read_site
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"
LAW = "digitalsikkerhetsloven"
TODAY = date(2026, 11, 21)


def test_a_profile_tells_why_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    say_profile(profile_pack(read_site(CLINIC), ROOT, LAW, TODAY))

    told = capsys.readouterr()
    assert told.out == ""
    assert f"{LAW}: 0 of 14 requirements are asked, 0 of them gates" in told.err
    assert "not for this organisation. Gjelder ikke: " in told.err


def test_whether_the_law_binds_is_said_before_any_number(capsys: pytest.CaptureFixture[str]) -> None:
    say_scored(score_packs(read_site(CLINIC), ROOT, TODAY, LAW))

    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("Gjelder i Norge fra 1. oktober 2025.")
    assert second.startswith("Not scored: ")

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sentinel.cli.known import known, say_judged, severities
from sentinel.cli.options import Asked
from sentinel.errors import InputError
from sentinel.model.assets import Cleared, Finding, Impact
from sentinel.model.judged import Judged
from sentinel.model.severity import Severity
from sentinel.model.text import Text
from tests.cli.conftest import Run
from tests.scan.knowledge.samples import KEV, made
from tests.scan.weakness.bundle import Small, advisory, judged, row

WORDS = Text("a", "a")


def finding(cleared: Cleared | None) -> Finding:
    day = date(2026, 1, 1)
    return Finding("i", "a", "n", "c", "sure", Severity.HIGH, Impact(), WORDS, WORDS, WORDS, day, None, cleared=cleared)


def test_what_somebody_answers_for_is_no_reason_to_fail() -> None:
    assert list(severities([finding(None), finding(Cleared("x", "y", "z"))])) == [Severity.HIGH]


def test_without_a_bundle_it_is_said_that_nobody_looked(capsys: pytest.CaptureFixture[str]) -> None:
    say_judged(Judged(()))
    assert "nobody looked" in capsys.readouterr().err


def test_what_was_looked_for_and_what_not_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    seen = row("10.0.0.1", "Dräger", "Infinity Delta", "1"), row("10.0.0.2", "Nobody", "Thing", "1")
    say_judged(judged(Small([advisory("Dräger", "Infinity Delta", "CVE-1", every=True)]), *seen))
    told = capsys.readouterr().err
    assert "known vulnerabilities of 2 products: 1 with known vulnerabilities; 1 not looked up: no source's" in told
    assert "csaf of 2026-11-01" in told


def test_no_bundle_in_its_usual_place_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("SENTINEL_KNOWLEDGE", raising=False)
    assert known(Asked()) is None


def test_a_bundle_that_is_named_must_be_there_and_signed_by_somebody_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, _ = made(tmp_path, KEV)
    monkeypatch.setenv("SENTINEL_POLICY", str(tmp_path))
    with pytest.raises(InputError):
        known(Asked(knowledge=str(tmp_path / "nothing.zip")))
    with pytest.raises(InputError):
        known(Asked(knowledge=str(bundle)))
    (tmp_path / "keys").rename(tmp_path / "knowledge-keys")
    found = known(Asked(knowledge=str(bundle)))
    assert found is not None
    assert [feed.name for feed in found.feeds] == ["kev"]


def test_a_scan_says_how_far_it_looked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("ip;vendor;product\n10.0.0.1;Dräger;Infinity Delta\n", encoding="utf-8")
    told = run("scan", "import", tmp_path / "i.csv", "--show", "looked")
    assert told.stdout == "Nothing found.\n"
    assert "nobody looked" in told.stderr

from __future__ import annotations

from tests.cli.conftest import Run
from tests.shared import ROOT

CAPTURE = ROOT / "examples" / "clinic" / "capture" / "lyngvik.pcap"


def test_what_was_found_is_told_beside_what_is_printed(run: Run) -> None:
    done = run("scan", "passive", CAPTURE, "-q")

    assert "10 assets" in done.stderr
    assert "10.20.30.21" in done.stdout


def test_what_is_printed_does_not_change_what_is_found(run: Run) -> None:
    for shown in ("assets", "findings", "flows", "titles", "crossings"):
        assert "10 assets, 9 findings" in run("scan", "passive", CAPTURE, "--show", shown, "-q").stderr

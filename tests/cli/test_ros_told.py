from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sentinel.cli.ros_told import say_missing, say_risks
from tests.comply.ros.small import SUPPLIERS, accepted, fact, judged, levels, measure, ros


def test_each_missing_thing_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    risks: dict[str, Any] = {
        **{name: {"before": judged()} for name in SUPPLIERS},
        "phishing": {"before": judged(3, levels(3)), "measures": [measure(due=date(2026, 11, 20))]},
        "snooping": {"before": judged(3, levels(3))},
        "log-missing": {"before": judged(3, levels(3)), "acceptance": accepted()},
    }

    assert say_missing(ros(tmp_path, risks))

    out, err = capsys.readouterr()
    assert [line.split(":")[:2] for line in out.splitlines()] == [
        ["phishing", " open"],
        ["phishing", " measure 'training' was due 2026-11-20 (Kåre Nygård)"],
        ["snooping", " open"],
        ["snooping", " no measure is planned"],
    ]
    assert "9 risks: 9 assessed, 7 settled, 2 not; worst case high" in err
    assert "Nothing that was measured is laid beside" in err


def test_where_nothing_is_missing_nothing_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = ros(tmp_path, {name: {"before": judged()} for name in SUPPLIERS}, {"X": [fact("X")]})

    assert not say_missing(found)

    out, err = capsys.readouterr()
    assert out == ""
    assert "--result" not in err


def test_what_fits_and_was_not_taken_in_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say_risks(ros(tmp_path, {}))

    assert "ransomware" in capsys.readouterr().err

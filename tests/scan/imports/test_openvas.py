from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.scan.imports.openvas import _severity
from tests.scan.imports.samples import OPENVAS, read, shown


def test_results_and_hosts(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, OPENVAS)

    assert shown(seen) == [
        ("scanner.finding", "10.20.30.30", 23),
        ("tcp.open", "10.20.30.30", 23),
        ("scanner.finding", "10.20.30.30", 8080),
        ("tcp.open", "10.20.30.30", 8080),
        ("scanner.host", "10.20.30.30", None),
    ]
    assert (tally.handled, dict(tally.skipped)) == (3, {"false-positive": 1})
    assert seen[0].facts == {
        "scanner": "OpenVAS",
        "id": "1.3.6.1.4.1.25623.1.0.108522",
        "title": "Telnet Unencrypted Cleartext Login",
        "severity": "medium",
        "score": "4.8",
        "quality": "70",
        "advice": "Replace Telnet.",
    }
    assert (seen[2].facts["severity"], seen[2].facts["cves"]) == ("critical", "CVE-2009-1523, CVE-2009-1524")
    assert (seen[4].mac, seen[4].facts["os"]) == ("00:15:5d:00:00:30", "Ubuntu 18.04")


@pytest.mark.parametrize(
    ("threat", "score", "severity"),
    [
        ("High", "7.5", "high"),
        ("High", "9.8", "critical"),
        ("Log", "0.0", "informational"),
        ("", "9.8", "critical"),
        ("", "", "informational"),
        ("Low", "9.8", "low"),
    ],
)
def test_without_a_word_the_score_says_how_grave_it_is(threat: str, score: str, severity: str) -> None:
    assert _severity(threat.lower(), score) == severity


def test_a_bare_report_is_recognised(tmp_path: Path) -> None:
    result = '<result><host>10.0.0.1</host><nvt oid="1"/><severity>5</severity></result>'

    assert read(tmp_path, f'<report id="x"><results>{result}</results></report>')[0][0].facts["severity"] == "medium"

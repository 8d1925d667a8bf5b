from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.scan.imports.samples import NESSUS, read, shown


def test_a_host_its_ports_and_what_was_found(tmp_path: Path) -> None:
    seen, tally = read(tmp_path, NESSUS)

    assert shown(seen) == [
        ("scanner.host", "10.20.30.11", None),
        ("service.named", "10.20.30.11", 3389),
        ("scanner.finding", "10.20.30.11", 3389),
        ("service.named", "10.20.30.11", 23),
        ("scanner.finding", "10.20.30.11", 23),
        ("service.named", "10.20.30.11", 8080),
    ]
    assert dict(tally.parts) == {"informational": 2}
    assert (tally.handled, dict(tally.skipped)) == (5, {"no-address": 2})
    host, _, blue = seen[:3]
    assert host.mac == "00:15:5d:00:00:11"
    assert host.time == datetime.fromtimestamp(1791964802, UTC)
    assert host.facts == {
        "scanner": "Nessus",
        "hostname": "lv-epj.lyngvik.example",
        "os": "Microsoft Windows Server 2012 R2 Standard",
    }
    assert blue.facts == {
        "scanner": "Nessus",
        "id": "125313",
        "title": "Microsoft RDP RCE (CVE-2019-0708) (BlueKeep) (uncredentialed check)",
        "severity": "critical",
        "cves": "CVE-2019-0708",
        "score": "9.8",
        "advice": "Microsoft has released patches.",
    }


def test_a_service_that_was_guessed_says_so(tmp_path: Path) -> None:
    named = {one.port: one.facts for one in read(tmp_path, NESSUS)[0] if one.kind == "service.named"}

    assert named == {3389: {"service": "msrdp"}, 23: {"service": "telnet"}, 8080: {"service": "www", "guess": "yes"}}


def test_a_result_without_a_severity_has_that_of_its_score(tmp_path: Path) -> None:
    seen, _ = read(tmp_path, NESSUS.replace('severity="4" ', ""))

    assert [one.facts["severity"] for one in seen if one.facts.get("id") == "125313"] == ["critical"]

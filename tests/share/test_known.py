from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from sentinel.model.assets import Cleared, Rank, RankPart
from sentinel.model.history import Tracked
from sentinel.model.knowledge import Weakness
from sentinel.share.cyclonedx import write_cyclonedx
from sentinel.share.finding_table import write_finding_table
from sentinel.share.known import METHODS, not_affected, version_of
from sentinel.share.ocsf_findings import vulnerability
from sentinel.share.sarif import write_sarif
from tests.share.tracked import ALL, MADE

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
KNOWN = Weakness("CVE-2026-1", 9.8, VECTOR, exploited=date(2026, 5, 1), epss=0.5)
CLEARED = Cleared("Medisinsk teknikk", "Skilt nett.", "vex-1", date(2026, 12, 31))


def one(cleared: Cleared | None = None) -> Tracked:
    finding = replace(
        ALL[0].finding,
        cves=("CVE-2026-1", "CVE-2026-2"),
        weaknesses=(KNOWN,),
        rank=Rank(63.0, (RankPart("threat", "x", 0.9),)),
        cleared=cleared,
    )
    return replace(ALL[0], finding=finding, state="cleared" if cleared else "open")


@pytest.mark.parametrize(
    ("vector", "version"),
    [
        (VECTOR, "3.1"),
        ("CVSS:4.0/AV:N", "4.0"),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", "2.0"),
        ("", "unknown"),
        ("x", "unknown"),
    ],
)
def test_versions_of_vectors(vector: str, version: str) -> None:
    assert version_of(vector) == version
    assert version in METHODS or version == "unknown"


def test_a_statement_is_told_with_owner_place_end_and_reason() -> None:
    assert not_affected(CLEARED) == "not affected according to Medisinsk teknikk (vex-1), until 2026-12-31: Skilt nett."
    assert not_affected(Cleared("X", "", "y")) == "not affected according to X (y), without an end: no reason given"


def test_vex_says_not_affected_only_where_somebody_answers() -> None:
    for cleared, state in ((CLEARED, "not_affected"), (None, "in_triage")):
        bom = json.loads("".join(write_cyclonedx([one(cleared)], MADE)))
        first, second = bom["vulnerabilities"]
        assert first["analysis"]["state"] == state
        assert {"score": 9.8, "method": "CVSSv31", "vector": VECTOR} in first["ratings"]
        told = {item["name"]: item["value"] for item in first["properties"]}
        assert told == {"sentinel:rank": "63.0", "sentinel:epss": "0.5", "sentinel:known-exploited-since": "2026-05-01"}
        assert len(second["ratings"]) == 1


def test_sarif_carries_rank_and_suppression() -> None:
    (result,) = json.loads("".join(write_sarif([one(CLEARED)], MADE)))["runs"][0]["results"]
    assert result["rank"] == 63.0
    assert result["properties"]["knownExploited"] == ["CVE-2026-1"]
    assert "Medisinsk teknikk" in result["suppressions"][0]["justification"]


def test_ocsf_carries_what_is_known_of_each_weakness() -> None:
    told = vulnerability(one(CLEARED), MADE)
    assert (told["status"], "Medisinsk teknikk" in told["status_detail"]) == ("Suppressed", True)
    first, second = told["vulnerabilities"]
    assert first["cve"]["cvss"] == [{"base_score": 9.8, "version": "3.1", "vector_string": VECTOR}]
    assert first["is_exploit_available"] is True
    assert second["cve"] == {"uid": "CVE-2026-2"}
    assert told["unmapped"] == {"sentinel_rank": 63.0}


def test_the_table_carries_it_too() -> None:
    header, line = write_finding_table([one(CLEARED)], MADE)
    assert header.strip().split(",")[-4:] == ["rang", "utnyttes", "gjelder ikke ifølge", "gjelder ikke til"]
    assert line.strip().endswith("63.0,CVE-2026-1,Medisinsk teknikk,2026-12-31")

from __future__ import annotations

import json

import pytest

from sentinel.model.history import Tracked
from sentinel.share.ocsf_findings import write_ocsf_findings
from tests.share.tracked import ALL, FIXED, MADE, OPEN

REQUIRED = {
    "activity_id", "category_uid", "class_uid", "finding_info", "metadata", "severity_id", "time", "type_uid",
    "vulnerabilities",
}  # fmt: skip
"""What class 2002 demands at requirement level `required`."""


@pytest.mark.parametrize("one", ALL)
def test_every_finding_has_what_the_class_demands(one: Tracked) -> None:
    (line,) = write_ocsf_findings([one], MADE)
    told = json.loads(line)

    assert told.keys() >= REQUIRED
    assert (told["class_uid"], told["type_uid"]) == (2002, 200200 + told["activity_id"])
    assert told["finding_info"].keys() >= {"uid", "title"}
    assert told["metadata"]["product"]["name"] == "Sentinel"


def test_state_and_cves_are_told() -> None:
    opened, accepted, fixed = (json.loads(line) for line in write_ocsf_findings(ALL, MADE))

    assert [told["status"] for told in (opened, accepted, fixed)] == ["New", "Suppressed", "Resolved"]
    assert [told["activity_id"] for told in (opened, accepted, fixed)] == [1, 2, 3]
    assert [one["cve"]["uid"] for one in accepted["vulnerabilities"]] == ["CVE-2019-0708", "CVE-2020-1"]
    assert (accepted["status_detail"], accepted["confidence"]) == ("Byttes", "Medium")
    assert len(opened["vulnerabilities"]) == 1
    assert "cve" not in opened["vulnerabilities"][0]


def test_times_are_milliseconds_and_the_days_of_sight() -> None:
    told = json.loads(next(write_ocsf_findings([OPEN], MADE)))

    assert told["time"] == int(MADE.timestamp() * 1000)
    assert told["finding_info"]["first_seen_time"] == 1795219200000
    assert FIXED.finding.id == "f3"

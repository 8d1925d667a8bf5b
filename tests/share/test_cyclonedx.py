from __future__ import annotations

import json
import re

from sentinel.share.cyclonedx import write_cyclonedx
from tests.share.tracked import ALL, MADE

ANALYSIS = {"resolved", "resolved_with_pedigree", "exploitable", "in_triage", "false_positive", "not_affected"}
SEVERITY = {"critical", "high", "medium", "low", "info", "none", "unknown"}


def test_the_file_holds_devices_and_vulnerabilities_that_refer_to_them() -> None:
    bom = json.loads("".join(write_cyclonedx(ALL, MADE)))

    assert (bom["bomFormat"], bom["specVersion"], bom["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", bom["serialNumber"])
    devices = {one["bom-ref"] for one in bom["components"] if one["type"] == "device"}
    assert {ref["ref"] for entry in bom["vulnerabilities"] for ref in entry["affects"]} == devices
    references = [entry["bom-ref"] for entry in bom["vulnerabilities"]]
    assert len(set(references)) == len(references)
    assert {entry["analysis"]["state"] for entry in bom["vulnerabilities"]} <= ANALYSIS
    assert {rating["severity"] for entry in bom["vulnerabilities"] for rating in entry["ratings"]} <= SEVERITY


def test_each_cve_is_an_entry_and_what_was_decided_is_told() -> None:
    opened, first, second, fixed = json.loads("".join(write_cyclonedx(ALL, MADE)))["vulnerabilities"]

    assert [entry["id"] for entry in (opened, first, second)] == ["telnet-open", "CVE-2019-0708", "CVE-2020-1"]
    assert first["analysis"]["detail"] == "accepted by Kari until 2027-01-01: Byttes"
    assert opened["analysis"]["detail"] == "sure; last seen 2026-11-21; limited by: Eget nett"
    assert fixed["analysis"]["state"] == "resolved"


def test_the_same_findings_give_the_same_serial_number() -> None:
    assert list(write_cyclonedx(ALL, MADE)) == list(write_cyclonedx(ALL, MADE))

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span, Statement, Weakness
from tests.scan.knowledge.samples import counts, read

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
RECORD: dict[str, Any] = {
    "dataType": "CVE_RECORD",
    "dataVersion": "5.1",
    "cveMetadata": {"cveId": "CVE-2026-10001", "state": "PUBLISHED", "dateUpdated": "2026-10-01T10:00:00.000Z"},
    "containers": {
        "cna": {
            "providerMetadata": {"shortName": "lyngvik", "dateUpdated": "2026-10-01T10:00:00.000Z"},
            "title": "Pump restarts",
            "descriptions": [{"lang": "no", "value": "Norsk"}, {"lang": "en-US", "value": "A packet."}],
            "affected": [
                {
                    "vendor": "Lyngvik",
                    "product": "Pump 3",
                    "platforms": ["Windows"],
                    "defaultStatus": "unaffected",
                    "versions": [{"version": "1.0", "lessThan": "2.0", "status": "affected", "versionType": "custom"}],
                },
                {"vendor": "n/a", "product": "n/a", "versions": [{"version": "n/a", "status": "affected"}]},
            ],
            "metrics": [{"cvssV3_1": {"baseScore": 7.5, "vectorString": V31}}],
            "solutions": [{"lang": "en", "value": "Update to 2.0."}],
            "workarounds": [{"lang": "en", "value": "Unplug it."}],
        },
        "adp": [
            {
                "providerMetadata": {"shortName": "CISA-ADP", "dateUpdated": "2026-10-05T10:00:00.000Z"},
                "affected": [
                    {
                        "vendor": "n/a",
                        "product": "n/a",
                        "cpes": ["cpe:2.3:o:lyngvik:pump_3_firmware:*:*:*:*:*:*:*:*"],
                        "defaultStatus": "unknown",
                        "versions": [{"version": "1.0", "lessThanOrEqual": "1.9", "status": "affected"}],
                    }
                ],
                "metrics": [
                    {
                        "other": {
                            "type": "ssvc",
                            "content": {"options": [{"Automatable": "no"}, {"Exploitation": "poc"}]},
                        }
                    },
                    {"other": {"type": "kev", "content": {"dateAdded": "2026-10-04"}}},
                    {"cvssV4_0": {"baseScore": 8.8, "vectorString": "CVSS:4.0/AV:N"}},
                ],
            }
        ],
    },
}


def changed(**about: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {**RECORD, "cveMetadata": {**RECORD["cveMetadata"], **about}}


def test_a_record_of_its_maker_and_what_others_added() -> None:
    told, intakes = read(RECORD)

    assert (told[0].source, told[0].document, told[0].updated[:10]) == ("cve", "CVE-2026-10001", "2026-10-05")
    assert told[0].things == (
        Statement(
            "cve",
            "CVE-2026-10001",
            "Lyngvik",
            "Pump 3",
            "affected",
            ("CVE-2026-10001",),
            (Span("1.0", "", "2.0"),),
            title="Pump restarts",
            url="https://www.cve.org/CVERecord?id=CVE-2026-10001",
            updated=date(2026, 10, 5),
            remedies=(("vendor_fix", "Update to 2.0."), ("workaround", "Unplug it.")),
            by="lyngvik",
            reason="only with Windows",
        ),
        Statement(
            "cve",
            "CVE-2026-10001",
            "lyngvik",
            "pump_3_firmware",
            "affected",
            ("CVE-2026-10001",),
            (Span("1.0", "1.9"),),
            url="https://www.cve.org/CVERecord?id=CVE-2026-10001",
            updated=date(2026, 10, 5),
            by="CISA-ADP",
        ),
        Weakness("CVE-2026-10001", 8.8, "CVSS:4.0/AV:N", date(2026, 10, 4), summary="A packet.", exploitation="poc"),
    )
    assert counts(intakes.of("cve").tally) == (1, {}, {"no-product": 1})


def test_a_distributor_speaks_of_its_package() -> None:
    package = {"vendor": "Red Hat", "product": "Red Hat Enterprise Linux 9", "packageName": "pcp"}
    mended = {"version": "0:6.2.0-2.el9_4", "lessThan": "*", "versionType": "rpm", "status": "unaffected"}
    affected = [
        {**package, "defaultStatus": "affected", "versions": [mended]},
        {**package, "product": "Red Hat Enterprise Linux 8", "defaultStatus": "affected"},
    ]
    told, _ = read({**RECORD, "containers": {"cna": {"affected": affected}}})
    found = [one for one in told[0].things if isinstance(one, Statement) and one.status == "affected"]

    assert [(one.vendor, one.product, one.distribution, one.every, one.spans) for one in found] == [
        ("Red Hat", "pcp", "Red Hat Enterprise Linux 9", False, (Span("", "", "0:6.2.0-2.el9_4", "rpm"),)),
        ("Red Hat", "pcp", "Red Hat Enterprise Linux 8", True, ()),
    ]


@pytest.mark.parametrize(
    ("about", "reason", "documents"),
    [({"state": "REJECTED"}, "rejected", 1), ({"state": "RESERVED"}, "reserved", 1), ({"cveId": "CVE-X"}, "no-cve", 0)],
)
def test_records_that_state_nothing_are_counted(about: dict[str, str], reason: str, documents: int) -> None:
    told, intakes = read(changed(**about))

    assert [one.things for one in told] == [()] * documents
    assert counts(intakes.of("cve").tally) == (0, {reason: 1}, {})


@pytest.mark.fuzz
@given(st.text(max_size=20), st.integers(0, 3000), st.integers(0, 60))
def test_any_change_of_a_record_is_survived(noise: str, place: int, gone: int) -> None:
    whole = json.dumps(RECORD)
    at = place % len(whole)
    _, intakes = read((whole[:at] + noise + whole[at + gone :]).encode("utf-8", errors="replace"))

    assert intakes.of("cve").tally.total + intakes.other.total == 1

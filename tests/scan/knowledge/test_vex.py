from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span, Statement
from tests.scan.knowledge.samples import counts, read

OPEN: dict[str, Any] = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://lyngvik.example/vex/1",
    "author": "Kari Lyngvik",
    "timestamp": "2026-10-01T10:00:00Z",
    "statements": [
        {
            "vulnerability": {"name": "CVE-2026-10001"},
            "products": [
                {"@id": "pkg:generic/lyngvik/pump@3.0"},
                {"@id": "x", "identifiers": {"cpe23": "cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*"}},
                {"@id": "something"},
            ],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "The module is not loaded.",
            "sentinel:until": "2027-05-01",
        },
        {
            "vulnerability": "CVE-2026-10002",
            "products": ["pkg:deb/debian/openssl@3.0"],
            "status": "affected",
            "action_statement": "Update.",
        },
        {"vulnerability": {"name": "GHSA-1"}, "products": ["pkg:deb/debian/openssl@3.0"], "status": "fixed"},
        {"vulnerability": "CVE-2026-10002", "products": [], "status": "odd"},
    ],
}
CYCLONE: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:1",
    "metadata": {
        "timestamp": "2026-10-02T10:00:00Z",
        "authors": [{"name": "Kari"}],
        "component": {"bom-ref": "pump", "name": "Pump 3", "version": "3.0", "supplier": {"name": "Lyngvik"}},
        "properties": [{"name": "sentinel:until", "value": "2027-01-01"}],
    },
    "components": [
        {"bom-ref": "outer", "name": "outer", "components": [{"bom-ref": "lib", "group": "openssl", "name": "openssl"}]}
    ],
    "vulnerabilities": [
        {
            "id": "CVE-2026-10001",
            "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "Never called."},
            "affects": [{"ref": "pump"}, {"ref": "urn:cdx:1/1#lib"}, {"ref": "nobody"}],
        },
        {
            "id": "CVE-2026-10002",
            "recommendation": "Isolate.",
            "analysis": {"state": "exploitable"},
            "affects": [{"ref": "lib", "versions": [{"range": "vers:generic/<1.1|>=3.0|<3.1"}, {"version": "2.0"}]}],
            "properties": [{"name": "sentinel:until", "value": "2026-12-01"}],
        },
        {
            "id": "CVE-2026-10003",
            "affects": [{"ref": "lib", "versions": [{"version": "1", "status": "unaffected"}, {"version": "2"}]}],
        },
        {"id": "CVE-2026-10004", "affects": [{"ref": "lib"}]},
        {"id": "OTHER-1", "affects": [{"ref": "lib"}]},
    ],
}


def stated(document: dict[str, Any]) -> list[Statement]:
    told, _ = read(document)
    return [thing for one in told for thing in one.things if isinstance(thing, Statement)]


def test_openvex_with_owner_and_expiry() -> None:
    first, second, third = stated(OPEN)

    assert first == Statement(
        "vex",
        "https://lyngvik.example/vex/1",
        "lyngvik",
        "pump",
        "not_affected",
        ("CVE-2026-10001",),
        (Span("3.0", "3.0"),),
        updated=date(2026, 10, 1),
        by="Kari Lyngvik",
        until=date(2027, 5, 1),
        reason="vulnerable code not in execute path: The module is not loaded.",
    )
    assert (second.vendor, second.product, second.every) == ("f5", "nginx", True)
    assert (third.vendor, third.status, third.remedies) == ("debian", "affected", (("mitigation", "Update."),))
    assert counts(read(OPEN)[1].of("vex").tally) == (1, {}, {"unknown-product": 1, "no-cve": 1, "unknown-status": 1})


def test_cyclonedx_with_owner_and_expiry() -> None:
    found = [
        (one.vendor, one.product, one.status, one.spans, one.every, one.until, one.reason, one.remedies)
        for one in stated(CYCLONE)
    ]
    why, until = "code not reachable: Never called.", date(2027, 1, 1)
    ranges = (Span(before="1.1"), Span("3.0", "", "3.1"), Span("2.0", "2.0"))

    assert found == [
        ("Lyngvik", "Pump 3", "not_affected", (Span("3.0", "3.0"),), False, until, why, ()),
        ("openssl", "openssl", "not_affected", (), True, until, why, ()),
        ("openssl", "openssl", "affected", ranges, False, date(2026, 12, 1), "", (("mitigation", "Isolate."),)),
        ("openssl", "openssl", "not_affected", (Span("1", "1"),), False, until, "", ()),
        ("openssl", "openssl", "affected", (Span("2", "2"),), False, until, "", ()),
    ]
    assert {one.by for one in stated(CYCLONE)} == {"Kari"}
    assert counts(read(CYCLONE)[1].of("vex").tally) == (1, {}, {"unknown-product": 1, "unknown-status": 1, "no-cve": 1})


def test_a_statement_that_nobody_stands_for_is_not_believed() -> None:
    without = {**CYCLONE, "metadata": {"timestamp": "2026-10-02T10:00:00Z"}}

    for document in (without, {**OPEN, "author": ""}):
        told, intakes = read(document)
        assert (told, counts(intakes.of("vex").tally)[:2]) == ([], (0, {"no-owner": 1}))
    assert counts(read({**OPEN, "@id": ""})[1].of("vex").tally)[1] == {"no-id": 1}


@pytest.mark.fuzz
@given(st.text(max_size=20), st.integers(0, 3000), st.integers(0, 60), st.booleans())
def test_any_change_of_a_document_is_survived(noise: str, place: int, gone: int, is_open: bool) -> None:
    whole = json.dumps(OPEN if is_open else CYCLONE)
    at = place % len(whole)
    _, intakes = read((whole[:at] + noise + whole[at + gone :]).encode("utf-8", errors="replace"))

    assert intakes.of("vex").tally.total + intakes.other.total == 1

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span, Statement, Weakness
from tests.scan.knowledge.samples import counts, read

V31: dict[str, Any] = {
    "version": "3.1",
    "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "baseScore": 9.8,
}


def match(name: str, *, vulnerable: bool = True, **bounds: str) -> dict[str, Any]:
    return {"vulnerable": vulnerable, "criteria": f"cpe:2.3:{name}:*:*:*:*:*:*", "matchCriteriaId": "X", **bounds}


def node(*matches: dict[str, Any], operator: str = "OR", negate: bool = False) -> dict[str, Any]:
    return {"operator": operator, "negate": negate, "cpeMatch": list(matches)}


def record(number: str, *configurations: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {
        "cve": {
            "id": number,
            "lastModified": "2026-10-01T10:00:00.000",
            "vulnStatus": "Analyzed",
            "descriptions": [{"lang": "es", "value": "Uno"}, {"lang": "en", "value": "One"}],
            "metrics": {
                "cvssMetricV2": [{"type": "Primary", "cvssData": {"baseScore": 10.0, "vectorString": "AV:N"}}],
                "cvssMetricV31": [
                    {"type": "Secondary", "cvssData": {**V31, "baseScore": 9.9}},
                    {"type": "Primary", "cvssData": V31},
                ],
            },
            "configurations": list(configurations),
            **more,
        }
    }


def feed(*records: dict[str, Any]) -> dict[str, Any]:
    return {
        "resultsPerPage": len(records),
        "startIndex": 0,
        "format": "NVD_CVE",
        "version": "2.0",
        "timestamp": "2026-11-18T03:00:00.123",
        "vulnerabilities": list(records),
    }


def statements(*configurations: dict[str, Any]) -> list[Statement]:
    told, _ = read(feed(record("CVE-2026-10001", *configurations)))
    return [thing for one in told for thing in one.things if isinstance(thing, Statement)]


def test_a_record_with_everything() -> None:
    told, intakes = read(
        feed(record("CVE-2026-10001", {"nodes": [node(match("a:f5:nginx:*:*"))]}, cisaExploitAdd="2026-01-02"))
    )

    assert told[0].things == (
        Statement(
            "nvd",
            "CVE-2026-10001",
            "f5",
            "nginx",
            "affected",
            ("CVE-2026-10001",),
            every=True,
            url="https://nvd.nist.gov/vuln/detail/CVE-2026-10001",
            updated=date(2026, 10, 1),
            by="NVD",
        ),
        Weakness("CVE-2026-10001", 9.8, V31["vectorString"], date(2026, 1, 2), summary="One"),
    )
    assert (intakes.of("nvd").oldest, counts(intakes.of("nvd").tally)) == (date(2026, 11, 18), (1, {}, {}))


def test_ranges_with_every_kind_of_bound() -> None:
    stated = statements(
        {
            "nodes": [
                node(
                    match("a:f5:nginx:*:*", versionStartIncluding="1.0", versionEndExcluding="1.22.1"),
                    match("a:f5:nginx:*:*", versionStartExcluding="2.0", versionEndIncluding="2.4"),
                    match("a:f5:nginx:0.9:rc1"),
                    match("a:openssl:openssl:*:*", versionEndIncluding="1.0.2k"),
                    match(r"o:cisco:ios:12.2\(55\)se:*"),
                    match("o:microsoft:windows_10:-:*"),
                )
            ]
        }
    )

    assert {one.product: (one.spans, one.unread) for one in stated} == {
        "nginx": ((Span("1.0", "", "1.22.1"), Span(last="2.4", after="2.0"), Span("0.9rc1", "0.9rc1")), ()),
        "openssl": ((Span(last="1.0.2k", scheme="openssl"),), ()),
        "ios": ((Span("12.2(55)se", "12.2(55)se"),), ()),
        "windows_10": ((), ("no version told (CPE has -)",)),
    }


def test_a_platform_is_not_affected_and_is_told_as_a_condition() -> None:
    stated = statements(
        {
            "operator": "AND",
            "nodes": [
                node(match("o:lyngvik:pump_firmware:*:*", versionEndExcluding="3.0")),
                node(match("h:lyngvik:pump:-:*", vulnerable=False)),
            ],
        },
        {"nodes": [node(match("a:x:tool:*:*"), match("o:linux:linux_kernel:-:*", vulnerable=False))]},
        {"nodes": [node(match("a:x:both:*:*"), match("o:a:b:-:*", vulnerable=False), operator="AND")]},
    )

    assert [(one.product, one.reason) for one in stated] == [
        ("pump_firmware", "only with lyngvik pump"),
        ("tool", ""),
        ("both", "only with a b"),
    ]


def test_what_is_negated_names_nothing_that_is_affected() -> None:
    assert statements({"negate": True, "nodes": [node(match("a:x:y:*:*"))]}) == []
    assert statements({"nodes": [node(match("a:x:y:*:*"), negate=True)]}) == []


def test_rejected_ones_are_counted_and_take_the_place_of_older_words() -> None:
    told, intakes = read(feed(record("CVE-2026-10001", vulnStatus="Rejected"), record("CVE-2026-10002"), {"cve": {}}))

    assert [(one.document, len(one.things)) for one in told] == [("CVE-2026-10001", 0), ("CVE-2026-10002", 1)]
    assert counts(intakes.of("nvd").tally) == (1, {"rejected": 1, "no-cve": 1}, {"nothing-said": 1})


def test_copies_that_list_bare_records() -> None:
    copy = {"cve_items": [record("CVE-2026-10001", {"nodes": [node(match("a:f5:nginx:*:*"))]})["cve"]]}
    told, intakes = read(copy)

    assert [one.document for one in told] == ["CVE-2026-10001"]
    assert intakes.of("nvd").newest == date(2026, 10, 1)  # it tells no day of its own: that of its newest record


def test_a_copy_with_a_file_for_each_record() -> None:
    alone = {**record("CVE-2026-10001")["cve"], "sourceIdentifier": "x@y.example"}
    told, intakes = read(alone)

    assert [one.document for one in told] == ["CVE-2026-10001"]
    assert counts(intakes.of("nvd").tally) == (1, {}, {"nothing-said": 1})


def test_a_feed_that_breaks_off_keeps_what_was_whole() -> None:
    raw = json.dumps(feed(record("CVE-2026-10001"), record("CVE-2026-10002")))
    told, intakes = read(raw[:-100])

    assert [one.document for one in told] == ["CVE-2026-10001"]
    assert counts(intakes.of("nvd").tally)[:2] == (1, {"not-json": 1})


@pytest.mark.fuzz
@given(st.text(max_size=20), st.integers(0, 3000), st.integers(0, 30))
def test_any_change_of_a_feed_is_survived(noise: str, place: int, gone: int) -> None:
    whole = json.dumps(feed(record("CVE-2026-10001", {"operator": "AND", "nodes": [node(match("a:f5:nginx:*:*"))]})))
    at = place % len(whole)
    told, intakes = read((whole[:at] + noise + whole[at + gone :]).encode("utf-8", errors="replace"))

    assert len(told) <= 1
    assert intakes.of("nvd").tally.total + intakes.other.total <= 2

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Span, Statement, Weakness, product_key
from sentinel.model.skipped import Tally
from sentinel.scan.knowledge.documents import documents
from sentinel.scan.knowledge.formats import Intakes, read_document
from sentinel.scan.knowledge.ranges import read_range
from tests.scan.knowledge.samples import ADVISORY, DAY, branch, counts, csaf, product, read
from tests.shared import shared_data

TREE = {
    "branches": [
        branch(
            "vendor",
            "V",
            branch(
                "product_name",
                "P",
                branch("product_version", "1.0", product=product("A", "P 1.0")),
                branch("product_version", "2.0", product=product("B", "P 2.0")),
            ),
        )
    ]
}


def stated(*entries: dict[str, Any], **about: Any) -> list[Statement]:  # noqa: ANN401 -- JSON
    told, _ = read(csaf(TREE, *entries, **about))
    return [thing for one in told for thing in one.things if isinstance(thing, Statement)]


def test_an_advisory_of_a_maker() -> None:
    told, intakes = read(ADVISORY)

    assert (told[0].source, told[0].document, told[0].updated[:10]) == ("csaf", "LV-26-1", "2026-11-01")
    assert told[0].things == (
        Statement(
            "csaf",
            "LV-26-1",
            "Lyngvik Médical",
            "Pump 3",
            "affected",
            ("CVE-2026-10001",),
            (Span(last="2.1"),),
            title="Lyngvik Pump",
            url="https://lyngvik.example/a",
            updated=date(2026, 11, 1),
            remedies=(("vendor_fix", "Update to 3.0."),),
            by="Lyngvik",
        ),
        Statement(
            "csaf",
            "LV-26-1",
            "Lyngvik Médical",
            "Pump 3",
            "fixed",
            ("CVE-2026-10001",),
            (Span("3.0", "3.0"),),
            title="Lyngvik Pump",
            url="https://lyngvik.example/a",
            updated=date(2026, 11, 1),
            by="Lyngvik",
        ),
        Weakness(
            "CVE-2026-10001", 6.5, "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", summary="A packet restarts the pump."
        ),
    )
    assert counts(intakes.of("csaf").tally) == (1, {}, {})


def test_the_same_said_of_several_cves_is_one_statement() -> None:
    same = {"product_status": {"known_affected": ["A", "B"]}}
    found = stated({"cve": "CVE-2026-10002", **same}, {"cve": "CVE-2026-10001", **same}, same)

    assert [(one.cves, one.spans) for one in found] == [
        (("CVE-2026-10001", "CVE-2026-10002"), (Span("1.0", "1.0"), Span("2.0", "2.0")))
    ]


def test_the_first_affected_version_says_that_more_are_meant() -> None:
    found = stated({"cve": "CVE-2026-10001", "product_status": {"first_affected": ["A"], "last_affected": ["B"]}})

    assert [(one.status, one.spans, one.unread) for one in found] == [
        ("affected", (Span("1.0", "1.0"), Span("2.0", "2.0")), ("from 1.0 on", "up to 2.0"))
    ]


def test_a_vex_tells_who_and_why_not() -> None:
    entry = {
        "cve": "CVE-2026-10001",
        "product_status": {"known_not_affected": ["A"], "under_investigation": ["B"]},
        "flags": [{"label": "vulnerable_code_not_present", "product_ids": ["A"]}],
        "threats": [{"category": "impact", "details": "Not built in.", "product_ids": ["A"]}],
    }

    assert [(one.source, one.status, one.reason, one.by) for one in stated(entry, category="csaf_vex")] == [
        ("vex", "not_affected", "vulnerable code not present: Not built in.", "Lyngvik"),
        ("vex", "under_investigation", "", "Lyngvik"),
    ]


def test_what_runs_on_something_is_affected_only_there() -> None:
    relation = {
        "category": "installed_on",
        "product_reference": "A",
        "relates_to_product_reference": "B",
        "full_product_name": product("C", "P 1.0 on P 2.0"),
    }
    part = {**relation, "category": "default_component_of", "full_product_name": product("D", "x")}
    tree = {**TREE, "relationships": [relation, part]}
    told, _ = read(csaf(tree, {"cve": "CVE-2026-10001", "product_status": {"known_affected": ["C", "D"]}}))
    found = [thing for one in told for thing in one.things if isinstance(thing, Statement)]

    assert [(one.product, one.distribution, one.reason) for one in found] == [
        ("P", "", "only with P 2.0"),
        ("P", "P 2.0", ""),
    ]


def test_remedies_for_all_for_one_and_for_a_group() -> None:
    remediations = [
        {"category": "mitigation", "details": "Isolate."},
        {"category": "vendor_fix", "details": "Update.", "product_ids": ["A"]},
        {"category": "workaround", "details": "Unplug.", "group_ids": ["G"]},
        {"category": "workaround", "details": "x", "group_ids": ["unheard of"]},
        {"category": "prayer", "details": "x"},
    ]
    tree = {**TREE, "product_groups": [{"group_id": "G", "product_ids": ["B"]}]}
    entry = {"cve": "CVE-2026-10001", "product_status": {"known_affected": ["A", "B"]}, "remediations": remediations}
    told, intakes = read(csaf(tree, entry))
    found = {one.spans[0].first: one.remedies for one in told[0].things if isinstance(one, Statement)}

    assert found == {
        "1.0": (("mitigation", "Isolate."), ("vendor_fix", "Update.")),
        "2.0": (("mitigation", "Isolate."), ("workaround", "Unplug.")),
    }
    assert counts(intakes.of("csaf").tally)[2] == {"unknown-group": 1, "unknown-remedy": 1}


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"tracking": {"id": "X", "status": "draft"}}, "draft"),
        ({"tracking": {"status": "final"}}, "no-id"),
        ({"category": "csaf_informational_advisory"}, "informational"),
        ({"category": "csaf_withdrawn"}, "withdrawn"),
        ({"category": "csaf_superseded"}, "superseded"),
    ],
)
def test_documents_that_state_nothing_are_counted(about: dict[str, Any], reason: str) -> None:
    told, intakes = read(csaf(TREE, {"cve": "CVE-2026-10001", "product_status": {"known_affected": ["A"]}}, **about))

    assert counts(intakes.of("csaf").tally)[:2] == (0, {reason: 1})
    assert [one.things for one in told] == ([] if reason == "no-id" else [()])


def test_products_that_nobody_named_are_counted() -> None:
    _, intakes = read(csaf(TREE, {"cve": "CVE-2026-10001", "product_status": {"known_affected": ["Z"], "odd": ["A"]}}))

    assert counts(intakes.of("csaf").tally) == (1, {}, {"unknown-product": 1, "unknown-status": 1})


@pytest.mark.fuzz
@given(st.text(max_size=20), st.integers(0, 3000), st.integers(0, 60))
def test_any_change_of_a_document_is_survived(noise: str, place: int, gone: int) -> None:
    whole = json.dumps(ADVISORY)
    at = place % len(whole)
    _, intakes = read((whole[:at] + noise + whole[at + gone :]).encode("utf-8", errors="replace"))

    assert intakes.of("csaf").tally.total + intakes.other.total == 1


@pytest.mark.shared
def test_the_real_medical_advisories_are_read_whole() -> None:
    path = shared_data() / "knowledge" / "cisa-csaf-icsma-2024-10.tar.xz"
    intakes = Intakes(DAY)
    told = [one for document in documents(path, "icsma", Tally("x")) for one in read_document(document, intakes)]
    things = [thing for one in told for thing in one.things]
    statements = [one for one in things if isinstance(one, Statement)]

    assert counts(intakes.of("csaf").tally) == (144, {}, {"nothing-said": 6})
    assert len({cve for one in statements for cve in one.cves}) == 428
    assert len({(one.vendor, one.product) for one in statements}) == 515 - 6
    assert len({product_key(one.vendor, one.product) for one in statements}) == 507


@pytest.mark.shared
def test_how_many_of_the_real_version_texts_are_read() -> None:
    path = shared_data() / "knowledge" / "cisa-csaf-icsma-2024-10.tar.xz"
    found: Counter[tuple[str, str]] = Counter()
    for document in documents(path, "icsma", Tally("x")):
        for kind, name in names(json.loads(document.stream.read(1 << 25))["product_tree"]["branches"]):
            said = read_range(name)
            found[kind, "unread" if said.unread else "all" if said.every else "read"] += 1

    assert found == {
        ("product_version_range", "read"): 150,
        ("product_version_range", "all"): 49,
        ("product_version_range", "unread"): 37,
        ("product_version", "read"): 84,
        ("product_version", "all"): 209,
        ("product_version", "unread"): 78,
    }


def names(branches: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in branches:
        if one["category"] in {"product_version", "product_version_range"}:
            yield one["category"], one["name"]
        yield from names(one.get("branches", []))

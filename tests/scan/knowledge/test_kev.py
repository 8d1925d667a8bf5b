from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.knowledge import Weakness
from tests.scan.knowledge.samples import KEV, counts, read
from tests.shared import shared_data

CSV = """cveID,vendorProject,product,vulnerabilityName,dateAdded,shortDescription,requiredAction,dueDate,knownRansomwareCampaignUse,notes,cwes
CVE-2023-43208,NextGen,"Mirth Connect",Name,2024-05-20,"One, with a comma
and a second line",Apply,2024-06-10,Known,"x ; y",CWE-1
CVE-2026-10002,Acme,Thing,Name,2026-01-02,Two,Apply,2026-06-10,Unknown,,
,Acme,Thing,Name,2026-01-02,Three,Apply,2026-06-10,Unknown,,
CVE-2026-10003,Acme,Thing,Name,soon,Four,Apply,2026-06-10,Unknown,,
"""  # noqa: E501 -- as CISA writes it
MIRTH = Weakness(
    "CVE-2023-43208", exploited=date(2024, 5, 20), ransomware=True, summary="Deserialization of untrusted data."
)


def test_entries_of_the_catalog() -> None:
    told, intakes = read(KEV)

    assert [(one.source, one.document, one.updated[:10], one.things) for one in told] == [
        ("kev", "CVE-2023-43208", "2026-11-18", (MIRTH,))
    ]
    assert counts(intakes.of("kev").tally) == (1, {"no-cve": 1}, {})
    assert intakes.of("kev").newest == date(2026, 11, 18)


def test_the_table_says_the_same() -> None:
    told, intakes = read("\ufeff" + CSV)

    assert [one.things[0] for one in told] == [
        Weakness(
            "CVE-2023-43208",
            exploited=date(2024, 5, 20),
            ransomware=True,
            summary="One, with a comma and a second line",
        ),
        Weakness("CVE-2026-10002", exploited=date(2026, 1, 2), summary="Two"),
    ]
    assert counts(intakes.of("kev").tally) == (2, {"no-cve": 1, "no-date": 1}, {})
    assert intakes.of("kev").newest == date(2026, 1, 2)


@pytest.mark.fuzz
@given(st.text(max_size=100), st.integers(0, 2000))
def test_any_change_of_the_catalog_is_survived(noise: str, place: int) -> None:
    for whole in (json.dumps(KEV), CSV):
        at = place % len(whole)
        told, intakes = read((whole[:at] + noise + whole[at:]).encode("utf-8", errors="replace"))

        assert sum(intake.tally.handled for intake in intakes.feeds.values()) == len(told)


@pytest.mark.shared
def test_the_real_catalog_is_read_whole() -> None:
    raw = (shared_data() / "knowledge" / "kev-2025-08-25.json").read_bytes()
    told, intakes = read(raw)

    assert counts(intakes.of("kev").tally) == (1404, {}, {})
    assert sum(weakness.ransomware for one in told for weakness in one.things if isinstance(weakness, Weakness)) == 293

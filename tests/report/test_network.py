from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Impact
from sentinel.model.severity import Severity
from sentinel.report.network import network, skipped, urgency
from sentinel.report.pages import Section, Table
from sentinel.report.text import Catalogue, load_texts
from tests.report.sample import empty, rich


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def of(section: Section, name: str) -> Table:
    return next(table for table in section.tables if table.id == f"table-{name}")


def test_findings_come_most_urgent_first(nb: Catalogue) -> None:
    rows = of(network(rich(), nb), "findings").rows

    assert [row[0].text for row in rows] == ["Kritisk", "Kritisk", "Høy", "Middels", "Lav"]
    assert rows[2][1].text == "LV-WEB"
    assert rows[2][1].note == "10.20.30.30"
    assert rows[2][2].text == "Webserveren Jetty 6.1.26 får ikke oppdateringer"
    assert rows[2][0].mark is not None


def test_harm_to_patients_comes_before_other_harm() -> None:
    first, second = rich().findings[0], rich().findings[0]
    harmless = replace(first, impact=Impact(3, 3, 3, 0))
    harmful = replace(second, impact=Impact(0, 0, 0, 3))
    worse = replace(harmless, severity=Severity.CRITICAL)

    assert sorted([harmless, worse, harmful], key=urgency) == [worse, harmful, harmless]


def test_machines_are_listed_by_address_with_what_contradicts(nb: Catalogue) -> None:
    rows = of(network(rich(), nb), "assets").rows

    assert [row[0].note for row in rows][:3] == ["10.20.30.1", "10.20.30.10", "10.20.30.11"]
    assert rows[4][1].text == "bildearkiv"
    assert rows[4][2].text == "dicom 4242 (Orthanc 1.10.1), http 8042 (Orthanc 1.10.1)"
    assert rows[6][4].text == "product: Samba 4.9 / nginx"
    assert rows[-1][0].text == "10.20.30.60"


def test_scans_tell_what_did_not_answer_and_what_was_skipped(nb: Catalogue) -> None:
    capture, nmap = of(network(rich(), nb), "scans").rows

    assert capture[5].text == "2 (avkortet)"
    assert nmap[4].text == "10.20.30.72, 10.20.30.70, 10.20.30.71"
    assert nmap[4].mark is not None
    assert nmap[4].mark.shape == "open"


def test_no_scan_is_not_the_same_as_nothing_found(nb: Catalogue) -> None:
    section = network(empty(), nb)

    assert section.paragraphs == ("Nettet er ikke kartlagt. At listene under er tomme, betyr ikke at alt er i orden.",)
    assert all(table.rows == () and table.empty for table in section.tables)
    assert section.charts == ()


def test_the_chart_s_numbers_stand_beside_it(nb: Catalogue) -> None:
    assert network(rich(), nb).charts[0].description == "Kritisk: 2, Høy: 1, Middels: 1, Lav: 1, Til orientering: 0"


def test_addresses_that_were_only_counted_are_among_those_that_did_not_answer(nb: Catalogue) -> None:
    scan = replace(rich().scans[1], silent=("10.20.30.70",), skipped={"not-listed": 255})
    section = network(replace(rich(), scans=(scan,)), nb)

    assert section.paragraphs[0].endswith("Adresser som ikke svarte, og som vi ikke vet noe om: 256.")
    assert of(section, "scans").rows[0][5].text == "255 (bare talt, ikke navngitt)"


def test_little_harm_reads_well_under_its_heading(nb: Catalogue) -> None:
    harmless = replace(rich().findings[0], impact=Impact(1, 1, 1, 1))
    table = of(network(replace(rich(), findings=(harmless,)), nb), "findings")

    assert table.rows[0][3].text == "lite"
    assert nb.say("table.findings.harm") == "Kan skade"


@given(st.dictionaries(st.text(max_size=10), st.integers(0, 10**9), max_size=6))
def test_every_skipped_record_is_counted_or_its_reason_is(counts: dict[str, int]) -> None:
    text = skipped(counts, load_texts("nb", root()))
    reasons = sum(count > 0 for count in counts.values())

    assert (text == "–") == (reasons == 0)
    assert ("til" in text.split("…")[-1]) or reasons <= 3

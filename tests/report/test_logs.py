from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.text import Text
from sentinel.report.logs import grouped, logs
from sentinel.report.pages import Section, Table
from sentinel.report.text import Catalogue, load_texts
from tests.report.parts import alerts
from tests.report.sample import empty, rich


@pytest.fixture(scope="module")
def nb() -> Catalogue:
    return load_texts("nb", root())


def of(section: Section, name: str) -> Table:
    return next(table for table in section.tables if table.id == f"table-{name}")


def test_alerts_are_grouped_by_rule_and_none_is_lost() -> None:
    groups = grouped(alerts())

    assert [len(group.alerts) for group in groups] == [3, 2, 1, 1, 37, 28, 1]
    assert sum(len(group.alerts) for group in groups) == len(alerts())
    assert grouped(reversed(alerts()))[0].rule == groups[0].rule


def test_alerts_without_a_time_are_grouped_too(nb: Catalogue) -> None:
    timeless = tuple(replace(alert, time=None) for alert in alerts())

    rows = of(logs(replace(rich(), alerts=(*timeless[:40], *alerts()[40:])), nb), "alerts").rows

    assert "tid ukjent" in {row[3].text for row in rows}


def test_a_row_says_what_it_means_how_often_when_in_oslo_and_where(nb: Catalogue) -> None:
    rows = {row[1].note or row[1].text: row for row in of(logs(rich(), nb), "alerts").rows}

    supplier = rows["Remote logon as supplier from unknown address"]
    assert supplier[1].text == "Noen logget inn som leverandøren fra en ukjent adresse"
    assert supplier[3].text == "14.\u00a0oktober 2026 kl.\u00a001:41"
    patients = rows["Many patient records opened at night"]
    assert patients[1].text == "Noen samlet sammen opplysninger"
    assert (patients[2].text, patients[4].text) == ("37", "epj-access.jsonl.zst")
    assert patients[5].text == "user.name = fjordnett; helse.patient.relation = none"
    assert rows["Own record opened"][1].note == ""


def test_logs_show_their_counts_times_and_gaps(nb: Catalogue) -> None:
    rows = {row[0].text: row for row in of(logs(rich(), nb), "logs").rows}

    epj = rows["epj-access.jsonl.zst"]
    assert epj[2].text == "20\u202f110"
    assert epj[5].text.replace("\u00a0", " ") == ("31 timer: 12. oktober 2026 kl. 20:00 – 14. oktober 2026 kl. 03:00")
    assert rows["web-access.jsonl.gz"][3].text == "3 (ikke JSON)"
    assert rows["lv-dc01-security.xml"][1].text == "Windows hendelser som XML"


def test_people_s_names_of_logs_are_used_where_they_are_known(nb: Catalogue) -> None:
    named = replace(rich(), log_titles={"epj-access.jsonl.zst": Text("Journalsystemet", "Records")})
    section = logs(named, nb)

    assert {row[0].text: row[0].note for row in of(section, "logs").rows}["Journalsystemet"] == "epj-access.jsonl.zst"
    assert "Journalsystemet" in {label.text for label in section.charts[1].labels}
    assert "Journalsystemet" in {row[4].text for row in of(section, "alerts").rows}


def test_the_timeline_has_a_dashed_line_for_the_log_that_never_came(nb: Catalogue) -> None:
    chart = logs(rich(), nb).charts[1]

    assert "Loggen fra trådløst nett er ventet, men aldri mottatt" in {label.text for label in chart.labels}
    assert [box.style for box in chart.boxes].count("dashed") == 1
    assert [box.style for box in chart.boxes].count("hatched") == 1
    assert chart.description.replace("\u00a0", " ") == (
        "6 logger mottatt, 1 hull (skravert), 1 logg ikke mottatt eller ikke lesbar (stiplet)."
    )


def test_no_logs_is_not_the_same_as_no_alerts(nb: Catalogue) -> None:
    section = logs(empty(), nb)

    assert "betyr ikke at alt er i orden" in section.paragraphs[0]
    assert section.charts == ()
    assert of(section, "alerts").empty == "Ingen regel slo ut på det som ble lest."

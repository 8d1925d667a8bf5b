from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.alerts import Alert, Correlated, Match
from sentinel.model.text import Text
from sentinel.report.alerts import OFTEN, alert_tables
from sentinel.report.pages import Table
from sentinel.report.text import load_texts
from tests.report.parts import at
from tests.report.sample import rich

NB = load_texts("nb", root())
START = at(10, 13, 23, 12)
SELDOM = tuple({alert.rule.id: alert for alert in rich().alerts}.values())
"""One alert of each rule."""


def tables(alerts: Sequence[Alert]) -> tuple[Table, ...]:
    return alert_tables(replace(rich(), alerts=tuple(alerts)), NB)


def often(count: int) -> list[Alert]:
    """Alerts of one rule: one match in common, one that is the time, and one that only every second has."""
    first = rich().alerts[0]
    made = []
    for place in range(count):
        time = START + timedelta(seconds=place)
        own = (Match("SubStatus", "0xc0000064", ""),) if place % 2 else ()
        shared = (Match("EventID", "4625", ""), Match("TimeCreated", time.isoformat(), ""))
        made.append(replace(first, id=f"{place:012}", time=time, record=str(place), matched=shared + own))
    return made


def test_every_alert_stands_there_by_itself_gravest_first() -> None:
    (found,) = tables(SELDOM)
    order = ["Kritisk", "Høy", "Middels", "Lav", "Til orientering"]
    places = [order.index(row[0].text) for row in found.rows]

    assert places == sorted(places)
    assert {row[5].text for row in found.rows} == {alert.id[:12] for alert in SELDOM}


def test_what_all_alerts_of_a_rule_share_is_said_once() -> None:
    (found,) = tables(often(OFTEN))

    assert found.title.endswith(": 4\u00a0varsler")
    assert "Likt for alle: EventID = 4625; TimeCreated = tidspunktet selv." in found.about
    assert [column.title for column in found.columns] == ["Når", "Linje", "Treff som er eget", "Nummer"]
    assert [cell.text for cell in found.rows[1]] == [
        "14.\u00a0oktober 2026 kl.\u00a001:12:01",
        "1",
        "SubStatus = 0xc0000064",
        "000000000001",
    ]
    assert [row[2].text for row in found.rows] == ["–", "SubStatus = 0xc0000064"] * 2


def test_alerts_of_several_logs_say_which_each_is_of() -> None:
    one, *others = often(OFTEN)
    (found,) = tables([replace(one, source="other.jsonl"), *others])

    assert [row[1].text for row in found.rows][:2] == ["other.jsonl", one.source]
    assert "Logg:" not in found.about


def test_rules_that_fired_seldom_stand_together_and_say_where_the_others_are() -> None:
    others = [alert for alert in SELDOM if alert.rule.id != rich().alerts[0].rule.id]
    first, second = tables([*often(OFTEN), *others])

    assert first.about == "Regelen som slo ut fire ganger eller mer, har en egen tabell under denne."
    assert (first.id, second.id) == ("table-every", "table-every-1")
    assert len(first.rows) + len(second.rows) == OFTEN + len(others)


def test_more_alerts_than_paper_holds_are_counted() -> None:
    (found,) = tables(often(2003))

    assert len(found.rows) == 2000
    assert found.more.startswith("… og 3")


def test_no_alert_is_said_in_a_sentence() -> None:
    (found,) = tables(())

    assert (found.rows, found.empty) == ((), "Ingen regel slo ut på det som ble lest.")


def test_a_correlation_is_told_in_words_and_with_the_names_of_its_rules() -> None:
    met = Correlated("temporal", 60.0, {}, START, START, (), 2)
    alert = replace(rich().alerts[0], correlation=met, matched=(Match("temporal", "known, strange", "each"),))
    named = replace(rich(), alerts=(alert,), rule_titles={"known": Text("Åpnet journal", "Opened record")})

    assert alert_tables(named, NB)[0].rows[0][4].text == "disse reglene slo ut: «Åpnet journal», strange"


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["a", "b"]), st.booleans()), max_size=30))
def test_no_alert_is_lost_and_none_stands_twice(drawn: list[tuple[int, str, bool]]) -> None:
    base = rich().alerts[0]
    alerts = [
        replace(
            base,
            id=f"{place:012}",
            rule=replace(base.rule, id=f"rule-{rule}", hash=str(rule)),
            source=source,
            time=START if timed else None,
            record=f"line {place}",
        )
        for place, (rule, source, timed) in enumerate(drawn)
    ]
    rows = [row for found in tables(alerts) for row in found.rows]

    assert sorted(row[-1].text for row in rows) == [alert.id for alert in alerts]
    told = " ".join(f"{cell.text} {cell.note}" for row in rows for cell in row)
    assert all(f"line {place}" in told for place in range(len(alerts)))

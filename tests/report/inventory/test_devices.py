from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sentinel.content import root
from sentinel.model.assets import Claim, Service
from sentinel.model.history import Tracked
from sentinel.model.severity import Severity
from sentinel.report.inventory.devices import PAPER_ROOM, device, device_table, product_of, seen
from sentinel.report.inventory.ground import ground
from sentinel.report.text import load_texts
from tests.report.inventory.hospital import finding, hospital

NB = load_texts("nb", root())
MADE = hospital(30, 2)
ONE = replace(
    MADE.assets[0],
    services=(Service("tcp", 443, "tls", "nginx", "1.22"), Service("udp", 99, "")),
    closed=("tcp/1-21,tcp/23",),
    contradictions=("vendor: A (3), B (3)",),
)


def test_a_device_is_told_with_all_that_is_known_of_it() -> None:
    wrong = finding(ONE, Severity.HIGH)
    made = replace(
        MADE, assets=(ONE,), findings=(replace(wrong, cves=("CVE-2020-1",), sources=("Nessus", "Sentinel")),)
    )
    told = device(ONE, ground(made), NB)
    facts = {fact.label: fact.value for fact in told.facts}

    assert facts["Tjenester"] == "tls tcp/443 (nginx 1.22), udp/99"
    assert facts["Porter som ble spurt og var stengt"] == "tcp/1-21, tcp/23"
    assert facts["Motstridende tegn"] == "vendor: A (3), B (3)"
    assert len(told.claims.rows) == len(ONE.claims)
    assert [cell.text for cell in told.claims.rows[0]][:3] == ["device_class", ONE.device_class, "sannsynlig (3)"]
    assert told.weak[0].lines == (
        "Råd: Be leverandøren om råd.",
        "Sett: Sett i opptaket.",
        "Kjente sårbarheter: CVE-2020-1",
        "Meldt av: Nessus, Sentinel",
    )


def test_what_people_decided_is_told() -> None:
    wrong, day = finding(ONE, Severity.HIGH), date(2026, 12, 1)
    life = Tracked(
        "s", wrong, "accepted", day, day, None, "Medisinsk teknikk", day, day, "Kari", "Byttes", ("Eget nett",)
    )
    made = replace(MADE, assets=(ONE,), findings=(wrong,), lives={wrong.id: life})

    assert [line.replace("\u00a0", " ") for line in device(ONE, ground(made), NB).weak[0].lines[2:]] == [
        "Første gang 1. desember 2026, sist 1. desember 2026",
        "Akseptert til 1. desember 2026 av Kari: Byttes",
        "Ansvarlig: Medisinsk teknikk",
        "Frist: 1. desember 2026",
        "Vern i mellomtiden: Eget nett",
    ]


def test_how_sure_a_product_is_stands_beside_it() -> None:
    def sure(*claims: Claim) -> str:
        one = replace(ONE, vendor="", product="Windows Server 2012 R2", version="", claims=claims)
        table = device_table(ground(replace(MADE, assets=(one,))), [one], {}, NB).table
        return table.rows[0][2].note

    def said(attribute: str, value: str, strength: int) -> Claim:
        return Claim(attribute, value, "r", strength, "arp (x)", None, None)

    assert sure(said("product", "Windows Server 2012 R2", 5)) == "sikkert sett"
    assert sure(said("os", "Windows Server", 4), said("product", "Linux", 5)) == "sannsynlig"
    assert sure(said("os", "Windows", 2)) == "mulig"
    assert sure(said("name", "Windows", 5)) == ""


def test_a_device_that_only_stands_in_a_list_says_so_in_words() -> None:
    whole = ground(replace(MADE, findings=()))
    listed = whole.listed()[0]
    row = device_table(whole, [listed], {listed.id: "#x"}, NB)

    assert row.links == ("#x",)
    assert row.table.rows[0][5].text == "står bare i en liste"
    assert device(listed, whole, NB).remark == "Står bare i en liste. Ingen har hørt eller spurt enheten."


def test_paper_counts_what_it_has_no_room_for() -> None:
    whole = ground(hospital(300, 3))
    table = device_table(whole, whole.assets, {}, NB, PAPER_ROOM).table

    assert len(table.rows) == 250
    assert table.more == "… og 50\u00a0rader til, som står på nettsiden"


def test_times_and_products_have_words_where_nothing_is_known() -> None:
    noon = datetime(2026, 11, 18, 11, tzinfo=UTC)

    assert seen(None, None, NB) == "tid ukjent"
    assert seen(noon, None, NB) == "18.\u00a0november 2026"
    assert product_of(replace(ONE, vendor="A", product="", version="2")) == "A 2"

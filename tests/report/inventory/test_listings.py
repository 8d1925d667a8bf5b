from __future__ import annotations

from dataclasses import replace

from sentinel.content import root
from sentinel.model.talks import Flow, Heard
from sentinel.report.inventory.ground import ground
from sentinel.report.inventory.layout import WIDE
from sentinel.report.inventory.listings import area_table, class_table, crossing_table, talk_table, title_table
from sentinel.report.inventory.mapping import shown
from sentinel.report.text import load_texts
from tests.report.inventory.hospital import NOON, hospital

NB = load_texts("nb", root())
MADE = hospital(900, 6)
WHOLE = ground(MADE)


def figure(text: str) -> int:
    return int(text.replace("\u202f", ""))


def test_each_talk_that_leaves_care_is_a_row() -> None:
    linked = crossing_table(WHOLE, {}, NB)

    assert len(linked.table.rows) == sum(one.kind == "crossing" for one in WHOLE.met) > 0
    assert {row[1].text for row in linked.table.rows} == {"til internett"}
    assert {row[2].text for row in linked.table.rows} == {"198.51.100.7"}
    assert len(linked.links) == len(linked.table.rows)


def test_the_numbers_beside_the_map_are_those_that_were_heard() -> None:
    table = talk_table(WHOLE, shown(WHOLE, WIDE, NB), NB)
    assert MADE.heard is not None

    assert sum(figure(row[4].text) for row in table.rows) == sum(flow.count for flow in MADE.heard.flows)
    assert all(row[0].text and row[1].text for row in table.rows)


def test_networks_and_kinds_add_up_to_all_devices() -> None:
    networks = area_table(WHOLE, lambda area: area.network, NB)
    kinds = class_table(WHOLE, NB).table

    assert sum(figure(row[2].text) for row in networks.table.rows) == len(MADE.assets)
    assert sum(figure(row[1].text) for row in kinds.rows) == len(MADE.assets)
    assert networks.links == tuple(area.network for area in WHOLE.areas)
    assert networks.table.rows[-1][1].text == "ingen har sett på dette nettet"
    assert networks.table.rows[-1][0].mark is not None


def test_titles_are_told_with_how_often_they_were_accepted() -> None:
    rows = title_table(WHOLE, NB).rows

    assert len(rows) == 20
    assert [cell.text for cell in rows[0]][1:] == ["PACS", rows[0][2].text, "10.20.2.11:104", "3", "3"]


def test_where_nobody_listened_an_empty_table_says_so() -> None:
    deaf = ground(replace(MADE, heard=None))
    silent = "Ingen har lyttet, så dette er ikke kjent."

    assert crossing_table(deaf, {}, NB).table.empty == silent
    assert talk_table(deaf, shown(deaf, WIDE, NB), NB).empty == silent
    assert title_table(deaf, NB).empty == silent
    assert crossing_table(WHOLE, {}, NB).table.empty != silent


def test_a_thousand_addresses_of_one_service_are_one_row_that_counts_them() -> None:
    assert MADE.heard is not None
    pump = next(asset for asset in MADE.assets if asset.device_class == "infusion_pump")
    calls = tuple(
        Flow(f"203.0.{n // 250}.{n % 250}", pump.addresses[0], "tcp", 80, "http", 2, NOON, NOON) for n in range(1000)
    )
    (row,) = crossing_table(ground(replace(MADE, heard=Heard(calls))), {}, NB).table.rows

    assert [cell.text for cell in row][1:5:3] == ["fra internett", "2\u202f000"]
    assert row[2].text.startswith("203.0.0.0, 203.0.0.1, ")
    assert row[2].text.endswith("… og 988\u00a0til")

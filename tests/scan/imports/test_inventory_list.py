from __future__ import annotations

from pathlib import Path

from sentinel.scan.imports.formats import How
from tests.scan.imports.samples import INVENTORY, read


def test_a_row_is_read_by_its_headings_and_nothing_else(tmp_path: Path) -> None:
    (row,), tally = read(tmp_path, INVENTORY)

    assert (row.kind, row.address, row.mac) == ("inventory.row", "10.20.30.20", "00:10:19:aa:bb:cc")
    assert row.facts == {
        "hostname": "LV-RØNTGEN",
        "vendor": "Sirona",
        "product": "Orthophos XG",
        "category": "Røntgen",
        "os": "Windows 7 Professional",
        "serial": "123",
    }
    assert (tally.handled, dict(tally.skipped)) == (1, {"no-address": 1})


def test_a_mapping_says_what_our_names_do_not_know(tmp_path: Path) -> None:
    text = "Boks;Kjennetegn;Slag\n1;10.0.0.9;Infusjonspumpe\n"
    columns = {"address": "Kjennetegn", "category": "slag"}
    (row,), _ = read(tmp_path, text, How(columns=columns))

    assert (row.address, row.facts) == ("10.0.0.9", {"category": "Infusjonspumpe"})


def test_a_list_that_begins_with_the_columns_of_an_arp_table_is_still_a_list(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path, "IP;MAC;Navn\n10.0.0.9;00:10:19:aa:bb:cc;LV-1\n")

    assert (row.kind, row.mac, row.facts) == ("inventory.row", "00:10:19:aa:bb:cc", {"hostname": "LV-1"})

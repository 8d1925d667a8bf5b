from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sentinel.comply.exchange.drafts import Place
from sentinel.comply.exchange.rows import Cell, Found, Table, read_tables
from tests.comply.exchange.sheet import HEAD

GOOD = ("DRF-07", "Oppfylt", "Åse", "12.11.2026")


def table(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD, title: str = "Ark") -> Table:
    listed = [
        (
            Place(f"{title} row {number}"),
            {
                at: Cell(value, Place(f"{title}!{'ABCDEFGHIJ'[at]}{number}"))
                for at, value in enumerate(row)
                if value != ""
            },
        )
        for number, row in enumerate([head, *rows], 1)
    ]
    return Table(title, [(place, row) for place, row in listed if row])


def found(*rows: tuple[Any, ...], **more: Any) -> Found:  # noqa: ANN401 -- passed on
    return read_tables([table(*rows, **more)], "a.xlsx")


def faults(seen: Found) -> list[str]:
    return [str(fault) for fault in seen.faults]


def test_a_row_becomes_an_answer_with_the_cell_of_each_value() -> None:
    (draft,) = found(GOOD).drafts

    assert draft.entry == {"state": "met", "by": "Åse", "date": "2026-11-12"}
    assert draft.places["date"] == Place("Ark!D2")


def test_columns_are_known_by_their_headings_wherever_they_stand() -> None:
    (draft,) = found(
        ("Åse", 3, "Ja", date(2026, 11, 12), "DRF-07"), head=("Hvem", "Mitt", "Status", "Dato", "ID")
    ).drafts

    assert draft.entry == {"state": "met", "by": "Åse", "date": "2026-11-12"}


def test_a_heading_may_stand_further_down_and_a_column_without_one_is_told() -> None:
    moved = table(("", "Skjema for klinikken"), HEAD, (*GOOD, "", "", "", "", "utenfor"), head=("",))

    seen = read_tables([moved], "a.xlsx")

    assert len(seen.drafts) == 1
    assert seen.told == ["Ark: not read, since no heading is known: number 9"]


def test_moments_are_days_and_numbers_are_none() -> None:
    seen = found(
        ("DRF-07", "ja", "Åse", datetime(2026, 11, 12, 8, 30)),  # noqa: DTZ001 -- workbooks know no zones
        ("DRF-10", "ja", "Åse", 46338),
        ("DRF-21", "ja", "Åse", "12/11/2026"),
    )

    assert seen.drafts[0].entry["date"] == "2026-11-12"
    assert faults(seen) == [
        "a.xlsx: Ark!D3: '46338' is no day as 12.11.2026 or 2026-11-12",
        "a.xlsx: Ark!D4: '12/11/2026' is no day as 12.11.2026 or 2026-11-12",
    ]


def test_every_fault_of_every_row_is_told_at_once() -> None:
    seen = found(
        ("DRF-07", "kanskje", "", "i går"),
        ("", "ja", "Åse", "12.11.2026"),
        ("DRF-10", "", "", "", "En merknad"),
    )

    assert faults(seen) == [
        "a.xlsx: Ark!B2: unknown answer 'kanskje'; the sheet of lists names them",
        "a.xlsx: Ark!D2: 'i går' is no day as 12.11.2026 or 2026-11-12",
        "a.xlsx: Ark row 2: has an answer, and nothing in «Svart av»",
        "a.xlsx: Ark row 3: has an answer and no ID of a requirement",
        "a.xlsx: Ark row 4: has «Merknad» and no answer in «Svar»",
    ]
    assert seen.drafts == []


def test_a_row_with_a_name_and_no_answer_is_not_assessed_and_counted() -> None:
    seen = found(("DRF-07", "", "Åse", "12.11.2026"), ("DRF-10",))

    assert (seen.drafts, seen.faults, seen.blank) == ([], [], 1)


def test_formulas_are_refused_with_their_cell() -> None:
    rows = table(GOOD)
    place, row = rows.rows[1]
    formula = Table("Ark", [rows.rows[0], (place, row | {1: Cell("=", Place("Ark!B2"), formula=True)})])

    seen = read_tables([formula], "a.xlsx")

    assert faults(seen) == ["a.xlsx: Ark!B2: holds a formula; write what it says instead"]
    assert seen.drafts == []


def test_eleven_digits_are_refused_in_any_cell_and_not_repeated() -> None:
    seen = found((*GOOD, "se 010190 12345"), ("DRF-10", "ja", "Åse", "12.11.2026", 12345678901))

    assert [line.partition(" holds")[0] for line in faults(seen)] == ["a.xlsx: Ark!E2:", "a.xlsx: Ark!E3:"]
    assert "12345" not in "".join(faults(seen))
    assert seen.drafts == []


def test_two_columns_of_one_name_and_missing_columns_are_told() -> None:
    seen = found(head=("ID", "Svar", "Status"))

    assert faults(seen) == [
        "a.xlsx: Ark!C1: a second column is called «Status»",
        "a.xlsx: Ark row 1: has no column «Svart av»",
        "a.xlsx: Ark row 1: has no column «Dato»",
    ]


def test_a_file_without_any_heading_is_told() -> None:
    assert faults(found(("hei",), head=("Notater",))) == [
        "a.xlsx: no heading with «ID», «Svar», «Svart av», «Dato» among the first 20 rows"
    ]


def test_the_organisation_stands_on_the_first_sheet() -> None:
    first = table(("Virksomhet", "Fjæra legekontor"), head=("Svarark",), title="Veiledning")

    assert read_tables([first, table(GOOD)], "a.xlsx").organisation == "Fjæra legekontor"

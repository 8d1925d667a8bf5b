from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from sentinel.scan.imports.columns import INVENTORY
from sentinel.scan.imports.tables import first_rows, open_workbook, read_records
from tests.scan.imports.samples import workbook


def records(path: Path) -> tuple[list[dict[str, str]], Tally]:
    tally = Tally(path.name)
    return [one.said for one in read_records(path, path.name, tally, INVENTORY, {})], tally


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_every_separator_is_found(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'Om listen\nIP{mark}Navn\n10.0.0.1{mark}"LV{mark}1"\n{mark}\n', encoding="utf-8")

    assert records(path)[0] == [{"address": "10.0.0.1", "hostname": f"LV{mark}1"}]


def test_a_workbook_tells_the_same_and_computes_nothing(tmp_path: Path) -> None:
    rows = (("Om listen",), ("IP", "Navn", "Modell"), ("10.0.0.1", "LV-1", '=HYPERLINK("http://x.example")'))
    path = workbook(tmp_path / "x.xlsx", rows, (("Noe", "annet"),))
    said, tally = records(path)

    assert said == [{"address": "10.0.0.1", "hostname": "LV-1"}]
    assert dict(tally.skipped) == {"no-heading": 1}


def test_a_table_without_a_heading_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")

    assert (records(path)[0], dict(records(path)[1].skipped)) == ([], {"no-heading": 1})


def _changed(path: Path, part: str, data: bytes) -> None:
    """Put other bytes in the place of one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {member.filename: archive.read(member) for member in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, part: data}.items():
            archive.writestr(name, content)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (BOMB, "declares a document type"),
        (BOMB.decode().encode("utf-16"), "declares a document type"),
        (b" " * (257 * 1024**2), "unpacks to more"),
    ],
)
def test_bombs_are_refused(tmp_path: Path, data: bytes, told: str) -> None:
    path = workbook(tmp_path / "x.xlsx", (("IP", "Navn"),))
    _changed(path, "xl/worksheets/sheet1.xml", data)

    with pytest.raises(InputError, match=told):
        open_workbook(path, "x.xlsx")


@pytest.mark.fuzz
@given(st.data())
def test_broken_workbooks_give_rows_or_our_error(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = workbook(tmp_path_factory.mktemp("book") / "x.xlsx", (("IP", "Navn"), ("10.0.0.1", "LV-1")))
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        part = data.draw(st.sampled_from(sorted(archive.namelist())))
        content = bytearray(archive.read(part))
    at = data.draw(st.integers(0, len(content)))
    content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    _changed(path, part, bytes(content))

    try:
        rows = first_rows(path, "x.xlsx")
        records(path)
    except InputError as error:
        rows = [[str(error)]]
    assert all(isinstance(cell, str) for row in rows for cell in row)

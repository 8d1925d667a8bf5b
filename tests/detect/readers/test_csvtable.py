from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.csvtable import DELIMITERS, MOST_LINES, dialect, header_of, read_csv
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import chunks, read_bytes

HEADER = ["EventID", "Channel", "CommandLine", "Process Id"]
ROW = ["1", "Sysmon", 'cmd /c "blåbær",\n;\t|x ', "0x4"]


def table(rows: list[list[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]  # any constant of csv
    return text.getvalue()


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_row_is_an_event(delimiter: str, encoding: str, quoting: int, tmp_path: Path) -> None:
    text = table([HEADER, ROW, ["", "", "y", ""], ROW], delimiter, quoting)
    events, tally = read_bytes(text.encode(encoding), tmp_path)
    assert [event.record for event in events] == ["2", "4", "5"]
    assert dict(zip(HEADER, ROW, strict=True)) == {
        "Process Id" if name == "ProcessId" else name: value for name, value in events[0].fields.items()
    }
    assert dict(events[1].fields) == {"CommandLine": "y"}  # empty cells are absent fields
    assert tally.skipped == {}


def test_what_spreadsheets_and_powershell_put_above_the_header_is_nothing(tmp_path: Path) -> None:
    for above in ("sep=;\r\n", "#TYPE System.Object\r\n", "\r\n"):
        events, tally = read_bytes((above + "a;b\r\n1;2\r\n").encode(), tmp_path)
        assert ([dict(event.fields) for event in events], tally.skipped) == ([{"a": "1", "b": "2"}], {})


def test_windows_1252_is_read_line_by_line(tmp_path: Path) -> None:
    data = b"a;b\n" + "blåbær;1\n".encode("cp1252") + "blåbær;2\n".encode()
    assert [event.fields["a"] for event in read_bytes(data, tmp_path)[0]] == ["blåbær", "blåbær"]


@pytest.mark.parametrize("kind", ["csv", None])
def test_columns_of_one_name_are_a_list(kind: str | None, tmp_path: Path) -> None:
    events, tally = read_bytes(b"a,b, a,a\n1,2,3,1\n,2,3,\n,2,,\n", tmp_path, kind)
    assert [dict(event.fields) for event in events] == [
        {"a": ["1", "3", "1"], "b": "2"},
        {"a": "3", "b": "2"},
        {"b": "2"},
    ]
    assert tally.skipped == {}


def test_what_is_followed_keeps_both_columns_of_one_name() -> None:
    head = header_of(b"a;b;a\n1;2;3\n")
    events = list(read_csv(iter([head + b"4;5;6\n"]), "log", Tally("log")))
    assert [dict(event.fields) for event in events] == [{"a": ["4", "6"], "b": "5"}]


@pytest.mark.parametrize(
    ("rows", "places", "skipped"),
    [
        ("1,2\n1\n1,2,3\n1,2,,\n3,4", ["2", "5", "6"], {"wrong-width": 2}),
        ('1,"2\n3,4\n' + "5,6\n" * 3, ["3", "4", "5", "6"], {"open-quote": 1}),
        ('1,5" disk\n3,4', ["2", "3"], {}),
        ('1,"a" b\n3,4', ["2", "3"], {}),
        ('1,"2\n' + "3,4\n" * (MOST_LINES + 5), None, {"open-quote": 1}),
        ("1,2\n" + "x" * (MAX_LINE + 1) + "\n3,4", ["2", "4"], {"too-long": 1}),
        ('1,"2\n' + "x" * (MAX_LINE + 1) + "\n3,4", ["4"], {"open-quote": 1, "too-long": 1}),
        ("\n\n1,2\n", ["4"], {}),
    ],
)
def test_a_bad_row_costs_itself(rows: str, places: list[str] | None, skipped: dict[str, int], tmp_path: Path) -> None:
    events, tally = read_bytes(("a,b\n" + rows).encode(), tmp_path, "csv")
    assert tally.skipped == skipped
    assert [event.record for event in events] == places if places else len(events) == MOST_LINES + 5


@pytest.mark.parametrize(
    "text",
    [
        "one, two\n",
        "2026-10-14,x\n2026-10-15,y\n",
        "a,b\nno table follows\nreally\nnone\n",
        "a,a\n1,2\n",
        "a,b,a\n",  # a header alone, of which nothing says that it is one
        "kari,logon,kari\nola,logon,ola\n",  # values: «logon» stands below itself
        "%PDF-1.4,x\n1,2\n",
    ],
)
def test_prose_and_other_logs_are_no_tables(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is text, but of no format|is no log but"):
        read_bytes(text.encode(), tmp_path)


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    events, tally = read_bytes(b"EventID,Channel,Image\r\n", tmp_path)
    assert (events, tally.total) == ([], 0)


cells = st.text(st.sampled_from('ab å"\r\n,;\t|'), max_size=8)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6), st.sampled_from(DELIMITERS), st.integers(1, 30))
def test_cells_are_those_that_a_writer_wrote(rows: list[list[str]], delimiter: str, size: int) -> None:
    text = table([["x", "y", "z"], *rows], delimiter, csv.QUOTE_ALL)
    events = list(read_csv(chunks(text.encode(), size), "log", Tally("log")))
    wanted = [{name: cell for name, cell in zip("xyz", row, strict=True) if cell} for row in rows]
    assert [dict(event.fields) for event in events] == wanted


@given(st.text(st.sampled_from('ab"",'), min_size=1, max_size=20))
def test_cells_are_those_of_pythons_reader(row: str) -> None:
    form = dialect(",")
    first, *others = csv.reader([row + "\n", "next\n"])
    assert form.is_open(row, inside=False) == (not others)
    if others:
        assert form.cells(row) == first


@given(st.text(st.sampled_from('ab"",;\n\r\t|='), max_size=120), st.integers(1, 30))
def test_anything_like_a_table_is_rows_or_skips(text: str, size: int) -> None:
    tally = Tally("log")
    count = len(list(read_csv(chunks(text.encode(), size), "log", tally)))
    assert count + tally.skipped.total() <= text.count("\n") + 1

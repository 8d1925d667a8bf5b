from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.cef import begins, decode, parse, written_at

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
KEYS = st.from_regex(r"[a-z][a-zA-Z0-9]{0,8}", fullmatch=True).filter(lambda key: not key.endswith("Label"))


def cef(head: list[str], pairs: dict[str, str]) -> str:
    """Write CEF as its own rules say: pipes escaped in the head, equal signs and line ends in the values."""
    escaped = [part.replace("\\", "\\\\").replace("|", "\\|") for part in head]
    values = (
        (key, value.replace("\\", "\\\\").replace("=", "\\=").replace("\r", "\\r").replace("\n", "\\n"))
        for key, value in pairs.items()
    )
    return f"CEF:0|{'|'.join(escaped)}|{' '.join(f'{key}={value}' for key, value in values)}"


@given(st.lists(TEXT, min_size=6, max_size=6), st.dictionaries(KEYS, TEXT | st.just("a\nb\\|=x"), max_size=5))
def test_what_is_written_is_read(head: list[str], pairs: dict[str, str]) -> None:
    fields = parse(cef(head, pairs))
    assert fields is not None
    names = ("deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity")
    assert [fields[name] for name in names] == [part.strip() for part in head]
    own = {key: value.rstrip() for key, value in pairs.items() if key not in names}
    assert {key: fields[key] for key in own} == own


@given(st.lists(TEXT.map(lambda text: text.replace("|", "").replace("\\", "")), min_size=4, max_size=4),
       st.dictionaries(KEYS, TEXT.map(lambda text: text.replace("^", "").replace("\t", "")), max_size=5),
       st.sampled_from(["", "^", "x5e", "0x5E"]))  # fmt: skip
def test_leef_is_read_by_its_delimiter(head: list[str], pairs: dict[str, str], sign: str) -> None:
    joined = ("^" if sign else "\t").join(f"{key}={value}" for key, value in pairs.items())
    middle = f"|{sign}|" if sign else "|"
    fields = parse(f"LEEF:{'2.0' if sign else '1.0'}|{'|'.join(head)}{middle}{joined}")
    assert fields is not None
    own = {key: value.strip() for key, value in pairs.items()}
    assert {key: fields[key] for key in own} == own


def test_leef_2_without_a_delimiter_has_tabs() -> None:
    assert (parse("LEEF:2.0|a|b|c|d||x=1\ty=2") or {})["y"] == "2"
    assert (parse("LEEF:2.0|a|b|c|d|x=1\ty=2") or {})["x"] == "1"


def test_labels_name_custom_fields_but_replace_none() -> None:
    fields = parse("CEF:0|a|b|c|d|e|f|cs1Label=Rule cs1=r cs2Label=src cs2=evil src=192.0.2.10 cn1Label=x") or {}
    assert (fields["Rule"], fields["src"]) == ("r", "192.0.2.10")
    assert "x" not in fields


@pytest.mark.parametrize("text", ["CEF:0|a|b", "LEEF:1.0|a", "CEF:", "{}", "", "CEF:0|" + "\\" * 99])
def test_a_broken_head_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [("CEF:0|a", 0), ("<13>x CEF: 1|a", 6), ("LEEF:2.0|", 0), ("LEEF:3|", -1), ("xCEF:0|", -1), ("CEF is", -1)],
)
def test_where_it_begins(text: str, at: int) -> None:
    assert begins(text) == at


def test_times_are_numbers_or_words() -> None:
    assert str(written_at({"rt": "1791935100000"})) == "2026-10-13 23:45:00+00:00"
    assert str(written_at({"rt": "no time", "end": "Oct 14 2026 01:45:00"})) == "2026-10-14 01:45:00+00:00"
    assert written_at({"rt": "Oct 14 01:45:00"}) is None


@given(st.text(max_size=99))
def test_any_text_is_survived(text: str) -> None:
    assert parse(f"CEF:0|a|b|c|d|e|f|{text}") is not None
    assert parse(f"LEEF:2.0|{text}") is None or "|" in text


def test_bytes_that_are_not_utf8_are_latin_1() -> None:
    assert decode("blåbær".encode()) == decode("blåbær".encode("latin-1")) == "blåbær"

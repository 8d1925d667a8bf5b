from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language
from sentinel.report import pages
from sentinel.report.management import context
from sentinel.report.pages import Report
from sentinel.report.pdf import compile_page, data, render
from tests.report.extremes import overfull, poisoned
from tests.report.golden import assert_golden
from tests.report.sample import AS_OF, empty, rich

ATTACHED = '{"schema":"sentinel.result/1","name":"Lyngvik – æøå"}'.encode()
TEMPLATES = root() / "reports" / "templates"
ONLY_ON_SCREEN = {
    ("Report", "contents"),
    ("Report", "language"),
    ("Beside", "link"),
    ("Table", "id"),
    ("Listing", "id"),
}
MADE: dict[str, Result] = {"rich": rich(), "empty": empty(), "overfull": overfull()}


@cache
def made(name: str, language: Language) -> bytes:
    return render(context(MADE[name], language), AS_OF, ATTACHED)


def reader(name: str, language: Language = "nb") -> PdfReader:
    return PdfReader(io.BytesIO(made(name, language)))


def plain(text: str) -> str:
    """Text as a reader hears it: no matter where lines end."""
    return re.sub(r"[\s\u200b\u2060\u00ad]+", " ", text)


def tree(node: Any) -> Iterator[DictionaryObject]:  # noqa: ANN401 - the structure tree holds any PDF object
    found = node.get_object()
    if isinstance(found, ArrayObject):
        for item in found:
            yield from tree(item)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield found
        if "/K" in found:
            yield from tree(found["/K"])


def catalog(pdf: PdfReader) -> DictionaryObject:
    return pdf.trailer["/Root"].get_object()  # type: ignore[return-value]  # the root of a PDF is a dictionary


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MADE)
def test_the_first_page_is_one_page(name: str, language: Language) -> None:
    report = context(MADE[name], language)
    first, second = (plain(page.extract_text()) for page in reader(name, language).pages[:2])

    assert plain(report.first.signature) in first
    assert plain(report.first.lists[-1].title) in first
    assert second.strip().startswith(plain(report.sections[0].title))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_is_as_it_was_read_and_approved(language: Language) -> None:
    texts = [page.extract_text() for page in reader("rich", language).pages]

    assert_golden(f"clinic-{language}.pdf.txt", "\n\f\n".join(texts) + "\n")


def test_norwegian_letters_can_be_read_back() -> None:
    text = plain("".join(page.extract_text() for page in reader("rich").pages))

    for words in ("Åse Lyngvik", "Siv Ødegård", "sårbare løsninger", "Målt: Fjernhjelp var åpen", "69 %", "412 690"):
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_numbered_by_hand(language: Language) -> None:
    pdf = reader("rich", language)
    page, of = ("Side", "av") if language == "nb" else ("Page", "of")

    for number, sheet in enumerate(pdf.pages, start=1):
        text = plain(sheet.extract_text())
        assert f"{page} {number} {of} {len(pdf.pages)}" in text
        assert "TLP:AMBER" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_pdf_a_3a_and_pdf_ua_1_with_title_and_language(language: Language) -> None:
    pdf = reader("rich", language)
    about = bytes(catalog(pdf)["/Metadata"].get_object().get_data()).decode()  # type: ignore[union-attr]  # a stream

    assert re.search(r"pdfaid:part[>=\"]+3", about)
    assert re.search(r"pdfaid:conformance[>=\"]+A", about)
    assert re.search(r"pdfuaid:part[>=\"]+1", about)
    assert str(catalog(pdf)["/Lang"]) == {"nb": "nb-NO", "en": "en-GB"}[language]
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"{context(rich(), language).title} – Lyngvik tannklinikk"
    assert pdf.metadata.creation_date is not None
    assert pdf.metadata.creation_date.date() == AS_OF


@pytest.mark.parametrize("name", ["rich", "empty"])
def test_every_table_has_its_header_and_every_chart_its_words(name: str) -> None:
    elements = list(tree(catalog(reader(name))["/StructTreeRoot"]))
    tables = [element for element in elements if str(element["/S"]) == "/Table"]
    report = context(MADE[name], "nb")
    filled = [table for section in report.sections for table in section.tables if table.rows]
    charts = [report.first.bar, *(chart for section in report.sections for chart in section.charts)]
    alternatives = [str(element["/Alt"]) for element in elements if str(element["/S"]) == "/Figure"]

    assert len(tables) == len(filled)
    for found, table in zip(tables, filled, strict=True):
        heads = [cell for cell in tree(found) if str(cell["/S"]) == "/TH"]
        assert len(heads) == len(table.columns)
    assert alternatives == [f"{chart.title}. {chart.description}" for chart in charts]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render(context(rich(), "nb"), AS_OF, ATTACHED) == made("rich", "nb")
    assert made("rich", "nb") != made("rich", "en")


def test_the_result_lies_in_it() -> None:
    attached = reader("rich").attachments

    assert dict(attached) == {"result.json": [ATTACHED]}


def test_an_attachment_that_is_no_text_is_our_error() -> None:
    with pytest.raises(RenderError, match="not JSON"):
        render(context(empty(), "nb"), AS_OF, b"\xff\xfe")


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ('#set document(title: "x")\n#set text(font: "No Such Font")\nx', "unknown font"),
        ('#set document(title: "x")\n#read("/etc/passwd")', "not found"),
        ('#set document(title: "x")\n#read("../../../pyproject.toml")', "escape|outside|denied|not found"),
        ('#set document(title: "x")\n#image(bytes(sys.inputs.at("svg")))', "alt"),
        ("x", "title"),
    ],
)
def test_what_typst_warns_of_or_refuses_is_our_error(page: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "page.typ"
    file.write_text(page)
    inputs = {"svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'}

    with pytest.raises(RenderError, match=rf"page\.typ: (?i:.*({what}))"):
        compile_page(file, tmp_path, inputs, AS_OF)


def test_a_first_page_that_does_not_hold_its_text_is_refused() -> None:
    report = context(rich(), "nb")
    far_too_long = dataclasses.replace(report, first=dataclasses.replace(report.first, grounds="ord " * 9000))

    with pytest.raises(RenderError, match="first page"):
        render(far_too_long, AS_OF, ATTACHED)


@pytest.mark.parametrize("name", ["management", "inventory", "paper", "document"])
def test_the_page_reads_data_only_and_no_packages(name: str) -> None:
    source = (TEMPLATES / f"{name}.typ").read_text(encoding="utf-8")
    own = source.replace('#import "paper.typ":', "")

    assert not re.search(r"@preview|import |#include|\beval\(|\bread\(|\bplugin\(", own)


HOSTILE = '#read("/etc/passwd") ] $x^2$ @label *b* _i_ `c` //x /*y \\ <z> #{panic()}'


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_the_data_is_shown_as_text(language: Language) -> None:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(_poisoned(HOSTILE, language))).pages)

    assert re.sub(r"[\s\u200b]", "", text).count(re.sub(r"\s", "", HOSTILE)) > 10
    assert "root:" not in text


@settings(max_examples=settings().max_examples // 8)
@given(
    st.text(
        st.characters(codec=None) | st.sampled_from('#$@[]{}*_`\\/<>"\u202e\x00\ud800\ue000中😀\u0301\u0e33'),
        max_size=50,
    )
)
def test_any_text_can_be_printed(text: str) -> None:
    assert _poisoned(text, "nb").startswith(b"%PDF")


@pytest.mark.parametrize(
    "text", ["𝐓𝐡𝐞 𝐪𝐮𝐢𝐜𝐛𝐫𝐨𝐰𝐧" * 9, "中" * 500, "W" * 500, "[" * 500, "@ " * 500, "\u202e" * 500, "ﷺ" * 500]
)
def test_letters_that_take_much_room_do_not_make_the_first_page_two(text: str) -> None:
    pdf = PdfReader(io.BytesIO(_poisoned(text, "nb")))

    assert "\u200b" not in str(pdf.metadata)
    assert plain(pdf.pages[1].extract_text()).strip().startswith("Tiltak, uenigheter, endringer og beslutninger")


def _poisoned(text: str, language: Language) -> bytes:
    return render(context(poisoned(text), language), AS_OF, ATTACHED)


def test_the_page_uses_every_field_and_only_those() -> None:
    full = _small()
    bare = dataclasses.replace(full, first=dataclasses.replace(full.first, steps=()))

    assert _unused(full) & _unused(bare) == ONLY_ON_SCREEN


def _unused(report: Report) -> set[tuple[str, str]]:
    """Return the fields whose absence from the data the page does not notice."""
    whole = data(report, root())
    page = TEMPLATES / "management.typ"
    compile_page(page, TEMPLATES, {"attachment": "{}", "report": whole}, AS_OF)
    unused = set()
    for noun, field in sorted({pair for pair, _ in _places(report, json.loads(whole))}):
        without = json.loads(whole)
        for pair, place in list(_places(report, without)):
            if pair == (noun, field):
                del place[field]
        try:
            compile_page(page, TEMPLATES, {"attachment": "{}", "report": json.dumps(without)}, AS_OF)
        except RenderError as error:
            assert field in str(error)  # noqa: PT017 - what is asked is which of them raise
        else:
            unused.add((noun, field))
    return unused


def _small() -> Report:
    """A report that uses every branch of the page, and no row more."""
    report = context(rich(), "nb")
    section = next(found for found in report.sections if found.id == "network")
    table = section.tables[0]
    tables = (
        dataclasses.replace(table, rows=table.rows[:1], more="mer"),
        dataclasses.replace(table, rows=()),
    )
    lists = (*report.first.lists[:2], dataclasses.replace(report.first.lists[2], points=()))
    first = dataclasses.replace(report.first, lists=lists)
    sections = (dataclasses.replace(section, id="risks", tables=tables),)
    return dataclasses.replace(report, first=first, sections=sections)


def _places(noun: object, copy: Any) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:  # noqa: ANN401 - parsed JSON
    """Yield each field of each noun with the object that holds it; charts are drawn, and only their words remain."""
    if isinstance(noun, tuple):
        for item, twin in zip(noun, copy, strict=True):
            yield from _places(item, twin)
    elif isinstance(noun, pages.Chart):
        yield from ((("Chart", name), copy) for name in ("title", "description"))
    elif dataclasses.is_dataclass(noun):
        for field in dataclasses.fields(noun):
            twin = copy.get(field.name)
            yield (type(noun).__name__, field.name), copy
            yield from _places(getattr(noun, field.name), twin)

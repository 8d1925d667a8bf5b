from __future__ import annotations

import io
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from sentinel.model.text import LANGUAGES, Language
from sentinel.report.inventory.paper import render
from tests.report.inventory.hospital import hospital
from tests.report.inventory.test_page import poisoned
from tests.report.test_pdf import catalog, plain, tree


@cache
def made(devices: int, networks: int, language: Language = "nb") -> PdfReader:
    return PdfReader(io.BytesIO(render(hospital(devices, networks), language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_pdf_a_3a_and_pdf_ua_1_with_title_and_language(language: Language) -> None:
    pdf = made(14, 2, language)
    about = bytes(catalog(pdf)["/Metadata"].get_object().get_data()).decode()  # type: ignore[union-attr]  # a stream

    assert re.search(r"pdfaid:part[>=\"]+3", about)
    assert re.search(r"pdfaid:conformance[>=\"]+A", about)
    assert re.search(r"pdfuaid:part[>=\"]+1", about)
    assert str(catalog(pdf)["/Lang"]) == {"nb": "nb-NO", "en": "en-GB"}[language]


def test_every_part_of_the_map_has_its_words_and_every_page_its_number() -> None:
    pdf = made(900, 40)
    elements = list(tree(catalog(pdf)["/StructTreeRoot"]))
    figures = [str(element["/Alt"]) for element in elements if str(element["/S"]) == "/Figure"]

    assert len(figures) > 3
    assert all(text.startswith(f"Kart over nettet, del {n} av {len(figures)}. ") for n, text in enumerate(figures, 1))
    for number, sheet in enumerate(pdf.pages, start=1):
        text = plain(sheet.extract_text())
        assert f"Side {number} av {len(pdf.pages)}" in text
        assert "TLP:AMBER" in text


def test_the_list_names_devices_and_counts_the_rest() -> None:
    text = plain("".join(page.extract_text() for page in made(900, 40).pages))

    assert "… og 650 rader til, som står på nettsiden" in text
    assert "900 enheter er kjent" in text


def test_the_same_inventory_gives_the_same_bytes() -> None:
    assert render(hospital(14, 2), "nb") == render(hospital(14, 2), "nb")


@settings(max_examples=settings().max_examples // 8)
@given(
    st.text(
        st.characters(codec=None) | st.sampled_from('#$@[]{}*_`\\/<>"\u202e\x00\ud800\ue000中😀\u0301\u0e33'),
        max_size=50,
    )
)
def test_any_text_can_be_printed(text: str) -> None:
    assert render(poisoned(text), "nb").startswith(b"%PDF")


def test_nothing_known_is_a_paper_too() -> None:
    text = plain(made(0, 1).pages[0].extract_text())

    assert "Ingen enheter er kjent. Det betyr ikke at nettet er tomt." in text

"""The packs that the examples answer, against numbers worked out by hand, and what readers are told of them."""

from __future__ import annotations

import io
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.cli.conftest import runner
from tests.examples.worksheet import VALUE, read, table_of
from tests.shared import ROOT

CLINIC, SUPPLIER = ROOT / "examples" / "clinic", ROOT / "examples" / "supplier"
NOT_ASKED = {
    "gdpr": {29, 33, 44, 45, 47, 57, 62, 64, 65, 66, 71},
    "supplier": {17},
}
"""By hand: the clinic has no artificial intelligence, shared record, customers, officer or research, and is private."""
WEIGHTS = {
    "gdpr": {
        "met": (20, 44), "partly": (10, 25), "not_met": (7, 16), "unknown": (1, 2), "not_assessed": (22, 40),
        "not_applicable": (1, 1),
    },
    "supplier": {
        "met": (9, 27), "partly": (5, 14), "planned": (1, 2), "not_met": (2, 4), "unknown": (1, 3),
        "not_assessed": (3, 7),
    },
}  # fmt: skip
"""Requirements and weight in each state, counted on paper."""
ANSWERS = {"gdpr": CLINIC / "answers-gdpr.yml", "supplier": SUPPLIER / "answers-supplier.yml"}
SITES = {"gdpr": CLINIC / "site.toml", "supplier": SUPPLIER / "site.toml"}


def scored(pack: str, folder: Path) -> dict[str, Any]:
    done = runner(folder / "store.db")("packs", "score", SITES[pack], "--format", "json")
    (found,) = json.loads(done.stdout)
    return dict(found)


@pytest.fixture(scope="module")
def declaration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lauvheim")
    done = runner(out / "store.db")("report", "supplier", SUPPLIER / "site.toml", "--out", out, "-q")
    assert done.exit_code in {0, 3}, done.output
    return out


def text(path: Path) -> str:
    pages = PdfReader(io.BytesIO(path.read_bytes())).pages
    return re.sub(r"[\s\u200b]+", " ", " ".join(page.extract_text() for page in pages))


def test_the_clinics_three_numbers_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    """Met 44, partly 25, not met 16, do not know 2, nobody 40: in place 44 + 12½; assessed 20 + 10 + 7 of 60."""
    score = scored("gdpr", tmp_path)["score"]

    assert score["score"] == float(Fraction(113, 2) / 87 * 100)
    assert score["worst_case"] == float(Fraction(113, 2) / 127 * 100)
    assert score["coverage"] == float(Fraction(37, 60) * 100)
    assert score["level"] == "yellow"
    assert sorted(gate["requirement"] for gate in score["gates"] if not gate["met"]) == [
        *("GD-03", "GD-30", "GD-35", "GD-49", "GD-59", "GD-67"),
    ]


def test_the_suppliers_three_numbers_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    """Met 27, partly 14, planned 2, not met 4, do not know 3, nobody 7: in place 27 + 7; assessed 17 of 21."""
    score = scored("supplier", tmp_path)["score"]

    assert score["score"] == 68.0
    assert score["worst_case"] == float(Fraction(34, 57) * 100)
    assert score["coverage"] == float(Fraction(17, 21) * 100)
    assert score["level"] == "yellow"
    assert [gate["requirement"] for gate in score["gates"] if not gate["met"]] == ["LS-06", "LS-12"]


@pytest.mark.parametrize("pack", WEIGHTS)
def test_a_count_that_knows_no_line_of_ours_finds_the_same_weights(pack: str) -> None:
    chapters = sorted((ROOT / "checklists" / "packs" / pack / "requirements").glob("*.yml"))
    needs = [need for chapter in chapters for need in read(chapter)["requirements"]]
    answers = read(ANSWERS[pack])["answers"]
    found: dict[str, tuple[int, int]] = {}
    for need in needs:
        if int(need["id"][-2:]) not in NOT_ASKED[pack]:
            state = answers.get(need["id"], {"state": "not_assessed"})["state"]
            count, weight = found.get(state, (0, 0))
            found[state] = (count + 1, weight + need["weight"])

    assert found == WEIGHTS[pack]
    assert set(found) <= {*VALUE, "unknown", "not_assessed", "not_applicable"}


def test_the_table_of_the_suppliers_readme_is_the_weights() -> None:
    table = re.search(r"\|---\|---\|---\|\n((?:\|.*\n)+)", (SUPPLIER / "README.md").read_text(encoding="utf-8"))
    assert table
    rows = table_of(table[1])

    assert rows.pop("sum") == [sum(column) for column in zip(*rows.values(), strict=True)] == [21, 57]
    english = {name.split(" / ")[1].replace(" ", "_"): tuple(row) for name, row in rows.items()}
    assert {name.replace("don’t_know", "unknown"): row for name, row in english.items()} == WEIGHTS["supplier"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", ("Pakken «Leverandør til helsesektoren»", "Frivillig å følge.", "68 av 100", "81 %", "60 av 100")),
        ("en", ("The pack “Supplier to the health sector”", "Voluntary to follow.", "68 of 100", "81%", "60 of 100")),
    ],
)
def test_the_declaration_has_the_numbers_of_the_pack_by_themselves(
    declaration: Path, language: str, said: tuple[str, ...]
) -> None:
    paper = text(declaration / f"supplier-{language}.pdf")

    assert [words for words in said if words not in paper] == []


def test_the_declaration_carries_the_same_numbers_and_no_name(declaration: Path) -> None:
    data = (declaration / "supplier.json").read_bytes()
    (attached,) = PdfReader(declaration / "supplier-nb.pdf").attachments["supplier.json"]
    (pack,) = json.loads(data)["packs"]
    score = scored("supplier", declaration)["score"]

    assert attached == data
    assert {key: pack["score"][key] for key in ("score", "coverage", "worst_case", "level", "counts")} == {
        key: score[key] for key in ("score", "coverage", "worst_case", "level", "counts")
    }
    assert json.loads(data)["score"] is None, "a part of Normen has no score, and the pack's is not its"
    everything = data.decode() + text(declaration / "supplier-nb.pdf") + text(declaration / "supplier-en.pdf")
    assert [name for name in ("Ingrid Lauvheim", "Torstein Vik", "Runa Solberg") if name in everything] == []


def test_what_nobody_answered_stands_at_the_top_of_the_declaration(declaration: Path) -> None:
    page = (declaration / "supplier-nb.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    lead = re.search(r'<p class="lead">.*?</p>', page)
    assert lead

    assert "Ikke alt er avklart." in lead[0]
    assert "I pakken «Leverandør til helsesektoren» er 4 krav ikke avklart." in lead[0]

"""Every other paper is PDF/A-3a and PDF/UA-1 too, judged by veraPDF; and each of its tables has a header."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from sentinel.content import root
from sentinel.model.text import LANGUAGES
from sentinel.report.files import write_kinds
from sentinel.report.kinds import kinds
from sentinel.report.placing import Place
from tests.integration.test_verapdf import verapdf  # noqa: F401 -- the fixture that finds the judge
from tests.report.extremes import poisoned
from tests.report.sample import empty, rich
from tests.report.test_pdf import catalog, tree

OWN = [kind for kind in kinds(root()) if kind not in {"management", "inventory", "ros"}]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    made: list[Path] = []
    for name, result in (("rich", rich()), ("empty", empty()), ("poisoned", poisoned("W#$@ ☃ " * 60))):
        made += write_kinds(result, Place(tmp_path_factory.mktemp(name), LANGUAGES, root()), OWN)
    return [path for path in made if path.suffix == ".pdf"]


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_every_paper_passes(verapdf: list[str], papers: list[Path], standard: str) -> None:  # noqa: F811 -- the fixture
    command = [*verapdf, "-f", standard, "--format", "text", *map(str, papers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert [line for line in done.stdout.splitlines() if line.startswith("FAIL")] == []
    assert done.stdout.count("PASS") == len(papers) == 3 * len(LANGUAGES) * len(OWN)
    assert done.returncode == 0


def test_every_table_has_a_header_which_veraPDF_does_not_look_for(papers: list[Path]) -> None:  # noqa: N802 -- its name
    bare, language = [], []
    for path in papers:
        reader = PdfReader(io.BytesIO(path.read_bytes()))
        elements = list(tree(catalog(reader)["/StructTreeRoot"]))
        tables = [element for element in elements if str(element["/S"]) == "/Table"]
        bare += [path.name for table in tables if not [cell for cell in tree(table) if str(cell["/S"]) == "/TH"]]
        language.append(str(catalog(reader)["/Lang"]) == ("nb-NO" if path.stem.endswith("nb") else "en-GB"))

    assert bare == []
    assert all(language)

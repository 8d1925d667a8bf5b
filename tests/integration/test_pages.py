"""The PDF as pictures: nothing runs over an edge, no page is empty, and the bar can be told apart in grey."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language
from sentinel.report import pdf
from sentinel.report.management import context
from tests.report.extremes import overfull
from tests.report.sample import AS_OF, rich

DPI = 50
MARGIN = int(6 / 25.4 * DPI)  # a footer of two lines still ends 8 mm above the edge
Page = tuple[int, int, bytes]


def pictures(folder: Path, paper: bytes) -> Iterator[Page]:
    """Yield width, height and grey values of each page."""
    if not shutil.which("pdftoppm"):
        if os.environ.get("CI"):
            pytest.fail("CI has pdftoppm")
        pytest.skip("needs pdftoppm of poppler-utils")
    (folder / "x.pdf").write_bytes(paper)
    command = ["pdftoppm", "-r", str(DPI), "-gray", str(folder / "x.pdf"), str(folder / "page")]
    subprocess.run(command, check=True, capture_output=True)
    for path in sorted(folder.glob("page*.pgm")):
        _, size, _, pixels = path.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        yield width, height, pixels


def rows(page: Page) -> list[bytes]:
    width, height, pixels = page
    return [pixels[number * width : (number + 1) * width] for number in range(height)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("result", [rich, overfull], ids=["rich", "overfull"])
def test_no_page_is_empty_and_nothing_runs_over_an_edge(
    tmp_path: Path, language: Language, result: Callable[[], Result]
) -> None:
    pages = list(pictures(tmp_path, pdf.render(context(result(), language), AS_OF, b"{}")))

    assert pages
    for number, page in enumerate(pages, 1):
        lines = rows(page)
        edge = b"".join([*lines[:MARGIN], *lines[-MARGIN:], *(line[:MARGIN] + line[-MARGIN:] for line in lines)])
        assert min(edge) == 255, f"page {number} runs over its edge"
        assert min(b"".join(lines)) < 128, f"page {number} is empty"


def test_the_parts_of_the_bar_differ_in_grey(tmp_path: Path) -> None:
    first = next(pictures(tmp_path, pdf.render(context(rich(), "nb"), AS_OF, b"{}")))
    bar = max(rows(first)[: first[1] // 2], key=lambda line: sum(value < 200 for value in line))

    assert len({value // 24 for value in bar if bar.count(value) > 10}) >= 3

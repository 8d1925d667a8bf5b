"""The paper of a group is PDF/A-3a and PDF/UA-1, judged by veraPDF and not by its maker."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sentinel.model.text import LANGUAGES
from sentinel.report.documents import paper
from sentinel.report.group.context import context
from tests.integration.test_verapdf import verapdf  # noqa: F401 -- the fixture that finds the judge
from tests.report.group.sample import AS_OF, overfull, silent, solvaer


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("papers")
    made = []
    for group in (solvaer, silent, overfull):
        for language in LANGUAGES:
            made.append(folder / f"{group.__name__}-{language}.pdf")
            made[-1].write_bytes(paper(context(group(), "AMBER", language), AS_OF, b"{}"))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_every_paper_of_a_group_passes(verapdf: list[str], papers: list[Path], standard: str) -> None:  # noqa: F811 -- the fixture
    command = [*verapdf, "-f", standard, "--format", "text", *map(str, papers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert [line for line in done.stdout.splitlines() if line.startswith("FAIL")] == []
    assert done.stdout.count("PASS") == len(papers)
    assert done.returncode == 0

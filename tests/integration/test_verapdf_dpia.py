"""The paper of an impact assessment is PDF/A-3a and PDF/UA-1, judged by veraPDF and not by its maker."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sentinel.model.text import LANGUAGES
from sentinel.report.dpia.context import context
from sentinel.report.ros.files import paper
from tests.integration.test_verapdf import verapdf  # noqa: F401 -- the fixture that finds the judge
from tests.report.dpia.sample import AS_OF, clinic, empty, overfull


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("papers")
    made = []
    for dpia in (clinic, empty, overfull):
        for language in LANGUAGES:
            made.append(folder / f"{dpia.__name__}-{language}.pdf")
            made[-1].write_bytes(paper(context(dpia(), "AMBER", language), AS_OF, b"{}", name="dpia.json"))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_every_paper_of_an_assessment_passes(verapdf: list[str], papers: list[Path], standard: str) -> None:  # noqa: F811 -- the fixture
    command = [*verapdf, "-f", standard, "--format", "text", *map(str, papers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert [line for line in done.stdout.splitlines() if line.startswith("FAIL")] == []
    assert done.stdout.count("PASS") == len(papers)
    assert done.returncode == 0

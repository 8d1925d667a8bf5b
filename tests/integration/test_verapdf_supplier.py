"""The example supplier's self-declaration is PDF/A-3a and PDF/UA-1, judged by veraPDF and not by its maker."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import runner
from tests.integration.test_verapdf import verapdf  # noqa: F401 -- the fixture that finds the judge
from tests.shared import ROOT


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    out = tmp_path_factory.mktemp("declaration")
    site = ROOT / "examples" / "supplier" / "site.toml"
    done = runner(out / "store.db")("report", "supplier", site, "--out", out, "-q")
    assert done.exit_code in {0, 3}, done.output
    return sorted(out.glob("*.pdf"))


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_the_declaration_passes(verapdf: list[str], papers: list[Path], standard: str) -> None:  # noqa: F811 -- the fixture
    command = [*verapdf, "-f", standard, "--format", "text", *map(str, papers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert [line for line in done.stdout.splitlines() if line.startswith("FAIL")] == []
    assert done.stdout.count("PASS") == len(papers) == 2
    assert done.returncode == 0

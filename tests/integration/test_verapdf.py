"""The PDF is what it says it is: PDF/A-3a and PDF/UA-1, judged by veraPDF and not by its maker."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sentinel.model.text import LANGUAGES
from sentinel.report import pdf
from sentinel.report.inventory import paper
from sentinel.report.management import context
from tests.report.extremes import overfull
from tests.report.inventory.hospital import hospital
from tests.report.sample import AS_OF, empty, rich
from tests.shared import ROOT

VERSION = "1.28.2"
JAR = ROOT / ".cache" / "verapdf" / f"greenfield-apps-{VERSION}.jar"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


@pytest.fixture(scope="module")
def verapdf() -> list[str]:
    if not (shutil.which("java") and shutil.which("mvn")):
        if os.environ.get("CI"):
            pytest.fail("CI has Java and Maven")
        pytest.skip("needs Java and Maven: apt-get install openjdk-17-jre-headless maven")
    if not JAR.is_file():
        artifact = f"-Dartifact=org.verapdf.apps:greenfield-apps:{VERSION}"
        command = ["mvn", "-q", "-B", COPY, artifact, f"-DoutputDirectory={JAR.parent}"]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return ["java", "-Djava.awt.headless=true", "-cp", str(JAR), "org.verapdf.apps.GreenfieldCliWrapper"]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("papers")
    made = []
    for result in (rich, empty, overfull):
        for language in LANGUAGES:
            made.append(folder / f"{result.__name__}-{language}.pdf")
            made[-1].write_bytes(pdf.render(context(result(), language), AS_OF, b"{}"))
    for devices, networks in ((0, 1), (14, 2), (900, 40)):
        for language in LANGUAGES:
            made.append(folder / f"inventory-{devices}-{language}.pdf")
            made[-1].write_bytes(paper.render(hospital(devices, networks), language))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_every_report_passes(verapdf: list[str], papers: list[Path], standard: str) -> None:
    command = [*verapdf, "-f", standard, "--format", "text", *map(str, papers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert [line for line in done.stdout.splitlines() if line.startswith("FAIL")] == []
    assert done.stdout.count("PASS") == len(papers)
    assert done.returncode == 0


@pytest.mark.slow
def test_the_judge_can_say_no(verapdf: list[str], tmp_path: Path) -> None:
    spoilt = pdf.render(context(empty(), "nb"), AS_OF, b"{}").replace(b"pdfuaid:part", b"pdfuaid:trap")
    (tmp_path / "x.pdf").write_bytes(spoilt)
    command = [*verapdf, "-f", "ua1", "--format", "text", str(tmp_path / "x.pdf")]

    assert "FAIL" in subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"


def test_a_capture_becomes_a_page_with_who_talks_to_whom(run: Run, tmp_path: Path) -> None:
    done = run("scan", "passive", CLINIC / "capture" / "lyngvik.pcap", "--page", tmp_path / "out", "-q")
    page = (tmp_path / "out" / "inventory-nb.html").read_text(encoding="utf-8")

    assert done.exit_code == 0
    assert "DICOM for 2" in page
    assert "LV_RONTGEN" in page
    assert "nås fra internett: RDP" in page
    assert "Ingen har lyttet" not in page
    assert "ikke oppgitt som eget nett" in page  # nobody stated a network
    assert "TLP:AMBER" in page


def test_a_list_alone_says_that_nobody_listened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text("IP;Navn;Type\n10.0.0.5;Pumpe 1;Infusjonspumpe\n", encoding="utf-8")
    done = run("scan", "import", tmp_path / "liste.csv", "--page", tmp_path / "out", "-q")
    page = (tmp_path / "out" / "inventory-nb.html").read_text(encoding="utf-8")

    assert done.exit_code == 0
    assert "Ingen har lyttet på nettet" in page
    assert "Står bare i en liste. Ingen har hørt eller spurt enheten." in page


def test_a_page_that_cannot_be_written_is_one_line(run: Run) -> None:
    done = run("scan", "import", CLINIC / "nmap" / "lyngvik.xml", "--page", "/proc/nowhere", "-q")

    assert done.exit_code == 2
    assert "/proc/nowhere: cannot be written" in done.stderr
    assert "Traceback" not in done.output

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sentinel.model.assets import Asset, Claim
from sentinel.store.store import Store
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


def test_a_domain_is_no_machine_on_the_page_of_the_store(run: Run, tmp_path: Path) -> None:
    where = tmp_path / "s.db"
    seen = Claim("domain", "lyngvik.example", "domain", 5, "scope", None, None)
    machine = Asset("a" * 16, ("10.0.0.5",), (), (), "server", "", "", "", (), (), None, None)
    domain = replace(machine, id="d" * 16, addresses=(), names=("lyngvik.example",), claims=(seen,))
    store = Store.open(str(where))
    store.save_scan("lyngvik", date(2026, 11, 21), [machine, domain], ())
    store.close()

    done = run("assets", "page", "--out", tmp_path / "out", "--store", where)
    page = (tmp_path / "out" / "inventory-nb.html").read_text(encoding="utf-8").replace("\u00a0", " ")

    assert "1 domain left out" in done.stderr
    assert "lyngvik.example" not in page
    assert "1 enhet er kjent" in page

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.scan.imports.samples import FINDINGS, INVENTORY, MDS2_ROWS, NESSUS, TEXTS, workbook


@pytest.mark.parametrize("form", sorted(set(TEXTS) - {"cyclonedx", "cyclonedx-xml"}))
@pytest.mark.parametrize("shown", ["assets", "findings"])
def test_every_format_gives_published_records(run: Run, tmp_path: Path, form: str, shown: str) -> None:
    path = tmp_path / "result.dat"
    path.write_text(TEXTS[form], encoding="utf-8")
    done = run("scan", "import", path, "--show", shown, "--format", "jsonl", "-q")

    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code in {0, 3}
    assert records or shown == "findings"
    for record in records:
        jsonschema.validate(record, json_schema(f"sentinel.{shown[:-1]}/1"))


def test_what_describes_a_product_is_told_of_which_machine(run: Run, tmp_path: Path) -> None:
    form = workbook(tmp_path / "m.xlsx", MDS2_ROWS)
    without = run("scan", "import", form, "-q")
    (asset,) = json.loads(run("scan", "import", form, "--for", "10.20.30.77", "-q", "--format", "json").stdout)

    assert (without.exit_code, "--for" in without.stderr) == (3, True)
    assert (asset["addresses"], asset["vendor"], asset["product"]) == (["10.20.30.77"], "Philips", "IntelliVue MX800")
    assert run("scan", "import", form, "--for", "everywhere").exit_code == 2


def test_a_machine_that_a_file_has_no_use_for_is_a_fault_and_nothing_is_kept(run: Run, tmp_path: Path) -> None:
    form = workbook(tmp_path / "m.xlsx", MDS2_ROWS)
    for name, text in (("i.csv", INVENTORY), ("a.nessus", NESSUS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = (form, tmp_path / "i.csv", tmp_path / "a.nessus", "--for", "10.20.30.77", "--save", "s", "-q")
    done = run("scan", "import", *words)

    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 2)
    assert "i.csv: is an inventory" in done.stderr
    assert done.stderr.count("import it by itself, without --for") == 2
    assert json.loads(run("assets", "list", "--format", "json").stdout) == []


def test_a_mapping_file_says_what_a_column_is(run: Run, tmp_path: Path) -> None:
    table, columns = tmp_path / "t.csv", tmp_path / "c.toml"
    table.write_text("Boks;Kjennetegn;Slag\n1;10.0.0.9;Infusjonspumpe\n", encoding="utf-8")
    columns.write_text(
        'schema = "sentinel.columns/1"\n[columns]\naddress = "Kjennetegn"\ncategory = "Slag"\n', encoding="utf-8"
    )
    (asset,) = json.loads(run("scan", "import", table, "--columns", columns, "-q", "--format", "json").stdout)

    assert asset["device_class"] == "infusion_pump"
    columns.write_text("[columns]\nx = 1\n", encoding="utf-8")
    wrong = run("scan", "import", table, "--columns", columns, "-q")
    assert (wrong.exit_code, wrong.stderr.count("c.toml: ")) == (2, 3)


def test_what_two_scanners_and_we_found_is_one_finding_with_its_sources(run: Run, tmp_path: Path) -> None:
    nessus, pentest = tmp_path / "a.nessus", tmp_path / "pentest.csv"
    nessus.write_text(NESSUS, encoding="utf-8")
    pentest.write_text(FINDINGS, encoding="utf-8")
    done = run("scan", "import", nessus, pentest, "--show", "findings", "--format", "json", "-q")

    by_check = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert by_check["telnet-open"]["sources"] == ["Sentinel", "Nessus 42263 (a.nessus)"]
    blue = by_check["list:bluekeep"]
    assert set(blue["sources"]) == {"list (pentest.csv)", "Nessus 125313 (a.nessus)"}
    assert "left out of these: 2 informational" in done.stderr


def test_importing_again_doubles_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    path.write_text(INVENTORY, encoding="utf-8")
    for _ in range(2):
        run("scan", "import", path, "--save", "s", "-q")

    assert len(json.loads(run("assets", "list", "--format", "json").stdout)) == 1
    assert run("assets", "diff").stdout == "Nothing found.\n"

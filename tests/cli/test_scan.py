from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic"
CAPTURE, NMAP = CLINIC / "capture" / "lyngvik.pcap", CLINIC / "nmap" / "lyngvik.xml"


@pytest.mark.parametrize(("words", "source"), [(("passive",), CAPTURE), (("import",), NMAP)])
@pytest.mark.parametrize("shown", ["assets", "findings"])
def test_what_is_found_comes_as_published_records(run: Run, words: tuple[str], source: Path, shown: str) -> None:
    done = run("scan", *words, source, "--show", shown, "--format", "jsonl", "-q")

    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert records
    for record in records:
        jsonschema.validate(record, json_schema(f"sentinel.{shown[:-1]}/1"))


def test_addresses_that_did_not_answer_are_told(run: Run) -> None:
    assert "did not answer: 10.20.30.70, 10.20.30.71, 10.20.30.72" in run("scan", "import", NMAP, "-q").stderr


def test_findings_can_fail_a_build(run: Run) -> None:
    assert run("scan", "import", NMAP, "--fail-on", "high", "-q").exit_code == 1


def test_what_is_saved_can_be_listed(run: Run) -> None:
    run("scan", "passive", CAPTURE, "--save", "lyngvik", "-q")

    listed = json.loads(run("assets", "list", "--format", "json").stdout)
    assert "10.20.30.21" in {address for asset in listed for address in asset["addresses"]}


def test_a_saved_import_does_not_take_the_place_of_a_saved_capture(run: Run) -> None:
    run("scan", "passive", CAPTURE, "--save", "lyngvik", "-q")
    run("scan", "import", NMAP, "--save", "lyngvik", "-q")

    listed = json.loads(run("assets", "list", "--format", "json").stdout)
    sources = {claim["evidence"].split("(")[-1].rstrip(")") for asset in listed for claim in asset["claims"]}
    assert {"lyngvik.pcap", "lyngvik.xml"} <= {part.strip() for source in sources for part in source.split(";")}


def test_a_truncated_capture_gives_what_was_read_and_says_so(run: Run, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(CAPTURE.read_bytes()[:40_000])

    done = run("scan", "passive", cut, "-q", "--format", "json")

    assert done.exit_code == 3
    assert json.loads(done.stdout)
    assert "1 truncated" in done.stderr


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><nmaprun>&b;</nmaprun>"""


@pytest.mark.parametrize(
    ("words", "content", "told"),
    [
        ("passive", b"PK\x03\x04" + bytes(60), "ZIP"),
        ("passive", b"hello", "looks like text"),
        ("import", BOMB, "declarations of its own"),
        ("import", b"PK\x03\x04" + bytes(60), "ZIP"),
        ("import", b"<html></html>", "nmap"),
    ],
)
def test_what_is_none_is_told_in_one_line(run: Run, tmp_path: Path, words: str, content: bytes, told: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)

    done = run("scan", words, path, "-q")

    assert done.exit_code == 3
    assert "Traceback" not in done.stderr
    assert told.casefold() in done.stderr.casefold()
    assert "unreadable" in done.stderr

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.shared import ROOT

NMAP = ROOT / "examples" / "clinic" / "nmap" / "lyngvik.xml"
LATER = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture
def filled(run: Run) -> Run:
    run("scan", "import", NMAP, "--save", "lyngvik", "-q")
    return run


def first(run: Run) -> str:
    return str(json.loads(run("findings", "list", "--format", "json").stdout)[0]["id"])


def test_an_accepted_finding_is_not_listed_and_does_not_fail_a_build(filled: Run) -> None:
    key = first(filled)
    told = ("--until", LATER, "--by", "Kari", "--reason", "Byttes")
    for finding in json.loads(filled("findings", "list", "--format", "json").stdout):
        assert filled("findings", "accept", finding["id"], *told).exit_code == 0

    assert filled("findings", "list", "--fail-on", "low").exit_code == 0
    assert filled("findings", "list").stdout == "Nothing found.\n"
    (shown,) = json.loads(filled("findings", "show", key).stdout)
    assert (shown["life"]["state"], shown["life"]["accepted_by"], shown["life"]["accepted_until"]) == (
        "accepted",
        "Kari",
        LATER,
    )
    filled("findings", "reopen", key, "--by", "Ola", "--reason", "Nei")
    assert first(filled) == key
    assert filled("findings", "list", "--fail-on", "low").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("accept", "zzzz", "--until", "2999-01-01", "--by", "K", "--reason", "r"),
        ("accept", "", "--until", "2999-01-01", "--by", "K", "--reason", "r"),
        ("accept", "ID", "--until", "2020-01-01", "--by", "K", "--reason", "r"),
        ("accept", "ID", "--until", "2999-01-01", "--by", "K"),
        ("accept", "ID", "--until", "2999-01-01", "--by", " ", "--reason", "r"),
        ("accept", "ID", "--until", "2999-01-01", "--by", "K", "--reason", " "),
        ("accept", "ID", "--until", "2999-01-01", "--by", "K", "--reason", "Ola 010101 12345"),
        ("assign", "ID", "--owner", "", "--by", "K"),
        ("assign", "ID", "--by", "K"),
        ("export",),
        ("export", "--write", "pdf=x"),
        ("export", "--write", "csv=/nowhere/x"),
    ],
)
def test_wrong_use_is_told(filled: Run, words: tuple[str, ...]) -> None:
    key = first(filled)

    assert filled("findings", *(key if word == "ID" else word for word in words)).exit_code == 2


def test_who_sees_to_it_is_kept(filled: Run) -> None:
    key = first(filled)
    filled("findings", "assign", key, "--owner", "MTA", "--due", LATER, "--control", "Eget nett", "--by", "Kari")
    (shown,) = json.loads(filled("findings", "show", key).stdout)

    assert (shown["life"]["owner"], shown["life"]["due"], shown["life"]["controls"]) == ("MTA", LATER, ["Eget nett"])
    assert [one["kind"] for one in shown["life"]["decisions"]] == ["owner", "due", "control"]


def test_findings_are_exported_in_every_form(filled: Run, tmp_path: Path) -> None:
    forms = ("csv", "cyclonedx", "jsonl", "ocsf", "sarif")
    words = [part for form in forms for part in ("--write", f"{form}={tmp_path / form}")]
    count = len(json.loads(filled("findings", "list", "--format", "json").stdout))

    assert filled("findings", "export", *words).exit_code == 0
    assert len(json.loads((tmp_path / "sarif").read_text("utf-8"))["runs"][0]["results"]) == count
    for form in ("jsonl", "ocsf"):
        assert len([json.loads(line) for line in (tmp_path / form).read_text("utf-8").splitlines()]) == count
    assert len((tmp_path / "csv").read_text("utf-8").splitlines()) == count + 1
    assert json.loads((tmp_path / "cyclonedx").read_text("utf-8"))["bomFormat"] == "CycloneDX"


def test_only_grave_findings_are_exported_where_that_is_asked(filled: Run, tmp_path: Path) -> None:
    filled("findings", "export", "--at-least", "critical", "--write", f"jsonl={tmp_path / 'x'}")

    levels = {json.loads(line)["severity"] for line in (tmp_path / "x").read_text("utf-8").splitlines()}
    assert levels == {"critical"}

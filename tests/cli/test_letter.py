from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.scan.knowledge.samples import made

INVENTORY = """ip;vendor;product;version
10.0.0.1;Draeger;Infinity Delta;VF8.2
10.0.0.2;Dräger;Infinity Delta;VF8.2
10.0.0.3;Siemens Healthineers;MAGNETOM;VB15A
"""
ADVISORY = {
    "document": {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "title": "Dräger Infinity Delta",
        "publisher": {"name": "CISA", "category": "coordinator", "namespace": "https://www.cisa.gov"},
        "tracking": {
            "id": "ICSMA-19-022-01", "status": "final", "version": "1",
            "initial_release_date": "2026-11-01T00:00:00Z", "current_release_date": "2026-11-01T00:00:00Z",
        },
    },
    "product_tree": {
        "branches": [
            {
                "category": "vendor", "name": "Dräger", "branches": [
                    {
                        "category": "product_name", "name": "Infinity Delta", "branches": [
                            {
                                "category": "product_version_range", "name": "vers:all/*",
                                "product": {"name": "Infinity Delta", "product_id": "P1"},
                            }
                        ],
                    }
                ],
            }
        ]
    },
    "vulnerabilities": [{"cve": "CVE-2018-19010", "product_status": {"known_affected": ["P1"]}}],
}  # fmt: skip


@pytest.fixture
def filled(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a command whose store knows two monitors with an advisory about them."""
    bundle, _ = made(tmp_path, ADVISORY)
    (tmp_path / "keys").rename(tmp_path / "knowledge-keys")
    monkeypatch.setenv("SENTINEL_POLICY", str(tmp_path))
    (tmp_path / "inventory.csv").write_text(INVENTORY, encoding="utf-8")
    told = run("scan", "import", tmp_path / "inventory.csv", "--knowledge", bundle, "--save", "x", "-q")
    assert "2 with known vulnerabilities; 1 not looked up" in told.stderr
    return run


def ids(run: Run) -> list[str]:
    return [one["id"] for one in json.loads(run("findings", "list", "--format", "json").stdout)]


def test_a_letter_about_one_finding_asks_and_tells_no_address(filled: Run) -> None:
    found = filled("findings", "letter", ids(filled)[0][:8], "--sender", "Lyngvik")
    assert found.exit_code == 0
    assert found.stdout.startswith("# Spørsmål om kjente sårbarheter i Infinity Delta\n\nTil Dr")
    assert "CVE-2018-19010" in found.stdout
    assert "10.0.0" not in found.stdout
    assert found.stdout.endswith("Lyngvik\n")


def test_a_letter_to_a_maker_counts_alike_devices_once_under_any_spelling(filled: Run, tmp_path: Path) -> None:
    out = tmp_path / "letter.md"
    told = filled("findings", "letter", "--vendor", "DRAEGER", "--language", "en", "--with-addresses", "--out", out)
    assert told.exit_code == 0
    letter = out.read_text(encoding="utf-8")
    assert letter.count("## ") == 1
    assert "- Number of devices with us: 2" in letter
    assert "10.0.0.1" in letter
    assert "10.0.0.2" in letter


@pytest.mark.parametrize(
    "words", [(), ("x", "--vendor", "y"), ("zzzz",), ("--vendor", "Nobody"), ("",), ("a", "--language", "de")]
)
def test_wrong_use_is_told(filled: Run, words: tuple[str, ...]) -> None:
    told = filled("findings", "letter", *words)
    assert told.exit_code == 2
    assert "Traceback" not in told.stderr


@pytest.fixture
def clinic(run: Run) -> list[dict[str, object]]:
    """Return the findings of the example clinic's nmap result, kept in the store."""
    capture = Path(__file__).parents[2] / "examples" / "clinic" / "nmap" / "lyngvik.xml"
    run("scan", "import", capture, "--save", "lyngvik", "-q")
    listed: list[dict[str, object]] = json.loads(run("findings", "list", "--format", "json").stdout)
    return listed


def test_a_maker_is_asked_about_equipment_whose_support_has_ended(run: Run, clinic: list[dict[str, object]]) -> None:
    old = next(one for one in clinic if one["check"] == "product-unsupported")
    told = run("findings", "letter", str(old["id"]), "--language", "en")

    assert told.exit_code == 0
    assert "which no longer gets security updates" in told.stdout
    assert "- Security updates: ended " in told.stdout
    assert "Which release gets security updates today" in told.stdout


def test_there_is_nothing_to_ask_a_maker_about_how_a_machine_is_set_up(
    run: Run, clinic: list[dict[str, object]]
) -> None:
    plain = next(one for one in clinic if not one["cves"] and not str(one["check"]).startswith("product-"))
    told = run("findings", "letter", str(plain["id"]))

    assert (told.exit_code, told.stdout) == (2, "")
    assert "no known vulnerability and no end of support" in told.stderr

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import ContentError
from sentinel.scan.checks import Checks, load_checks

CHECK = """id: {id}
kind: claim
attribute: protocol
values: [telnet]
claim: sure
severity: high
impact: {{confidentiality: 2}}
title: {{nb: "{{name}} har Telnet", en: "{{name}} has Telnet"}}
advice: {{nb: Slå av., en: Switch off.}}
advice_medical: {{nb: Spør leverandøren., en: Ask the supplier.}}
evidence: {{nb: "{{evidence}} sett {{seen}}", en: "{{evidence}} seen {{seen}}"}}
source: RFC 854
as_of: 2026-11-21
"""


def load_text(folder: Path, *texts: str) -> Checks:
    place = folder / "scanners" / "checks"
    place.mkdir(parents=True)
    for number, text in enumerate(texts):
        (place / f"{number}.yml").write_text(text, "utf-8")
    return load_checks(folder)


def test_checks_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    found = load_text(tmp_path, CHECK.format(id="b") + "---\n" + CHECK.format(id="a"))
    assert [check.id for check in found.all] == ["a", "b"]


def test_medical_equipment_has_advice_of_its_own(tmp_path: Path) -> None:
    (check,) = load_text(tmp_path, CHECK.format(id="a")).all
    assert check.advice_for("imaging_archive").nb == "Spør leverandøren."
    assert check.advice_for("server").nb == check.advice_for("unknown").nb == "Slå av."


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("attribute: protocol", "states: [ended]", "`attribute` is for"),
        ("kind: claim", "kind: support", "`attribute` is for"),
        ("{name} har", "{navn} har", r"unknown word \{navn\}"),
        ("{name} har", "{name.x} har", "no plain name"),
        ("{name} har", "{date} har", r"unknown word \{date\}"),
        ("source: RFC 854", "severity_possible: low\nsource: x", "a hint needs its own severity"),
        ("confidentiality: 2", "confidentiality: 4", "less than or equal to 3"),
        ("confidentiality: 2", "privacy: 2", "unknown key 'privacy'"),
        ("severity: high", "severity: terrible", "severity"),
        (", en: Switch off.", "", "'advice.en' is missing"),
        ("as_of: 2026-11-21", "as_of: today", "as_of"),
    ],
)
def test_a_wrong_check_does_not_load(old: str, new: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=what):
        load_text(tmp_path, CHECK.format(id="a").replace(old, new))


def test_two_checks_do_not_share_an_id(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"1\.yml:1: id 'a' is also used in scanners/checks/0\.yml:1"):
        load_text(tmp_path, CHECK.format(id="a"), CHECK.format(id="a"))

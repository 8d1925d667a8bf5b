"""Walks all of scanners/ and names every offender at once."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.content import Said, root
from sentinel.model.assets import MEDICAL
from sentinel.scan.checks import Check, load_checks
from sentinel.scan.fingerprint import load_fingerprints, proof_faults
from sentinel.scan.lifecycle import Cycle, Product, load_lifecycle
from tests.shared import shared_data

FINGERPRINTS, CHECKS, LIFECYCLE = load_fingerprints(root()), load_checks(root()), load_lifecycle(root())
TODAY = date(2026, 11, 21)


def _said(check: Check) -> Iterator[tuple[str, Said]]:
    for name in type(check).model_fields:
        value = getattr(check, name)
        if isinstance(value, Said):
            yield name, value
    yield from ((f"doubts.{doubt}", said) for doubt, said in check.doubts.items())


def test_every_fingerprint_holds_on_its_own_proof() -> None:
    assert [fault for rule in FINGERPRINTS.rules for fault in proof_faults(rule)] == []


def test_a_rule_that_others_could_not_confirm_is_a_weak_witness() -> None:
    strong = [rule.id for rule in FINGERPRINTS.rules if rule.confidence == "unverified" and rule.strength > 4]
    prefixes = [rule.id for rule in FINGERPRINTS.rules if rule.oui and rule.strength > 2]
    assert (strong, prefixes) == ([], [])


def test_every_rule_proves_each_prefix_and_each_claimed_part() -> None:
    def unproved(rule_id: str) -> list[str]:
        rule = next(one for one in FINGERPRINTS.rules if one.id == rule_id)
        templates = [*rule.asset.items(), *rule.service.items()]
        shown = {name for vector in rule.positive for name in vector.gives}
        return [name for name, text in templates if "{" in text and name not in shown]

    parts = {rule.id: missing for rule in FINGERPRINTS.rules if (missing := unproved(rule.id))}
    prefixes = [rule.id for rule in FINGERPRINTS.rules if len(rule.oui) > len(rule.positive)]
    assert (parts, prefixes) == ({}, [])


def test_no_rule_says_what_a_machine_is_by_its_port_alone() -> None:
    wrong = [rule.id for rule in FINGERPRINTS.rules if not rule.oui and not rule.when]
    assert wrong == []


def test_no_norwegian_record_system_is_named_before_anyone_has_seen_one() -> None:
    names = re.compile(r"dips|infodoc|plenario|cgm|pridok|gerica|visma|cosdoc|opus|hove", re.IGNORECASE)
    own = [rule for rule in FINGERPRINTS.rules if not rule.id.startswith("enterprise-")]  # of a registry of numbers
    assert [rule.id for rule in own if names.search(rule.model_dump_json())] == []
    assert not any(rule.asset.get("product") for rule in FINGERPRINTS.rules if rule.id.startswith("enterprise-"))


def test_rules_for_bedside_equipment_ask_for_care() -> None:
    touched = {"patient_monitor", "infusion_pump"}
    careless = [
        rule.id
        for rule in FINGERPRINTS.rules
        if rule.asset.get("device_class") in touched and not rule.oui and rule.fragile < 3
    ]
    assert careless == []


def test_every_text_is_there_in_both_languages_and_they_differ() -> None:
    wrong = [
        f"{check.id}.{name}"
        for check in CHECKS.all
        for name, said in _said(check)
        if not said.nb.strip() or not said.en.strip() or said.nb == said.en
    ]
    notes = [
        f"{product.id} {cycle.cycle}"
        for product in LIFECYCLE.products
        for cycle in product.cycles
        if cycle.note and cycle.note.nb == cycle.note.en
    ]
    assert (wrong, notes) == ([], [])


def test_texts_keep_to_their_language() -> None:
    english = re.compile(r"\b(?:the|and|is|with|your)\b", re.IGNORECASE)
    norwegian = re.compile(r"[æøåÆØÅ]|\b(?:og|ikke|som|eller|til)\b")
    wrong = [
        f"{check.id}.{name}"
        for check in CHECKS.all
        for name, said in _said(check)
        if english.search(said.nb) or norwegian.search(said.en)
    ]
    assert wrong == []


def test_both_languages_fill_in_the_same_words() -> None:
    def words(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    wrong = [
        f"{check.id}.{name}: {words(said.nb) ^ words(said.en)}"
        for check in CHECKS.all
        for name, said in _said(check)
        if words(said.nb) != words(said.en)
    ]
    assert wrong == []


def test_every_finding_tells_what_was_seen_and_when() -> None:
    wrong = [
        f"{check.id}.{name}"
        for check in CHECKS.all
        for name, said in _said(check)
        if name in {"evidence", "evidence_hint"}
        for text in (said.nb, said.en)
        if "{seen}" not in text or not (("{evidence}" in text and "{address}" in text) or check.of == "asset")
    ]
    assert wrong == []


def test_medical_equipment_is_never_told_to_update_itself() -> None:
    """Approved equipment is its maker's to change: ask the supplier, keep it apart."""
    changes = re.compile(r"\b(?:slå (?:av|på)|bytt|bruk|oppdater|sett opp)\b", re.IGNORECASE)
    wrong = []
    for check in CHECKS.all:
        if check.device_classes and not set(check.device_classes) & MEDICAL:
            continue
        advice = check.advice_for("imaging_archive")
        plain = not check.advice_medical and changes.search(advice.nb)
        unasked = check.advice_medical and not re.search(r"leverandøren", advice.nb)
        if plain or unasked:
            wrong.append(check.id)
    assert wrong == []


def test_a_weak_witness_never_makes_a_grave_finding() -> None:
    wrong = [
        check.id
        for check in CHECKS.all
        if check.severity_possible and check.severity_possible.rank >= check.severity.rank
    ]
    assert wrong == []


def test_dates_of_knowledge_are_sane_and_every_row_has_a_source() -> None:
    dates = {f"check {one.id}": one.as_of for one in CHECKS.all} | {
        f"life {one.id}": one.as_of for one in LIFECYCLE.products
    }
    assert {name: day for name, day in dates.items() if not date(2024, 1, 1) <= day <= TODAY} == {}
    assert [one.id for one in LIFECYCLE.products if not one.source.startswith(("https://", "http://"))] == []


def test_end_dates_are_sane() -> None:
    wrong = [
        f"{product.id} {cycle.cycle}: {day}"
        for product in LIFECYCLE.products
        for cycle in product.cycles
        for day in (cycle.ends, cycle.extended_ends)
        if isinstance(day, date) and not date(1995, 1, 1) <= day <= date(2040, 1, 1)
    ]
    assert wrong == []


def test_a_row_without_a_public_table_behind_it_is_not_called_confirmed() -> None:
    wrong = [
        f"{product.id} {cycle.cycle}"
        for product in LIFECYCLE.products
        for cycle in product.cycles
        if not cycle.endoflife and (cycle.confidence or product.confidence) == "confirmed"
    ]
    assert wrong == []


def test_the_products_that_clinics_run_are_known() -> None:
    wanted = {
        "Windows Server": ["2008 R2", "2012", "2012 R2", "2016", "2019", "2022"],
        "Windows": ["7", "8.1", "10 22H2"],
        "nginx": ["1.18.0"],
        "Apache httpd": ["2.2.1", "2.4.1"],
        "Jetty": ["6.1.26", "9.4.1"],
        "Samba smbd": ["4.17.1"],
        "PHP": ["5.6.1", "8.2.1"],
        "Apache Tomcat": ["7.0.1", "9.0.1"],
        "Debian": ["10", "11", "12"],
        "PostgreSQL": ["9.6.1", "13.1"],
        "Microsoft SQL Server": ["10.50.1", "11.0.1", "13.0.1", "15.0.1"],
    }
    missing = [(n, v) for n, versions in wanted.items() for v in versions if LIFECYCLE.lookup(n, v) is None]
    assert missing == []
    assert {"openssh", "orthanc"} <= {one.id for one in LIFECYCLE.products if not one.cycles and one.statement}


def _published(archive: bytes) -> dict[str, dict[str, dict[str, Any]]]:
    """Return product → cycle → row of endoflife.date."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed:
            file = packed.extractfile(member) if member.name.endswith(".md") else None
            if file is None or "products/" not in member.name:
                continue
            front = file.read().decode("utf-8").split("\n---", 1)[0]
            # endoflife.date's own files are no content of ours: plain YAML, read as it is
            rows = yaml.load(front, Loader=yaml.CSafeLoader).get("releases", [])  # noqa: TID251 -- another project's file, not our content
            found[Path(member.name).stem] = {str(row["releaseCycle"]): row for row in rows}
    return found


def _difference(product: Product, cycle: Cycle, published: dict[str, dict[str, dict[str, Any]]]) -> str | None:
    name = cycle.endoflife_product or product.endoflife or ""
    row = published.get(name, {}).get(cycle.endoflife or "")
    if row is None:
        return f"{product.id} {cycle.cycle}: endoflife.date has no {name}/{cycle.endoflife}"
    theirs, ours = row.get("eol"), cycle.ends if isinstance(cycle.ends, date) else False
    extended = row.get("eoes") if isinstance(row.get("eoes"), date) else None
    if theirs != ours or (product.extended and extended != cycle.extended_ends):
        return f"{product.id} {cycle.cycle}: {ours}/{cycle.extended_ends}, endoflife.date says {theirs}/{extended}"
    return None


@pytest.mark.shared
def test_end_dates_agree_with_endoflife_date() -> None:
    (path,) = (shared_data() / "knowledge").glob("endoflife.date-*.tar.xz")
    published = _published(path.read_bytes())
    rows = [(p, c) for p in LIFECYCLE.products for c in p.cycles if c.endoflife]
    assert len(rows) > 150
    assert [wrong for product, cycle in rows if (wrong := _difference(product, cycle, published))] == []


@pytest.mark.shared
def test_a_product_that_endoflife_date_has_is_taken_from_there() -> None:
    (path,) = (shared_data() / "knowledge").glob("endoflife.date-*.tar.xz")
    published = _published(path.read_bytes())
    own = [one.id for one in LIFECYCLE.products if not one.endoflife]
    assert [name for name in own if name in published] == []

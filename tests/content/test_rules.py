"""Walks every rule of ours: what each must say and bring, with all offenders named at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sentinel.content import read_documents, yaml_files
from sentinel.detect.correlation_samples import check_correlation_samples
from sentinel.detect.filter_samples import check_filter_samples
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_texts import RuleText, load_rule_texts
from sentinel.detect.samples import check_samples
from sentinel.detect.sigma import load_rules
from sentinel.model.severity import Severity
from sentinel.model.text import LANGUAGES, Language

BASE = Path(__file__).resolve().parents[2]
FOLDERS = ("windows", "web", "remote", "epj", "network")
TACTICS = """
    reconnaissance resource-development initial-access execution persistence privilege-escalation stealth
    defense-impairment credential-access discovery lateral-movement collection command-and-control exfiltration impact
"""
INSIDE = {
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8"),
    *("::/127", "fe80::/10", "fc00::/7"),
}
EVERYWHERE = {"0.0.0.0/0", "::/0"}
# Addresses and names of one clinic have no place in a rule for all of them.
ONE_CLINIC = r"lyngvik|fjordnett|10\.20\.30\.|198\.51\.100\.|203\.0\.113\.|192\.0\.2\.|LV-"
UTC_NIGHT = "17:00 to 04:59"

# Stems that other content and the reports know by name.
KNOWN_ELSEWHERE = """
    remote_firewall_opened_for_all remote_logon_as_supplier_from_outside remote_failed_logon_from_outside
    windows_shadow_copies_deleted windows_backup_catalog_deleted windows_security_log_cleared windows_defender_disabled
    windows_lsass_dump_comsvcs windows_local_admin_added web_webshell_command web_jsp_uploaded web_path_traversal
    web_sqlmap_agent epj_access_without_relation epj_export_by_supplier epj_blocked_record_attempt
    epj_emergency_access_outside_acute epj_own_record epj_colleague_record
"""

JARGON: dict[Language, str] = {
    "nb": r"epj|rdp|lsass|powershell|sql\w*|web ?shell|payload|hash|domene\w*|prosess\w*|registeret|malware|sysmon",
    "en": r"epj|ehr|rdp|lsass|powershell|sql\w*|web ?shell|payload|hash|domain|process|registry|sysmon|exploit\w*",
}
NOT_BOKMAL = """
    the|and|with|was|somebody|password\\w*|login|logon|backup\\w*|update\\w*|remote|record|supplier|server's|admin
    ikkje|ein|eit|frå|kva|korleis|berre|dykk|vere|noko|nokon|vart|vert|blei|af|hvad|adgangskode|efter|uden
    pasient journal\\w*|fjern hjelp\\w*|sikkerhets kopi\\w*|virus vern\\w*|brann mur\\w*|web server\\w*|natt tid
    i forhold til|evt|bl\\.a|f\\.eks|osv|ift
"""
NOT_ENGLISH = "og|ikke|eller|noen|journal|journalen|brukeren|fra|utenfra|organization|recognize|behavior|color|center"


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as its file writes it."""

    path: Path
    data: dict[str, Any]

    @property
    def stem(self) -> str:
        return self.path.stem


@cache
def rules() -> tuple[Written, ...]:
    return tuple(
        Written(path, document.data)
        for folder in FOLDERS
        for path in yaml_files(BASE / "rules" / folder)
        for document in read_documents(path, BASE)[0]
    )


@cache
def texts() -> dict[str, RuleText]:
    return load_rule_texts(BASE)


@cache
def loaded() -> RuleSet:
    return load_rules([BASE / "rules"], BASE)


def of_kind(section: str) -> tuple[Written, ...]:
    return tuple(rule for rule in rules() if section in rule.data)


def silent_stems() -> set[str]:
    places = {one.ref.id: one.location for one in loaded().rules}
    places |= {one.ref.id: one.location for one in loaded().correlations}
    return {Path(places[id_].path).stem for id_ in loaded().silent}


def offenders(wrong: Callable[[Written], object]) -> dict[str, object]:
    return {rule.stem: found for rule in rules() if (found := wrong(rule))}


def one_of(words: str) -> str:
    found = (word.strip() for line in words.splitlines() for word in line.split("|"))
    return rf"(?<![\w-])(?:{'|'.join(word for word in found if word)})(?![\w-])"


def test_every_rule_loads_and_there_are_enough_of_them() -> None:
    found = loaded()

    assert [str(refused.fault) for refused in found.refused] == []
    assert [str(fault) for fault in found.warnings] == []
    assert len(found.rules) == len(of_kind("detection")) >= 28
    assert len(found.correlations) == len(of_kind("correlation")) >= 6
    assert len(found.filters) == len(of_kind("filter")) >= 2
    assert len(rules()) == len({rule.path for rule in rules()})
    assert set(KNOWN_ELSEWHERE.split()) <= {rule.stem for rule in rules()}


def test_no_rule_lies_outside_the_folders() -> None:
    found = {path.parent.name for path in yaml_files(BASE / "rules") if not path.parent.name.startswith("_")}

    assert found == set(FOLDERS)


def test_every_rule_has_a_log_source_that_events_can_come_from() -> None:
    routes = load_routes(BASE)

    assert [str(rule.location) for rule in loaded().rules if not routes.has(rule.logsource)] == []


def test_the_file_name_begins_with_its_folder() -> None:
    pattern = "({})(_[a-z0-9]+)+"

    assert offenders(lambda rule: not re.fullmatch(pattern.format(rule.path.parent.name), rule.stem)) == {}


def test_ids_are_uuids_of_version_4_and_none_comes_twice() -> None:
    def wrong(rule: Written) -> bool:
        written = str(rule.data.get("id"))
        return UUID(written).version != 4 or str(UUID(written)) != written

    assert offenders(wrong) == {}
    assert [id_ for id_, count in Counter(rule.data["id"] for rule in rules()).items() if count > 1] == []


def test_titles_are_short_and_none_comes_twice() -> None:
    assert offenders(lambda rule: len(rule.data["title"]) > 80 or rule.data["title"].endswith(".")) == {}
    assert [
        title for title, count in Counter(rule.data["title"].casefold() for rule in rules()).items() if count > 1
    ] == []


def test_descriptions_say_more_than_the_title_and_what_the_rule_misses() -> None:
    def wrong(rule: Written) -> str:
        text = rule.data.get("description", "")
        explained, _, missed = text.partition("Misses: ")
        if len(explained) < 60 or rule.data["title"].casefold() in text.casefold():
            return "says no more than the title"
        return "" if len(missed) > 30 else "does not say what it misses"

    assert offenders(wrong) == {}


def test_every_rule_names_honest_false_positives() -> None:
    def wrong(rule: Written) -> list[str]:
        if "filter" in rule.data:
            return []
        return [
            text for text in rule.data.get("falsepositives") or ["none"] if len(text) < 20 or "unknown" in text.lower()
        ]

    assert offenders(wrong) == {}


def test_level_status_author_licence_and_date_are_there() -> None:
    expected = {"status": "experimental", "author": "Sentinel", "license": "MIT"}

    def wrong(rule: Written) -> list[str]:
        found = [key for key, value in expected.items() if rule.data.get(key) != value]
        level = rule.data.get("level")
        found += ["level"] if (level is not None if "filter" in rule.data else level not in set(Severity)) else []
        return found + (["date"] if not isinstance(rule.data.get("date"), date) else [])

    assert offenders(wrong) == {}


def test_tags_are_attack_tactics_and_techniques_of_today() -> None:
    def wrong(rule: Written) -> list[str]:
        tags = rule.data.get("tags") or ["none"]
        bare = [tag.removeprefix("attack.") for tag in tags]
        odd = [tag for tag in bare if tag not in TACTICS.split() and not re.fullmatch(r"t\d{4}(\.\d{3})?", tag)]
        odd += [tag for tag, count in Counter(bare).items() if count > 1]
        return odd if set(bare) & set(TACTICS.split()) else [*odd, "no tactic"]

    assert offenders(wrong) == {}


def values(part: object) -> Iterator[tuple[str, object]]:
    """Yield every key of a detection with its values."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield key, value
            yield from values(value)
    elif isinstance(part, list):
        for item in part:
            yield from values(item)


def asked_by(rule: Written) -> object:
    """Return what a document asks of events."""
    return rule.data.get("detection") or rule.data.get("filter") or {}


def test_no_rule_is_written_for_one_clinic() -> None:
    def wrong(rule: Written) -> list[str]:
        return re.findall(ONE_CLINIC, rule.path.read_text(encoding="utf-8"), re.IGNORECASE)

    assert offenders(wrong) == {}


def test_inside_means_the_same_networks_in_every_rule() -> None:
    def wrong(rule: Written) -> list[object]:
        lists = [value for key, value in values(asked_by(rule)) if "|cidr" in key]
        return [value for value in lists if not isinstance(value, list) or set(value) not in (INSIDE, EVERYWHERE)]

    assert offenders(wrong) == {}


def test_rules_that_know_the_hour_say_whose_hour_it_is() -> None:
    def wrong(rule: Written) -> bool:
        hours = {(key.rpartition("|")[2], value) for key, value in values(asked_by(rule)) if "|hour|" in key}
        if rule.data.get("timezone"):
            return (
                hours != {("gte", 22), ("lt", 6)}
                or "22 and 6 o'clock as clocks in Norway" not in rule.data["description"]
            )
        says = "UTC" in rule.data["description"] and UTC_NIGHT in rule.data["description"]
        return bool(hours) and (hours != {("gte", 17), ("lte", 4)} or not says)

    assert offenders(wrong) == {}


def test_every_rule_brings_samples_and_agrees_with_them() -> None:
    given = (loaded(), load_routes(BASE), BASE)
    found = [*check_samples(*given), *check_correlation_samples(*given), *check_filter_samples(*given)]

    assert [str(fault) for fault in found] == []


def test_the_samples_of_a_rule_are_not_all_alike() -> None:
    """Case, spelling or shape differ among what must match; an exact copy would show nothing."""

    def wrong(rule: Written) -> bool:
        lines = rule.path.with_suffix("").with_name(f"{rule.stem}.match.jsonl").read_text(encoding="utf-8").splitlines()
        return len({line.casefold() for line in lines}) < len(lines)

    assert offenders(wrong) == {}


def test_letters_outside_ascii_stand_in_samples_of_every_folder() -> None:
    files = {folder: list((BASE / "rules" / folder).glob("*.jsonl")) for folder in FOLDERS}
    with_letters = {
        folder: sum(bool(re.search("[æøåÆØÅ]", path.read_text(encoding="utf-8"))) for path in paths)
        for folder, paths in files.items()
    }

    assert {folder: count for folder, count in with_letters.items() if count < 4} == {}


def test_every_rule_has_texts_and_no_text_is_left_over() -> None:
    """What is no alert by itself, and filters, need none."""
    stems = {rule.stem for rule in rules()}
    seen = stems - silent_stems() - {rule.stem for rule in of_kind("filter")}

    assert seen - set(texts()) == set()
    assert set(texts()) - stems == set()


def test_a_rule_that_made_alerts_by_itself_goes_on_to_when_a_correlation_uses_it() -> None:
    assert silent_stems() == {
        *("windows_failed_logon", "windows_logon", "windows_failed_logons_in_a_row"),
        *("epj_record_opened", "epj_record_opened_at_night"),
    }


def said(language: Language) -> dict[str, tuple[str, str]]:
    return {stem: (text.title.say(language), text.means.say(language)) for stem, text in texts().items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_for_people_are_short_and_none_comes_twice(language: Language) -> None:
    titles = Counter(title for title, _ in said(language).values())

    assert {title for title, count in titles.items() if count > 1 or len(title) > 70 or title.endswith(".")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_rule_means_is_one_or_two_short_whole_sentences(language: Language) -> None:
    wrong = {
        stem: means
        for stem, (title, means) in said(language).items()
        if not re.fullmatch(r"[A-ZÆØÅ].{40,170}\.", means) or means.count(". ") > 1 or means.startswith(title)
    }

    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_for_people_hold_no_jargon(language: Language) -> None:
    pattern = one_of(JARGON[language])

    assert slips(language, pattern) == {}


def test_bokmal_has_no_english_nynorsk_danish_or_split_words() -> None:
    assert slips("nb", one_of(NOT_BOKMAL)) == {}


def test_english_has_no_norwegian_and_british_spelling() -> None:
    assert slips("en", one_of(NOT_ENGLISH)) == {}


def slips(language: Language, pattern: str) -> dict[str, list[str]]:
    every = {stem: re.findall(pattern, " ".join(both), re.IGNORECASE) for stem, both in said(language).items()}
    return {stem: found for stem, found in every.items() if found}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (NOT_BOKMAL, "Noen slettet en backup", True),
        (NOT_BOKMAL, "Noen slettet en sikkerhets kopi", True),
        (NOT_BOKMAL, "Noen slettet en sikkerhetskopi på en server", False),
        (JARGON["nb"], "Noen leste lsass", True),
        (NOT_ENGLISH, "Somebody and noen", True),
    ],
)
def test_the_lists_of_slips_find_slips(pattern: str, text: str, found: bool) -> None:
    assert bool(re.search(one_of(pattern), text, re.IGNORECASE)) is found

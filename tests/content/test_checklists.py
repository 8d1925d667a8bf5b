"""Walks the checklist's own content as one body: every offender of each editorial rule is listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sentinel.comply.actions import actions, decisions, propose
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.evidence import ROLES, EvidenceMap, load_evidence_map
from sentinel.comply.judge import by_class, judge
from sentinel.comply.levels import RANK
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.packs import load_packs
from sentinel.comply.plan import Plan, load_pack_plan, load_plan
from sentinel.comply.score import score
from sentinel.comply.signals import EXPLOITED
from sentinel.content import parse_documents, yaml_files
from sentinel.detect.sigma import load_rules
from sentinel.model.compliance import Answer, Evidence, Judgement, Signal, State
from sentinel.model.text import Text
from tests.shared import ROOT

FOLDER = ROOT / "checklists"
TODAY = date(2026, 11, 21)
CLINIC = {"LARGE": False, "SHARE": False, "AI": False, "DPO": False}
MINE = (
    "classes.yml",
    "organisation-types.yml",
    "evidence-map.yml",
    "evidence-grades.yml",
    "maturity.yml",
    "actions.yml",
    "inheritance.yml",
    "normen/levels.yml",
    "normen/normen.yml",
    "normen/migrations/2026.1-2026.2.yml",
    "breach/duties.yml",
    "breach/severity.yml",
    "breach/texts.yml",
    *(f"dpia/{name}.yml" for name in ("completeness", "list", "questions", "scale", "screening", "texts")),
    *(f"crosswalks/normen-{name}.yml" for name in ("cis-ig1", "iso-27002-2022", "nis2-art21", "nsm-2.1")),
    *(f"crosswalks/frameworks/{name}.yml" for name in ("cis-ig1", "iso-27002-2022", "nis2-art21", "nsm-2.1")),
    "sector/groups.yml",
    "ros/library.yml",
    "ros/measures.yml",
    *(f"ros/matrices/{name}.yml" for name in ("4x4", "5x5")),
    *(f"ros/scenarios/{name}.yml" for name in ("attacks", "failures", "people", "suppliers")),
    *(f"clocks/{name}.yml" for name in ("dsl-24", "gdpr-12", "gdpr-33", "gdpr-36", "yearly-review")),
    *(f"clocks/nis2-{name}.yml" for name in ("early", "final", "notification")),
    *sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("packs/*/*.yml")),
    *(
        f"crosswalks/{name}.yml"
        for name in ("gdpr-normen", "digitalsikkerhetsloven-normen", "nis2-nis2-art21", "supplier-normen")
    ),
)
STARTS = {f"breach/start.{language}.txt" for language in ("nb", "en")}
OWN_WORDS = re.compile(
    r"\b(compliance|governance|end-of-life|EOL|CVE|MFA|RTO|RPO|SIEM|EDR|ISMS|stakeholder)\b", re.IGNORECASE
)
APPROVED = re.compile(r"normen[- ]godkjent|godkjent av normen|approved by normen|normen[- ]approved", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|and|is not|which|whether|of the)\b", re.IGNORECASE)
NORWEGIAN = re.compile(r"[æøåÆØÅ]|\b(ikke|og|som|det er)\b")
LONGEST = {"actions.yml": 150, "evidence-map.yml": 150}

# Where the chapters' governance ends: what the map may never do.
DETECTIVE = ("DRF-10", "DRF-11", "DRF-13", "DRF-16", "MED-07", "TIL-10")


@cache
def checklist() -> Checklist:
    return load_checklist(ROOT)


@cache
def types() -> Types:
    return load_types(ROOT)


@cache
def evidence_map() -> EvidenceMap:
    return load_evidence_map(ROOT, checklist())


@cache
def plan() -> Plan:
    return load_plan(ROOT, checklist())


@cache
def pack_plans() -> dict[str, Plan]:
    return {name: load_pack_plan(ROOT, pack.checklist, plan()) for name, pack in load_packs(ROOT).items()}


def texts() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every pair of texts of our files with its place."""
    for name in MINE:
        documents, faults = parse_documents((FOLDER / name).read_text(encoding="utf-8"), name)
        assert faults == []
        for document in documents:
            yield from ((f"{name}: {place}", pair) for place, pair in pairs(document.data, ""))


def pairs(data: Any, place: str) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401 — whatever YAML holds
    if isinstance(data, dict) and set(data) == {"nb", "en"}:
        yield place, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from pairs(value, f"{place}.{key}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from pairs(value, f"{place}.{index}")


def test_every_text_is_in_the_language_it_says() -> None:
    odd = [place for place, said in texts() if ENGLISH.search(said["nb"]) or NORWEGIAN.search(quoteless(said["en"]))]

    assert odd == []


def quoteless(words: str) -> str:
    return re.sub(r"«[^»]*»|Datatilsynet|Helsenettet", "", words)


def test_no_text_uses_words_of_the_trade_or_claims_an_approval() -> None:
    odd = [place for place, said in texts() for w in said.values() if OWN_WORDS.search(w) or APPROVED.search(w)]

    assert odd == []


def test_texts_are_short_enough_to_be_read() -> None:
    long = [
        f"{place}: {len(words)}"
        for place, said in texts()
        for words in said.values()
        if len(words) > LONGEST.get(Path(place.split(":")[0]).name, 300)
    ]

    assert long == []


def test_reasons_of_the_evidence_map_are_sentences() -> None:
    odd = [
        f"{place}: {words}"
        for place, said in texts()
        if "evidence-map.yml" in place or re.search(r"\.why(\.|$)", place)
        for words in said.values()
        if not re.match(r"[«A-ZÆØÅÉ“].*[.?]$", words)
    ]

    assert odd == []


def test_titles_of_steps_begin_with_a_verb() -> None:
    """Imperatives that our steps begin with; a new one is added here when it is one."""
    nb = (
        "Undersøk Lukk Bytt Sett La Forny Prøv Slå Finn Spør Skriv Utpek Begynn Lag Vurder Avgjør Bruk Gå Gi Krev "
        "Skill Avtal Sørg Ta Bestem Hent Still Følg Svar Bestill Flytt Avklar Velg Begrens Stans Rydd Legg"
    )
    steps = [step for one in (plan(), *pack_plans().values()) for step in one.steps]
    titles = [step.title.nb for step in steps] + [plan().answering.title.nb]

    assert [title for title in titles if title.split()[0] not in nb.split()] == []


def test_every_requirement_is_switched_on_by_some_type_and_no_class_goes_unused_without_reason() -> None:
    possible = set().union(*(kind.usual | kind.asked for kind in types().by_id.values())) | {"ALL", "PRIV"}
    unknown = {r.id for r in checklist().requirements if r.applies not in possible}

    assert unknown == set()
    assert possible == set(checklist().classes)


def test_the_part_for_a_small_practice_keeps_its_rule() -> None:
    classes = {"ALL", "CTRL", "EHR", "SUP", "MSG", "PAT", "SHARE", "AI", "WT", "DP"}
    small = checklist().small()
    rule = [r.id for r in checklist().requirements if r.gate or (r.weight == 3 and r.applies in classes)]

    assert [r.id for r in small.requirements] == rule
    assert (len(small.requirements), len(checklist().requirements), len(small.beyond)) == (82, 170, 88)
    assert (small.id, checklist().id) == ("normen-small-practice", "normen")


@pytest.mark.parametrize("kind", sorted(types().by_id))
def test_every_type_of_organisation_can_be_judged(kind: str) -> None:
    organisation = types().organisation("Lyngvik", "000000001", kind, {})
    found = judge(checklist(), organisation, [], [], TODAY)
    result = score(found, checklist())

    assert result.level == "red"
    assert result.score is None
    assert len(found) == len(checklist().requirements)
    assert all(j.reason.nb.startswith("Gjelder ikke: ") and j.reason.en for j in found if by_class(j))


def test_a_dental_clinic_gets_about_sixty_questions() -> None:
    clinic = types().organisation("Lyngvik", "000000001", "dental_clinic", CLINIC | {"MSG": True, "NHN": True})
    applies = [r for r in types().part(clinic, checklist()).requirements if r.applies in clinic.facts]

    assert 60 <= len(applies) <= 70
    assert clinic.facts >= {"ALL", "PRIV", "EHR", "MD"}
    assert not clinic.facts & {"PUB", "DP", "DSL", "LARGE"}


def all_answered(state: State) -> tuple[Judgement, ...]:
    clinic = types().organisation("Lyngvik", "000000001", "dental_clinic", CLINIC)
    answers = [Answer(r.id, state, "Åse", TODAY) for r in checklist().requirements]
    return judge(checklist(), clinic, answers, [], TODAY)


def test_all_met_is_green_and_all_not_met_is_red() -> None:
    assert score(all_answered("met"), checklist()).level == "green"
    assert score(all_answered("not_met"), checklist()).level == "red"
    assert score(all_answered("partly"), checklist()).level == "yellow"


def test_one_gate_is_enough_to_lose_green() -> None:
    clinic = types().organisation("Lyngvik", "000000001", "dental_clinic", CLINIC)
    gates = [r.id for r in checklist().requirements if r.gate and r.applies in clinic.facts]
    for gate in gates:
        answers = [Answer(r.id, "met", "Åse", TODAY) for r in checklist().requirements if r.id != gate]
        result = score(judge(checklist(), clinic, answers, [], TODAY), checklist())
        assert RANK[result.level] == RANK["yellow"], gate
        assert result.level_reason.nb.startswith("Nivå gult. Én sperre holder nivået nede: ingen har vurdert om "), gate


def test_a_general_step_is_one_piece_of_work() -> None:
    """What other people do, or another week, is a step of its own."""
    general = [step for step in plan().steps if step.general]

    assert [step.id for step in general if len(step.mends) > 4] == []
    assert (len(general), len(plan().steps) - len(general)) == (104, 15)


def test_no_gap_of_a_clinic_is_left_without_something_to_do() -> None:
    judgements = all_answered("not_met")
    proposals = propose(judgements, [], [], plan(), {})
    found = actions(proposals, TODAY, plan())
    open_ones = [j.requirement.id for j in judgements if j.state == "not_met"]

    assert sorted(name for action in found for name in action.requirements) == sorted(open_ones)
    assert all(action.due >= TODAY for action in found)
    assert all(text.nb and text.en for text in decisions(proposals, judgements, TODAY, plan()))


def effects() -> Iterator[tuple[str, str, str, str]]:
    for (kind, key, when), own in evidence_map().effects.items():
        yield from ((f"{kind} {key} {when}", kind, effect.requirement, effect.role) for effect in own)


def test_no_alert_speaks_against_a_control_that_detects() -> None:
    """A found attack is no sign that nobody looks; a cleared log, which is about the log itself, may cap."""
    odd = [
        place
        for place, kind, requirement, role in effects()
        if kind == "rule" and requirement in DETECTIVE and role in {"contradicts", "caps"}
        if place != "rule windows_security_log_cleared seen"
    ]

    assert odd == []


def test_no_alert_about_a_person_counts_against_anybody() -> None:
    about_people = (
        "epj_own_record",
        "epj_colleague_record",
        "epj_access_without_relation",
        "epj_blocked_record_attempt",
    )
    roles = {role for place, _, _, role in effects() if place.split()[1] in about_people}

    assert roles == {"informs"}


def test_what_is_only_possible_only_informs() -> None:
    roles = {role for place, _, _, role in effects() if ".possible" in place}

    assert roles == {"informs"}


def test_only_logs_that_came_support_and_only_what_they_show() -> None:
    every = {(place, requirement) for place, _, requirement, role in effects() if role == "supports"}
    supported = {(place, requirement) for place, requirement in every if not place.startswith("document ")}

    assert {requirement for _, requirement in every - supported} == {"RIS-09", "RIS-10"}
    assert {requirement for _, requirement in supported} == {"DRF-10", "DRF-11"}
    assert all(place.startswith("log ") and place.endswith(" seen") for place, _ in supported)


def check_ids() -> set[str]:
    found: set[str] = set()
    for path in yaml_files(ROOT / "scanners" / "checks"):
        documents, _ = parse_documents(path.read_text(encoding="utf-8"), path.name)
        found |= {document.data["id"] for document in documents}
    return found


def named(kind: str) -> set[str]:
    keys = {key.removesuffix(".possible") for own, key, _ in evidence_map().effects if own == kind}
    return {key for key in keys if key != "*"}


def test_every_check_of_the_scanner_is_mapped_and_every_mapped_check_exists() -> None:
    stepped = {key.removesuffix(".possible") for step in plan().steps for key in step.checks}

    assert named("finding") == check_ids() | {EXPLOITED}
    assert stepped <= check_ids()


def test_every_key_that_a_pack_maps_is_one_that_normen_maps() -> None:
    """So a pack's map names only checks, rules and logs that there are."""
    known = set(evidence_map().effects) | {("finding", f"{EXPLOITED}.possible", "seen")}
    maps = {name: load_evidence_map(ROOT, pack.checklist).effects for name, pack in load_packs(ROOT).items()}

    assert {(name, place) for name, effects in maps.items() for place in effects if place not in known} == set()


def test_every_rule_of_ours_is_mapped_and_every_mapped_rule_exists() -> None:
    """What is no alert by itself, and filters, can say nothing about an answer."""
    found = load_rules([ROOT / "rules"], ROOT)
    places = {one.ref.id: one.location for one in found.rules}
    places |= {one.ref.id: one.location for one in found.correlations}
    rules = {Path(place.path).stem for id_, place in places.items() if id_ not in found.silent}
    stepped = {rule for step in plan().steps for rule in step.rules}

    assert named("rule") - rules == set()
    assert rules - named("rule") == set()
    assert stepped - rules == set()


def test_a_reason_is_given_in_the_voice_of_each_role() -> None:
    assert {role for _, _, _, role in effects()} == set(ROLES)


def test_the_story_of_a_clinic_comes_out_as_it_should() -> None:
    """Two answers of the example clinic that measurements speak against, and one that nobody can settle."""
    what = Text("målt", "measured")
    server = Signal("finding", "product-unsupported", True, "LV-DC01", what, "capture", TODAY, TODAY)  # noqa: FBT003 — its only bool
    applied = [
        Evidence(effect.requirement, effect.role, server, effect.because, effect.cap)
        for effect in evidence_map().of(server)
    ]
    clinic = types().organisation("Lyngvik", "000000001", "dental_clinic", CLINIC)
    answers = [Answer("DRF-05", "met", "Åse", TODAY, note="Vi oppdaterer alt hver måned")]
    states = {j.requirement.id: j.state for j in judge(checklist(), clinic, answers, applied, TODAY)}

    assert (states["DRF-05"], states["DRF-21"]) == ("disputed", "not_assessed")


def test_only_these_files_are_there() -> None:
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    known = {*MINE, *STARTS} | {
        name for name in found if re.fullmatch(r"(normen|packs/[a-z0-9-]+)/requirements/[a-z0-9-]+\.yml", name)
    }

    assert found - known == set()

"""Looks after the content as a whole: checks it all at once, and says what its files and our records look like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sentinel.comply.answers import AnswersFile
from sentinel.comply.breach.assess import load_pack
from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.duties import DutiesFile
from sentinel.comply.breach.table import Table
from sentinel.comply.breach.wording import TextsFile
from sentinel.comply.checklist import Chapter, Classes, Cover, load_checklist
from sentinel.comply.clocks import ClockFile, load_clocks
from sentinel.comply.crosswalk.read import CrosswalkFile, FrameworkFile, load_atlas
from sentinel.comply.delivery import DeliveryFile
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.entries import CompletenessFile, ListFile, QuestionsFile, ScaleFile, ScreeningFile
from sentinel.comply.dpia.pack import load_pack as load_dpia_pack
from sentinel.comply.dpia.sharing import SharedDpia
from sentinel.comply.evidence import MapFile, load_evidence_map
from sentinel.comply.followup import FollowUpsFile
from sentinel.comply.grades import GradesFile, load_grades
from sentinel.comply.group_file import GroupFile
from sentinel.comply.inheritance import InheritanceFile, load_inheritance
from sentinel.comply.levels import LevelsFile
from sentinel.comply.maturity import MaturityFile, load_scale
from sentinel.comply.migration import MigrationFile, load_migrations
from sentinel.comply.organisation import TypesFile, load_types
from sentinel.comply.packs import PackFile, load_packs
from sentinel.comply.plan import PackPlanFile, PlanFile, load_pack_plan, load_plan
from sentinel.comply.ros.entries import RisksFile
from sentinel.comply.ros.library import LibraryFile, MeasuresFile, ScenarioFile, load_library
from sentinel.comply.ros.matrix import MatrixFile, load_matrices
from sentinel.comply.ros.sharing import SharedFile
from sentinel.comply.sector.groups import GroupsFile, load_groups
from sentinel.content import Schema, relative, yaml_files
from sentinel.detect.correlation_samples import check_correlation_samples
from sentinel.detect.filter_samples import check_filter_samples
from sentinel.detect.known_fields import FieldLists, load_known_fields
from sentinel.detect.routes import Dataset, load_routes
from sentinel.detect.rule_texts import RuleTexts, load_rule_texts
from sentinel.detect.samples import check_samples
from sentinel.detect.sigma import load_rules
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.knowledge import Knowledge
from sentinel.model.records import RECORDS, json_schema
from sentinel.model.text import LANGUAGES, counted
from sentinel.report.check import check_templates
from sentinel.report.extracts import ExtractFile, load_extracts, wrong_extracts
from sentinel.report.text import Texts, load_texts
from sentinel.scan.checks import Check, load_checks
from sentinel.scan.fingerprint import load_fingerprints
from sentinel.scan.fingerprint_rules import FingerprintFile
from sentinel.scan.fragile import FragileFile, load_fragile
from sentinel.scan.lifecycle import Product, load_lifecycle
from sentinel.scan.profiles import Profile, load_profiles
from sentinel.scan.reported import Reported, load_reported
from sentinel.scan.scope_file import BarFile, ScopeFile
from sentinel.scan.weakness.aliases import AliasFile, Near, load_aliases, near_misses
from sentinel.scan.weakness.support import Difference, differences
from sentinel.settings import SiteFile

SCHEMAS: Mapping[str, type[Schema]] = {
    "answers": AnswersFile,
    "breach": CaseFile,
    "breach-duties": DutiesFile,
    "breach-severity": Table,
    "breach-texts": TextsFile,
    "checklist": Cover,
    "actions": FollowUpsFile,
    "checklist-actions": PlanFile,
    "checklist-chapter": Chapter,
    "checklist-classes": Classes,
    "checklist-clock": ClockFile,
    "checklist-evidence-grades": GradesFile,
    "checklist-crosswalk": CrosswalkFile,
    "checklist-evidence-map": MapFile,
    "checklist-framework": FrameworkFile,
    "checklist-levels": LevelsFile,
    "checklist-maturity": MaturityFile,
    "checklist-migration": MigrationFile,
    "checklist-organisation-types": TypesFile,
    "checklist-pack": PackFile,
    "checklist-pack-actions": PackPlanFile,
    "checklist-ros-library": LibraryFile,
    "checklist-ros-matrix": MatrixFile,
    "checklist-ros-measures": MeasuresFile,
    "checklist-ros-scenarios": ScenarioFile,
    "checklist-inheritance": InheritanceFile,
    "delivery": DeliveryFile,
    "checklist-sector-groups": GroupsFile,
    "do-not-probe": BarFile,
    "report-extract": ExtractFile,
    "group": GroupFile,
    "dpia": DpiaFile,
    "dpia-completeness": CompletenessFile,
    "dpia-list": ListFile,
    "dpia-questions": QuestionsFile,
    "dpia-scale": ScaleFile,
    "dpia-screening": ScreeningFile,
    "report-texts": Texts,
    "risks": RisksFile,
    "rule-fields": FieldLists,
    "rule-logsources": Dataset,
    "rule-texts": RuleTexts,
    "scanner-aliases": AliasFile,
    "scanner-check": Check,
    "scanner-fingerprints": FingerprintFile,
    "scanner-fragile": FragileFile,
    "scanner-lifecycle": Product,
    "scanner-profile": Profile,
    "scope": ScopeFile,
    "scanner-reported": Reported,
    "shared-dpia": SharedDpia,
    "shared-risks": SharedFile,
    "site": SiteFile,
}


def check_content(base: Path) -> tuple[dict[str, int], tuple[Fault, ...]]:
    """Check everything below a content root; return how much there is of each kind, and every fault there is."""
    faults: list[Fault] = []
    counts: dict[str, int] = {}
    for name, look in _LOOKS.items():
        try:
            counts[name] = look(base)
        except ContentError as error:
            faults += error.faults
    return counts, tuple(sorted(set(faults)))


def in_words(counts: Mapping[str, int]) -> str:
    """Return how much there is of each kind, as a person says it: «1 pack, 27 field lists»."""
    return ", ".join(counted(number, one, _MANY.get(one, "")) for one, number in counts.items())


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of every kind of content file and of every record, by file name."""
    files = {f"{name}.schema.json": schema.model_json_schema(by_alias=True) for name, schema in SCHEMAS.items()}
    records = {f"{name.replace('/', '-')}.schema.json": json_schema(name) for name in RECORDS}
    return {**files, **records}


def near(base: Path, knowledge: Knowledge) -> tuple[Near, ...]:
    """Return the products of known makers in a bundle that no alias reaches. For authors: nothing is judged by it."""
    return tuple(near_misses(load_aliases(base), knowledge))


def differing(base: Path, knowledge: Knowledge) -> tuple[Difference, ...]:
    """Return where a bundle says another end of support than our own table."""
    return tuple(differences(load_lifecycle(base), knowledge))


def _rules(base: Path) -> int:
    ruleset = load_rules([base / "rules"], base)
    faults = [refused.fault for refused in ruleset.refused]
    faults += ruleset.warnings
    for check in (check_samples, check_correlation_samples, check_filter_samples):
        faults += check(ruleset, load_routes(base), base)
    if faults:
        raise ContentError(faults)
    return len(ruleset.rules) + len(ruleset.correlations) + len(ruleset.filters)


def _rule_texts(base: Path) -> int:
    texts = load_rule_texts(base)
    stems = {path.stem for path in yaml_files(base / "rules")}
    strangers = sorted(set(texts) - stems)
    if strangers:
        raise ContentError(Fault(Location("rules/_texts"), f"'{stem}' is the name of no rule") for stem in strangers)
    return len(texts)


def _requirements(base: Path) -> int:
    checklist = load_checklist(base)
    loads = (load_evidence_map, load_plan, load_inheritance)
    _all([*(partial(load, base, checklist) for load in loads), partial(load_types, base)])
    return len(checklist.requirements)


def _packs(base: Path) -> int:
    packs = load_packs(base)
    loads = (load_evidence_map, load_migrations)
    _all(partial(load, base, pack.checklist) for pack in packs.values() for load in loads)
    return len(packs)


def _pack_steps(base: Path) -> int:
    plan, packs = load_plan(base, load_checklist(base)), load_packs(base)
    _all(partial(load_pack_plan, base, pack.checklist, plan) for pack in packs.values())
    return sum(len(load_pack_plan(base, pack.checklist, plan).steps) for pack in packs.values())


def _scenarios(base: Path) -> int:
    checklist = load_checklist(base)
    return len(load_library(base, {need.id for need in checklist.requirements}, checklist.classes).scenarios)


def _extracts(base: Path) -> int:
    if faults := list(wrong_extracts(base, load_checklist(base).requirements, load_packs(base))):
        raise ContentError(faults)
    return len(load_extracts(base))


def _texts(base: Path) -> int:
    keys = {language: set(load_texts(language, base).texts) for language in LANGUAGES}
    every = set().union(*keys.values())
    place = relative(base / "reports" / "text", base)
    faults = [
        Fault(Location(f"{place}/{language}.yml"), f"text '{key}' is missing")
        for language, own in keys.items()
        for key in sorted(every - own)
    ]
    if faults:
        raise ContentError(faults)
    return len(every)


def _all(steps: Iterable[Callable[[], object]]) -> None:
    """Take every step, also after one that failed, and raise all faults together."""
    faults: list[Fault] = []
    for step in steps:
        try:
            step()
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)


def _reported(base: Path) -> int:
    same, known = load_reported(base).same, {check.id for check in load_checks(base).all}
    where = Location("scanners/reported/reported.yml")
    faults = [Fault(where, f"{one.scanner} {one.id}: no check '{one.check}'") for one in same if one.check not in known]
    if faults:
        raise ContentError(faults)
    return len(same)


_LOOKS: Mapping[str, Callable[[Path], int]] = {
    "rule": _rules,
    "rule text": _rule_texts,
    "field list": lambda base: len(load_known_fields(base)),
    "log source": lambda base: len(load_routes(base).routes),
    "requirement": _requirements,
    "pack": _packs,
    "clock": lambda base: len(load_clocks(base)),
    "pack step": _pack_steps,
    "version of the checklist": lambda base: len(load_migrations(base, load_checklist(base))) + 1,
    "evidence grade": lambda base: len(load_grades(base).half_lives),
    "maturity level": lambda base: sum(map(len, load_scale(base).levels.values())),
    "crosswalk": lambda base: len(load_atlas(base).crosswalks),
    "sector group": lambda base: len(load_groups(base, load_types(base)).all),
    "text about breaches": lambda base: len(load_pack(base).wording.texts),
    "test of impact assessments": lambda base: len(load_dpia_pack(base).tests),
    "risk matrix": lambda base: len(load_matrices(base)),
    "risk scenario": _scenarios,
    "fingerprint": lambda base: len(load_fingerprints(base).rules),
    "check": lambda base: len(load_checks(base).all),
    "name in sources": lambda base: len(load_aliases(base).of()),
    "product": lambda base: len(load_lifecycle(base).products),
    "profile": lambda base: len(load_profiles(base)),
    "fragile class": lambda base: len(load_fragile(base)),
    "result of other scanners": _reported,
    "extract": _extracts,
    "report text": _texts,
    "template": check_templates,
}
_MANY: Mapping[str, str] = {
    "fragile class": "fragile classes",
    "name in sources": "names in sources",
    "result of other scanners": "results of other scanners",
    "risk matrix": "risk matrices",
    "test of impact assessments": "tests of impact assessments",
    "text about breaches": "texts about breaches",
    "version of the checklist": "versions of the checklist",
}
"""More than one of what takes more than an `s` at its end."""

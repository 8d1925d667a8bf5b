"""The content of `reports/`, walked as a whole."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from typing import get_args

import pytest
from jinja2 import nodes

from sentinel.content import root
from sentinel.detect.fields import Unusable
from sentinel.model.alerts import RuleState
from sentinel.model.assets import DeviceClass
from sentinel.model.certificates import CertificateState
from sentinel.model.compliance import (
    Basis,
    Confidence,
    Duty,
    EffectiveState,
    Giver,
    Grade,
    InheritedState,
    Level,
    Role,
    State,
)
from sentinel.model.dpia import DpiaState, ItemState, Need, Reply
from sentinel.model.histories import Succession
from sentinel.model.risks import Band, Dimension, MeasureState, RiskState
from sentinel.model.severity import Severity
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.extracts import load_extracts
from sentinel.report.html import environment
from sentinel.report.inventory.ties import Kind
from sentinel.report.letters import QUESTIONS, SUPPORT_QUESTIONS
from sentinel.report.notjudged import UNSEEN
from sentinel.report.sector.lanes import PARTS
from sentinel.report.text import Catalogue, Plural, load_texts
from sentinel.scan.ranking import Exposure
from tests.shared import ROOT

REPORT = sorted((ROOT / "sentinel" / "report").rglob("*.py"))
BUILT = {
    "state": get_args(EffectiveState),
    "bar": (*get_args(EffectiveState)[:7], "title", "description"),
    "level": get_args(Level),
    "severity": tuple(Severity),
    "claim": ("sure", "likely", "possible"),
    "impact": ("patient_safety", "confidentiality", "integrity", "availability", "little"),
    "accepted": ("until", "ended"),
    "action": ("overdue", "started", "done", "dropped"),
    "answer": (*get_args(State), "none", "approver", "expires"),
    "role": get_args(Role),
    "direction": ("up", "down", "same"),
    "met": ("temporal", "temporal_ordered", "event_count", "value_count"),
    "unseen.rules": tuple(state for state in get_args(RuleState) if state != "evaluated"),
    "unseen.weakness": tuple(UNSEEN),
    "certificate": get_args(CertificateState),
    "dpia.answer": get_args(Reply),
    "dpia.item": get_args(ItemState),
    "dpia.need": get_args(Need),
    "dpia.part": ("description", "necessity", "rights"),
    "dpia.state": get_args(DpiaState),
    "dpia.sure": get_args(Confidence),
    "letter": (
        "title",
        "why",
        "version",
        "devices",
        "advisories",
        "weaknesses",
        "sure",
        "knowledge",
        "supported",
        "read",
    ),
    "letter.claim": ("sure", "likely", "possible"),
    "letter.question": (*QUESTIONS, *SUPPORT_QUESTIONS),
    "letter.support": ("ended", "extended", "ending"),
    "letter.title": ("support",),
    "letter.why": ("support",),
    "letter.version": ("read", "possible"),
    "history": get_args(Succession),
    "group.giver": get_args(Giver),
    "group.lacking": (*get_args(InheritedState)[1:], "title", "how"),
    "group.share": get_args(Level),
    "group.figure": ("score", "coverage", "worst_case"),
    "device": get_args(DeviceClass),
    "map.level": ("device", "class", "network"),
    "kindof": get_args(Kind),
    "sure": ("one", "two", "three", "four", "five"),
    "fact": ("addresses", "macs", "names", "services", "closed", "seen", "contradictions", "unsure"),
    "ros.band": (*get_args(Band), "none"),
    "ros.dimension": get_args(Dimension),
    "ros.measure": get_args(MeasureState),
    "ros.state": get_args(RiskState),
    "ros.role": get_args(Role),
    "sector.part": tuple(part for part, _, _ in PARTS),
    "exposure": get_args(Exposure),
    "confidence": get_args(Confidence),
    "duty": tuple(f"{duty}.{basis}" for duty in get_args(Duty) for basis in get_args(Basis)),
    "extract": ("checklist", "hash", "engine", "as_of", "choice", "confidence"),
    "grade": get_args(Grade),
    "technical.figure": ("findings", "alerts", "unseen"),
    "rule": tuple(f"{state}{end}" for state in get_args(RuleState) for end in ("", ".meaning")),
}
CLAIMS = re.compile(r"godkjen|approv|sertifis|certif|compliant", re.IGNORECASE)
OPEN = ("tactic.", "format.", "skipped.", "method.", "kind.", "score.", "chart.", "table.", "cited.", "place.")
"""Families whose members are data: a name that is not there is shown as it is, or is asked for by a table."""

SKIPPING = {"Skipped": 2, "_skip": 0, "_skip_part": 0}
"""Calls that skip something, and which argument is the reason."""
REASONING = {"_unreadable", "_reason", "_parse", "take", "finish", "_datagram", "_segment", "_message", "_arp"} | {
    *("ipv4", "ipv6", "tcp", "udp"),
}
"""Functions of readers and of the capture's reading whose returned text is a reason."""


@pytest.fixture(scope="module")
def catalogues() -> dict[Language, Catalogue]:
    return {language: load_texts(language, root()) for language in LANGUAGES}


def places(text: str | Plural) -> set[str]:
    parts = [text] if isinstance(text, str) else [text.one, text.other]
    return {name for part in parts for _, name, _, _ in string.Formatter().parse(part) if name}


def every(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for key, text in catalogue.texts.items():
        if isinstance(text, str):
            yield key, text
        else:
            yield from ((key, text.one), (key, text.other))


def test_both_languages_have_the_same_texts_with_the_same_places(catalogues: dict[Language, Catalogue]) -> None:
    nb, en = catalogues["nb"].texts, catalogues["en"].texts

    assert set(nb) == set(en)
    assert {key for key in nb if type(nb[key]) is not type(en[key])} == set()
    assert {key for key in nb if places(nb[key]) != places(en[key])} == set()


def test_no_text_is_empty_and_english_is_not_norwegian(catalogues: dict[Language, Catalogue]) -> None:
    nb, en = (dict(every(catalogues[language])) for language in LANGUAGES)

    assert {key for texts in (nb, en) for key, text in texts.items() if not text.strip()} == set()
    same = {key for key in nb if nb[key] == en[key] and re.search(r"[a-zæøå]{4}", re.sub(r"{\w+}", "", nb[key]))}
    names = {"cited.datatilsynet", "cited.helsenettet"}
    assert same == {"device.server", "table.leftout.scenario", "table.origins.scenario", *names}


def test_every_text_is_asked_for_and_every_text_asked_for_is_there(catalogues: dict[Language, Catalogue]) -> None:
    source = "\n".join(path.read_text() for path in REPORT)
    asked = {
        key for key in re.findall(r"""["']([a-z_]+(?:\.[a-z_-]+)*)["']""", source) if key in catalogues["nb"].texts
    }
    named = set(re.findall(r'(?:say|count)\(\s*"([a-z_.-]+)"', source))
    built = {f"{family}.{name}" for family, names in BUILT.items() for name in names}
    there = set(catalogues["nb"].texts)

    assert named - there == set()
    assert built - there == set()
    assert {key for key in there - asked - built if not key.startswith(OPEN)} == set()


def literals(node: ast.expr | None) -> set[str]:
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else set()


def reasons_in(tree: ast.Module) -> Iterator[str]:
    """Yield the reasons that calls name themselves, by a variable, or have from a function that returns them."""
    named = {"reason"} if any(isinstance(node, ast.Name) and node.id == "Skipped" for node in ast.walk(tree)) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            at = SKIPPING.get(called, len(node.args))
            yield from (reason for argument in node.args[at : at + 1] for reason in literals(argument))
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in named for t in node.targets):
            yield from literals(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name in REASONING:
            yield from (reason for r in ast.walk(node) if isinstance(r, ast.Return) for reason in literals(r.value))


def test_every_reason_for_skipping_has_words_in_both_languages(catalogues: dict[Language, Catalogue]) -> None:
    folders = [ROOT / "sentinel" / part for part in ("detect", "scan")]
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.rglob("*.py"))]
    reading = [text for text in texts if re.search(r"\bSkipped\b|-> Datagram \| str", text)]
    found = {reason for text in reading for reason in reasons_in(ast.parse(text))} | set(get_args(Unusable))

    assert found >= {"not-listed", "bad-port", "corrupt", "not-utf8", "fragment", "over-budget", "bad-chunk"}
    for catalogue in catalogues.values():
        assert {reason for reason in found if f"skipped.{reason}" not in catalogue.texts} == set()


def test_the_same_thing_has_the_same_heading_everywhere(catalogues: dict[Language, Catalogue]) -> None:
    for catalogue in catalogues.values():
        assert catalogue.say("differ.title") == catalogue.say("table.differences.title")


def test_bokmaal_has_its_own_quotation_marks_and_spaces(catalogues: dict[Language, Catalogue]) -> None:
    wrong = [key for key, text in every(catalogues["nb"]) if re.search(r"[\"“”]|\d%|\bog\/eller\b|[a-z] ?\.\.\.", text)]

    assert wrong == []


def test_no_sentence_claims_an_approval(catalogues: dict[Language, Catalogue]) -> None:
    denied = re.compile(r"ikke en godkjenning|not an approval|taken out|tatt ut")
    claims = [
        key
        for catalogue in catalogues.values()
        for key, text in every(catalogue)
        if key != "answer.approver" and re.search(CLAIMS, denied.sub("", text))
    ]

    assert claims == ["claim.removed"] * len(catalogues)


def test_no_extract_or_template_claims_one_either() -> None:
    denied = re.compile(r"ikke en\s+godkjenning|not an\s+approval")
    files = [path for part in ("extracts", "templates", "styles") for path in (root() / "reports" / part).rglob("*.*")]

    assert len(files) > 12
    assert [path.name for path in files if re.search(CLAIMS, denied.sub("", path.read_text(encoding="utf-8")))] == []


def test_every_extract_is_in_the_language_it_says_and_in_bokmaals_own_marks() -> None:
    said = [
        (name, text)
        for name, found in load_extracts(root()).items()
        for text in (found.title, found.about, found.silent, found.source)
    ]

    assert [name for name, text in said if not (text.nb and text.en) or text.nb == text.en] == []
    assert [name for name, text in said if re.search(r"[\"“”]|\b(the|and|which|whether)\b", text.nb)] == []
    assert [name for name, text in said if re.search(r"\b(ikke|og|som|det er)\b", text.en)] == []


PAGES = (
    "management.html.j2",
    "document.html.j2",
    "inventory.html.j2",
    "inventory-sheet.html.j2",
    "inventory-parts.html.j2",
)


@pytest.mark.parametrize("name", PAGES)
def test_templates_take_their_words_from_the_report(name: str) -> None:
    folder = root() / "reports" / "templates"
    page = environment(root()).parse((folder / name).read_text(encoding="utf-8"))
    fixed = "".join(
        data.data
        for output in page.find_all(nodes.Output)
        for data in output.nodes
        if isinstance(data, nodes.TemplateData)
    )
    words = re.sub(r"<[^>]*>|<[^>]*$|^[^<]*>", " ", fixed)
    assert set(re.findall(r"[A-Za-zÆØÅæøå]{3,}", words)) <= {"DOCTYPE", "html"} | _attribute_words()


def _attribute_words() -> set[str]:
    """Words that stand in tags which a template's expression cuts in two."""
    return {"lang", "head", "class", "scope", "content", "name", "meta", "style", "src", "uri", "base", "none"} | {
        *("form", "action", "labelledby", "aria", "title", "role", "region", "tabindex", "scroll", "href", "main"),
    }


def test_nothing_is_fetched_from_elsewhere() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (root() / "reports").rglob("*") if path.is_file()}

    bad = [path.name for path, text in texts.items() if re.search(r"https?://(?!www\.w3\.org/)|@import|@preview", text)]
    assert bad == []

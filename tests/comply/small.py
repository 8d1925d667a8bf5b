"""A small checklist for tests: two gates and two plain requirements, weights that tell apart, its files on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.organisation import Types, load_types
from sentinel.model.compliance import Answer, Evidence, Organisation, Role, Signal, State
from sentinel.model.text import Text

TODAY = date(2026, 11, 21)
EVERYTHING = Organisation("Fjæra legekontor", "000000002", "general_practice", frozenset({"ALL", "EHR", "MD"}))

CLASSES = """
classes:
  - {id: ALL, question: {nb: "Alle?", en: "All?"}, absent: {nb: ingen, en: none}}
  - {id: EHR, question: {nb: "Journal?", en: "Records?"}, absent: {nb: ingen journal her, en: no records here}}
  - {id: MD, question: {nb: "Utstyr?", en: "Devices?"}, absent: {nb: ikke noe utstyr her, en: no devices here}}
  - {id: PUB, question: {nb: "Offentlig?", en: "Public?"}, absent: {nb: ikke offentlig, en: not public}}
  - {id: PRIV, question: {nb: "Privat?", en: "Private?"}, absent: {nb: ikke privat, en: not private}}
"""
TYPES = """
types:
  - {id: general_practice, title: {nb: Legekontor, en: Practice}, usual: [EHR], asked: [MD]}
  - {id: public_clinic, title: {nb: Klinikk, en: Clinic}, usual: [EHR, PUB], asked: []}
"""
COVER = """
id: small
version: "2026.1"
title: {nb: Liten, en: Small}
based_on: {nb: Prøve, en: Trial}
profile:
  {id: smallest, title: {nb: Prøve, en: Trial}, rule: {nb: Alt, en: All}, minutes: 5, weight: 2, classes: [ALL]}
roles: {manager: {nb: Lederen, en: The manager}}
"""
LEVELS = """
thresholds:
  - {level: green, worst_case: 80, in_place: 60, because: {nb: a, en: a}}
  - {level: yellow, worst_case: 40, in_place: 30, because: {nb: a, en: a}}
caps:
  - {state: not_assessed, level: yellow, because: {nb: a, en: a}}
  - {state: unknown, level: yellow, because: {nb: a, en: a}}
  - {state: not_met, level: yellow, because: {nb: a, en: a}}
  - {state: planned, level: yellow, because: {nb: a, en: a}}
  - {state: disputed, level: yellow, because: {nb: a, en: a}}
  - {state: partly, level: yellow, because: {nb: a, en: a}}
gates:
  - requirement: DRF-07
    lacking: {nb: kopien mangler, en: the copy is missing}
    whether: {nb: kopien finnes, en: the copy exists}
  - requirement: DRF-10
    lacking: {nb: oppslag blir ikke logget, en: look-ups are not logged}
    whether: {nb: oppslag blir logget, en: look-ups are logged}
"""
INHERITANCE = """
groups:
  - id: on-site
    owner: never
    operator: never
    because: {nb: gjøres her, en: done here}
    requirements: [LED-14]
  - id: both
    owner: shared
    operator: shared
    because: {nb: begge, en: both}
    requirements: [DRF-21]
  - id: operation
    owner: whole
    operator: whole
    because: {nb: drift, en: operation}
    requirements: [DRF-07, DRF-10]
  - id: decided
    owner: whole
    operator: never
    because: {nb: bestemt, en: decided}
    requirements: [UTS-07]
"""


_TOLD = ("title", "text", "why", "how", "evidence", "large", "example")


def requirement(name: str, weight: int, *, gate: bool = False, applies: str = "ALL") -> dict[str, Any]:
    entry = {key: {"nb": f"{key} {name}", "en": f"{key} {name}"} for key in _TOLD}
    references = [{"source": "GDPR", "place": "art. 32", "confidence": "known"}]
    question = {"nb": f"Er {name} på plass?", "en": f"Is {name} in place?"}
    return entry | {
        "id": name,
        "question": question,
        "applies": applies,
        "weight": weight,
        "gate": gate,
        "duty": "must",
        "basis": "law",
        "knows": ["manager"],
        "references": references,
    }


def chapter(name: str, *requirements: dict[str, Any]) -> str:
    document = {"chapter": name, "title": {"nb": name, "en": name}, "requirements": list(requirements)}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)  # writing is not the banned reading


DRF = chapter(
    "DRF",
    requirement("DRF-07", 3, gate=True),
    requirement("DRF-10", 2, gate=True, applies="EHR"),
    requirement("DRF-21", 1),
)
LED = chapter("LED", requirement("LED-14", 2))
UTS = chapter("UTS", requirement("UTS-07", 3, applies="MD"))


def write(base: Path, **changed: str) -> Path:
    """Write the small checklist below `base`, with other text for the files that are named, and return `base`."""
    files = {
        "classes": ("classes.yml", CLASSES),
        "types": ("organisation-types.yml", TYPES),
        "cover": ("normen/normen.yml", COVER),
        "levels": ("normen/levels.yml", LEVELS),
        "drf": ("normen/requirements/drf.yml", DRF),
        "led": ("normen/requirements/led.yml", LED),
        "uts": ("normen/requirements/uts.yml", UTS),
        "map": ("evidence-map.yml", ""),
        "plan": ("actions.yml", ""),
        "inheritance": ("inheritance.yml", INHERITANCE),
    }
    for key, (place, text) in files.items():
        path = base / "checklists" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(changed.get(key, text)), encoding="utf-8")
    return base


def checklist(base: Path) -> Checklist:
    return load_checklist(write(base))


def types(base: Path) -> Types:
    return load_types(write(base))


def answer(name: str, state: State, day: date = TODAY, **more: Any) -> Answer:  # noqa: ANN401 — passed on as it is
    return Answer(requirement=name, state=state, by="Åse Lyngvik", given=day, **more)


def excepted(name: str, expires: date | None = date(2027, 6, 1)) -> Answer:
    return answer(name, "not_applicable", reason="Vi har ikke dette", approver="Åse Lyngvik", expires=expires)


def signal(key: str = "out-of-support", *, kind: str = "finding", present: bool = True, **more: Any) -> Signal:  # noqa: ANN401 — passed on as it is
    day = date(2026, 10, 14)
    values: dict[str, Any] = {
        "subject": "LV-DC01",
        "what": Text("serveren får ikke oppdateringer", "the server gets no updates"),
        "source": "lyngvik.pcap",
        "first": day,
        "last": day,
    }
    return Signal(kind=kind, key=key, present=present, **(values | more))  # type: ignore[arg-type]  # kinds are literals in each call


def evidence(name: str, role: Role, cap: State | None = None, seen: Signal | None = None) -> Evidence:
    because = Text("Det er målt.", "It was measured.")
    return Evidence(name, role, seen or signal(), because, cap if role == "caps" else None)

"""A small file of risks for tests, and what it is held against: the shipped library and matrices."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sentinel.comply.checklist import load_checklist
from sentinel.comply.ros.judge import Case, judge_risks
from sentinel.comply.ros.library import Library, load_library
from sentinel.comply.ros.matrix import load_matrices
from sentinel.comply.ros.read import Against, read_risks
from sentinel.content import root
from sentinel.model.compliance import Organisation
from sentinel.model.risks import DIMENSIONS, Dimension, Fact, Ros
from sentinel.model.text import Text

TODAY = date(2026, 11, 21)
SET, ASSESSED = date(2026, 11, 1), date(2026, 11, 10)
ABOUT = Organisation("Fjæra legekontor", "000000002", "general_practice", frozenset({"ALL", "EHR", "SUP", "PRIV"}))
SUPPLIERS = {
    "supplier-authorised-access",
    "supplier-remote-misused",
    "supplier-ehr-down",
    "supplier-attacked",
    "supplier-tells-late",
    "supplier-ends",
}
"""Those that fit ABOUT."""


@cache
def against() -> Against:
    checklist = load_checklist(root())
    names = frozenset(requirement.id for requirement in checklist.requirements)
    return Against(load_library(root(), names, checklist.classes), load_matrices(root()), names)


def library() -> Library:
    return against().library


def levels(default: int = 1, **other: int) -> dict[str, int]:
    return {name: other.get(name, default) for name in DIMENSIONS}


def judged(likelihood: int = 2, consequence: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    given = {"by": "Åse Lyngvik", "date": ASSESSED, "likelihood": likelihood}
    return {**given, "consequence": levels() if consequence is None else consequence, **more}


def measure(name: str = "training", **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    return {"id": name, "owner": "Kåre Nygård", "due": date(2026, 12, 1), "state": "planned", **more}


def done(name: str = "training", day: date = date(2026, 11, 15)) -> dict[str, Any]:
    return measure(name, state="done", done=day)


def accepted(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    day = date(2026, 11, 16)
    who = {"by": "Åse Lyngvik", "role": "Daglig leder", "date": day}
    given = {**who, "expires": date(2027, 1, 31), "reason": "Venter på ny avtale"}
    return {**given, "management": {**who, "where": "Møtebok, sak 3"}, **more}


def exempt(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    given = {"reason": "Vi har ikke dette", "by": "Åse Lyngvik", "date": ASSESSED, "expires": date(2027, 11, 1)}
    return {**given, **more}


def document(risks: dict[str, Any], **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    given = {
        "schema": "sentinel.risks/1",
        "organisation": "Fjæra legekontor",
        "scope": "Journal og meldinger",
        "matrix": "4x4",
        "criteria": {
            "by": "Åse Lyngvik",
            "role": "Daglig leder",
            "date": SET,
            "accept": {name: "medium" if name == "availability" else "low" for name in DIMENSIONS},
        },
    }
    return {**given, **changed, "risks": risks}


def write(folder: Path, risks: dict[str, Any], **changed: Any) -> Path:  # noqa: ANN401 -- passed on as it is
    path = folder / "ros.yml"
    text = yaml.safe_dump(document(risks, **changed), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def ros(
    folder: Path,
    risks: dict[str, Any],
    facts: dict[str, list[Fact]] | None = None,
    **changed: Any,  # noqa: ANN401 -- passed on as it is
) -> Ros:
    """Read and judge risks as a command does."""
    file, matrix = read_risks(write(folder, risks, **changed), against(), TODAY)
    return judge_risks(Case(file, matrix, library(), TODAY, facts or {}), ABOUT, "result.json" if facts else "")


def fact(requirement: str, role: Any = "contradicts", key: str = "finding/product-unsupported") -> Fact:  # noqa: ANN401 -- any role
    what, because = Text("LV-DC01: får ikke oppdateringer", "LV-DC01: gets no updates"), Text("Målt.", "Measured.")
    return Fact(key, requirement, role, what, because, ASSESSED, ASSESSED)


def dimension(name: str) -> Dimension:
    return next(known for known in DIMENSIONS if known == name)

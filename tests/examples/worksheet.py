"""Counts the examples again, from their files alone: no line of `sentinel` is asked.

What is counted is said in docs/scoring.md and docs/groups.md; this is those pages on squared paper.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.shared import ROOT

CHECKLISTS = ROOT / "checklists"
VALUE = {"met": Fraction(1), "partly": Fraction(1, 2), "planned": Fraction(0), "not_met": Fraction(0)}
WORST_LAST = ["met", "partly", "planned", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One organisation counted by hand: what stands where, and the three sums."""

    stands: dict[str, str]
    score: Fraction | None
    coverage: Fraction
    worst_case: Fraction


def read(path: Path) -> Any:  # noqa: ANN401 -- whatever YAML holds
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # noqa: TID251 -- a count of its own may not use our reader


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as it stands."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Return every requirement by its id."""
    chapters = sorted((CHECKLISTS / "normen" / "requirements").glob("*.yml"))
    return {need["id"]: need for chapter in chapters for need in read(chapter)["requirements"]}


@cache
def reach(giver: str) -> dict[str, str]:
    """Return how far a giver's answer reaches, by requirement."""
    groups = read(CHECKLISTS / "inheritance.yml")["groups"]
    return {name: group[giver] for group in groups for name in group["requirements"]}


def asked(site: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what an organisation is asked, by its kind and what its site file says of it."""
    who = site["organisation"]
    kinds = {kind["id"]: kind for kind in read(CHECKLISTS / "organisation-types.yml")["types"]}
    kind, said = kinds[who["kind"]], dict(who.get("facts", {}))
    if "PUB" in said:
        said["PRIV"] = not said["PUB"]
    true = {"ALL", *kind["usual"], *kind["asked"], *([] if "PUB" in kind["usual"] else ["PRIV"])}
    true = (true | {fact for fact, on in said.items() if on}) - {fact for fact, on in said.items() if not on}
    profile = read(CHECKLISTS / "normen" / "normen.yml")["profile"]
    small = kind.get("part") == "small" and "LARGE" not in true

    def is_asked(need: dict[str, Any]) -> bool:
        light = need["weight"] == profile["weight"] and need["applies"] in profile["classes"]
        return need["applies"] in true and (not small or need.get("gate", False) or light)

    return {name: need for name, need in catalogue().items() if is_asked(need)}


def table_of(text: str) -> dict[str, list[int]]:
    """Return the rows of a table of weights in Markdown, by their first cell."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines()]
    return {row[0]: [int(cell) for cell in row[1:]] for row in rows}


def counted(site_file: Path, as_of: date) -> Sheet:
    """Count one organisation by its answers and what it inherits."""
    site = read_toml(site_file)
    needs = asked(site)
    where = site.get("assessment", {}).get("answers")
    own = read(site_file.parent / where)["answers"] if where else {}
    parts = list(handed(site_file.parent, site))
    return sums(needs, {name: stands(name, own.get(name), parts, as_of) for name in needs})


def sums(needs: dict[str, dict[str, Any]], found: dict[str, str]) -> Sheet:
    """Return the three sums over what stands where."""
    kept = {name: state for name, state in found.items() if state != "not_applicable"}
    weight = {name: needs[name]["weight"] for name in kept}
    in_place = sum((VALUE.get(state, Fraction(0)) * weight[name] for name, state in kept.items()), Fraction(0))
    seen = [name for name, state in kept.items() if state in VALUE]
    judged = [name for name, state in kept.items() if state in {*VALUE, "disputed", "unknown"}]
    return Sheet(
        found,
        in_place / sum(weight[name] for name in judged) if seen else None,
        Fraction(len(seen), len(kept)),
        in_place / sum(weight.values()),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One delivery as a unit names it."""

    file: dict[str, Any]
    answers: dict[str, Any]
    start: date
    until: date
    names: frozenset[str]
    expires: date


def handed(folder: Path, site: dict[str, Any]) -> Iterator[Part]:
    for entry in site.get("inherits", []):
        path = folder / entry["from"]
        file = read(path)
        span = {served["number"]: served for served in file["serves"]}[site["organisation"]["number"]]
        answers = read(path.parent / file["answers"])["answers"]
        yield Part(file, answers, span["from"], span["until"], frozenset(entry["requirements"]), entry["expires"])


def stands(name: str, own: dict[str, Any] | None, parts: list[Part], as_of: date) -> str:
    """Return where one requirement stands, by the rules of docs/groups.md."""
    mine = alone(own, as_of)
    states, accepted, shared = [], False, False
    for part in parts:
        running = part.start <= as_of <= part.until
        if name not in part.file["parts"] or not (running or name in part.names):
            continue
        end = min(part.until, part.expires) if name in part.names else part.until
        if end < as_of:
            if own is None or own["date"] <= end:
                return "not_assessed"
            continue
        theirs = alone(part.answers.get(name), as_of)
        if theirs not in WORST_LAST or (own is not None and mine not in WORST_LAST):
            return "not_assessed"
        states.append(theirs)
        accepted |= name in part.names
        shared |= name in part.names and reach(part.file["giver"])[name] != "whole"
    if not states:
        return mine
    if own is None and (shared or not accepted):
        return "not_assessed"
    return max([*states, *([mine] if own else [])], key=WORST_LAST.index)


def alone(answer: dict[str, Any] | None, as_of: date) -> str:
    """Return what one answer says by itself."""
    if answer is None:
        return "not_assessed"
    if answer["state"] == "not_applicable":
        return "not_applicable" if answer["expires"] >= as_of else "not_assessed"
    return str(answer["state"])

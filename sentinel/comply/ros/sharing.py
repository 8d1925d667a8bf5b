"""Shares a file of risks without what is anybody's own, and reads what others shared as suggestions.

What may leave is listed here, key by key, and is made of names that stand in our own content; whatever an organisation
wrote itself (texts, names, machines, likelihoods, states of measures, days) is never looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from sentinel.comply.answers import Day
from sentinel.comply.ros.entries import Harm
from sentinel.comply.ros.library import Library, ScenarioId
from sentinel.comply.ros.writing import as_yaml
from sentinel.content import Schema, load_one
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.risks import Assessment, Dimension, Matrix, Provenance, Risk, Ros

SCHEMA = "sentinel.sharedrisks/1"
LICENCE = "CC0-1.0"
OWN_MATRIX = "own"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, Field(min_length=1, max_length=80)]


class SharedProvenance(Schema):
    """Where a scenario comes from."""

    library: Short
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d+$", strict=True)]
    author: Short
    date: Day
    licence: Short
    hash: Sha256


class SharedRisk(Schema):
    """One scenario that an organisation assessed: how grave it held it to be before measures, and what it chose."""

    scenario: ScenarioId
    consequence: dict[Dimension, Harm] = Field(default_factory=dict)
    measures: tuple[ScenarioId, ...] = ()
    provenance: SharedProvenance


class SharedFile(Schema):
    """The whole file: the type of organisation, the month, and how many risks of its own were held back (`own`)."""

    schema_: Annotated[Literal["sentinel.sharedrisks/1"], Field(alias="schema")]
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]+$", max_length=40)]
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", strict=True)]
    licence: Short
    matrix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", strict=True, max_length=40)]
    own: Annotated[int, Field(ge=0, strict=True)]
    risks: tuple[SharedRisk, ...]
    hash: Sha256


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a shared file suggests: entries for an own file, and what was passed over with its reason."""

    entries: Mapping[str, dict[str, Any]]
    skipped: tuple[tuple[str, str], ...]


def redacted(ros: Ros, kind: str, shipped: Mapping[str, Matrix], library: Library) -> str:
    """Return what may be shared, as YAML; a matrix of the organisation's own stays with it, and so do its levels.

    `shipped` and `library` are those that everybody has: scenarios, measures and words of an organisation's own content
    are its own as much as what stands in its file.
    """
    common = shipped.get(ros.matrix.id) == ros.matrix
    judged = [risk for risk in ros.risks if risk.before is not None or risk.measures]
    ours = sorted((risk for risk in judged if _is_common(risk, library)), key=lambda risk: risk.id)
    body = {
        "schema": SCHEMA,
        "kind": kind,
        "month": f"{ros.as_of:%Y-%m}",
        "licence": LICENCE,
        "matrix": ros.matrix.id if common else OWN_MATRIX,
        "own": len(judged) - len(ours),
        "risks": [_shared(risk, library.measures, common=common) for risk in ours],
    }
    return as_yaml({**body, "hash": digest(body)})


def _is_common(risk: Risk, library: Library) -> bool:
    known = library.scenarios.get(risk.id)
    return known is not None and known.provenance == risk.provenance


def digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 over a shared file without its hash."""
    bare = {key: value for key, value in body.items() if key != "hash"}
    return hashlib.sha256(orjson.dumps(bare, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_shared(path: Path) -> SharedFile:
    """Read what others shared; raise ContentError with every fault, also where it was changed since."""
    found = load_one(path, SharedFile, Path())
    body = found.model_dump(mode="json", by_alias=True)
    if digest(body) != found.hash:
        raise ContentError([Fault(Location(path.as_posix()), "was changed since it was shared: its hash does not fit")])
    return found


def suggestions(shared: SharedFile, library: Library, facts: Collection[str], there: Collection[str]) -> Suggestions:
    """Return what others suggest for risks that fit these `facts` and are not `there` yet: never an assessment."""
    entries, skipped = dict[str, dict[str, Any]](), list[tuple[str, str]]()
    for risk in shared.risks:
        if why := _passed_over(risk, library, facts, there):
            skipped.append((risk.scenario, why))
        else:
            entries[risk.scenario] = {"suggested": dict(_suggested(risk, shared, library))}
    return Suggestions(entries, tuple(skipped))


def _passed_over(risk: SharedRisk, library: Library, facts: Collection[str], there: Collection[str]) -> str:
    ours = library.scenarios.get(risk.scenario)
    if ours is None:
        return "not in this library"
    if ours.provenance.hash != risk.provenance.hash:
        return "worded otherwise in this library"
    if lacking := sorted(ours.applies - set(facts)):
        return f"not for this organisation ({', '.join(lacking)} is not true)"
    return "in the file already" if risk.scenario in there else ""


def _suggested(risk: SharedRisk, shared: SharedFile, library: Library) -> Iterator[tuple[str, Any]]:
    if risk.consequence:
        yield "consequence", dict(risk.consequence)
        yield "matrix", shared.matrix
    yield "measures", [name for name in risk.measures if name in library.measures]
    yield "shared", shared.hash


def _shared(risk: Risk, known: Collection[str], *, common: bool) -> dict[str, Any]:
    return {
        "scenario": risk.id,
        "consequence": _consequence(risk.before) if common and risk.before else {},
        "measures": _measures((measure.id for measure in risk.measures), known),
        "provenance": _provenance(risk.provenance),
    }


def _measures(used: Iterable[str], known: Collection[str]) -> list[str]:
    return sorted(name for name in used if name in known)


def _consequence(before: Assessment) -> dict[str, int]:
    return {rating.dimension: rating.consequence for rating in before.ratings}


def _provenance(origin: Provenance | None) -> dict[str, str]:
    if origin is None:
        return {}
    return {
        "library": origin.library,
        "version": origin.version,
        "author": origin.author,
        "date": origin.made.isoformat(),
        "licence": origin.licence,
        "hash": origin.hash,
    }

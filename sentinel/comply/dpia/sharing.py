"""Redacts an assessment so that it may be shared, and reads what others shared as suggestions that answer nothing.

Only names of our own content are looked at: tests, events, levels of severity. No text, name, likelihood or measure is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from sentinel.comply.dpia.case import DpiaFile, Id, Level
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.screening import screen
from sentinel.comply.ros.sharing import LICENCE, Sha256, digest
from sentinel.comply.ros.writing import as_yaml
from sentinel.content import Schema, load_one
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.dpia import Need

SCHEMA = "sentinel.shareddpia/1"
_COUNT = Field(ge=0, strict=True)


class SharedEvent(Schema):
    """How grave others held one of the three events to be for those concerned, before measures."""

    event: Id
    severity: Level


class SharedDpia(Schema):
    """The whole file; `content` is the hash of the content it was made with, `own` and `measures` were held back."""

    schema_: Annotated[Literal["sentinel.shareddpia/1"], Field(alias="schema")]
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", strict=True)]
    licence: Annotated[str, Field(min_length=1, max_length=80)]
    need: Need
    tests: Annotated[tuple[Id, ...], Field(max_length=200)]
    events: Annotated[tuple[SharedEvent, ...], Field(max_length=20)]
    own: Annotated[int, _COUNT]
    measures: Annotated[int, _COUNT]
    content: Sha256
    hash: Sha256


def redacted(file: DpiaFile, pack: Pack, shipped: Pack, as_of: date) -> str:
    """Return what may be shared, as YAML; tests that are not in the `shipped` content are the organisation's own."""
    always, common = [kind.id for kind in shipped.scale.events], _known(shipped)
    found = screen(file.screening, pack)
    judged = [(name, event.before) for name in always if (event := file.events.get(name)) and event.before]
    body = {
        "schema": SCHEMA,
        "month": f"{as_of:%Y-%m}",
        "licence": LICENCE,
        "need": found.need,
        "tests": [test.id for test in found.tests if test.answer in {"yes", "doubt"} and test.id in common],
        "events": [{"event": name, "severity": before.severity} for name, before in judged],
        "own": sum(name not in always for name in file.events),
        "measures": len(file.measures),
        "content": pack.hash,
    }
    return as_yaml({**body, "hash": digest(body)})


def read_shared_dpia(path: Path) -> SharedDpia:
    """Read what others shared; raise ContentError with every fault, also where it was changed since."""
    found = load_one(path, SharedDpia, Path())
    if digest(found.model_dump(mode="json", by_alias=True)) != found.hash:
        raise ContentError([Fault(Location(path.as_posix()), "was changed since it was shared: its hash does not fit")])
    return found


def suggested(shared: SharedDpia, pack: Pack) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the key to put into an own file, and what was passed over with its reason."""
    events = {kind.id for kind in pack.scale.events}
    tests = [name for name in shared.tests if name in _known(pack)]
    levels = {one.event: one.severity for one in shared.events if one.event in events}
    return {"suggested": {"tests": tests, "severity": levels, "shared": shared.hash}}, tuple(_passed(shared, pack))


def _known(pack: Pack) -> set[str]:
    return {*pack.tests, "large-scale"}


def _passed(shared: SharedDpia, pack: Pack) -> Iterator[str]:
    events = {kind.id for kind in pack.scale.events}
    yield from (f"{name}: not in this content" for name in shared.tests if name not in _known(pack))
    yield from (f"{one.event}: not in this content" for one in shared.events if one.event not in events)
    if shared.content != pack.hash:
        yield "made with other content: the words of a test may differ"

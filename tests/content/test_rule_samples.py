"""Shows that samples are good enough: a rule that is changed in any one place must fall out with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sentinel.content import Document, read_documents, yaml_files
from sentinel.detect.engine import Engine
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.samples import IGNORE, MATCH, read_samples, sample_path
from sentinel.detect.sigma import compile_rule
from sentinel.model.events import Event

BASE = Path(__file__).resolve().parents[2]
ALWAYS, NEVER = ({"no field has this name|exists": wanted} for wanted in (False, True))
ROUTES = load_routes(BASE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one change in its detection."""

    what: str
    document: Document


@cache
def documents() -> tuple[Document, ...]:
    folders = (BASE / "rules" / name for name in ("windows", "web", "remote", "epj", "network"))
    return tuple(
        document
        for folder in folders
        for path in yaml_files(folder)
        for document in read_documents(path, BASE)[0]
        if "detection" in document.data
    )


def mutants(document: Document) -> Iterator[Mutant]:
    """Yield the rule with each named part made always true or never true, and with each line of a map left out."""
    for name, definition in document.data["detection"].items():
        if name == "condition":
            continue
        yield changed(document, f"{name} always true", (name,), ALWAYS)
        yield changed(document, f"{name} never true", (name,), NEVER)
        if isinstance(definition, dict) and len(definition) > 1:
            for key in definition:
                rest = {other: value for other, value in definition.items() if other != key}
                yield changed(document, f"{name} without {key}", (name,), rest)
        if isinstance(definition, list):
            for index in range(len(definition)):
                yield changed(document, f"{name} without its entry {index + 1}", (name,), drop(definition, index))


def changed(document: Document, what: str, path: tuple[str, ...], value: object) -> Mutant:
    data: dict[str, Any] = deepcopy(document.data)
    data["detection"][path[0]] = value
    return Mutant(what, replace(document, data=data))


def drop(items: list[Any], index: int) -> list[Any]:
    return items[:index] + items[index + 1 :]


def compiled(document: Document) -> Rule:
    outcome = compile_rule(document)
    assert isinstance(outcome, Rule), outcome
    return outcome


def samples(document: Document, ending: str) -> list[Event]:
    found = (sample.event for sample in read_samples(BASE, sample_path(document.location.path, ending)))
    return [event for event in found if event is not None]


def agrees(rule: Rule, match: list[Event], ignore: list[Event]) -> bool:
    engine = Engine(RuleSet((rule,), ()), ROUTES)
    fires = [any(engine.run([event])) for event in match]
    return all(fires) and not any(any(engine.run([event])) for event in ignore)


def test_every_part_of_every_rule_is_needed_by_one_of_its_samples() -> None:
    survivors = [
        f"{document.location.path}: {mutant.what}"
        for document in documents()
        for match, ignore in [(samples(document, MATCH), samples(document, IGNORE))]
        for mutant in mutants(document)
        if agrees(compiled(mutant.document), match, ignore)
    ]

    assert survivors == []


def test_unchanged_rules_agree_with_their_samples() -> None:
    """Without this the test above would pass for rules that agree with nothing."""
    wrong = [
        document.location.path
        for document in documents()
        if not agrees(compiled(document), samples(document, MATCH), samples(document, IGNORE))
    ]

    assert wrong == []

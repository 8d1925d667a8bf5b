"""Checks rule files for their author: every fault by itself, and what may not mean what it seems to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sentinel.content import Document, read_named
from sentinel.detect.checks import check_document
from sentinel.detect.condition import FieldTest
from sentinel.detect.grammar import compile_condition
from sentinel.detect.known_fields import strangers
from sentinel.detect.modifiers import compile_item
from sentinel.detect.rule import Refused, Rule, RuleSet
from sentinel.detect.samples import has_samples
from sentinel.detect.selection import compile_detection
from sentinel.detect.transforms import Placeholders
from sentinel.detect.unused import unused_parts
from sentinel.detect.values import UnusableError
from sentinel.errors import Fault
from sentinel.model.remarks import Code, Grave, Remark

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lint:
    """What rules are checked against: where their paths begin, values of placeholders, fields by log source."""

    base: Path
    placeholders: Placeholders = field(default_factory=dict)
    known: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)


def check_rules(ruleset: RuleSet, lint: Lint) -> list[Remark]:
    """Return every fault and every warning of rules that were loaded from below `lint.base`, sorted by place."""
    found = [_remark(fault, "refused") for fault in _faults(ruleset.refused, lint)]
    found += [_remark(fault, "duplicate") for fault in _duplicates(ruleset.rules)]
    found += [_remark(fault, "doubtful") for fault in ruleset.warnings]
    for path, loaded in _by_path(ruleset.rules).items():
        documents, _ = read_named(lint.base / path, path)
        for document in documents:
            for rule in loaded:
                if document.location == rule.location:
                    found += _warnings(document, rule, lint)
    return sorted(set(found))


def _faults(refused: Sequence[Refused], lint: Lint) -> Iterator[Fault]:
    """Yield each fault of refused documents at its own line, and the refusal itself where it cannot be taken apart."""
    by_path: dict[str, list[Fault]] = {}
    for one in refused:
        by_path.setdefault(one.fault.location.path, []).append(one.fault)
    for path, joined in by_path.items():
        apart = list(faults_of(path, lint))
        yield from apart
        whats = {fault.what for fault in apart}
        yield from (fault for fault in joined if not any(what in fault.what for what in whats))


def faults_of(path: str, lint: Lint) -> Iterator[Fault]:
    """Yield every fault that the documents of one file have by themselves."""
    documents, faults = read_named(lint.base / path, path)
    yield from faults
    for document in documents:
        if isinstance(document.data, dict) and "detection" in document.data:
            wrong = list(check_document(document))
            yield from wrong
            if isinstance(document.data["detection"], dict):
                yield from _detection_faults(document, lint.placeholders)


def _detection_faults(document: Document, placeholders: Placeholders) -> Iterator[Fault]:
    """Yield what is wrong in each value of each part, where the loader stops at the first of a part."""
    detection = document.data["detection"]
    errors = {(error.path, str(error)): error for error in compile_detection(detection, placeholders)[1]}
    for path, key, value in _items(detection, ()):
        for error in _item_errors(key, value, placeholders):
            below = error.below(*path)
            errors.setdefault((below.path, str(below)), below)
    for error in _condition_errors(detection):
        errors.setdefault((error.path, str(error)), error)
    for error in errors.values():
        yield document.fault(("detection", *error.path), str(error))


def _items(part: object, path: Path_, depth: int = 0) -> Iterator[tuple[Path_, str, Any]]:
    """Yield each `field|modifiers: values` of a detection with the path to it."""
    if depth > 32:  # noqa: PLR2004 -- deeper than the loader takes
        return
    if isinstance(part, dict):
        for key, value in part.items():
            if path and isinstance(key, str):
                yield (*path, key), key, value
            elif isinstance(key, str) and key != "condition":
                yield from _items(value, (key,), depth + 1)
    elif isinstance(part, list):
        for index, item in enumerate(part):
            if isinstance(item, dict | list):
                yield from _items(item, (*path, index), depth + 1)


def _item_errors(key: str, value: object, placeholders: Placeholders) -> Iterator[UnusableError]:
    """Yield what is wrong in an item; each value of a list is tried by itself."""
    try:
        compile_item(key, value, placeholders)
    except UnusableError as error:
        yield error
        if error.path and isinstance(value, list):
            for index, one in enumerate(value):
                try:
                    compile_item(key, [one], placeholders)
                except UnusableError as alone:
                    yield UnusableError(str(alone), (index, *alone.path[1:]), alone.kind)


def _condition_errors(detection: Mapping[str, Any]) -> Iterator[UnusableError]:
    """Yield what is wrong in each line of the condition, as if every part were right."""
    lines = detection.get("condition")
    named = {str(name): FieldTest(str(name), ()) for name in detection if name != "condition"}
    for line in lines if isinstance(lines, list) else [lines]:
        try:
            if isinstance(line, str):
                compile_condition(line, named)
        except UnusableError as error:
            yield error.below("condition")


def _warnings(document: Document, rule: Rule, lint: Lint) -> Iterator[Remark]:
    data = document.data
    if not data.get("id"):
        yield _at(document, (), "no-id", NO_ID)
    if not data.get("level"):
        yield _at(document, (), "no-level", NO_LEVEL)
    if not has_samples(rule.location.path, lint.base):
        yield _at(document, (), "no-samples", "no samples beside it: nothing shows that it can fire")
    for name in unused_parts(data["detection"]):
        yield _at(document, ("detection", name), "unused-part", f"'{name}' is defined, but no condition asks for it")
    yield from _item_warnings(document, rule, lint)


def _item_warnings(document: Document, rule: Rule, lint: Lint) -> Iterator[Remark]:
    unknown = strangers(rule.fields, rule.logsource, lint.known)
    listed = sorted(lint.known.get((rule.logsource.product or "", rule.logsource.category or ""), ()))
    for path, key, value in _items(document.data["detection"], ()):
        name, *modifiers = key.split("|")
        if "all" in modifiers and not (isinstance(value, list) and len(value) > 1) and "expand" not in modifiers:
            yield _at(document, ("detection", *path), "all-of-one", f"'{key}' asks for all of a single value")
        if name in unknown:
            close = get_close_matches(name, listed, 1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            what = f"no event of {rule.logsource} has the field '{name}'{hint}"
            yield _at(document, ("detection", *path), "unknown-field", what)


def _duplicates(rules: Iterable[Rule]) -> Iterator[Fault]:
    first: dict[str, Rule] = {}
    for rule in rules:
        earlier = first.setdefault(rule.ref.hash, rule)
        if earlier is not rule:
            yield Fault(rule.location, f"means the same as '{earlier.ref.title}' at {earlier.location}")


def _by_path(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.location.path, []).append(rule)
    return found


def _at(document: Document, path: Path_, code: Code, what: str) -> Remark:
    return _remark(document.fault(path, what), code)


def _remark(fault: Fault, code: Code) -> Remark:
    grave: Grave = "error" if code == "refused" else "warning"
    return Remark(fault.location.path, fault.location.line, grave, code, fault.what)


NO_ID = "no id: alerts know the rule by a hash that every change of its meaning changes"
NO_LEVEL = "no level: it counts as medium"

"""Reads Sigma rules strictly: every document becomes a rule or a refusal with its place, and nothing is lost."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias
from uuid import UUID

from sentinel.content import Document, read_documents, relative, yaml_files
from sentinel.detect.checks import check_document
from sentinel.detect.condition import Node, fields
from sentinel.detect.rule import LogSourceKey, Refused, Rule, RuleSet
from sentinel.detect.selection import compile_detection
from sentinel.detect.transforms import Placeholders
from sentinel.errors import Fault, Location
from sentinel.model.alerts import RuleRef
from sentinel.model.severity import Severity

DEFAULT_LEVEL = Severity.MEDIUM
MANY = 2  # from here on faults may belong together
NO_PLACEHOLDERS: Placeholders = MappingProxyType({})

Outcome: TypeAlias = Rule | Refused


def load_rules(folders: Iterable[Path], base: Path, placeholders: Placeholders = NO_PLACEHOLDERS) -> RuleSet:
    """Load every rule below `folders`, in the order of folders and names; bad ones are refused, never raised.

    Folders whose name begins with `_` hold other content and are passed over. Of rules with the same id the first one
    stays. `placeholders` are the site's values for `%name%` in rules with the modifier `expand`.
    """
    rules: dict[str, Rule] = {}
    refused: list[Refused] = []
    for path in _rule_files(folders):
        for outcome in _read(path, base, placeholders):
            earlier = rules.get(outcome.ref.id) if isinstance(outcome, Rule) else None
            if isinstance(outcome, Refused):
                refused.append(outcome)
            elif earlier is not None:
                refused.append(_repeated(outcome, earlier))
            else:
                rules[outcome.ref.id] = outcome
    return RuleSet(tuple(rules.values()), tuple(refused))


def _rule_files(folders: Iterable[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in folders:
        for path in yaml_files(folder):
            inner = path.relative_to(folder).parts[:-1] if path != folder else ()
            if path.resolve() not in seen and not any(part.startswith("_") for part in inner):
                seen.add(path.resolve())
                yield path


def _read(path: Path, base: Path, placeholders: Placeholders) -> Iterator[Outcome]:
    documents, faults = read_documents(path, base)
    for group in _by_document(faults, path):
        yield Refused(path.stem, "content", _joined(group))
    for document in documents:
        yield compile_document(document, placeholders)
    if not documents and not faults:
        yield Refused(path.stem, "content", Fault(Location(relative(path, base), 1), "holds no rule"))


def _by_document(faults: Sequence[Fault], path: Path) -> Iterator[list[Fault]]:
    """Group the faults of a file by the document they are in, so that each document is refused once."""
    if len(faults) < MANY:
        yield from ([fault] for fault in faults)
        return
    lines = path.read_bytes().splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line.startswith(b"---")]
    for _, group in groupby(sorted(faults), lambda fault: bisect_right(starts, fault.location.line)):
        yield list(group)


def compile_document(document: Document, placeholders: Placeholders = NO_PLACEHOLDERS) -> Outcome:
    """Turn one YAML document into a rule, or into a refusal that names everything wrong with it."""
    data = document.data
    if not isinstance(data, dict):
        return _refuse(document, "content", [document.fault((), "is not a rule: a map is expected")])
    for kind in ("correlation", "filter"):
        if kind in data and "detection" not in data:
            return _refuse(document, kind, [document.fault((kind,), f"a {kind} is not evaluated in this version")])
    faults = list(check_document(document))
    if faults:
        return _refuse(document, "content", faults)
    condition, wrong = compile_detection(data["detection"], placeholders)
    if condition is None:
        kind = "placeholder" if all(error.kind == "placeholder" for error in wrong) else "content"
        return _refuse(document, kind, [document.fault(("detection", *error.path), str(error)) for error in wrong])
    return _as_rule(document, condition)


def _as_rule(document: Document, condition: Node) -> Rule:
    data = document.data
    digest = hash_meaning(data)
    ref = RuleRef(
        id=str(UUID(data["id"])) if data.get("id") else f"sha256-{digest[:16]}",
        title=data["title"],
        level=Severity(data["level"].lower()) if data.get("level") else DEFAULT_LEVEL,
        hash=digest,
        author=data.get("author") or "",
        tags=tuple(data.get("tags") or ()),
    )
    source = data["logsource"]
    return Rule(
        ref=ref,
        location=document.location,
        logsource=LogSourceKey(source.get("category"), source.get("product"), source.get("service")),
        condition=condition,
        fields=fields(condition),
        description=data.get("description") or "",
        falsepositives=tuple(map(str, data.get("falsepositives") or ())),
    )


def hash_meaning(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a rule means: its detection and the log source it asks for, however written down."""
    detection = dict(data["detection"])
    lines = detection["condition"]
    detection["condition"] = [" ".join(line.split()) for line in ([lines] if isinstance(lines, str) else lines)]
    source = {part: data["logsource"].get(part) for part in ("category", "product", "service")}
    text = json.dumps({"detection": detection, "logsource": source}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse(document: Document, kind: str, faults: Sequence[Fault]) -> Refused:
    title = document.data.get("title") if isinstance(document.data, dict) else None
    name = title if isinstance(title, str) and title else Path(document.location.path).stem
    return Refused(name, kind, _joined(faults))


def _repeated(rule: Rule, earlier: Rule) -> Refused:
    what = f"rule id {rule.ref.id} is already taken by {earlier.location}"
    return Refused(rule.ref.title, "content", Fault(rule.location, what))


def _joined(faults: Sequence[Fault]) -> Fault:
    """Return one fault at the first place that names the others too."""
    first, *others = sorted(set(faults))
    place = Location(first.location.path, max(first.location.line, 1))
    return Fault(place, "; ".join([first.what, *(f"line {fault.location.line}: {fault.what}" for fault in others)]))

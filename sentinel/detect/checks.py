"""What must be right in a document before its own section is compiled; pySigma judges metadata and log source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sentinel.content import Document
from sentinel.detect.condition import ZONES
from sentinel.errors import Fault, Location

COMMON = frozenset({
    "title", "id", "name", "taxonomy", "related", "status", "description", "license", "references", "tags", "author",
    "date", "modified", "fields", "falsepositives", "level", "scope",
})  # fmt: skip
KEYS = {
    "detection": COMMON | {"logsource", "detection"},
    "filter": COMMON | {"logsource", "filter"},
    "correlation": COMMON | {"correlation"},
}
KEYS_OF_OURS = {
    "detection": frozenset({"timezone"}),
    "filter": frozenset({"timezone"}),
    "correlation": frozenset({"generate"}),  # the schema of Sigma has it here, pySigma in the section
}
KEYS_IN_THE_WILD = frozenset({"regression_tests_path", "simulation"})  # SigmaHQ's own; they change nothing
LOGSOURCE_KEYS = frozenset({"category", "product", "service", "definition"})
MAX_VALUES = 200_000
TAXONOMIES = frozenset({"sigma", "ecs"})  # the names that our readers give fields: Sigma's, and ECS for the sector

# pySigma reads a detection with gaps of its own (it lacks `utf16le`, and loses bytes in encodings), so it gets a
# stand-in: what it says about the rest of the document is kept, the detection is compiled by us.
STAND_IN = {"condition": "selection", "selection": {"field": "value"}}
STAND_INS: dict[str, dict[str, Any]] = {
    "detection": {"detection": STAND_IN},
    "filter": {"detection": STAND_IN},
    "correlation": {"detection": STAND_IN, "logsource": {"category": "any"}},
}


def section_of(data: Mapping[str, Any]) -> str:
    """Return the name of the section that makes a document what it is: detection, correlation or filter."""
    return next((name for name in ("detection", "correlation", "filter") if name in data), "detection")


def check_document(document: Document) -> Iterator[Fault]:
    """Yield everything wrong in a document outside its own section, and values in it that YAML would bend."""
    data = document.data
    section = section_of(data)
    if "action" in data:
        yield document.fault(("action",), "'action' documents are gone from Sigma; write each rule out")
        return
    yield from unknown_keys(document, data, KEYS[section] | KEYS_OF_OURS[section] | KEYS_IN_THE_WILD, ())
    if isinstance(data.get("logsource"), dict):
        yield from unknown_keys(document, data["logsource"], LOGSOURCE_KEYS, ("logsource",))
    yield from _metadata(document, section)
    yield from _ours(document, section)
    if not isinstance(data.get(section), dict):
        what = "must be a map" if section in data else "is missing"
        yield document.fault((section,), f"the {section} {what}")
    elif _too_large(data[section]):
        yield document.fault((section,), f"the {section} holds more than {MAX_VALUES:,} values")
    else:
        yield from _bent(document, section)


def unknown_keys(
    document: Document, keys: Iterable[object], known: frozenset[str], path: tuple[str, ...]
) -> Iterator[Fault]:
    """Yield a fault for each key that means nothing where it stands, with the one that was probably meant."""
    for key in keys:
        if key not in known:
            close = get_close_matches(str(key), sorted(known), 1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            yield document.fault((*path, str(key)), f"unknown key '{key}'{hint}")


def _ours(document: Document, section: str) -> Iterator[Fault]:
    """Judge what pySigma does not: the taxonomy and our own keys."""
    data = document.data
    taxonomy = data.get("taxonomy")
    if isinstance(taxonomy, str) and taxonomy and taxonomy not in TAXONOMIES:
        known = " and ".join(sorted(TAXONOMIES))
        yield document.fault(("taxonomy",), f"field names of taxonomy '{taxonomy}' are not known here, only {known}")
    if "timezone" in KEYS_OF_OURS[section] and data.get("timezone", "UTC") not in ZONES:
        yield document.fault(("timezone",), f"timezone must be {' or '.join(ZONES)}")


def _metadata(document: Document, section: str) -> Iterator[Fault]:
    """Let pySigma judge the document; types that would end it with another exception are looked at first."""
    data = {key: value for key, value in document.data.items() if key in KEYS[section] and key != section}
    wrong = list(_types(document, data))
    yield from wrong
    if wrong:
        return
    try:
        errors = SigmaRule.from_dict({**data, **STAND_INS[section]}, collect_errors=True).errors
    except (SigmaError, AttributeError, KeyError, TypeError) as error:
        yield document.fault((), f"its metadata cannot be read: {error}")
        return
    for found in errors:
        yield document.fault((_PLACES.get(type(found).__name__, ""),), _sentence(found))


def _types(document: Document, data: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("id", "author", "description", "level", "status"):
        if not isinstance(data.get(key), str | None):
            yield document.fault((key,), f"{key} must be text")
    for key in ("tags", "falsepositives"):
        if not isinstance(data.get(key), list | None):
            yield document.fault((key,), f"{key} must be a list")
    related = data.get("related")
    for entry in related if isinstance(related, list) else ():
        if not isinstance(entry, dict):
            yield document.fault(("related",), "related must be a list of maps")
    for part, value in data["logsource"].items() if isinstance(data.get("logsource"), dict) else ():
        if not isinstance(value, str | None) or value == "":
            yield document.fault(("logsource", str(part)), f"the {part} of the log source must be text")


def _sentence(error: SigmaError) -> str:
    text = str(error)
    return text.removeprefix("Sigma ").strip() or type(error).__name__


def _too_large(data: object) -> bool:
    """Say whether data has too many values when written out: aliases let a small file mean a huge or endless one."""
    waiting, count = [data], 0
    while waiting:
        count += 1
        if count > MAX_VALUES:
            return True
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False


def _bent(document: Document, section: str) -> Iterator[Fault]:
    """Yield values without quotes that YAML 1.1 reads as something else than what stands there (`yes`, `0123`)."""
    waiting = [value for key, value in _pairs(document.node) if key == section]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode) and not _is_as_written(node):
            where = Location(document.location.path, node.start_mark.line + 1)
            yield Fault(where, f"YAML does not read {node.value} as it is written; put it in quotes")
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif isinstance(node, MappingNode):
            waiting += [value for _, value in node.value]


def _pairs(node: Node) -> Iterator[tuple[str, Node]]:
    for key, value in node.value if isinstance(node, MappingNode) else ():
        yield (key.value if isinstance(key, ScalarNode) else ""), value


def _is_as_written(node: ScalarNode) -> bool:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "int":
            return _WHOLE.fullmatch(text) is not None
        case "float":
            return text == str(float(text)) if _is_float(text) else False
        case "bool":
            return text.lower() in {"true", "false"}
        case "str" | "null":
            return True
    return False


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,99}")
_PLACES = {
    "SigmaAuthorError": "author",
    "SigmaDateError": "date",
    "SigmaDescriptionError": "description",
    "SigmaFalsePositivesError": "falsepositives",
    "SigmaFieldsError": "fields",
    "SigmaIdentifierError": "id",
    "SigmaLevelError": "level",
    "SigmaLicenseError": "license",
    "SigmaLogsourceError": "logsource",
    "SigmaModifiedError": "modified",
    "SigmaNameError": "name",
    "SigmaReferencesError": "references",
    "SigmaRelatedError": "related",
    "SigmaScopeError": "scope",
    "SigmaStatusError": "status",
    "SigmaTagError": "tags",
    "SigmaTaxonomyError": "taxonomy",
    "SigmaTitleError": "title",
    "SigmaTypeError": "name",
    "SigmaValueError": "tags",
}

"""CycloneDX bills of materials, as JSON or XML: the software that one machine is made of, as its maker says.

Such a file describes a product and no address, so the importer must say which machine it is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from sentinel.errors import InputError, Location
from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.lines import read_whole
from sentinel.scan.imports.xmlparts import Element, read_elements

MAX_BYTES = 64 * 1024 * 1024
MAX_COMPONENTS = 10_000
_WANTED = frozenset({"component", "timestamp"})


def looks_like_json(head: str) -> bool:
    """Say whether the text begins as CycloneDX in JSON does."""
    return head.lstrip().startswith("{") and '"bomFormat"' in head and '"CycloneDX"' in head


def looks_like_xml(head: str) -> bool:
    """Say whether the XML is of CycloneDX's namespace."""
    return head.lstrip().startswith("<") and "cyclonedx.org/schema/bom" in head


def read_components(path: Path, name: str, tally: Tally, address: str) -> Iterator[Observation]:
    """Yield one `sbom.component` for each component of a JSON file, and for those inside it.

    Skipped: `no-name`, `too-many-components` (of more than 10,000 the rest). InputError: the file is over 64 MiB.
    """
    text = read_whole(path, name, MAX_BYTES)
    try:
        bom = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(Location(name, error.lineno), "is no JSON, or cut off") from error
    if not isinstance(bom, dict) or bom.get("bomFormat") != "CycloneDX":
        raise InputError(Location(name), "is no bill of materials of CycloneDX")
    about = _dict(bom.get("metadata"))
    when = values.moment(_text(about.get("timestamp")))
    listed = _below([about.get("component"), *_list(bom.get("components"))])
    for number, component in enumerate(listed, 1):
        facts = _facts(component)
        if "name" not in facts or number > MAX_COMPONENTS:
            reason = "too-many-components" if "name" in facts else "no-name"
            tally.skip(Skipped(name, f"component {number}", reason))
            continue
        tally.handled += 1
        yield Observation("sbom.component", address, facts, when, name, "import")


def read_components_xml(path: Path, name: str, tally: Tally, address: str) -> Iterator[Observation]:
    """Yield the same of an XML file; what was complete before a cut is given."""
    when = None
    number = 0
    for element in read_elements(path, name, tally, frozenset({"bom"}), _WANTED):
        if element.tag == "timestamp":
            when = values.moment(element.text)
            continue
        for component in _nested(element):
            number += 1
            facts = _named(
                component.attributes.get("type", ""),
                {tag: component.value(tag) for tag in ("name", "version", "purl", "cpe", "publisher", "group")},
            )
            if "name" not in facts or number > MAX_COMPONENTS:
                tally.skip(
                    Skipped(name, f"line {component.line}", "too-many-components" if "name" in facts else "no-name")
                )
                continue
            tally.handled += 1
            yield Observation("sbom.component", address, facts, when, name, "import")


def _nested(element: Element) -> Iterator[Element]:
    yield element
    for below in element.all("components"):
        for child in below.all("component"):
            yield from _nested(child)


def _below(listed: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield components and those within them, in their order, without recursion: the nesting is the writer's."""
    waiting = [one for one in reversed(listed) if isinstance(one, dict)]
    while waiting:
        component = waiting.pop()
        yield component
        waiting += [one for one in reversed(_list(component.get("components"))) if isinstance(one, dict)]


def _facts(component: Mapping[str, Any]) -> dict[str, str]:
    kept = ("name", "version", "purl", "cpe", "publisher", "group")
    return _named(_text(component.get("type")), {key: _text(component.get(key)) for key in kept})


def _named(kind: str, said: Mapping[str, str]) -> dict[str, str]:
    return values.present(type=kind, **said)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""

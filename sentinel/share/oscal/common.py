"""What every OSCAL document shares: identifiers, properties, metadata, and texts in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from sentinel.model.compliance import Organisation
from sentinel.model.interchange import Catalogue
from sentinel.model.packs import PackOverview
from sentinel.model.text import Text

NS = "urn:helse-sentinel:oscal:1"
"""The namespace of our own properties and parts."""
RMF = "http://csrc.nist.gov/ns/rmf"
"""NIST's own, of the property `method`."""
VERSION = "1.1.3"
CATALOG, PROFILE, PLAN, RESULTS, POAM = (
    f"{name}.json" for name in ("catalog", "profile", "assessment-plan", "assessment-results", "poam")
)
Node = dict[str, Any]
_ROOT = uuid5(NAMESPACE_URL, NS)


def uid(*parts: str) -> str:
    """Return the identifier (RFC 4122, version 5) that always follows from the same words."""
    return str(uuid5(_ROOT, "\0".join(parts)))


def stamp(day: date) -> str:
    """Return the beginning of a day in UTC."""
    return f"{day}T00:00:00+00:00"


def one_line(text: str) -> str:
    """Return text as OSCAL's strings take it: no line ends, no space around."""
    return " ".join(text.split())


def prop(name: str, value: str, kind: str = "", remarks: str = "") -> Node:
    """Return a property of our own namespace; `kind` is its class."""
    more = {key: told for key, told in (("class", kind), ("remarks", remarks)) if told}
    return {"name": name, "ns": NS, "value": one_line(value) or "–", **more}


def text_props(name: str, text: str) -> list[Node]:
    """Return a free text as a property, whole in its remarks where it does not fit in one line; none for no text."""
    line = one_line(text)
    return [prop(name, line, remarks="" if line == text else text)] if line else []


def value_prop(name: str, value: object) -> list[Node]:
    """Return a value as a property that says of what kind it is, so that it can be read back as it was."""
    if isinstance(value, str):
        return text_props(name, value)
    kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else "json"
    told = orjson.dumps(value).decode()
    return [prop(name, told, kind, "" if one_line(told) == told else told)]


def part(identity: str, name: str, text: Text, kind: str = "", *, own: bool = False) -> Node:
    """Return a part with its English inside; `own`: OSCAL has no such part, so it stands in our namespace."""
    english = {"id": f"{identity}.en", "name": "translation", "ns": NS, "class": "en", "prose": text.en}
    return {
        "id": identity,
        "name": name,
        **({"ns": NS} if own else {}),
        **({"class": kind} if kind else {}),
        "prose": text.nb,
        "parts": [english],
    }


def metadata(title: Text, as_of: date, version: str, **more: object) -> Node:
    """Return what every document says of itself; what is empty in `more` is left out."""
    told = {key: value for key, value in more.items() if value}
    props = [prop("title-en", title.en), *told.pop("props", [])]  # type: ignore[misc]  # a list of nodes
    return {
        "title": title.nb,
        "last-modified": stamp(as_of),
        "version": version,
        "oscal-version": VERSION,
        "props": props,
        **told,
    }


def catalogue_props(catalogue: Catalogue) -> list[Node]:
    """Return what tells one checklist from another."""
    return [
        prop("checklist-id", catalogue.id),
        prop("checklist-version", catalogue.version),
        prop("checklist-hash", catalogue.hash),
        *(_validity(catalogue.pack) if catalogue.pack else ()),
    ]


def _validity(pack: PackOverview) -> Iterator[Node]:
    """Yield whether a pack binds, from and until when, how sure that is, and who says so."""
    validity = pack.validity
    yield prop("pack-standing", pack.standing, validity.confidence, f"{pack.says.nb} / {pack.says.en}")
    if validity.valid_from:
        yield prop("pack-valid-from", validity.valid_from.isoformat())
    if validity.valid_to:
        yield prop("pack-valid-to", validity.valid_to.isoformat())
    yield from text_props("pack-source", validity.source)


def party(organisation: Organisation) -> Node:
    """Return the organisation that is assessed."""
    return {
        "uuid": party_id(organisation),
        "type": "organization",
        "name": one_line(organisation.name) or "–",
        "props": [
            prop("organisation-number", organisation.number),
            prop("organisation-type", organisation.kind),
            *text_props("organisation-name", organisation.name),
        ],
    }


def party_id(organisation: Organisation) -> str:
    """Return how the organisation is named in other places."""
    return uid("party", organisation.number)


def person_id(organisation: Organisation, name: str) -> str:
    """Return how somebody who answered for it is named."""
    return uid("person", organisation.number, name)


def document(kind: str, key: Iterable[str], body: Mapping[str, Any]) -> Node:
    """Return a whole document, its identifier from `key`."""
    return {kind: {"uuid": uid(kind, *key), **body}}


def text_of(document: Node) -> str:
    """Return a document as its file holds it."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

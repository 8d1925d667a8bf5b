"""Crosswalks as an OSCAL 1.2 mapping collection: a mapping for each, with catalogs of the places that they lead to.

Outside frameworks are numbers and labels of our own, so their catalogs hold no text of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sentinel.model.crosswalks import Crosswalk, Framework, Link, Relation
from sentinel.model.interchange import Catalogue
from sentinel.model.text import Text
from sentinel.share.oscal.catalog import catalog
from sentinel.share.oscal.common import Node, document, metadata, prop, text_of, text_props, uid

MAPPINGS = "mapping-collection.json"
MAPPING_VERSION = "1.2.1"
"""The first versions of OSCAL know no mappings; this is the one that the test's validator holds them to."""
RELATIONSHIPS: Mapping[Relation, str] = {
    "equal": "equivalent-to",
    "narrower": "subset-of",
    "broader": "superset-of",
    "intersects": "intersects-with",
}
"""Ours by what OSCAL calls them. Its `equal-to` is of the same words, which none of ours claims."""
_OURS = re.compile(r"[A-Z]{2,3}-[0-9]{2}")
_SIGN = re.compile(r"[^a-zA-Z0-9._-]")
TITLE = Text("Sammenhenger mellom krav og rammeverk", "How requirements and frameworks relate")
ABOUT = Text(
    "Hver kobling sier hvordan ett krav står til ett annet sted. Ingen utenfor prosjektet har kontrollert dem, med "
    "mindre det står. Dekning gjennom koblinger er det minste som er på plass.",
    "Each link says how one requirement stands to one other place. Nobody outside the project has checked them unless "
    "it says so. Coverage through links is a lower bound.",
)


def mapping_collection(crosswalks: Iterable[Crosswalk], frameworks: Mapping[str, Framework], as_of: date) -> Node:
    """Return every crosswalk with its links, and on each side what none of them leads to."""
    mappings = [_mapping(one, frameworks[one.first], frameworks[one.second]) for one in crosswalks]
    about = metadata(TITLE, as_of, as_of.isoformat(), **{"oscal-version": MAPPING_VERSION, "remarks": ABOUT.nb})
    provenance = {
        "method": "human",
        "matching-rationale": "semantic",
        "status": "draft",
        "mapping-description": ABOUT.nb,
        "props": [prop("description-en", ABOUT.en)],
    }
    body = {"metadata": about, "provenance": provenance, "mappings": mappings}
    return document("mapping-collection", (text_of(body),), body)


def place_catalog(framework: Framework, as_of: date) -> Node:
    """Return the places of an outside framework as a catalog, with labels of our own."""
    about = metadata(
        framework.title,
        as_of,
        framework.id,
        props=[
            prop("checklist-id", framework.id),
            prop("confidence", framework.confidence),
            *text_props("source", framework.source.nb),
            *text_props("source-en", framework.source.en),
            prop("about-en", framework.about.en),
        ],
        remarks=framework.about.nb,
    )
    controls = [
        {
            "id": control_id(framework, place),
            "class": "place",
            "title": label.nb,
            "props": [prop("place", place), prop("title-en", label.en)],
        }
        for place, label in framework.labels.items()
    ]
    body = {"metadata": about, "controls": controls}
    return document("catalog", (framework.id, text_of(body)), body)


def catalogs(frameworks: Iterable[Framework], own: Mapping[str, Catalogue], as_of: date) -> Iterator[tuple[str, Node]]:
    """Yield a catalog for each framework, and what its file is called; those that are our own are whole."""
    for framework in frameworks:
        ours = own.get(framework.id)
        yield catalog_name(framework), catalog(ours, as_of) if ours else place_catalog(framework, as_of)


def catalog_name(framework: Framework) -> str:
    """Return what the file of a framework's catalog is called."""
    return f"catalog-{framework.id}.json"


def control_id(framework: Framework, place: str) -> str:
    """Return how a place is named as a control; numbers alone are no names in OSCAL."""
    return place if _OURS.fullmatch(place) else f"{framework.id}_{_SIGN.sub('_', place)}"


def _mapping(one: Crosswalk, first: Framework, second: Framework) -> Node:
    gaps = {
        "source-gap-summary": _gap(one, first, {link.first for link in one.links}),
        "target-gap-summary": _gap(one, second, {link.second for link in one.links}),
    }
    return {
        "uuid": uid("mapping", one.id),
        "source-resource": _resource(first),
        "target-resource": _resource(second),
        "maps": [_map(one, link, first, second) for link in one.links],
        "mapping-description": one.source.nb,
        "confidence-score": {"category": one.confidence},
        "props": [
            prop("crosswalk-id", one.id),
            prop("confidence", one.confidence),
            *text_props("source", one.source.nb),
            *text_props("source-en", one.source.en),
        ],
        **{key: value for key, value in gaps.items() if value},
    }


def _map(crosswalk: Crosswalk, link: Link, first: Framework, second: Framework) -> Node:
    note = [*text_props("note", link.note.nb), *text_props("note-en", link.note.en)] if link.note else []
    return {
        "uuid": uid("map", crosswalk.id, link.first, link.second),
        "relationship": RELATIONSHIPS[link.relation],
        "sources": [{"type": "control", "id-ref": control_id(first, link.first)}],
        "targets": [{"type": "control", "id-ref": control_id(second, link.second)}],
        "confidence-score": {"category": link.confidence},
        "props": [
            prop("relation", link.relation),
            prop("from", link.first),
            prop("to", link.second),
            prop("confidence", link.confidence),
            *note,
        ],
    }


def _resource(framework: Framework) -> Node:
    props = [prop("checklist-id", framework.id), prop("confidence", framework.confidence)]
    return {"type": "catalog", "href": catalog_name(framework), "props": props}


def _gap(crosswalk: Crosswalk, framework: Framework, linked: set[str]) -> Node | None:
    left = [control_id(framework, place) for place in framework.labels if place not in linked]
    if not left:
        return None
    return {"uuid": uid("mapping-gap", crosswalk.id, framework.id), "unmapped-controls": [{"with-ids": left}]}

"""A checklist as an OSCAL catalog: a group for each chapter, a control for each requirement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sentinel.model.compliance import Reference, Requirement
from sentinel.model.interchange import Catalogue
from sentinel.share.oscal.common import (
    RMF,
    Node,
    catalogue_props,
    document,
    metadata,
    part,
    prop,
    text_props,
    uid,
)


def objective(requirement: str) -> str:
    """Return how a requirement's objective is named, which findings point at."""
    return f"{requirement}_obj"


def catalog(catalogue: Catalogue, as_of: date) -> Node:
    """Return the whole catalogue, whoever is asked what of it."""
    groups = [
        {
            "id": chapter,
            "class": "chapter",
            "title": title.nb,
            "props": [prop("title-en", title.en)],
            "controls": [_control(one) for one in catalogue.requirements if one.chapter == chapter],
        }
        for chapter, title in catalogue.chapters.items()
    ]
    about = metadata(
        catalogue.title,
        as_of,
        catalogue.version,
        props=[*catalogue_props(catalogue), prop("based-on-en", catalogue.remarks.en)],
        remarks=catalogue.remarks.nb,
    )
    sources = dict.fromkeys(source.source for one in catalogue.requirements for source in one.references)
    body = {"metadata": about, "groups": groups, "back-matter": {"resources": list(_resources(sources))}}
    return document("catalog", (catalogue.id, catalogue.version, catalogue.hash), body)


def _control(requirement: Requirement) -> Node:
    return {
        "id": requirement.id,
        "class": "requirement",
        "title": requirement.title.nb,
        "props": list(_props(requirement)),
        "links": [_link(source) for source in requirement.references],
        "parts": list(_parts(requirement)),
    }


def _props(requirement: Requirement) -> Iterator[Node]:
    yield prop("title-en", requirement.title.en)
    yield prop("weight", str(requirement.weight))
    yield prop("gate", "yes" if requirement.gate else "no")
    yield prop("duty", requirement.duty)
    yield prop("basis", requirement.basis)
    yield prop("applies", requirement.applies)
    for who in requirement.guidance.knows:
        yield from text_props("knows", who.nb)
        yield from text_props("knows-en", who.en)
    for source in requirement.references:
        yield prop("reference", f"{source.source} {source.place}", source.confidence)


def _parts(requirement: Requirement) -> Iterator[Node]:
    name, guidance = requirement.id, requirement.guidance
    yield part(f"{name}_smt", "statement", requirement.text)
    yield part(f"{name}_gdn", "guidance", requirement.how, "small")
    yield part(f"{name}_gdn.large", "guidance", guidance.large, "large")
    yield part(objective(name), "assessment-objective", requirement.question)
    yield {
        "id": f"{name}_asm",
        "name": "assessment-method",
        "props": [{"name": "method", "ns": RMF, "value": "EXAMINE"}],
        "parts": [part(f"{name}_asm.objects", "assessment-objects", guidance.evidence)],
    }
    yield part(f"{name}_why", "why", requirement.why, own=True)
    yield part(f"{name}_example", "example", guidance.example, own=True)
    if guidance.supplier:
        yield part(f"{name}_supplier", "supplier-question", guidance.supplier, own=True)


def _link(source: Reference) -> Node:
    told = f"{source.place} ({source.confidence})"
    return {"href": f"#{_source_id(source.source)}", "rel": "reference", "text": told}


def _resources(sources: Iterable[str]) -> Iterator[Node]:
    """Yield what references lead to; how sure each place is stands with the control, since it differs."""
    for source in sources:
        yield {"uuid": _source_id(source), "title": source, "citation": {"text": source}}


def _source_id(source: str) -> str:
    return uid("source", source)

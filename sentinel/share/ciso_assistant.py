"""A checklist as a library of CISO Assistant (intuitem): a framework in English, with bokmål as its translation.

Their loader takes the base language as the library's locale, so English is the base: it is the one that every one of
their interfaces has. The library says nothing of any organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from sentinel.model.compliance import Requirement
from sentinel.model.interchange import Catalogue
from sentinel.model.text import Text

PACKAGER = "helse-sentinel"
SMALL = "SMALL"
"""The implementation group of what a small practice is asked; the others are the classes of the checklist."""
IMPORTANCE = {"must": "mandatory", "should": "recommended"}
_ADVICE = Text("Dette er ikke juridisk rådgivning.", "This is not legal advice.")


def library(catalogue: Catalogue) -> str:
    """Return the library as YAML; the same checklist gives the same bytes."""
    head = {
        "urn": f"urn:{PACKAGER}:risk:library:{_slug(catalogue.id)}",
        "locale": "en",
        "ref_id": catalogue.id,
        "name": f"{catalogue.title.en} ({catalogue.version})",
        "description": f"{catalogue.remarks.en} {_ADVICE.en}",
        "copyright": "MIT",
        "version": _number(catalogue.version),
        "provider": "Sentinel",
        "packager": PACKAGER,
        "translations": {
            "nb": {
                "name": f"{catalogue.title.nb} ({catalogue.version})",
                "description": f"{catalogue.remarks.nb} {_ADVICE.nb}",
            }
        },
        "objects": {"framework": _framework(catalogue)},
    }
    return yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=110)


def _framework(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "urn": f"urn:{PACKAGER}:risk:framework:{_slug(catalogue.id)}",
        "ref_id": catalogue.id,
        "name": catalogue.title.en,
        "description": catalogue.remarks.en,
        "implementation_groups_definition": list(_groups(catalogue)),
        "translations": _nb(name=catalogue.title, description=catalogue.remarks),
        "requirement_nodes": list(_nodes(catalogue)),
    }


def _groups(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Yield a group for each class that switches something on, and one for the part of small practices."""
    used = {one.applies for one in catalogue.requirements}
    for name, question in catalogue.classes.items():
        if name in used:
            said = {"description": question.en, "translations": _nb(name=Text(name, name), description=question)}
            yield {"ref_id": name, "name": name, **said}
    if title := catalogue.small_title:
        translations = _nb(name=title, description=title)
        yield {"ref_id": SMALL, "name": title.en, "description": title.en, "translations": translations}


def _nodes(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for chapter, title in catalogue.chapters.items():
        place = _node_urn(catalogue, chapter)
        yield {
            "urn": place,
            "assessable": False,
            "depth": 1,
            "ref_id": chapter,
            "name": title.en,
            "translations": _nb(name=title),
        }
        for one in catalogue.requirements:
            if one.chapter == chapter:
                yield _requirement(one, catalogue, place)


def _requirement(one: Requirement, catalogue: Catalogue, parent: str) -> dict[str, Any]:
    description = Text(f"{one.text.nb}\n\n{one.question.nb}", f"{one.text.en}\n\n{one.question.en}")
    annotation = _annotation(one)
    groups = [one.applies, *([SMALL] if one.id in catalogue.small else [])]
    return {
        "urn": _node_urn(catalogue, one.id),
        "assessable": True,
        "depth": 2,
        "parent_urn": parent,
        "ref_id": one.id,
        "name": one.title.en,
        "description": description.en,
        "annotation": annotation.en,
        "typical_evidence": one.guidance.evidence.en,
        "implementation_groups": groups,
        "importance": IMPORTANCE[one.duty],
        "weight": one.weight,
        "translations": _nb(
            name=one.title, description=description, annotation=annotation, typical_evidence=one.guidance.evidence
        ),
    }


def _annotation(one: Requirement) -> Text:
    """Return why, help for small and large, an example, whether it is a gate, and where it comes from."""
    sources = "; ".join(f"{source.source} {source.place} ({source.confidence})" for source in one.references)
    guide = one.guidance
    gate = Text("Sperre: må være oppfylt for høyeste nivå.\n", "Gate: must be met for the highest level.\n")
    return Text(
        f"{gate.nb if one.gate else ''}Hvorfor: {one.why.nb}\nLiten virksomhet: {one.how.nb}\n"
        f"Stor virksomhet: {guide.large.nb}\nEksempel: {guide.example.nb}\nKilder: {sources}",
        f"{gate.en if one.gate else ''}Why: {one.why.en}\nSmall practice: {one.how.en}\n"
        f"Large organisation: {guide.large.en}\nExample: {guide.example.en}\nSources: {sources}",
    )


def _nb(**said: Text) -> dict[str, dict[str, str]]:
    return {"nb": {key: text.nb for key, text in said.items()}}


def _node_urn(catalogue: Catalogue, name: str) -> str:
    return f"urn:{PACKAGER}:risk:req_node:{_slug(catalogue.id)}:{name.lower()}"


def _slug(name: str) -> str:
    return name.lower()


def _number(version: str) -> int:
    """Return a whole number that grows with the version, as their loader compares them: 2026.2 is 202602."""
    year, _, minor = version.partition(".")
    return int(year) * 100 + int(minor)

"""What one organisation is asked, as an OSCAL profile: the rest is excluded by name, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.compliance import Applicability
from sentinel.model.interchange import Dossier
from sentinel.model.text import Text
from sentinel.share.oscal.common import (
    CATALOG,
    Node,
    catalogue_props,
    document,
    metadata,
    party,
    prop,
    text_props,
)


def profile(dossier: Dossier) -> Node:
    """Return the profile: each reason is a property, of the control where it is asked, of the profile where not."""
    out = [item for item in dossier.items if not item.applies]
    who, title = dossier.organisation, dossier.catalogue.title
    about = metadata(
        Text(f"{title.nb} for {who.name}", f"{title.en} for {who.name}"),
        dossier.as_of,
        dossier.catalogue.version,
        props=[*catalogue_props(dossier.catalogue), *_kind(dossier), *map(_excluded, out)],
        parties=[party(who)],
    )
    body = {
        "metadata": about,
        "imports": [_import(out)],
        "merge": {"as-is": True},
        "modify": {"alters": [_reason(item) for item in dossier.items if item.applies]},
    }
    return document("profile", profile_key(dossier), body)


def profile_key(dossier: Dossier) -> tuple[str, ...]:
    """Return what tells one profile from another: the checklist, the organisation, and what it is not asked."""
    out = ",".join(item.requirement.id for item in dossier.items if not item.applies)
    return dossier.catalogue.hash, dossier.organisation.number, out


def _import(out: list[Applicability]) -> Node:
    names = [item.requirement.id for item in out]
    excluded = {"exclude-controls": [{"with-ids": names}]} if names else {}
    return {"href": CATALOG, "include-all": {}, **excluded}


def _kind(dossier: Dossier) -> Iterator[Node]:
    yield from text_props("organisation-type-title", dossier.kind.nb)
    yield from text_props("organisation-type-title-en", dossier.kind.en)
    for fact in sorted(dossier.organisation.facts):
        yield prop("fact", fact)


def _excluded(item: Applicability) -> Node:
    because = f"{item.because.nb} / {item.because.en}"
    return prop("excluded", item.requirement.id, item.requirement.applies, because)


def _reason(item: Applicability) -> Node:
    props = [prop("asked-because", item.because.nb), prop("asked-because-en", item.because.en)]
    return {"control-id": item.requirement.id, "adds": [{"position": "ending", "props": props}]}

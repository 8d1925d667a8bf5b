"""What others answered for a unit, as it is carried in a signed file: site → deliveries cut down to it → members.

Only what is delivered to this unit goes along: no other unit that the giver serves, and no other answer of the giver.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from sentinel.comply.checklist import load_checklist
from sentinel.comply.delivery import DeliveryFile
from sentinel.comply.exchange.deliveries import delivered_text, delivery_text
from sentinel.comply.inherit import Accepted, concerned
from sentinel.content import parse_documents, validate
from sentinel.errors import InputError, Location
from sentinel.inheriting import accepted_of
from sentinel.model.compliance import Inherited, Judgement
from sentinel.settings import InheritsSection, Site

DELIVERY = re.compile(r"delivery-\d\d\.yml")
"""What a delivery is called in a signed file; its answers are NAME-answers.yml."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One delivery cut down to a unit: what it is called, where it stood, and its members.

    `about` is what the manifest says of it: whose it is, what the unit accepted, and the hashes of the giver's files.
    """

    member: str
    path: Path
    source: str
    files: Mapping[str, bytes]
    about: Mapping[str, Any]


def handed(site: Site, content: Path, as_of: date) -> tuple[Handed, ...]:
    """Return what a site's owner and operators answered for it, in an order that names of files do not change."""
    if not site.file.inherits:
        return ()
    unit = site.file.organisation.number
    found = accepted_of(site, content, load_checklist(content), as_of)[1]
    ordered = sorted(found.items(), key=lambda pair: _whose(pair[1]))
    return tuple(_handed(f"delivery-{at:02}.yml", path, one, unit, as_of) for at, (path, one) in enumerate(ordered, 1))


def answers_name(member: str) -> str:
    """Return what the answers of a delivery are called."""
    return f"{member.removesuffix('.yml')}-answers.yml"


def sections(site: Site, of: Sequence[Handed]) -> Iterator[tuple[str, InheritsSection]]:
    """Yield each section of a site that accepts answers, with what its delivery is called."""
    members = {one.path: one.member for one in of}
    for section in site.file.inherits:
        yield members[site.path(section.source).resolve()], section


def named_anew(judgements: Sequence[Judgement], of: Sequence[Handed]) -> tuple[Judgement, ...]:
    """Return judgements in which what was inherited is from a member of the file, not from a path of this machine."""
    members = {one.source: one.member for one in of}
    return tuple(
        replace(judgement, inherited=tuple(replace(one, source=members[one.source]) for one in judgement.inherited))
        for judgement in judgements
    )


def check_handed(site: Site, files: Mapping[str, bytes], manifest: Mapping[str, Any], name: str) -> None:
    """Raise InputError where a site file accepts answers of somebody whom file and manifest do not name alike."""
    told = manifest.get("inherits", [])
    listed = told if isinstance(told, list) else []
    signed = {str(one.get("delivery")): one for one in listed if isinstance(one, dict)}
    for member in sorted({section.source for section in site.file.inherits} | set(signed)):
        if not DELIVERY.fullmatch(member):
            raise InputError(
                Location(name), f"inherits from '{member[:80]}', which is no delivery beside its site file"
            )
        if missing := {member, answers_name(member)} - set(files):
            raise InputError(Location(name), f"inherits from {member}, and holds no {min(missing)}")
        _check_giver(_delivery(files[member], member, name), member, signed.get(member), name)


def differing(judgements: Iterable[Judgement], told: Mapping[str, Sequence[Inherited]]) -> str:
    """Return the first requirement to which others answered otherwise than is told of it, wherever files lie."""
    ours = {judgement.requirement.id: judgement.inherited for judgement in judgements}
    return next((name for name in sorted({*ours, *told}) if _said(ours.get(name, ())) != _said(told.get(name, ()))), "")


def _said(inherited: Iterable[Inherited]) -> list[Inherited]:
    return [replace(one, source="") for one in inherited]


def _handed(member: str, path: Path, one: Accepted, unit: str, as_of: date) -> Handed:
    delivery, answers = one.delivery, answers_name(member)
    parts = frozenset(concerned(one, unit, as_of))
    files = {member: delivery_text(delivery, unit, parts, answers), answers: delivered_text(delivery, parts)}
    original = path.read_bytes()
    theirs = path.parent / _delivery(original, delivery.source, delivery.source).answers
    about = {
        "delivery": member,
        "giver": delivery.giver,
        "name": delivery.name,
        "number": delivery.number,
        "accepted": sorted(one.items),
        "not_accepted": sorted(parts - set(one.items)),
        "original": {
            "delivery": sha256(original).hexdigest(),
            "answers": sha256(theirs.read_bytes()).hexdigest(),
        },
    }
    return Handed(member, path, delivery.source, {key: text.encode() for key, text in files.items()}, about)


def _whose(one: Accepted) -> tuple[str, str, str, str]:
    delivery = one.delivery
    return delivery.giver, delivery.name, delivery.number, delivery.source


def _delivery(raw: bytes, member: str, name: str) -> DeliveryFile:
    documents, faults = parse_documents(raw.decode(errors="replace"), member)
    if len(documents) == 1 and not faults:
        file, faults = validate(documents[0], DeliveryFile)
        if file:
            return file
    first = str(faults[0]) if faults else f"{member}: holds {len(documents)} documents, not one"
    raise InputError(Location(name), f"holds what cannot be read here: {first}")


def _check_giver(file: DeliveryFile, member: str, signed: Mapping[str, Any] | None, name: str) -> None:
    if file.answers != answers_name(member):
        raise InputError(Location(name), f"{member} takes its answers from elsewhere than the file beside it")
    if signed is None:
        raise InputError(Location(name), f"{member} is of {file.name} ({file.number}), whom the manifest does not name")
    if (signed.get("giver"), signed.get("name"), signed.get("number")) != (file.giver, file.name, file.number):
        theirs = f"{str(signed.get('name'))[:80]} ({str(signed.get('number'))[:20]})"
        raise InputError(Location(name), f"{member} is of {file.name} ({file.number}), and the manifest says {theirs}")

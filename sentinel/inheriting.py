"""What a unit accepts from its owner and its operators: site file → deliveries → the answers that count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from sentinel.comply.checklist import Checklist
from sentinel.comply.delivery import Delivery, read_delivery
from sentinel.comply.files import meant
from sentinel.comply.inherit import Accepted, Consent, Laid, Place, lay
from sentinel.comply.inheritance import Inheritance, load_inheritance
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Answer
from sentinel.settings import InheritsSection, Site


def laid(site: Site, content: Path, checklist: Checklist, own: Iterable[Answer], as_of: date) -> Laid:
    """Lay what others answered beside a unit's own answers; ContentError with every fault of site file and deliveries.

    `checklist` is the whole of it, not the part that the unit is asked.
    """
    if not site.file.inherits:
        return Laid(tuple(own), {})
    inheritance, accepted = accepted_of(site, content, checklist, as_of)
    return lay(Place(site.file.organisation.number, as_of, inheritance), own, accepted.values())


def accepted_of(
    site: Site, content: Path, checklist: Checklist, as_of: date
) -> tuple[Inheritance, dict[Path, Accepted]]:
    """Return how answers are handed on, and what a site accepts by the file of each delivery; ContentError as above."""
    inheritance = load_inheritance(content, checklist)
    read = partial(read_delivery, checklist=checklist, inheritance=inheritance, as_of=as_of)
    faults: list[Fault] = []
    accepted: dict[Path, Accepted] = {}
    for index, section in enumerate(site.file.inherits):
        path = site.path(section.source).resolve()
        try:
            before = accepted.get(path)
            delivery = before.delivery if before else read(path)
        except ContentError as error:
            faults += error.faults
            continue
        items = before.items if before else {}
        faults += _wrong(site, index, delivery, items, as_of)
        accepted[path] = Accepted(delivery, {**items, **_items(section)})
    if faults:
        raise ContentError(faults)
    return inheritance, accepted


def _items(section: InheritsSection) -> dict[str, Consent]:
    return {name: Consent(section.accepted_by, section.date, section.expires) for name in section.requirements}


def _wrong(site: Site, index: int, delivery: Delivery, before: Mapping[str, Consent], as_of: date) -> Iterator[Fault]:
    """Yield what a unit cannot accept: what is not delivered, not to it, not yet, or twice."""
    section, who = site.file.inherits[index], site.file.organisation
    fault = partial(site.fault, ["inherits", index, "requirements"])
    for name in section.requirements:
        if name not in delivery.parts:
            yield fault(f"{delivery.name} does not answer {name[:80]} for others{meant(name, delivery.parts)}")
        if name in before or section.requirements.count(name) > 1:
            yield fault(f"{name[:80]} is accepted twice")
    if who.number not in delivery.serves:
        yield site.fault(["inherits", index, "from"], f"{delivery.source} is not for organisation {who.number}")
    elif section.date < delivery.serves[who.number][0]:
        start = delivery.serves[who.number][0]
        yield site.fault(["inherits", index, "date"], f"{section.date} is before {start}, when it begins")
    if delivery.giver == "owner" and delivery.number != who.part_of:
        what = f"{delivery.name} is no owner of this unit: [organisation] says part_of = {who.part_of or 'nothing'}"
        yield site.fault(["inherits", index, "from"], what)
    if section.date > as_of:
        yield site.fault(["inherits", index, "date"], f"{section.date} is after {as_of}, the day of the assessment")
    if section.expires < section.date:
        yield site.fault(["inherits", index, "expires"], f"{section.expires} is before {section.date}")

"""The journey of the impact on data protection: site → files it names → assessments → signals about requirements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.pack import load_pack
from sentinel.comply.dpia.reading import read_dpia
from sentinel.comply.dpia.signals import signals_of
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Signal
from sentinel.model.dpia import Dpia
from sentinel.model.risks import Ros
from sentinel.risks import assess_risks
from sentinel.settings import Site


def impacts_of(site: Site, content: Path, as_of: date) -> dict[str, Dpia]:
    """Return the assessments that a site names, by their files; raise ContentError with the faults of all of them."""
    assessment = site.file.assessment
    if assessment is None or not assessment.dpia:
        return {}
    pack, read, faults = load_pack(content), dict[str, DpiaFile](), list[Fault]()
    for name in assessment.dpia:
        try:
            read[name], _ = read_dpia(site.path(name), pack, as_of)
        except ContentError as error:
            faults += error.faults
    faults += _foreign(site, read)
    if faults:
        raise ContentError(faults)
    return {name: assess(file, pack, as_of) for name, file in read.items()}


def signals_of_impacts(site: Site, content: Path, as_of: date) -> tuple[Signal, ...]:
    """Return what a site's assessments say of its requirements; a site that names none says nothing by that."""
    found = impacts_of(site, content, as_of)
    return tuple(signal for name, dpia in found.items() for signal in signals_of(dpia, name))


def beside_risks(site: Site, content: Path, file: Path, as_of: date) -> tuple[Ros, Dpia]:
    """Return a site's ROS and one assessment of impact of the same organisation; ContentError with all faults."""
    pack = load_pack(content)
    read, _ = read_dpia(file, pack, as_of)
    if faults := _foreign(site, {file.as_posix(): read}):
        raise ContentError(faults)
    return assess_risks(site, content, as_of), assess(read, pack, as_of)


def _foreign(site: Site, read: dict[str, DpiaFile]) -> list[Fault]:
    """Return a fault for each assessment that is of another organisation than the site or whom it is a part of."""
    who = site.file.organisation
    ours = {who.number, who.part_of}
    what = "is of organisation '{}', which is neither this one nor the one it is a part of"
    return [
        site.fault(["assessment", "dpia"], f"{name} {what.format(file.organisation.number)}")
        for name, file in read.items()
        if file.organisation.number not in ours
    ]

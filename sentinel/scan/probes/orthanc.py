"""Orthanc: the status page of its own interface, `GET /system`, which names version and AE title and no patient."""

from __future__ import annotations

from sentinel.scan.passive.reading import present, text
from sentinel.scan.probes.exchange import Fact, Target
from sentinel.scan.probes.http import Answer, asking
from sentinel.scan.probes.members import members, text_of

_CLOSED = {401, 403}
_WANTED = ("Version", "DicomAet", "DicomPort", "ApiVersion", "DatabaseVersion")


def path(target: Target) -> str:
    """Return where the page is."""
    return f"{target.path}/system"


def judge(answer: Answer) -> tuple[Fact, ...]:
    """Return version, AE title and DICOM port; nothing for a page that is not Orthanc's, or asks for a login."""
    found = members(answer.body, _WANTED) if answer.status not in _CLOSED else {}
    if not text_of(found, "Version") or not text_of(found, "DicomAet"):
        return ()
    said = {name: text(text_of(found, name).encode("utf-8", "replace")) for name in _WANTED}
    facts = present(
        version=said["Version"],
        ae_title=said["DicomAet"],
        dicom_port=said["DicomPort"],
        api_version=said["ApiVersion"],
        database_version=said["DatabaseVersion"],
    )
    return (Fact("orthanc.system", facts),)


begin = asking(path, "application/json", judge)

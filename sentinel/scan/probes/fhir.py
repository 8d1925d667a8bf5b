"""FHIR: the statement a server makes of itself, `GET <base>/metadata`, which names no patient (FHIR R4, 3.2.0.1.21)."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree as ET

from sentinel.scan.passive.reading import present, text
from sentinel.scan.probes.exchange import Fact, Target
from sentinel.scan.probes.http import Answer, asking
from sentinel.scan.probes.members import members, text_of

DEFAULT_BASE = "/fhir"
_STATEMENTS = {"CapabilityStatement", "Conformance"}  # the second is DSTU 2's name
_CLOSED = {401, 403}
_NAMESPACE = "{http://hl7.org/fhir}"
_WANTED = ("resourceType", "fhirVersion", "software")


def path(target: Target) -> str:
    """Return where the statement is: below the base that the scope file names."""
    return f"{target.path or DEFAULT_BASE}/metadata"


def judge(answer: Answer) -> tuple[Fact, ...]:
    """Return product and versions of a FHIR server; nothing for any other answer but that it was one."""
    if answer.status in _CLOSED:
        return (Fact("fhir.statement", {"access": "closed"}),)
    start = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    said = _from_xml(answer.body) if start.startswith(b"<") else _from_json(answer.body)
    return (Fact("fhir.statement", {"access": "open"} | said),) if said else ()


def _from_json(body: bytes) -> dict[str, str]:
    found = members(body, _WANTED)
    if text_of(found, "resourceType") not in _STATEMENTS:
        return {}
    names = (text_of(found, "software", "name"), text_of(found, "software", "version"))
    return _facts(text_of(found, "resourceType"), *names, text_of(found, "fhirVersion"))


def _from_xml(body: bytes) -> dict[str, str]:
    """Read XML as far as it came; one with a document type is refused, entities could make it endless."""
    if b"<!" in body.replace(b"<!--", b"") or b"\0" in body:
        return {}
    root, wanted = "", {"name": "", "version": "", "fhirVersion": ""}
    steps: list[str] = []
    try:
        for event, element in ET.iterparse(BytesIO(body), ("start", "end")):
            if event == "end":
                steps.pop()
                continue
            steps.append(str(element.tag).removeprefix(_NAMESPACE))
            root = root or steps[0]
            if steps[1:] in (["software", "name"], ["software", "version"], ["fhirVersion"]):
                wanted[steps[-1]] = element.get("value", "")
    except ET.ParseError:
        pass  # cut off, or no XML: what came before stands
    return _facts(root, wanted["name"], wanted["version"], wanted["fhirVersion"]) if root in _STATEMENTS else {}


def _facts(kind: str, name: str, version: str, release: str) -> dict[str, str]:
    return present(
        statement=kind,
        software=text(name.encode("utf-8", "replace")),
        version=text(version.encode("utf-8", "replace")),
        fhir_version=text(release.encode("utf-8", "replace")),
    )


begin = asking(path, "application/fhir+json", judge)

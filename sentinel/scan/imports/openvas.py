"""Greenbone's (OpenVAS') XML report: results with their quality of detection, and what is told of each host.

The description of a result quotes what the test met, so it is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sentinel.model.assets import Observation, Transport
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.xmlparts import Element, read_elements

ROOTS = frozenset({"report", "get_reports_response"})
_WANTED = frozenset({"result", "host", "port"})
_THREATS = {
    "alarm": "critical", "critical": "critical", "high": "high", "medium": "medium", "low": "low",
    "log": "informational", "debug": "informational",
}  # fmt: skip
_TRANSPORTS: Mapping[str, Transport] = {"tcp": "tcp", "udp": "udp"}
_DETAILS = {"best_os_txt": "os", "hostname": "hostname", "MAC": "mac"}


def looks_like(head: str) -> bool:
    """Say whether the XML begins as Greenbone's reports do."""
    wrapped = "<get_reports_response" in head
    return wrapped or (
        "<report" in head
        and any(mark in head for mark in ("format_id=", "<gmp>", "<omp>", "<task ", "<results", "<nvt "))
    )


def read_openvas(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield `scanner.finding` for each result and `scanner.host` for each host.

    Skipped: `false-positive` (marked so by a person or an override), `error` (a test that failed), `no-address`. What
    has no severity and no CVE is no finding: it is counted as a part left out, `informational`.
    """
    for element in read_elements(path, name, tally, ROOTS, _WANTED):
        if element.tag == "port":
            continue  # a list of ports per report, which names its hosts once more
        said = _host(element, name) if element.tag == "host" else _result(element, name)
        if isinstance(said, str):
            tally.skip(Skipped(name, f"line {element.line}", said))
        else:
            tally.handled += 1
            if said and values.is_remark(said[0].facts):
                tally.skip_part(Skipped(name, f"line {element.line}", "informational"))
                said = said[1:]
            yield from said


def _host(host: Element, source: str) -> list[Observation] | str:
    address = values.address(host.value("ip"))
    if not address:
        return "no-address"
    details = {_DETAILS.get(one.value("name"), ""): one.value("value") for one in host.all("detail")}
    facts = values.present(scanner="OpenVAS", hostname=details.get("hostname", ""), os=details.get("os", ""))
    when = values.moment(host.value("end")) or values.moment(host.value("start"))
    mac = values.mac(details.get("mac", ""))
    return [Observation("scanner.host", address, facts, when, source, "import", mac=mac)]


def _result(result: Element, source: str) -> list[Observation] | str:
    address = values.address(result.value("host"))
    threat = (result.value("threat") or result.value("original_threat")).lower()
    if threat in {"false positive", "error"}:
        return threat.replace(" ", "-")
    test = next(result.all("nvt"), None)
    if not address or test is None:
        return "no-address" if test is not None else "no-test"
    number, _, protocol = result.value("port").partition("/")
    transport, port = _TRANSPORTS.get(protocol), values.port(number)
    references = (one.attributes.get("id", "") for refs in test.all("refs") for one in refs.all("ref"))
    facts = values.present(
        scanner="OpenVAS",
        id=test.attributes.get("oid", ""),
        title=result.value("name") or test.value("name"),
        severity=_severity(threat, result.value("severity")),
        cves=values.cves(" ".join((*references, test.value("cve")))),
        score=result.value("severity"),
        quality=result.value("qod", "value"),
        advice=test.value("solution"),
    )
    when = values.moment(result.value("modification_time")) or values.moment(result.value("creation_time"))
    where = (transport, port) if transport and port else (None, None)
    found = [Observation("scanner.finding", address, facts, when, source, "import", *where)]
    if transport == "tcp" and port:
        found.append(Observation("tcp.open", address, {}, when, source, "import", transport, port))
    return found


def _severity(threat: str, score: str) -> str:
    """Return our word; without a threat the score says it. Older reports call everything from 7.0 high: 9.0 is more."""
    severity, scored = _THREATS.get(threat), values.by_score(score)
    if severity is None:
        return scored or "informational"
    return "critical" if severity == "high" and scored == "critical" else severity

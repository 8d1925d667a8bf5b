"""Nessus' own export (.nessus, version 2): hosts with their properties, and what its plugins found.

Of a plugin's result are kept its number, name, severity, CVE numbers, score and the maker's advice. The output of a
plugin quotes what it met, so it is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sentinel.model.assets import Observation, Transport
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.xmlparts import Element, read_elements

ROOT = "NessusClientData_v2"
SEVERITIES = {"0": "informational", "1": "low", "2": "medium", "3": "high", "4": "critical"}
_WANTED = frozenset({"HostProperties", "ReportItem"})
_TRANSPORTS: dict[str, Transport] = {"tcp": "tcp", "udp": "udp"}


@dataclass(slots=True)
class _Host:
    """The host whose items are being read; `ports` are those told already."""

    name: str
    address: str = ""
    mac: str | None = None
    time: datetime | None = None
    ports: set[tuple[Transport, int]] = field(default_factory=set)


def looks_like(head: str) -> bool:
    """Say whether the XML begins as Nessus' does."""
    return f"<{ROOT}" in head


def read_nessus(path: Path, name: str, tally: Tally) -> Iterator[Observation]:
    """Yield `scanner.host` for each host, `service.named` for each port, and `scanner.finding` for each result.

    A host and each of its results is a record. Skipped: `no-address` (a host known by name alone). What has no severity
    and no CVE is no finding: it is counted as a part left out, `informational`.
    """
    host = _Host("")
    for element in read_elements(path, name, tally, frozenset({ROOT}), _WANTED):
        report_host = element.above.get("name", "")
        if element.tag == "HostProperties":
            host = _host(report_host, element)
            said = list(_about(host, element, name))
        else:
            if report_host != host.name:  # without properties of its own
                host = _Host(report_host, values.address(report_host))
            said = list(_item(host, element, name))
            if host.address and said and values.is_remark(said[-1].facts):
                tally.skip_part(Skipped(name, f"line {element.line}", "informational"))
                said.pop()
        if host.address:
            tally.handled += 1
            yield from said
        else:
            tally.skip(Skipped(name, f"line {element.line}", "no-address"))


def _host(name: str, properties: Element) -> _Host:
    tags = _tags(properties)
    address = values.address(tags.get("host-ip", "")) or values.address(name)
    when = values.moment(tags.get("HOST_END_TIMESTAMP", "")) or values.moment(tags.get("HOST_END", ""))
    macs = tags.get("mac-address", "").split()
    return _Host(name, address, values.mac(macs[0]) if len(macs) == 1 else None, when)


def _tags(properties: Element) -> dict[str, str]:
    return {tag.attributes.get("name", ""): tag.text.strip() for tag in properties.all("tag")}


def _about(host: _Host, properties: Element, source: str) -> Iterator[Observation]:
    tags = _tags(properties)
    facts = values.present(
        scanner="Nessus",
        hostname=tags.get("host-fqdn", "") or tags.get("host-rdns", "") or tags.get("netbios-name", ""),
        os=next(iter(tags.get("operating-system", "").splitlines()), ""),
        type=tags.get("system-type", ""),
    )
    yield Observation("scanner.host", host.address, facts, host.time, source, "import", mac=host.mac)


def _item(host: _Host, item: Element, source: str) -> Iterator[Observation]:
    said = item.attributes
    transport, port = _TRANSPORTS.get(said.get("protocol", "")), values.port(said.get("port", ""))
    if transport and port and (transport, port) not in host.ports:
        host.ports.add((transport, port))
        facts = _service(said.get("svc_name", ""))
        yield Observation("service.named", host.address, facts, host.time, source, "import", transport, port)
    score = item.value("cvss3_base_score") or item.value("cvss_base_score")
    severity = SEVERITIES.get(said.get("severity", "")) or values.by_score(score)
    facts = values.present(
        scanner="Nessus",
        id=said.get("pluginID", ""),
        title=said.get("pluginName", ""),
        severity=severity or "informational",
        cves=values.cves(" ".join(child.text for child in item.all("cve"))),
        score=score,
        advice=item.value("solution") if item.value("solution").lower() != "n/a" else "",
    )
    where = (transport, port) if transport and port else (None, None)
    yield Observation("scanner.finding", host.address, facts, host.time, source, "import", *where)


def _service(name: str) -> dict[str, str]:
    """Return the name of a service; Nessus marks one that it took from the port's number with `?`."""
    facts = values.present(service=name.rstrip("?"))
    return facts | ({"guess": "yes"} if name.endswith("?") or not name else {})

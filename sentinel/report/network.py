"""Writes what was found on the network: weak points by rank, in short, and every machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sentinel.model.assets import Asset, Finding, Impact, Service
from sentinel.model.result import Result, ScanSource
from sentinel.model.severity import Severity
from sentinel.report.charts import Part, severity_bars
from sentinel.report.clean import brief, shorten
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.notlooked import by_address, only_counted
from sentinel.report.pages import Chart, Section, Table
from sentinel.report.tables import WHOLE, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, days, local, number, whole

_HARM = 2
"""From this on (of 3) a harm is worth a manager's time."""
_FINDINGS: Layout = (
    ("severity", 19, "prose"),
    ("machine", 22, "data"),
    ("found", 50, "prose"),
    ("harm", 27, "prose"),
    ("advice", 38, "prose"),
    ("seen", 22, "data"),
)
_ASSETS: Layout = (
    ("machine", 40, "data"),
    ("what", 30, "data"),
    ("services", 44, "data"),
    ("seen", 26, "data"),
    ("unsure", 30, "data"),
)
_SCANS: Layout = (
    ("source", 30, "data"),
    ("method", 26, "prose"),
    ("handled", 18, "number"),
    ("hosts", 18, "number"),
    ("silent", 28, "data"),
    ("skipped", 28, "prose"),
    ("days", 26, "data"),
)
_LONG, _SHORT, _EVIDENCE = 240, 80, 70


_UNRANKED = {
    Severity.CRITICAL: 60.0,
    Severity.HIGH: 40.0,
    Severity.MEDIUM: 25.0,
    Severity.LOW: 12.0,
    Severity.INFORMATIONAL: 4.0,
}
"""The highest rank that a finding of this severity may have; one without a rank is placed no lower than that."""


def network(result: Result, catalogue: Catalogue) -> Section:
    """Return the section on the network; what is said not to concern a machine is counted apart."""
    titles, findings = {asset.id: asset for asset in result.assets}, open_findings(result)
    return Section(
        id="network",
        title=catalogue.say("network.title"),
        paragraphs=(_summary(result, len(findings), catalogue),),
        charts=(_severities(findings, catalogue),) if findings else (),
        tables=(
            table("findings", _FINDINGS, _finding_rows(findings, titles, catalogue), catalogue, room=WHOLE),
            assets_table(result, catalogue),
            scans_table(result, catalogue),
        ),
    )


def assets_table(result: Result, catalogue: Catalogue) -> Table:
    """Return every machine, by its address."""
    return table("assets", _ASSETS, _asset_rows(result.assets, catalogue), catalogue, room=WHOLE)


def scans_table(result: Result, catalogue: Catalogue) -> Table:
    """Return what the network was read from, and what of it could not be read."""
    return _scans(result.scans, catalogue)


def open_findings(result: Result) -> list[Finding]:
    """Return what is wrong and not said not to concern its machine, what to mend first on top."""
    return sorted((finding for finding in result.findings if finding.cleared is None), key=urgency)


def ranking(finding: Finding) -> float:
    """Return the rank of a finding, 0–100; the highest it may have where it has none."""
    return finding.rank.score if finding.rank else _UNRANKED[finding.severity]


def urgency(finding: Finding) -> tuple[float, int, int, int, str]:
    """Order findings: by rank, then worst first, then harm to patients, then how sure, then by id."""
    sure = ("sure", "likely", "possible").index(finding.claim)
    return -ranking(finding), -finding.severity.rank, -finding.impact.patient_safety, sure, finding.id


def severity_chart(name: str, counts: Counter[Severity], catalogue: Catalogue) -> Chart:
    """Return bars of how many there are of each severity, worst first."""
    order = sorted(Severity, key=lambda severity: -severity.rank)
    words = {severity: catalogue.say(f"severity.{severity}") for severity in order}
    parts = [Part(words[severity], counts[severity], SEVERITIES[severity].tone) for severity in order]
    numbers = ", ".join(f"{words[severity]}: {number(counts[severity], catalogue.language)}" for severity in order)
    return severity_bars(name, catalogue.say(f"chart.{name}"), numbers, parts)


def _summary(result: Result, findings: int, catalogue: Catalogue) -> str:
    if not result.scans:
        return catalogue.say("network.not_scanned")
    machines = catalogue.count("network.machines", len(result.assets))
    cleared = len(result.findings) - findings
    silent = len({address for scan in result.scans for address in scan.silent}) + only_counted(result.scans)
    summary = catalogue.say(
        "network.summary",
        machines=machines,
        findings=catalogue.count("network.findings", findings),
        silent=catalogue.count("network.silent", silent),
    )
    return f"{summary} {catalogue.count('network.cleared', cleared)}" if cleared else summary


def _severities(findings: Iterable[Finding], catalogue: Catalogue) -> Chart:
    return severity_chart("findings", Counter(finding.severity for finding in findings), catalogue)


def _finding_rows(findings: Iterable[Finding], assets: dict[str, Asset], catalogue: Catalogue) -> list[Row]:
    language = catalogue.language
    rows: list[Row] = []
    for finding in findings:
        asset = assets.get(finding.asset)
        rows.append(
            (
                cell(
                    catalogue.say(f"severity.{finding.severity}"),
                    ranked(finding, catalogue),
                    SEVERITIES[finding.severity],
                ),
                cell(
                    shorten(finding.asset_name, _SHORT, catalogue),
                    joined(asset.addresses, 2, catalogue)
                    if asset and finding.asset_name not in asset.addresses
                    else "",
                ),
                cell(
                    shorten(finding.title.say(language), _LONG, catalogue),
                    brief(finding.evidence.say(language), _EVIDENCE),
                ),
                cell(harm(finding.impact, catalogue)),
                cell(shorten(finding.advice.say(language), _LONG, catalogue)),
                cell(day(local(finding.seen).date(), language) if finding.seen else catalogue.say("time.unknown")),
            )
        )
    return rows


def ranked(finding: Finding, catalogue: Catalogue) -> str:
    """Say how sure a finding is, and its rank where it has one."""
    claim = catalogue.say(f"claim.{finding.claim}")
    return catalogue.say("rank.short", claim=claim, rank=whole(finding.rank.score)) if finding.rank else claim


def harm(impact: Impact, catalogue: Catalogue) -> str:
    """Name what may come to grave harm."""
    levels = {
        "patient_safety": impact.patient_safety,
        "confidentiality": impact.confidentiality,
        "integrity": impact.integrity,
        "availability": impact.availability,
    }
    harmed = [catalogue.say(f"impact.{name}") for name, level in levels.items() if level >= _HARM]
    return ", ".join(harmed) or catalogue.say("impact.little")


def _asset_rows(assets: Iterable[Asset], catalogue: Catalogue) -> list[Row]:
    return [
        _asset_row(asset, catalogue)
        for asset in sorted(assets, key=lambda a: (by_address(min(a.addresses, default="")), a.id))
    ]


def _asset_row(asset: Asset, catalogue: Catalogue) -> Row:
    product = " ".join(part for part in (asset.vendor, asset.product, asset.version) if part)
    kind = catalogue.find(f"device.{asset.device_class}") or asset.device_class or catalogue.say("device.unknown")
    seen = [t for t in (asset.first_seen, asset.last_seen) if t is not None]
    unsure = joined(asset.contradictions, 3, catalogue)
    return (
        cell(joined(asset.names or asset.addresses, 2, catalogue), joined(asset.addresses, 3, catalogue)),
        cell(shorten(kind, _SHORT, catalogue), shorten(product, _SHORT, catalogue)),
        cell(joined(map(_service, asset.services), 8, catalogue) or catalogue.say("none")),
        cell(
            days(local(min(seen)).date(), local(max(seen)).date(), catalogue.language)
            if seen
            else catalogue.say("time.unknown")
        ),
        cell(unsure or catalogue.say("none")),
    )


def _service(service: Service) -> str:
    product = " ".join(part for part in (service.product, service.version) if part)
    name = f"{service.protocol or service.transport} {service.port}"
    return f"{name} ({product})" if product else name


def _scans(scans: Iterable[ScanSource], catalogue: Catalogue) -> Table:
    rows: list[Row] = []
    for scan in scans:
        first, last = scan.first or scan.last, scan.last or scan.first
        rows.append(
            (
                cell(shorten(scan.source, _SHORT, catalogue)),
                cell(catalogue.find(f"method.{scan.method}") or shorten(scan.method, _SHORT, catalogue)),
                cell(number(scan.handled, catalogue.language)),
                cell(number(scan.hosts, catalogue.language)),
                cell(joined(scan.silent, 6, catalogue) or catalogue.say("none"), "", UNSEEN if scan.silent else None),
                cell(skipped(Counter(scan.skipped) + Counter(scan.parts), catalogue)),
                cell(days(first, last, catalogue.language) if first and last else catalogue.say("time.unknown")),
            )
        )
    return table("scans", _SCANS, rows, catalogue, room=WHOLE)


def skipped(counts: Mapping[str, int], catalogue: Catalogue) -> str:
    """Say how many records could not be used, and why."""
    reasons = [
        f"{number(count, catalogue.language)} {catalogue.find(f'skipped.{reason}') or reason}"
        for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if count
    ]
    return joined(reasons, 3, catalogue) or catalogue.say("none")

"""Builds the technical report: findings by rank, every alert, log and machine, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sentinel.content import root
from sentinel.model.assets import Asset, Finding, RankPart
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.alerts import alert_tables
from sentinel.report.certificates import certificates_table
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.cutting import cut_all
from sentinel.report.documents import Document
from sentinel.report.grounds import ledger_tables, unseen, versions_table
from sentinel.report.logs import logs
from sentinel.report.management import footer
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.network import assets_table, harm, network, open_findings, ranking, scans_table
from sentinel.report.pages import Cell, Figure, Level, Mark, Section, Table
from sentinel.report.requirements import decisions
from sentinel.report.tables import WHOLE, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, load_texts, local, number, percent, whole

_FINDINGS: Layout = (
    ("rank", 11, "number"),
    ("machine", 26, "data"),
    ("found", 68, "prose"),
    ("because", 36, "prose"),
    ("advice", 40, "prose"),
)
_CLEARED: Layout = (
    ("machine", 28, "data"),
    ("found", 56, "prose"),
    ("who", 28, "data"),
    ("reason", 50, "prose"),
    ("until", 28, "data"),
)
_NAME, _LONG, _SHORT, _HASH = 120, 600, 80, 8


def technical(result: Result, language: Language, base: Path | None = None) -> Document:
    """Return the report with every text visible and bounded, whatever logs and banners held."""
    catalogue = load_texts(language, base or root())
    return scrub(_document(result, catalogue), catalogue)


def _document(result: Result, catalogue: Catalogue) -> Document:
    say, language, who = catalogue.say, catalogue.language, result.organisation
    return Document(
        language=language,
        title=say("technical.title"),
        author=shorten(who.name, _NAME, catalogue),
        tlp=say("report.tlp", tlp=shorten(result.tlp.removeprefix("TLP:"), 20, catalogue)),
        notice=say("technical.notice"),
        line=say(
            "ros.line",
            name=shorten(who.name, _NAME, catalogue),
            number=in_threes(who.number, catalogue),
            day=day(result.as_of, language),
        ),
        level=_level(result, catalogue),
        scope=say("technical.scope"),
        figures=_figures(result, catalogue),
        grounds=say("technical.grounds", day=day(result.versions.knowledge_date, language)),
        signature="",
        contents=say("report.contents"),
        sections=tuple(cut_all(section, catalogue) for section in _sections(result, catalogue)),
        attached="result.json",
        attachment=say("report.attachment"),
        footer=footer(result, catalogue),
        wide=False,
    )


def _level(result: Result, catalogue: Catalogue) -> Level:
    findings = open_findings(result)
    word = catalogue.say(
        "technical.level",
        findings=catalogue.count("network.findings", len(findings)),
        alerts=catalogue.count("logs.alerts", len(result.alerts)),
    )
    unseen_ones = catalogue.count("technical.unseen", len(result.not_looked))
    first = findings[0] if findings else None
    mark: Mark = SEVERITIES[first.severity] if first else UNSEEN
    if first is None:
        return Level(mark, word, unseen_ones)
    top = shorten(first.title.say(catalogue.language).rstrip("."), _SHORT * 2, catalogue)
    return Level(mark, word, f"{catalogue.say('technical.first', what=top)} {unseen_ones}")


def _figures(result: Result, catalogue: Catalogue) -> tuple[Figure, ...]:
    def shown(count: int, name: str) -> Figure:
        return Figure(number(count, catalogue.language), "", catalogue.say(f"technical.figure.{name}"))

    return (
        shown(len(open_findings(result)), "findings"),
        shown(len(result.alerts), "alerts"),
        shown(len(result.not_looked), "unseen"),
    )


def _sections(result: Result, catalogue: Catalogue) -> Iterable[Section]:
    say, net, seen = catalogue.say, network(result, catalogue), logs(result, catalogue)
    found = (_findings(result, catalogue), *_cleared(result, catalogue))
    yield Section("findings", say("technical.findings"), (*net.paragraphs, say("technical.rank")), net.charts, found)
    yield Section(
        "alerts",
        say("technical.alerts"),
        seen.paragraphs,
        seen.charts,
        (seen.tables[0], *alert_tables(result, catalogue), seen.tables[1]),
    )
    machines = (assets_table(result, catalogue), scans_table(result, catalogue))
    yield Section("machines", say("technical.machines"), (), (), machines)
    yield decisions(result, catalogue)
    yield unseen(result, catalogue)
    rules = (
        versions_table(result, catalogue),
        *certificates_table(result, catalogue),
        *ledger_tables(result.ledger, catalogue),
    )
    yield Section("rules", say("technical.rules"), (), (), rules)


def _findings(result: Result, catalogue: Catalogue) -> Table:
    assets = {asset.id: asset for asset in result.assets}
    rows = [_finding(finding, assets.get(finding.asset), catalogue) for finding in open_findings(result)]
    return table("ranked", _FINDINGS, rows, catalogue, room=WHOLE)


def _finding(finding: Finding, asset: Asset | None, catalogue: Catalogue) -> Row:
    language = catalogue.language
    harmed = catalogue.say("technical.harm", harm=harm(finding.impact, catalogue))
    cves = joined(finding.cves, 6, catalogue)
    return (
        cell(str(whole(ranking(finding))), "", SEVERITIES[finding.severity]),
        _machine(finding, asset, catalogue),
        cell(
            shorten(finding.title.say(language), _LONG, catalogue),
            shorten(finding.evidence.say(language), _LONG, catalogue),
        ),
        cell(_because(finding, catalogue), f"{harmed} · {cves}" if cves else harmed),
        cell(shorten(finding.advice.say(language), _LONG, catalogue)),
    )


def _machine(finding: Finding, asset: Asset | None, catalogue: Catalogue) -> Cell:
    """Return the machine and, below, its addresses, when the finding was seen, and of when the knowledge is."""
    say, language = catalogue.say, catalogue.language
    seen = day(local(finding.seen).date(), language) if finding.seen else say("time.unknown")
    said = say("technical.seen", day=seen, known=day(finding.knowledge_date, language))
    addresses = joined(asset.addresses, 3, catalogue) if asset and finding.asset_name not in asset.addresses else ""
    return cell(shorten(finding.asset_name, _SHORT, catalogue), f"{addresses} · {said}" if addresses else said)


def _because(finding: Finding, catalogue: Catalogue) -> str:
    """Say what the rank is made of, in the order of its factors."""
    parts = finding.rank.parts if finding.rank else ()
    severity = catalogue.say("rank.severity", severity=catalogue.say(f"severity.{finding.severity}").lower())
    said = [severity, *_threat(finding, catalogue)]
    said += [catalogue.say(f"exposure.{part.told}") for part in parts if part.name == "exposure"]
    said += [_device(part, catalogue) for part in parts if part.name == "device"]
    said.append(catalogue.say(f"claim.{finding.claim}"))
    return "; ".join(said)


def _threat(finding: Finding, catalogue: Catalogue) -> Iterator[str]:
    """Say what is known of the worst weakness behind a finding, where one is."""
    for worst in finding.weaknesses[:1]:
        if worst.exploited is not None:
            key = "rank.ransomware" if worst.ransomware else "rank.exploited"
            yield catalogue.say(key, cve=worst.cve, day=day(worst.exploited, catalogue.language))
            return
        unknown = catalogue.say("rank.unknown")
        epss = unknown if worst.epss is None else percent(100 * worst.epss, catalogue.language)
        cvss = unknown if worst.score is None else number(worst.score, catalogue.language, 1)
        yield catalogue.say("rank.likely", cve=worst.cve, epss=epss, cvss=cvss)


def _device(part: RankPart, catalogue: Catalogue) -> str:
    return catalogue.find(f"device.{part.told}") or shorten(part.told, _SHORT, catalogue)


def _cleared(result: Result, catalogue: Catalogue) -> tuple[Table, ...]:
    """Return what is said not to concern its machine, by whom, why, where and until when; no table where nothing is."""
    language = catalogue.language
    rows = [
        (
            cell(shorten(finding.asset_name, _SHORT, catalogue)),
            cell(shorten(finding.title.say(language), _LONG, catalogue), joined(finding.cves, 6, catalogue)),
            cell(shorten(cleared.by, _SHORT, catalogue)),
            cell(shorten(cleared.reason, _LONG, catalogue), shorten(cleared.source, _SHORT, catalogue)),
            cell(day(cleared.until, language) if cleared.until else catalogue.say("technical.no_end")),
        )
        for finding in result.findings
        if (cleared := finding.cleared) is not None
    ]
    return (table("cleared", _CLEARED, rows, catalogue),) if rows else ()

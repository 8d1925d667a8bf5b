"""Builds the technical report: findings by rank, every alert, log and machine, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from sentinel.content import root
from sentinel.model.alerts import Alert
from sentinel.model.assets import Asset, Finding, RankPart
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.cutting import FULL, cut_all
from sentinel.report.documents import Document
from sentinel.report.grounds import ledger_tables, unseen, versions_table
from sentinel.report.logs import called, logs, titled
from sentinel.report.management import footer
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.network import assets_table, harm, network, open_findings, ranking, scans_table
from sentinel.report.pages import Cell, Figure, Level, Mark, Section, Table
from sentinel.report.requirements import decisions
from sentinel.report.tables import WHOLE, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, load_texts, local, moment, number, percent, whole

_FINDINGS: Layout = (
    ("rank", 14, "number"),
    ("machine", 26, "data"),
    ("found", 48, "prose"),
    ("because", 36, "prose"),
    ("harm", 22, "prose"),
    ("advice", 38, "prose"),
    ("seen", 24, "data"),
)
_CLEARED: Layout = (
    ("machine", 28, "data"),
    ("found", 56, "prose"),
    ("who", 28, "data"),
    ("reason", 50, "prose"),
    ("until", 28, "data"),
)
_EVERY: Layout = (
    ("severity", 20, "prose"),
    ("when", 32, "data"),
    ("rule", 48, "prose"),
    ("source", 34, "data"),
    ("matched", 46, "data"),
    ("id", 22, "data"),
)
_NAME, _LONG, _SHORT, _MATCHED, _ID, _HASH = 120, 400, 80, 160, 12, 8


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
        (seen.tables[0], _alerts(result, catalogue), seen.tables[1]),
    )
    machines = (assets_table(result, catalogue), scans_table(result, catalogue))
    yield Section("machines", say("technical.machines"), (), (), machines)
    yield decisions(result, catalogue)
    yield unseen(result, catalogue)
    rules = (versions_table(result, catalogue), *ledger_tables(result.ledger, catalogue))
    yield Section("rules", say("technical.rules"), (), (), rules)


def _findings(result: Result, catalogue: Catalogue) -> Table:
    assets = {asset.id: asset for asset in result.assets}
    rows = [_finding(finding, assets.get(finding.asset), catalogue) for finding in open_findings(result)]
    return table("ranked", _FINDINGS, rows, catalogue, room=WHOLE)


def _finding(finding: Finding, asset: Asset | None, catalogue: Catalogue) -> Row:
    language = catalogue.language
    seen = day(local(finding.seen).date(), language) if finding.seen else catalogue.say("time.unknown")
    known = catalogue.say("technical.known", day=day(finding.knowledge_date, language))
    return (
        cell(str(whole(ranking(finding))), "", SEVERITIES[finding.severity]),
        _machine(finding, asset, catalogue),
        cell(
            shorten(finding.title.say(language), _LONG, catalogue),
            shorten(finding.evidence.say(language), _LONG, catalogue),
        ),
        cell(_because(finding, catalogue), joined(finding.cves, 6, catalogue)),
        cell(harm(finding.impact, catalogue)),
        cell(shorten(finding.advice.say(language), _LONG, catalogue)),
        cell(seen, known),
    )


def _machine(finding: Finding, asset: Asset | None, catalogue: Catalogue) -> Cell:
    addresses = joined(asset.addresses, 3, catalogue) if asset and finding.asset_name not in asset.addresses else ""
    return cell(shorten(finding.asset_name, _SHORT, catalogue), addresses)


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


def _alerts(result: Result, catalogue: Catalogue) -> Table:
    """Return alerts one by one, the gravest first; no more rows are built than there is room for."""
    ordered = sorted(result.alerts, key=_gravest)
    made = table(
        "every", _EVERY, [_alert(alert, result, catalogue) for alert in ordered[: FULL.most]], catalogue, room=WHOLE
    )
    left = len(ordered) - len(made.rows)
    return replace(made, more=catalogue.count(FULL.rest, left)) if left else made


def _gravest(alert: Alert) -> tuple[int, bool, str, str]:
    return -alert.rule.level.rank, alert.time is None, str(alert.time and local(alert.time)), alert.id


def _alert(alert: Alert, result: Result, catalogue: Catalogue) -> Row:
    matched = [f"{match.field} = {match.value}" for match in alert.matched]
    return (
        cell(catalogue.say(f"severity.{alert.rule.level}"), "", SEVERITIES[alert.rule.level]),
        cell(moment(alert.time, catalogue.language) if alert.time else catalogue.say("time.unknown")),
        cell(titled(alert.rule, result, catalogue)),
        cell(called(alert.source, result, catalogue), shorten(alert.record, _SHORT, catalogue)),
        cell(joined(matched, 4, catalogue, _MATCHED, "; ") or catalogue.say("none")),
        cell(alert.id[:_ID]),
    )

"""Turns what the other two journeys found into signals that the evidence map can look up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sentinel.model.alerts import Alert, LogSource
from sentinel.model.assets import MEDICAL, Asset, Finding
from sentinel.model.compliance import Signal
from sentinel.model.result import ScanSource
from sentinel.model.text import Text

OSLO = ZoneInfo("Europe/Oslo")
SEEN, MISSING = True, False
EXPLOITED = "known-exploited"


def from_findings(findings: Iterable[Finding]) -> Iterator[Signal]:
    """Yield one signal a finding, keyed by its check; `.possible` is added where the finding is not more than that.

    One with a weakness that is known to be exploited gives another, `known-exploited`.
    """
    for finding in findings:
        yield _found(finding, finding.check)
        if any(one.exploited for one in finding.weaknesses):
            yield _found(finding, EXPLOITED)


def _found(finding: Finding, key: str) -> Signal:
    seen = _day(finding.seen)
    return Signal(
        kind="finding",
        key=f"{key}.possible" if finding.claim == "possible" else key,
        present=True,
        subject=finding.asset_name,
        what=finding.title,
        source=finding.asset,
        first=seen,
        last=seen,
    )


def from_alerts(alerts: Iterable[Alert], stems: Mapping[str, str], titles: Mapping[str, Text]) -> Iterator[Signal]:
    """Yield one signal a rule that alerted, keyed by the stem of its file; `stems` and `titles` are by rule id."""
    ordered = sorted(alerts, key=lambda alert: alert.rule.id)
    for rule, group in groupby(ordered, key=lambda alert: alert.rule.id):
        found = list(group)
        days = sorted(day for alert in found if (day := _day(alert.time)))
        title = found[0].rule.title
        yield Signal(
            kind="rule",
            key=stems.get(rule, rule),
            present=True,
            subject=title,
            what=titles.get(rule, Text(title, title)),
            source=", ".join(sorted({alert.source for alert in found})),
            first=days[0] if days else None,
            last=days[-1] if days else None,
            count=len(found),
        )


def from_logs(titles: Mapping[str, Text], logs: Iterable[LogSource]) -> Iterator[Signal]:
    """Yield whether each log came, and its gaps, keyed by its name; `titles` are what people call the logs."""
    for log in logs:
        title = titles.get(log.source, Text(log.source, log.source))
        first, last = _day(log.first), _day(log.last)
        what = _received(log, title)
        yield Signal("log", log.source, log.handled > 0, log.source, what, log.source, first, last, log.handled)
        if log.gaps:
            hours = sum(round((end - start).total_seconds() / 3600) for start, end in log.gaps)
            missing = Text(f"{title.nb} mangler i {hours} timer", f"{title.en} is missing for {hours} hours")
            first, last = _day(log.gaps[0][0]), _day(log.gaps[-1][1])
            yield Signal("log", log.source, MISSING, log.source, missing, log.source, first, last, len(log.gaps))


def _received(log: LogSource, title: Text) -> Text:
    """Say in a sentence that a log came, never came, or came and could not be read."""
    if log.handled:
        return Text(f"{title.nb} er mottatt", f"{title.en} was received")
    if log.skipped:
        return Text(f"{title.nb} kunne ikke leses", f"{title.en} could not be read")
    return Text(f"{title.nb} er aldri mottatt", f"{title.en} was never received")


def from_inventory(assets: Iterable[Asset], sources: Iterable[ScanSource]) -> Iterator[Signal]:
    """Yield how many machines and medical devices were seen, and how many that were asked did not answer."""
    known = list(assets)
    days = sorted(day for asset in known if (day := _day(asset.last_seen)))
    first, last = (days[0], days[-1]) if days else (None, None)
    medical = [asset for asset in known if asset.device_class in MEDICAL]
    silent = {address for source in sources for address in source.silent}
    seen = Text(f"{len(known)} maskiner er sett på nettet", f"{len(known)} machines were seen on the network")
    devices = Text(f"{len(medical)} enheter er medisinsk utstyr", f"{len(medical)} devices are medical")
    quiet = Text(f"{len(silent)} adresser svarte ikke", f"{len(silent)} addresses did not answer")
    if known:
        yield Signal("inventory", "assets", SEEN, "inventory", seen, "inventory", first, last, len(known))
    if medical:
        yield Signal("inventory", "medical-devices", SEEN, "inventory", devices, "inventory", first, last, len(medical))
    if silent:
        yield Signal("inventory", "silent", MISSING, "inventory", quiet, "inventory", None, None, len(silent))


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(OSLO).date() if moment else None

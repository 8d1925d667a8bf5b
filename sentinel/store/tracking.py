"""Findings through time in the database: when they were seen, what people decided, and whether that still holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from sentinel.model.assets import Finding
from sentinel.model.history import Decision, Looked, State, Tracked
from sentinel.model.severity import Severity
from sentinel.store.rows import FINDING, finding_row
from sentinel.store.tables import decisions, findings


def save_findings(connection: Connection, site: str, day: date, wrong: Iterable[Finding], looked: Looked) -> None:
    """Note what a scan found, and what it looked for and did not find; all else stays as it was."""
    for finding in wrong:
        seen = min(finding.seen.date(), day) if finding.seen else day
        here = and_(findings.c.site == site, findings.c.id == finding.id)
        known = connection.execute(select(findings.c.first_day, findings.c.last_day).where(here)).first()
        row = {**finding_row(site, finding), "fixed": None}
        if known is None:
            connection.execute(insert(findings).values({**row, "first_day": seen, "last_day": seen}))
        else:
            days = {"first_day": min(known.first_day, seen), "last_day": max(known.last_day, seen)}
            connection.execute(update(findings).where(here).values({**row, **days}))
    for key in sorted(looked.fixed):
        here = and_(findings.c.site == site, findings.c.id == key, findings.c.fixed.is_(None))
        connection.execute(update(findings).where(here).values(fixed=day))


def open_findings(connection: Connection, site: str) -> list[Finding]:
    """Return the findings of a site that no scan has seen mended."""
    query = select(findings.c.body).where(findings.c.site == site, findings.c.fixed.is_(None)).order_by(findings.c.id)
    return [FINDING.validate_json(row.body) for row in connection.execute(query)]


def query(at_least: Severity, site: str = "") -> Select[Any]:
    """Return the query of a list, the gravest first."""
    found = select(findings).where(findings.c.severity >= at_least.rank)
    found = found.where(findings.c.site == site) if site else found
    return found.order_by(findings.c.severity.desc(), findings.c.site, findings.c.id)


def tracked(connection: Connection, found: Select[Any], today: date) -> Iterator[Tracked]:
    """Yield findings with their lives, as they stand on a day: an acceptance that has run out does not hold."""
    made: dict[tuple[str, str], list[Decision]] = {}
    for row in connection.execute(select(decisions).order_by(decisions.c.number)):
        until = row.until
        decision = Decision(row.kind, row.made.replace(tzinfo=UTC), row.by, row.text, until)
        made.setdefault((row.site, row.finding), []).append(decision)
    for row in connection.execute(found):
        yield _life(row, tuple(made.get((row.site, row.id), ())), today)


def _life(row: Any, told: tuple[Decision, ...], today: date) -> Tracked:  # noqa: ANN401 -- a row of the query above
    last = {one.kind: one for one in told}
    accepted = next((one for one in reversed(told) if one.kind in {"accept", "reopen"}), None)
    holds = accepted is not None and accepted.kind == "accept" and (accepted.until or today) >= today
    kept = accepted if accepted is not None and accepted.kind == "accept" else None
    finding: Finding = FINDING.validate_json(row.body)
    cleared = finding.cleared is not None and finding.cleared.holds(today)
    state: State = "fixed" if row.fixed else "accepted" if holds else "cleared" if cleared else "open"
    return Tracked(
        site=row.site,
        finding=finding,
        state=state,
        first_day=row.first_day,
        last_day=row.last_day,
        fixed=row.fixed,
        owner=last["owner"].text if "owner" in last else "",
        due=last["due"].until if "due" in last else None,
        accepted_until=kept.until if kept else None,
        accepted_by=kept.by if kept else "",
        reason=kept.text if kept else "",
        controls=tuple(one.text for one in told if one.kind == "control"),
        decisions=told,
    )


def decide(connection: Connection, site: str, finding: str, decision: Decision) -> None:
    """Add a decision; earlier ones stay, so that who decided what, and when, can be shown."""
    here = and_(decisions.c.site == site, decisions.c.finding == finding)
    number = (connection.execute(select(func.max(decisions.c.number)).where(here)).scalar() or 0) + 1
    row = {
        "site": site,
        "finding": finding,
        "number": number,
        "kind": decision.kind,
        "made": decision.made.astimezone(UTC).replace(tzinfo=None),
        "by": decision.by,
        "text": decision.text,
        "until": decision.until,
    }
    connection.execute(insert(decisions).values(row))

"""Writes how far another engine agrees on the rules that alerted: whether they mean the same in Elasticsearch."""

from __future__ import annotations

from collections.abc import Mapping

from sentinel.model.certificates import Certificate, CertificateState
from sentinel.model.result import Result
from sentinel.report.clean import shorten
from sentinel.report.logs import titled
from sentinel.report.marks import STATES, UNSEEN
from sentinel.report.pages import Mark, Table
from sentinel.report.tables import WHOLE, Layout, Row, cell, table
from sentinel.report.text import Catalogue, day, local, number

_LAYOUT: Layout = (
    ("rule", 58, "prose"),
    ("state", 34, "prose"),
    ("events", 18, "number"),
    ("hits", 18, "number"),
    ("server", 40, "data"),
)
_MARKS: Mapping[CertificateState, Mark] = {
    "agrees": STATES["met"],
    "differs": STATES["not_met"],
    "outdated": UNSEEN,
    "none": UNSEEN,
}
_SERVER = 80


def certificates_table(result: Result, catalogue: Catalogue) -> tuple[Table, ...]:
    """Return where each rule that alerted stands; no table where no rule was ever compared."""
    if not result.certificates:
        return ()
    refs = {alert.rule.id: alert.rule for alert in result.alerts}
    rows: list[Row] = []
    for rule, standing in result.certificates.items():
        valid = standing.certificate if standing.state in {"agrees", "differs"} else None
        title = titled(refs[rule], result, catalogue) if rule in refs else shorten(rule, _SERVER, catalogue)
        word = catalogue.say(f"certificate.{standing.state}")
        rows.append(
            (
                cell(title),
                cell(word, "; ".join(_notes(valid, catalogue)) if valid else "", _MARKS[standing.state]),
                cell(number(valid.events, catalogue.language) if valid else catalogue.say("none")),
                cell(number(valid.hits, catalogue.language) if valid else catalogue.say("none")),
                cell(
                    shorten(valid.server, _SERVER, catalogue) if valid else catalogue.say("none"),
                    day(local(valid.made).date(), catalogue.language) if valid else "",
                ),
            )
        )
    return (table("certificates", _LAYOUT, rows, catalogue, room=WHOLE),)


def _notes(one: Certificate, catalogue: Catalogue) -> list[str]:
    """Return what a state alone would flatter."""
    notes = [catalogue.count("certificate.differing", one.differ)] if one.differ else []
    if not one.hits:
        notes.append(catalogue.say("certificate.no_hits"))
    if one.query and one.query.differs:
        notes.append(catalogue.say("certificate.query"))
    return notes

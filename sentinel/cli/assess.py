"""`sentinel assess`: an organisation's answers against the checklist."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say_people, say_score
from sentinel.comply.methods import compare as others_count
from sentinel.model.records import judgement_record, other_count_record, score_record
from sentinel.settings import read_site

JUDGEMENTS = (
    Column("id", lambda item: item["requirement"]),
    Column("weight", lambda item: f"{item['weight']}{'g' if item['gate'] else ''}"),
    Column("state", lambda item: item["state"]),
    Column("requirement", lambda item: item["title"]["nb"], grow=True),
)


COUNTS = (
    Column("method", lambda item: item["method"]),
    Column("value", lambda item: _shown(item["value"], item["unit"])),
    Column("of", lambda item: item["of"]),
    Column("leaves out", lambda item: item["says"]["en"], grow=True),
)


@click.group()
def assess() -> None:
    """Score an organisation against Normen."""


@assess.command("score", epilog="Example: sentinel assess score examples/clinic/site.toml --format json")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@AS_OF
@asks("content", "form")
def score(asked: Asked, site_file: Path, as_of: datetime | None) -> int:
    """Score the answers alone, without measurements: a table of requirements, or the score as JSON."""
    site = read_site(site_file)
    day = day_of(as_of, site)
    say_people(site)
    assessed = flows.assess(site, asked.content_folder(site), day, None, None)
    if asked.form == "json":
        emit([score_record(assessed.score)], (), "json")
    else:
        emit(map(judgement_record, assessed.judgements), JUDGEMENTS, asked.form)
    say_score(assessed.score)
    return asked.exit_code(())


@assess.command("compare", epilog="Example: sentinel assess compare examples/clinic/site.toml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@AS_OF
@asks("content", "form")
def compare(asked: Asked, site_file: Path, as_of: datetime | None) -> int:
    """Count the answers as other programs would. Our own three numbers are told beside it, and only they decide."""
    site = read_site(site_file)
    assessed = flows.assess(site, asked.content_folder(site), day_of(as_of, site), None, None)
    emit(map(other_count_record, others_count(assessed.judgements)), COUNTS, asked.form)
    say_score(assessed.score)
    return asked.exit_code(())


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return {"points": f"{value:g} points", "verdict": "yes" if value else "no"}.get(unit, f"{value:.1f} %")

"""`sentinel assess`: an organisation's answers against the checklist."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sentinel import assessing, flows, histories
from sentinel.acting import as_named
from sentinel.cli.lazy import LazyGroup
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.summary import say, say_people, say_score
from sentinel.comply.maturity import chapters
from sentinel.comply.methods import compare as others_count
from sentinel.model.records import Record, judgement_record, record_of, score_record
from sentinel.model.text import LANGUAGES, Language
from sentinel.settings import read_site

JUDGEMENTS = (
    Column("id", lambda item: item["requirement"]),
    Column("weight", lambda item: f"{item['weight']}{'g' if item['gate'] else ''}"),
    Column("state", lambda item: item["state"]),
    Column("accepted", lambda item: _accepted(item["accepted"])),
    Column("backed", lambda item: item["proof"]["grade"] if item["proof"] else ""),
    Column("inherited", lambda item: _inherited(item["inherited"])),
    Column("requirement", lambda item: item["title"]["nb"], grow=True),
)


PROFILE = (
    Column("id", lambda item: item["requirement"]["id"]),
    Column("weight", lambda item: f"{item['requirement']['weight']}{'g' if item['requirement']['gate'] else ''}"),
    Column("asked", lambda item: "yes" if item["applies"] else "no"),
    Column("requirement", lambda item: item["requirement"]["title"]["nb"]),
    Column("because", lambda item: item["because"]["nb"], grow=True),
)

HISTORY = (
    Column("number", lambda item: item["number"]),
    Column("day", lambda item: item["when"]),
    Column("level", lambda item: item["level"]),
    Column("score", lambda item: _plain(item["score"])),
    Column("coverage", lambda item: _plain(item["coverage"])),
    Column("worst case", lambda item: _plain(item["worst_case"])),
    Column("checklist", lambda item: item["checklist_version"]),
    Column("of", lambda item: item["name"] + (f", until {item['until']}" if item["until"] else ""), grow=True),
)

COUNTS = (
    Column("method", lambda item: item["method"]),
    Column("value", lambda item: _shown(item["value"], item["unit"])),
    Column("of", lambda item: item["of"]),
    Column("leaves out", lambda item: item["says"]["en"], grow=True),
)


MATURITY = (
    Column("chapter", lambda item: item["chapter"]),
    Column("document", lambda item: _mean(item["document"])),
    Column("implementation", lambda item: _mean(item["implementation"])),
    Column("effect", lambda item: _mean(item["effect"])),
    Column("title", lambda item: item["title"]["nb"], grow=True),
)


@click.group(cls=LazyGroup)
def assess() -> None:
    """Score an organisation against Normen."""


assess.places = {  # what reads and writes forms of others is not waited for by the rest
    "actions": "sentinel.cli.assess_actions:actions",
    "benchmark": "sentinel.cli.sector_benchmark:own_place",
    "crosswalk": "sentinel.cli.assess_crosswalk:crosswalk",
    "library": "sentinel.cli.exchange:library",
    "mapping": "sentinel.cli.assess_crosswalk:mapping",
    "oscal": "sentinel.cli.exchange:oscal",
    "pack": "sentinel.cli.carry:pack",
    "read-oscal": "sentinel.cli.exchange:read_oscal",
    "read-sheet": "sentinel.cli.sheets:read_sheet",
    "sheet": "sentinel.cli.sheets:sheet",
    "show": "sentinel.cli.guidance:show",
    "unpack": "sentinel.cli.carry:unpack",
    "verify": "sentinel.cli.carry:verify",
}


@assess.command("score", epilog="Example: sentinel assess score examples/clinic/site.toml --format json")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@AS_OF
@asks("content", "form")
def score(asked: Asked, site_file: Path, as_of: datetime | None) -> int:
    """Score the answers alone, without measurements: a table of requirements, or the score as JSON."""
    site = read_site(site_file)
    day = day_of(as_of, site)
    say_people(site)
    assessed = as_named(site, flows.assess(site, asked.content_folder(site), day, None, None))
    if asked.form == "json":
        emit([score_record(assessed.score)], (), "json")
    else:
        emit(map(judgement_record, assessed.judgements), JUDGEMENTS, asked.form)
    say_score(assessed.score)
    return asked.exit_code(())


@assess.command("profile", epilog="Example: sentinel assess profile --type general_practice --fact MD yes")
@click.option("--type", "kind", default="unspecified", help="Type of organisation; without it everything is asked.")
@click.option(
    "--fact",
    "facts",
    type=(str, bool),
    multiple=True,
    metavar="CLASS yes|no",
    help="What is so there; repeatable. What is not said counts as yes.",
)
@click.option("--site", "site_file", type=FILES, help="Take type and facts from a site file instead.")
@asks("content", "form")
def profile(asked: Asked, kind: str, facts: tuple[tuple[str, bool], ...], site_file: Path | None) -> int:
    """Tell which requirements an organisation is asked, and why each other one is not."""
    site = read_site(site_file) if site_file else None
    who = site.file.organisation if site else None
    kind, said = (who.kind, {**who.facts, **dict(facts)}) if who else (kind, dict(facts))
    found = assessing.profile_of(asked.content_folder(site), kind, said)
    emit(map(record_of, found.items), PROFILE, asked.form)
    say(f"{found.kind}: {found.asked()} of {len(found.items)} requirements are asked, {found.gates()} of them gates")
    if found.unsaid:
        say(f"not said, so counted as yes: {', '.join(found.unsaid)}")
    return asked.exit_code(())


@assess.command("letter", epilog="Example: sentinel assess letter examples/clinic/site.toml --language nb")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@AS_OF
@asks("content")
def letter(asked: Asked, site_file: Path, language: Language, as_of: datetime | None) -> int:
    """Write the e-mail to a supplier about what is not in place, or not known. Nothing is sent."""
    site = read_site(site_file)
    written = assessing.letter_of(site, asked.content_folder(site), day_of(as_of, site), language)
    click.echo("\n".join(map(clean, written.split("\n"))))
    say("nothing was sent; read it first: it shows what you do not have in place")
    return asked.exit_code(())


@assess.command("compare", epilog="Example: sentinel assess compare examples/clinic/site.toml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@AS_OF
@asks("content", "form")
def compare(asked: Asked, site_file: Path, as_of: datetime | None) -> int:
    """Count the answers as other programs would. Our own three numbers are told beside it, and only they decide."""
    site = read_site(site_file)
    assessed = flows.assess(site, asked.content_folder(site), day_of(as_of, site), None, None)
    emit(map(record_of, others_count(assessed.judgements)), COUNTS, asked.form)
    say_score(assessed.score)
    return asked.exit_code(())


@assess.command("maturity", epilog="Example: sentinel assess maturity examples/clinic/site.toml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@AS_OF
@asks("content", "form")
def maturity(asked: Asked, site_file: Path, as_of: datetime | None) -> int:
    """Tell how mature each chapter is, 0-5: written down and done as people said it, and the effect as measured."""
    site = read_site(site_file)
    assessed = flows.assess(site, asked.content_folder(site), day_of(as_of, site), None, None)
    emit(map(record_of, chapters(assessed.judgements, assessed.checklist.chapters)), MATURITY, asked.form)
    say("sum ÷ how many were rated, of how many apply; `sentinel run` measures the effect; none of it is in the score")
    return asked.exit_code(())


def _mean(mean: Record) -> str:
    """Return a mean as the fraction it is, with how many were rated."""
    return f"{mean['total']}/{mean['rated']} ({mean['rated']} of {mean['of']})" if mean["rated"] else "–"


@assess.command("history", epilog="Example: sentinel assess history examples/health-trust/site.toml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@AS_OF
@asks("store", "form")
def history(asked: Asked, site_file: Path, as_of: datetime | None) -> int:
    """Show what was measured of an organisation and of those that it took over or came from, each by itself."""
    site = read_site(site_file)
    points = histories.history(site, asked.open_store(site).results, day_of(as_of, site))
    emit(map(record_of, points), HISTORY, asked.form)
    if site.file.organisation.succeeds:
        say("each organisation was measured by itself: their numbers are no common line and may not be joined")
    return asked.exit_code(())


def _accepted(accepted: Record | None) -> str:
    if accepted is None:
        return ""
    return f"{'ended' if accepted['ended'] else 'until'} {accepted['until']}"


def _inherited(others: list[Record]) -> str:
    """Say who else answered, and until when that stands or why it does not."""
    return "; ".join(
        f"{other['name']} to {other['until']}"
        if other["state"] == "stands"
        else f"{other['name']}: {other['state'].replace('_', ' ')}"
        for other in others
    )


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return {"points": f"{value:g} points", "verdict": "yes" if value else "no"}.get(unit, f"{value:.1f} %")


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"

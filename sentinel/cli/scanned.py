"""What `scan passive` and `scan import` do alike: read, keep where that was asked for, print, and tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from sentinel import flows
from sentinel.cli.inventory_page import page_of_scan
from sentinel.cli.known import known, say_judged, severities
from sentinel.cli.listing import ASSETS, FINDINGS, OUTCOMES
from sentinel.cli.options import Asked
from sentinel.cli.output import emit
from sentinel.cli.summary import say, say_all, say_sources
from sentinel.cli.talks import SHOWN as TALKS
from sentinel.cli.talks import show_talks, write_crossings
from sentinel.journeys import Material
from sentinel.model.records import record_of
from sentinel.model.text import counted

SHOW = click.option(
    "--show",
    type=click.Choice(["assets", "findings", "looked"]),
    default="assets",
    show_default=True,
    help="What to print.",
)
SAVE = click.option("--save", "site", metavar="SITE", help="Add the result to what is known under this name of a site.")


def scanned(
    asked: Asked,
    material: Material,
    show: str,
    site: str | None,
    events: Path | None = None,
    page: Path | None = None,
) -> int:
    """Scan, keep what was found under the name of a site, print it, and return the exit code.

    `events` is the file for crossings, as events; `page` the folder for the inventory page.
    """
    today = datetime.now(UTC).astimezone().date()
    material = replace(material, site=site or "")
    content, bundle = asked.content_folder(), known(asked)
    found = flows.scan(material, content, today, asked.progress.track, asked.rule_cache(), bundle)
    if site:
        found = flows.keep_scan(site, today, found, content, asked.open_store(), whole=False)
    if show in TALKS:
        show_talks(asked, found, material, show)
    elif show == "looked":
        emit((record_of(one) for one in found.judged.outcomes), OUTCOMES, asked.form)
    elif show == "assets":
        emit(map(record_of, found.assets), ASSETS, asked.form)
    else:
        emit(map(record_of, found.findings), FINDINGS, asked.form)
    if events is not None:
        write_crossings(events, found, material)
    if page is not None:
        page_of_scan(asked, found, material, today, page)
    say_all(found.troubles)
    skipped = say_sources(found.sources)
    silent = [address for source in found.sources for address in source.silent]
    if silent:
        say(f"did not answer: {', '.join(silent)}")
    assets, findings = counted(len(found.assets), "asset"), counted(len(found.findings), "finding")
    say(f"{assets}, {findings}, knowledge as of {found.knowledge_date}")
    say_judged(found.judged)
    return asked.exit_code(severities(found.findings), partial=bool(skipped))

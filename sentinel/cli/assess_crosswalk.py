"""`sentinel assess crosswalk|mapping`: one framework through answers to another, and the links for other programs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sentinel import crosswalking, exchanging
from sentinel.cli.exchange import day, save_all_new
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.comply.checklist import NORMEN
from sentinel.model.crosswalks import Coverage
from sentinel.model.records import record_of
from sentinel.settings import read_site

PLACES = (
    Column("place", lambda item: item["place"]),
    Column("at least", lambda item: item["state"].replace("_", " ")),
    Column("sure", lambda item: item["confidence"] or "–"),
    Column("subject", lambda item: item["label"]["nb"], grow=True),
    Column("because", lambda item: item["because"]["nb"], grow=True),
)


@click.command("crosswalk", epilog="Example: sentinel assess crosswalk examples/clinic/site.toml --to nsm-2.1")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--to", "target", required=True, metavar="FRAMEWORK", help="nsm-2.1, iso-27002-2022, nis2-art21, …")
@click.option("--from", "answered", default=NORMEN, show_default=True, metavar="PACK", help="What was answered.")
@AS_OF
@asks("content", "form")
def crosswalk(asked: Asked, site_file: Path, target: str, answered: str, as_of: datetime | None) -> int:
    """Tell what the answers say at least of another framework; what they do not reach is not known."""
    site = read_site(site_file)
    found = crosswalking.coverage_through(site, asked.content_folder(site), answered, target, day_of(as_of, site))
    if asked.form == "json":
        emit([record_of(found)], (), "json")
    else:
        emit(map(record_of, found.places), PLACES, asked.form)
    say_coverage(found)
    return asked.exit_code(())


@click.command("mapping", epilog="Example: sentinel assess mapping --out mapping")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@AS_OF
@asks("content")
def mapping(asked: Asked, out: Path, as_of: datetime | None) -> int:
    """Write the crosswalks as an OSCAL 1.2 mapping collection, with a catalog of each framework they lead to."""
    written = exchanging.mapped(asked.content_folder(), day(as_of, None))
    save_all_new([(out / name, text.encode()) for name, text in written])
    return asked.exit_code(())


def say_coverage(found: Coverage) -> None:
    """Tell the four counts together, and that they are the least."""
    total = len(found.places)
    say(
        f"{found.framework} through {found.answered}, at least: {found.met} of {total} met, {found.partly} partly, "
        f"{found.not_met} lack a part, {found.not_known} not known through these answers"
    )
    say("a lower bound, by links that nobody outside the project has checked where it says 'unverified'")

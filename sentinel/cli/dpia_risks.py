"""`sentinel dpia risks` and `sentinel dpia take`: an assessment of impact beside the organisation's ROS."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.breach import LANGUAGE
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say, say_all
from sentinel.comply.dpia.risks import links
from sentinel.comply.dpia.taking import Taken, to_dpia
from sentinel.comply.ros.writing import as_yaml
from sentinel.impacts import beside_risks
from sentinel.model.dpia import Dpia
from sentinel.model.records import Record, record_of
from sentinel.model.risks import Ros
from sentinel.model.text import LANGUAGES, Language, Text
from sentinel.settings import read_site

SITE = click.argument("site_file", metavar="SITE.toml", type=FILES)
FILE = click.argument("file", metavar="DPIA.yml", type=FILES)
BANDS = {"low": Text("lav", "low"), "medium": Text("middels", "medium"), "high": Text("høy", "high")}
UNJUDGED, UNLINKED = Text("ikke vurdert", "not judged"), Text("ikke tatt inn", "not taken in")


def _columns(language: Language) -> tuple[Column, ...]:
    def event(link: Record) -> str:
        return link["event"] or UNLINKED.say(language)

    def band(link: Record) -> str:
        return BANDS.get(link["band"], UNJUDGED).say(language)

    def differs(link: Record) -> str:
        return "; ".join(text[language] for text in link["differs"])

    return (
        Column(Text("risiko i ROS", "risk of the ROS").say(language), lambda link: link["risk"]),
        Column(Text("for personene", "for persons").say(language), band),
        Column(Text("hendelse", "event").say(language), event),
        Column(Text("stemmer ikke", "does not agree").say(language), differs, grow=True),
    )


COLUMNS = {language: _columns(language) for language in LANGUAGES}


@click.command("risks", epilog="Example: sentinel dpia risks examples/clinic/site.toml examples/clinic/dpia.yml")
@SITE
@FILE
@LANGUAGE
@AS_OF
@asks("content", "form")
def risks(asked: Asked, site_file: Path, file: Path, language: Language, as_of: datetime | None) -> int:
    """Lay a DPIA beside the site's ROS: which risks to persons are taken in, and where the two do not agree.

    Exit code 1: something that is linked does not agree.
    """
    found = list(links(*_both(asked, site_file, file, as_of)))
    emit(map(record_of, found), COLUMNS[language], asked.form)
    taken, apart = sum(bool(one.event) for one in found), sum(bool(one.differs) for one in found)
    say(f"{len(found)} risks to persons: {taken} taken in, {len(found) - taken} not; {apart} do not agree")
    return ExitCode.FOUND if apart else ExitCode.CLEAN


@click.command("take", epilog="Example: sentinel dpia take examples/clinic/site.toml examples/clinic/dpia.yml")
@SITE
@FILE
@click.option("--risk", "wanted", multiple=True, metavar="ID", help="Repeatable (default: all that bear on persons).")
@LANGUAGE
@AS_OF
@asks("content")
def take(
    asked: Asked, site_file: Path, file: Path, wanted: tuple[str, ...], language: Language, as_of: datetime | None
) -> int:
    """Make events out of the site's ROS: linked with it, with its measures, and judged by nobody yet.

    The entries are to be put below `events:` and `measures:`. What is linked already is never made twice.
    """
    ros, dpia = _both(asked, site_file, file, as_of)
    if unknown := sorted(set(wanted) - {risk.id for risk in ros.risks}):
        raise click.UsageError(f"--risk: the site's ROS has no {', '.join(unknown)}")
    made = to_dpia(ros, dpia, wanted, language)
    _tell(made)
    return ExitCode.CLEAN


def _both(asked: Asked, site_file: Path, file: Path, as_of: datetime | None) -> tuple[Ros, Dpia]:
    site = read_site(site_file)
    return beside_risks(site, asked.content_folder(site), file, day_of(as_of, site))


def _tell(made: Taken) -> None:
    parts = {"events": made.entries, "measures": made.measures}
    if made.entries:
        click.echo(as_yaml({name: entries for name, entries in parts.items() if entries}), nl=False)
    say_all(f"{name}: passed over, {why}" for name, why in made.passed)
    say(f"{len(made.entries)} taken, with {len(made.measures)} measures; none of it is judged")

"""`sentinel assess sheet|read-sheet`: answers filled in with a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sentinel import exchanging
from sentinel.cli.exchange import NEW_ANSWERS, SITE, day, keep, save_new
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.summary import say, say_all, say_people
from sentinel.comply.exchange.book import book
from sentinel.comply.exchange.table import table
from sentinel.model.text import LANGUAGES, Language, counted
from sentinel.settings import read_site

FORMS = {".xlsx": book, ".csv": table}


@click.command("sheet", epilog="Example: sentinel assess sheet site.toml --out answers.xlsx")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The sheet to write: .xlsx, or .csv with semicolons.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@AS_OF
@asks("content")
def sheet(asked: Asked, site_file: Path, out: Path, language: Language, as_of: datetime | None) -> int:
    """Make an answer sheet with what the site is asked, and what it has answered. No file is written over."""
    if out.suffix.lower() not in FORMS:
        raise click.UsageError(f"{out}: a sheet is .xlsx or .csv")
    site = read_site(site_file)
    say_people(site)
    blank = exchanging.blank(site, asked.content_folder(site), day_of(as_of, site), language)
    save_new(out, FORMS[out.suffix.lower()](blank))
    left_out = blank.left_out()
    say_all(left_out)
    return asked.exit_code((), partial=bool(left_out))


@click.command(
    "read-sheet", epilog="Example: sentinel assess read-sheet answers.xlsx --out answers.yml --site site.toml"
)
@click.argument("file", type=FILES)
@NEW_ANSWERS
@SITE
@click.option("--organisation", metavar="NAME", default="", help="Whose answers these are, where no site is named.")
@AS_OF
@asks("content")
def read_sheet(asked: Asked, file: Path, out: Path, site_file: Path | None, **said: str | datetime | None) -> int:
    """Make a file of answers out of a sheet that somebody filled in. Every fault is told with sheet, row and column."""
    site = read_site(site_file) if site_file else None
    when, whose = said["as_of"], str(said["organisation"])
    today = day(when if isinstance(when, datetime) else None, site)
    taken, found = exchanging.from_sheets(file, asked.content_folder(site), today, site, whose)
    keep(taken, out)
    say_all(found.told)
    if found.blank:
        say(f"{counted(found.blank, 'row')} with a name or a day and no answer: not assessed")
    return asked.exit_code((), partial=bool(found.told))

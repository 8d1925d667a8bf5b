"""`sentinel assess sheet|read-sheet`: answers filled in with a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sentinel import exchanging
from sentinel.cli.exchange import NEW_ANSWERS, PACK, SITE, day, keep, save_new
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.packs_told import say_standing
from sentinel.cli.summary import say, say_all, say_people
from sentinel.comply.exchange.book import book
from sentinel.comply.exchange.sheets import read_sheets
from sentinel.comply.exchange.table import table
from sentinel.model.text import LANGUAGES, counted
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
@PACK
@AS_OF
@asks("content")
def sheet(asked: Asked, site_file: Path, out: Path, **said: Any) -> int:  # noqa: ANN401 -- click passes every option by name
    """Make an answer sheet with what the site is asked, and what it has answered. No file is written over."""
    if out.suffix.lower() not in FORMS:
        raise click.UsageError(f"{out}: a sheet is .xlsx or .csv")
    site = read_site(site_file)
    say_people(site)
    today, language, pack = day_of(said["as_of"], site), said["language"], said["pack"]
    blank = exchanging.blank(site, asked.content_folder(site), today, language, pack)
    save_new(out, FORMS[out.suffix.lower()](blank))
    left_out = blank.left_out()
    say_all(left_out)
    if blank.pack:
        say_standing(blank.pack)
    return asked.exit_code((), partial=bool(left_out))


@click.command(
    "read-sheet", epilog="Example: sentinel assess read-sheet answers.xlsx --out answers.yml --site site.toml"
)
@click.argument("file", type=FILES)
@NEW_ANSWERS
@SITE
@click.option("--organisation", metavar="NAME", default="", help="Whose answers these are, where no site is named.")
@PACK
@AS_OF
@asks("content")
def read_sheet(asked: Asked, file: Path, out: Path, site_file: Path | None, **said: Any) -> int:  # noqa: ANN401 -- as above
    """Make a file of answers out of a sheet that somebody filled in. Every fault is told with sheet, row and column."""
    site = read_site(site_file) if site_file else None
    today = day(said["as_of"], site)
    checklist = exchanging.checklist_of(asked.content_folder(site), today, site, said["pack"])
    whose = site.file.organisation.name if site else said["organisation"]
    taken, found = read_sheets(file, checklist, today, whose)
    keep(taken, out)
    say_all(found.told)
    if found.blank:
        say(f"{counted(found.blank, 'row')} with a name or a day and no answer: not assessed")
    return asked.exit_code((), partial=bool(found.told))

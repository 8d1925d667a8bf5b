"""`sentinel assess show` and `sentinel packs show PACK ID`: all the help there is with one requirement."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.files import meant
from sentinel.comply.guidance import guidance
from sentinel.errors import SettingsError
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.settings import Site, read_site

NOBODY = "…"
"""Who an e-mail is from where no site is named."""
COLUMNS = (
    Column("id", lambda item: item["id"]),
    Column("requirement", lambda item: item["title"]["nb"]),
    Column("question", lambda item: item["question"]["nb"], grow=True),
)


def tell(asked: Asked, checklist: Checklist, name: str, site: Site | None, language: Language) -> int:
    """Print one requirement; raise SettingsError, with a suggestion, where the checklist has none of that name."""
    known = {one.id: one for one in checklist.requirements}
    found = known.get(name.upper())
    if found is None:
        raise SettingsError(f"{checklist.id} has no requirement '{name[:80]}'{meant(name.upper(), known)}")
    if asked.form == "table":
        who = site.file.organisation.name if site else NOBODY
        click.echo("\n".join(map(clean, guidance(found, who, language).split("\n"))))
    else:
        emit([record_of(found)], COLUMNS, asked.form)
    return asked.exit_code(())


@click.command("show", epilog="Example: sentinel assess show LEV-08")
@click.argument("requirement")
@click.option("--site", "site_file", type=FILES, help="Who the e-mail to the supplier is from.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@asks("content", "form")
def show(asked: Asked, requirement: str, site_file: Path | None, language: Language) -> int:
    """Show one requirement of Normen with all help: why, how, an example, who knows, and the e-mail to the supplier."""
    site = read_site(site_file) if site_file else None
    return tell(asked, load_checklist(asked.content_folder(site)), requirement, site, language)

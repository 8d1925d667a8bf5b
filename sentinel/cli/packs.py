"""`sentinel packs`: laws and frameworks beside Normen, each with its own questions and its own numbers."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import click

from sentinel.assessing import pack_letter_of
from sentinel.cli.assess import JUDGEMENTS, PROFILE
from sentinel.cli.guidance import tell
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.packs_told import say_profile, say_scored, say_unsaid
from sentinel.cli.summary import say, say_people
from sentinel.cli.writing import save
from sentinel.comply.organisation import LARGE
from sentinel.comply.packs import choose, load_packs
from sentinel.comply.sheet import fresh_answers
from sentinel.model.records import Record, pack_score_record, record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.packs import ground, overviews, profile_pack, score_packs, unsaid
from sentinel.settings import Site, read_site

NOT_FOR = "Gjelder ikke: "
"""How a reason begins; the column says no already."""
SITE = click.option("--site", "site_file", type=FILES, help="Tell for this organisation.")


def _from(record: Record) -> str:
    """Return the first day; what is no law has none, and of a law it may not be known."""
    none = "not known" if record["validity"]["status"] == "in_force" else "–"
    return record["validity"]["valid_from"] or none


def _for(record: Record) -> str:
    if record["applies"] is None:
        return "–"
    return "yes" if record["applies"] else f"no: {record['because']['nb'].removeprefix(NOT_FOR)}"


NAMES = (
    Column("id", lambda item: item["id"]),
    Column("on this day", lambda item: item["standing"]),
    Column("from", _from),
    Column("sure?", lambda item: item["validity"]["confidence"]),
    Column("asks", lambda item: str(item["requirements"])),
)
PACKS = (*NAMES, Column("title", lambda item: item["title"]["nb"], grow=True))
OURS = (*NAMES, Column("for us?", _for, grow=True))


def _places(record: Record) -> str:
    return "; ".join(f"{r['source']} {r['place']} ({r['confidence']})" for r in record["references"])


REQUIREMENTS = (
    Column("id", lambda item: item["id"]),
    Column("weight", lambda item: f"{item['weight']}{'g' if item['gate'] else ''}"),
    Column("class", lambda item: item["applies"]),
    Column("requirement", lambda item: item["title"]["nb"]),
    Column("where it stands", _places, grow=True),
)


@click.group()
def packs() -> None:
    """Score an organisation against laws and frameworks beside Normen: GDPR, the Digital Security Act, and others."""


@packs.command("list", epilog="Example: sentinel packs list --site examples/clinic/site.toml")
@SITE
@AS_OF
@asks("content", "form")
def list_packs(asked: Asked, site_file: Path | None, as_of: datetime | None) -> int:
    """List the packs: whether each binds on the day, how sure that is, and whether it is for the organisation."""
    site = read_site(site_file) if site_file else None
    found = overviews(asked.content_folder(site), _on(as_of, site), site)
    emit(map(record_of, found), OURS if site else PACKS, asked.form)
    if site:
        say_unsaid(unsaid(site, asked.content_folder(site)))
    return asked.exit_code(())


@packs.command("show", epilog="Example: sentinel packs show gdpr GD-52 --profile examples/clinic/site.toml")
@click.argument("pack")
@click.argument("requirement", required=False)
@click.option("--profile", "site_file", type=FILES, help="Tell what this organisation is asked, and why or why not.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Of one requirement.")
@AS_OF
@asks("content", "form")
def show(
    asked: Asked, pack: str, requirement: str | None, site_file: Path | None, language: Language, as_of: datetime | None
) -> int:
    """Show what a pack asks and where in the law it stands, or one REQUIREMENT of it with all help there is."""
    site = read_site(site_file) if site_file else None
    content, day = asked.content_folder(site), _on(as_of, site)
    chosen = choose(load_packs(content), pack)
    if requirement:
        return tell(asked, chosen.checklist, requirement, site, language)
    if site:
        found = profile_pack(site, content, pack, day)
        emit(map(record_of, found.items), PROFILE, asked.form)
        say_profile(found)
        return asked.exit_code(())
    emit(map(record_of, chosen.checklist.requirements), REQUIREMENTS, asked.form)
    say(chosen.overview(day).says.nb)
    return asked.exit_code(())


@packs.command("start", epilog="Example: sentinel packs start site.toml gdpr --out answers-gdpr.yml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.argument("pack")
@click.option("--out", metavar="FILE", required=True, help="The file to make; never one that is there already.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Of the comments.")
@AS_OF
@asks("content")
def start(asked: Asked, site_file: Path, pack: str, out: str, language: str, as_of: datetime | None) -> int:
    """Make a file of answers to fill in, with the questions as comments: nothing in it is answered."""
    site, path = read_site(site_file), Path(out)
    if path.exists() or path.is_symlink():
        raise click.UsageError(f"{out}: is there already, and would be lost")
    content = asked.content_folder(site)
    found, large = profile_pack(site, content, pack, day_of(as_of, site)), LARGE in ground(site, content).about.facts
    opening, name = (found.pack.title, found.pack.says), site.file.organisation.name
    save(path, fresh_answers(name, opening, found.items, cast("Language", language), large=large))
    say_profile(found)
    named = os.path.relpath(path.resolve(), site.folder)
    say(f'name it in the site file, below [assessment.packs]: {found.pack.id} = "{named}"')
    return asked.exit_code(())


@packs.command("score", epilog="Example: sentinel packs score examples/clinic/site.toml gdpr")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.argument("pack", required=False)
@AS_OF
@asks("content", "form")
def score(asked: Asked, site_file: Path, pack: str | None, as_of: datetime | None) -> int:
    """Score one pack, or each that the site file names answers for, by the answers alone, without measurements.

    What nobody answered is not looked at.
    """
    site = read_site(site_file)
    scored = score_packs(site, asked.content_folder(site), day_of(as_of, site), pack)
    say_people(site)
    records = [pack_score_record(one) for one in scored]
    if asked.form in {"json", "jsonl"}:
        emit(records, (), asked.form)
    else:
        emit((row for record in records for row in record["judgements"]), JUDGEMENTS, asked.form)
    say_scored(scored)
    return asked.exit_code(())


@packs.command("letter", epilog="Example: sentinel packs letter site.toml gdpr --language nb")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.argument("pack")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@AS_OF
@asks("content")
def letter(asked: Asked, site_file: Path, pack: str, language: Language, as_of: datetime | None) -> int:
    """Write the e-mail to a supplier about what of a pack is not in place, or not known. Nothing is sent."""
    site = read_site(site_file)
    written = pack_letter_of(site, asked.content_folder(site), day_of(as_of, site), pack, language)
    click.echo("\n".join(map(clean, written.split("\n"))))
    say("nothing was sent; read it first: it shows what you do not have in place")
    return asked.exit_code(())


def _on(as_of: datetime | None, site: Site | None) -> date:
    if site:
        return day_of(as_of, site)
    return as_of.date() if as_of else datetime.now(UTC).astimezone().date()

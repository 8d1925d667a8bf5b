"""`sentinel assess oscal|read-oscal|library`: an assessment for other programs, and answers back from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from sentinel import exchanging
from sentinel.cli.options import AS_OF, FILES, Asked, asks, day_of
from sentinel.cli.summary import say, say_people, say_warnings
from sentinel.comply.exchange.drafts import Taken
from sentinel.comply.exchange.oscal import read_oscal as oscal_answers
from sentinel.comply.people import look_into
from sentinel.content import relative
from sentinel.errors import RenderError
from sentinel.model.text import counted
from sentinel.settings import Site, read_site
from sentinel.share.oscal.common import POAM

RESULT = click.option("--result", type=FILES, help="A result.json of `sentinel run`, for what it measured.")
NEW_ANSWERS = click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file of answers to make."
)
PACK = click.option(
    "--pack", metavar="PACK", default="", help="A pack instead of Normen: gdpr; `sentinel packs list` names them."
)
SITE = click.option("--site", "site_file", type=FILES, help="Hold the answers against what this site is asked.")


@click.command("oscal", epilog="Example: sentinel assess oscal examples/clinic/site.toml --out oscal")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@RESULT
@PACK
@AS_OF
@asks("content")
def oscal(asked: Asked, site_file: Path, out: Path, result: Path | None, pack: str, as_of: datetime | None) -> int:
    """Write the assessment as OSCAL 1.1: catalog, profile, assessment plan and results, plan of action.

    OSCAL has no score and knows satisfied or not alone; docs/interchange.md tells what other programs will not see.
    """
    site = read_site(site_file)
    say_people(site)
    content, today = asked.content_folder(site), day_of(as_of, site)
    if pack and result:
        raise click.UsageError("--result goes with Normen alone: no measurement is held against a pack")
    of = exchanging.dossier(site, content, today, result, pack)
    written = dict(exchanging.oscal(of))
    save_all_new([(out / name, text.encode()) for name, text in written.items()])
    if POAM not in written:
        say(f"no {POAM}: nothing is to be done")
    return asked.exit_code(())


@click.command("read-oscal", epilog="Example: sentinel assess read-oscal assessment-results.json --out answers.yml")
@click.argument("file", type=FILES)
@NEW_ANSWERS
@SITE
@PACK
@AS_OF
@asks("content")
def read_oscal(asked: Asked, file: Path, out: Path, site_file: Path | None, pack: str, as_of: datetime | None) -> int:
    """Make a file of answers out of assessment results that Sentinel wrote. Those of others hold no answers."""
    site = read_site(site_file) if site_file else None
    today = day(as_of, site)
    checklist = exchanging.checklist_of(asked.content_folder(site), today, site, pack)
    keep(oscal_answers(file, relative(file, Path()), checklist, today), out)
    return asked.exit_code(())


@click.command("library", epilog="Example: sentinel assess library --out normen.yaml")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The library to write (.yaml)."
)
@PACK
@AS_OF
@asks("content")
def library(asked: Asked, out: Path, pack: str, as_of: datetime | None) -> int:
    """Write the checklist as a library for CISO Assistant. It says nothing of any organisation."""
    save_new(out, exchanging.library_of(asked.content_folder(), day(as_of, None), pack).encode())
    return asked.exit_code(())


def day(as_of: datetime | None, site: Site | None) -> date:
    """Return the day to look from, also where there is no site."""
    if site:
        return day_of(as_of, site)
    return as_of.date() if as_of else datetime.now(UTC).astimezone().date()


def keep(taken: Taken, out: Path) -> None:
    """Write answers that were taken in, tell how many, and warn of what may name a patient."""
    save_new(out, taken.text.encode())
    say(f"{counted(len(taken.answers), 'answer')} of {taken.organisation}")
    say_warnings(look_into(out))


def save_all_new(files: Iterable[tuple[Path, bytes]]) -> None:
    """Write files, none of which may be there yet; where one is, nothing is written."""
    listed = list(files)
    taken = [path for path, _ in listed if path.exists() or path.is_symlink()]
    if taken:
        raise click.UsageError("\n".join(f"{path}: is there already, and would be lost" for path in taken))
    for path, data in listed:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RenderError(f"{path.parent}: cannot be made: {error.strerror}") from error
        save_new(path, data)


def save_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, whole or not at all; never over another one."""
    made = False
    try:
        with path.open("xb") as file:
            made = True
            file.write(data)
    except FileExistsError as error:
        raise click.UsageError(f"{path}: is there already, and would be lost") from error
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise RenderError(f"{path}: cannot be written: {error.strerror}") from error
    say(f"wrote {path}")

"""`sentinel dpia`: is an assessment of the impact on data protection needed, and what does it still lack."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.breach import LANGUAGE, echo_all
from sentinel.cli.dpia_ask import ask_all
from sentinel.cli.dpia_risks import risks, take
from sentinel.cli.dpia_told import ITEMS, TESTS, remaining, say_screening, say_state
from sentinel.cli.options import AS_OF, FILES, Asked, asks
from sentinel.cli.output import emit
from sentinel.cli.signed import sign_written
from sentinel.cli.summary import say, say_all, say_warnings
from sentinel.cli.writing import must_be_free, save
from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.cnil_in import from_cnil
from sentinel.comply.dpia.cnil_out import to_cnil
from sentinel.comply.dpia.letter import letter as letter_of
from sentinel.comply.dpia.pack import Pack, load_pack
from sentinel.comply.dpia.reading import read_dpia
from sentinel.comply.dpia.sharing import read_shared_dpia, redacted, suggested
from sentinel.comply.dpia.writing import fresh_dpia
from sentinel.comply.ros.writing import as_yaml
from sentinel.content import read_text, root
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.dpia.files import write_dpia
from sentinel.settings import LAST_DAY, read_site

FILE = click.argument("file", metavar="DPIA.yml", type=FILES)
OUT = click.option("--out", metavar="FILE", help="Write to this file (default: standard output).")


def _plain(_context: click.Context, _option: click.Parameter, case: str) -> str:
    if not re.fullmatch("[a-z0-9][a-z0-9-]{0,59}", case):
        raise click.UsageError(f"--case takes a-z, digits and dashes, not '{case}'")
    return case


CASE = click.option(
    "--case", default="dpia", show_default=True, callback=_plain, help="A short name: a-z, digits and dashes."
)
TLPS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


@click.group()
def dpia() -> None:
    """Assess the impact on data protection (DPIA): screening, the assessment, its gaps, and the letter of art. 36."""


@dpia.command("start", epilog="Example: sentinel dpia start site.toml --case video --out dpia.yml")
@click.argument("site_file", metavar="SITE.toml", type=FILES)
@CASE
@LANGUAGE
@OUT
@asks("content")
def start(asked: Asked, site_file: Path, case: str, language: Language, out: str | None) -> int:
    """Make a fresh file with every question above its answer. Never writes over a file."""
    site = read_site(site_file)
    who, pack = site.file.organisation, load_pack(asked.content_folder(site))
    _write("".join(fresh_dpia(case, who.name, who.number, pack, language)), out)
    return ExitCode.CLEAN


@dpia.command("ask", epilog="Example: sentinel dpia ask dpia.yml")
@FILE
@LANGUAGE
@AS_OF
@asks("content")
def ask(asked: Asked, file: Path, language: Language, as_of: datetime | None) -> int:
    """Ask what is not answered, one question at a time; every answer is saved, and it may be taken up again."""
    _, pack, day = _read(asked, file, as_of)
    given = ask_all(file, pack, day, language)
    read, _, _ = _read(asked, file, as_of)
    say(f"{given} answered")
    say_state(assess(read, pack, day), language)
    return ExitCode.CLEAN


@dpia.command("check", epilog="Example: sentinel dpia check examples/clinic/dpia.yml")
@FILE
@LANGUAGE
@AS_OF
@asks("content")
def check(asked: Asked, file: Path, language: Language, as_of: datetime | None) -> int:
    """Tell every fault of a file, or what is still missing in it.

    Exit code 0: finished, or not needed, with the reason. 1: something remains. 2: faults.
    """
    read, pack, day = _read(asked, file, as_of)
    found = assess(read, pack, day)
    echo_all(remaining(found, language))
    say_state(found, language)
    return ExitCode.CLEAN if found.state in {"finished", "not_needed"} else ExitCode.FOUND


@dpia.command("screen", epilog="Example: sentinel dpia screen examples/clinic/dpia.yml")
@FILE
@LANGUAGE
@AS_OF
@asks("content", "form")
def screen(asked: Asked, file: Path, language: Language, as_of: datetime | None) -> int:
    """Say whether an assessment is needed, with every test in order: its answer, what it does, and its source."""
    read, pack, day = _read(asked, file, as_of)
    found = assess(read, pack, day)
    if asked.form == "json":
        emit([record_of(found.screening)], (), "json")
    else:
        emit(map(record_of, found.screening.tests), TESTS[language], asked.form)
    say_screening(found.screening, language)
    return ExitCode.CLEAN


@dpia.command("show", epilog="Example: sentinel dpia show examples/clinic/dpia.yml --format json")
@FILE
@LANGUAGE
@AS_OF
@asks("content", "form")
def show(asked: Asked, file: Path, language: Language, as_of: datetime | None) -> int:
    """Show what the assessment holds, item by item, or the whole of it as JSON."""
    read, pack, day = _read(asked, file, as_of)
    found = assess(read, pack, day)
    shown = [found] if asked.form == "json" else found.items
    emit(map(record_of, shown), ITEMS[language], asked.form)
    say_state(found, language)
    return ExitCode.CLEAN


@dpia.command("report", epilog="Example: sentinel dpia report examples/clinic/dpia.yml --out out/clinic")
@FILE
@click.option("--out", metavar="DIR", default="out", show_default=True, help="Where the documents go.")
@click.option(
    "--language", "languages", type=click.Choice(LANGUAGES), multiple=True, help="Repeatable (default: both)."
)
@click.option("--tlp", type=click.Choice(TLPS), default="AMBER", show_default=True, help="How far it may be passed on.")
@AS_OF
@asks("content", "sign")
def report(
    asked: Asked, file: Path, out: str, languages: tuple[Language, ...], tlp: str, as_of: datetime | None
) -> int:
    """Write the document: dpia.json, and a page and a paper in each language."""
    read, pack, day = _read(asked, file, as_of)
    found = assess(read, pack, day)
    written = write_dpia(found, tlp, Path(out), languages or LANGUAGES, asked.content_folder())
    say_all(f"wrote {path}" for path in written)
    sign_written(asked, written, Path(out), found.as_of)
    say_state(found, "en")
    return ExitCode.CLEAN


@dpia.command("letter", epilog="Example: sentinel dpia letter examples/clinic/dpia.yml")
@FILE
@LANGUAGE
@AS_OF
@asks("content")
def letter(asked: Asked, file: Path, language: Language, as_of: datetime | None) -> int:
    """Draft the letter that asks Datatilsynet for advice (art. 36): what is not written stands in brackets."""
    read, pack, day = _read(asked, file, as_of)
    found = assess(read, pack, day)
    echo_all(letter_of(read, found, pack.wording, language).splitlines())
    if any(event.residual is None for event in found.events):
        say("Note: it is not known whether a high risk is left: not every event is judged.")
    elif found.state != "consult":
        say("Note: by this file, no high risk is left that Datatilsynet has not been asked about.")
    say("When it has arrived: sentinel clocks --from MOMENT --only gdpr-36 shows when the answer is due.")
    return ExitCode.CLEAN


@dpia.command("export", epilog="Example: sentinel dpia export examples/clinic/dpia.yml --out pia.json")
@FILE
@click.option("--redacted", "shared", is_flag=True, help="A file for anybody: tests, severities and counts alone.")
@LANGUAGE
@OUT
@AS_OF
@asks("content")
def export(
    asked: Asked,
    file: Path,
    shared: bool,  # noqa: FBT001 -- click passes every option by name
    language: Language,
    out: str | None,
    as_of: datetime | None,
) -> int:
    """Write the assessment for the French authority's open tool (CNIL PIA), and tell what that tool cannot hold."""
    read, pack, day = _read(asked, file, as_of)
    if shared:
        _write(redacted(read, pack, load_pack(root()), day), out)
        return ExitCode.CLEAN
    made = to_cnil(read, pack, day, language)
    _write(made.text, out)
    say_all(f"not in the export: {what}" for what in made.left)
    return ExitCode.CLEAN


@dpia.command("import", epilog="Example: sentinel dpia import pia.json --case video --out dpia.yml")
@click.argument("file", metavar="PIA.json|SHARED.yml", type=FILES)
@CASE
@OUT
@asks("content")
def import_pia(asked: Asked, file: Path, case: str, out: str | None) -> int:
    """Make a file out of one of the French authority's open tool (CNIL PIA), and tell what was not taken over.

    Nothing is judged by it: whether an assessment is needed was never asked there, and stands as unknown. Of a .yml
    that was exported with --redacted it makes `suggested:`, to be put into an own file.
    """
    pack = load_pack(asked.content_folder())
    if file.suffix in {".yml", ".yaml"}:
        key, passed = suggested(read_shared_dpia(file), pack)
        _write(as_yaml(key), out)
        say_all(f"passed over: {what}" for what in passed)
        return ExitCode.CLEAN
    made = from_cnil(read_text(file, str(file)), str(file), case, pack, _day(None))
    _write(as_yaml(made.data), out)
    say_warnings(made.warnings)
    say_all(f"not taken over: {what}" for what in made.left)
    return ExitCode.CLEAN


dpia.add_command(risks)
dpia.add_command(take)


def _read(asked: Asked, file: Path, as_of: datetime | None) -> tuple[DpiaFile, Pack, date]:
    day, pack = _day(as_of), load_pack(asked.content_folder())
    read, warnings = read_dpia(file, pack, day)
    say_warnings(warnings)
    return read, pack, day


def _day(as_of: datetime | None) -> date:
    day = as_of.date() if as_of else datetime.now(UTC).astimezone().date()
    if day > LAST_DAY:
        raise click.UsageError(f"--as-of takes no day after {LAST_DAY}")
    return day


def _write(text: str, out: str | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    must_be_free([out])
    if Path(out).exists():
        raise click.UsageError(f"{out}: is there already, and would be lost")
    save(Path(out), [text])

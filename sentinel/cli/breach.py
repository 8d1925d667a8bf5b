"""`sentinel breach`: what happened, how grave it is, who has to be told by when, and drafts of what to say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.breach_shown import after, before, behind, columns
from sentinel.cli.moments import AT, GRAVE, LATE, a_moment, or_now
from sentinel.cli.options import FILES, Asked, asks
from sentinel.cli.output import clean, emit
from sentinel.cli.summary import say, say_all, say_warnings
from sentinel.cli.writing import save
from sentinel.comply.breach.assess import Pack, assess, load_pack
from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.drafts import Receiver, draft
from sentinel.comply.breach.reading import case_of, read_case
from sentinel.comply.breach.start import fresh
from sentinel.model.breach import BreachAssessment
from sentinel.model.records import breach_record
from sentinel.model.text import LANGUAGES, Language

FILE = click.argument("file", metavar="BREACH.yml", type=FILES)
LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Bokmål or English."
)


@click.group()
def breach() -> None:
    """Assess a breach of personal data: severity, whom to tell and by when, and drafts of what to say."""


@breach.command(epilog="Example: sentinel breach start brudd.yml --known 2026-11-20T14:05")
@click.argument("file", metavar="BREACH.yml", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--known",
    callback=a_moment,
    metavar="MOMENT",
    required=True,
    help="When the controller became aware, such as 2026-11-20T14:05: the clock starts there.",
)
@LANGUAGE
@AT
@asks("content")
def start(asked: Asked, file: Path, known: datetime, language: Language, at: datetime | None) -> int:
    """Write a fresh file with comments, every answer unknown and the clock running. Never writes over a file."""
    if file.exists():
        raise click.UsageError(f"{file} is there already")
    base, now = asked.content_folder(), or_now(at)
    pack, name = load_pack(base), "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in file.stem)[:60]
    text = fresh(base, language, name, known)
    case, _ = case_of(text, str(file), now, pack.table, pack.names)
    save(file, [text])
    say_all(behind(assess(case, pack, now), language))
    return ExitCode.CLEAN


@breach.command(epilog="Example: sentinel breach check examples/breach/lyngvik.yml")
@FILE
@AT
@asks("content")
def check(asked: Asked, file: Path, at: datetime | None) -> int:
    """Tell every fault of a breach file at once, each with its line, and warn of what may name a patient."""
    case, pack, now = _read(asked, file, at)
    remains = assess(case, pack, now).remains
    say(f"{file}: no faults; {len(remains)} things remain to be found out or written")
    return ExitCode.CLEAN


@breach.command("assess", epilog="Example: sentinel breach assess examples/breach/lyngvik.yml --at 2026-11-20T16:00")
@FILE
@AT
@LANGUAGE
@LATE
@asks("content", "form")
def assess_(asked: Asked, file: Path, at: datetime | None, language: Language, fail_on: str | None) -> int:
    """Compute the severity step by step, what follows and why, the deadlines, and what remains."""
    found = assess(*_read(asked, file, at))
    record = breach_record(found)
    if asked.form in {"json", "jsonl"}:
        emit([record], (), asked.form)
    else:
        table = asked.form == "table"
        echo_all(before(found, language) if table else ())
        emit(record["duties"], columns(language), asked.form)
        echo_all(after(found, language) if table else ())
    say_all(behind(found, language))
    return _exit_code(found, fail_on)


@breach.command("draft", epilog="Example: sentinel breach draft examples/breach/lyngvik.yml --to persons")
@FILE
@click.option("--to", type=click.Choice(get_args(Receiver)), required=True, help="Who it is for.")
@LANGUAGE
@AT
@asks("content")
def draft_(asked: Asked, file: Path, to: Receiver, language: Language, at: datetime | None) -> int:
    """Write a draft on standard output: what is known, and in brackets what is not. Sends nothing."""
    case, pack, now = _read(asked, file, at)
    found = assess(case, pack, now)
    duty = next((duty for duty in found.duties if duty.draft == to), None)
    if duty is None:
        raise click.UsageError(f"this is not for a {case.role} to send to {to}")
    if duty.applies != "yes":
        say(f"Note: by the answers in the file, whether this has to be sent is '{duty.applies}'.")
    echo_all(draft(to, case, found, pack.wording, language).splitlines())
    return ExitCode.CLEAN


def echo_all(lines: Iterable[str]) -> None:
    """Print lines on standard output, with nothing in them that a terminal would obey."""
    for line in lines:
        click.echo(clean(line))


def _read(asked: Asked, file: Path, at: datetime | None) -> tuple[CaseFile, Pack, datetime]:
    now, pack = or_now(at), load_pack(asked.content_folder())
    case, warnings = read_case(file, now, pack.table, pack.names)
    say_warnings(warnings)
    return case, pack, now


def _exit_code(found: BreachAssessment, fail_on: str | None) -> ExitCode:
    """Return 1 where something that is not done is as late as `--fail-on` says."""
    return ExitCode.FOUND if any(duty.state in GRAVE[fail_on] for duty in found.duties) else ExitCode.CLEAN

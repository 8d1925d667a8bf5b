"""`sentinel rules check|test`: what is wrong with rules, for people and for editors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from sentinel import authoring
from sentinel.authoring import Desk
from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.summary import say, say_all
from sentinel.model.records import record_of
from sentinel.model.remarks import Remark
from sentinel.model.text import counted

BESIDE = click.Path(path_type=Path, exists=True)
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
REMARKS = (
    Column("place", lambda remark: f"{remark['path']}:{remark['line']}"),
    Column("grave", lambda remark: remark["grave"]),
    Column("code", lambda remark: remark["code"]),
    Column("what", lambda remark: remark["what"], grow=True),
)
MOST_NAMED = 5


@click.command(epilog="Example: sentinel rules check rules/windows --ignore no-samples --format jsonl")
@PATHS
@click.option("--ignore", "ignored", multiple=True, metavar="CODE", help="Warnings to leave out; repeatable.")
@click.option("--with", "beside", multiple=True, type=BESIDE, help="Rules that these refer to; repeatable.")
@PLACEHOLDERS
@asks("content", "form")
def check(
    asked: Asked,
    paths: tuple[Path, ...],
    ignored: tuple[str, ...],
    beside: tuple[Path, ...],
    placeholders: tuple[str, ...],
) -> int:
    """Check rule files: every fault and every warning at once, as `path:line: what`.

    PATHS are rule files and folders; without any, the content's rules. A correlation or filter alone needs --with the
    rules it refers to. Exit 2 when a rule is refused; warnings alone
    are exit 0.
    """
    ruleset, remarks = authoring.check(desk(asked, (*paths, *beside), placeholders))
    about = [remark for remark in remarks if not beside or is_below(remark.path, paths)]
    shown = [remark for remark in about if remark.grave == "error" or remark.code not in ignored]
    show(shown, asked.form)
    faults = sum(remark.grave == "error" for remark in shown)
    loaded = len(ruleset.rules) + len(ruleset.correlations)
    say(
        f"{counted(loaded, 'rule')} loaded, {len(ruleset.refused):,} refused, {counted(len(shown) - faults, 'warning')}"
    )
    return ExitCode.ERROR if faults else ExitCode.CLEAN


@click.command(epilog="Example: sentinel rules test rules/windows/windows_whoami_all.yml")
@PATHS
@PLACEHOLDERS
@asks("content", "form")
def test(asked: Asked, paths: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """Test rules on the samples beside them: what they must match, and what they must leave alone.

    For a sample that should match and does not, the part of the condition that was false first is told. Exit 2 when
    a sample or rule is at fault, 3 when rules have no samples.
    """
    tested = authoring.try_samples(desk(asked, paths, placeholders))
    show(tested.remarks, asked.form)
    say_all(f"{place}: not tested: no samples beside it" for place in tested.untested[:MOST_NAMED])
    count, faults = counted(tested.tested, "rule"), counted(len(tested.remarks), "fault")
    say(f"{count} tested, {faults}, {counted(len(tested.untested), 'rule')} not tested")
    return ExitCode.ERROR if tested.remarks else ExitCode.PARTIAL if tested.untested else ExitCode.CLEAN


def desk(asked: Asked, paths: Sequence[Path], placeholders: Iterable[str] = ()) -> Desk:
    """Return what the author named: rules by path as they were typed, or the content's."""
    content = asked.content_folder()
    if paths:
        return Desk(paths, Path.cwd(), content, filled(placeholders))
    return Desk([content / "rules"], content, content, filled(placeholders))


def is_below(place: str, paths: Sequence[Path]) -> bool:
    """Say whether a place is one of the paths, or in a folder that is."""
    return any(Path(place).resolve().is_relative_to(path.resolve()) for path in paths)


def show(remarks: Sequence[Remark], form: str) -> None:
    """Print remarks: a line each for people and editors, or records."""
    if form == "table":
        for remark in remarks:
            click.echo(clean(str(remark)))
    else:
        emit(map(record_of, remarks), REMARKS, form)

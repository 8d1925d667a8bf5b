"""`sentinel rules convert`: rules in the words of other query languages, and where these do not mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.rules_check import PATHS, desk
from sentinel.cli.summary import say, say_all
from sentinel.detect.convert import Wanted, convert_rules
from sentinel.detect.unlike import known
from sentinel.model.conversion import Conversion
from sentinel.model.records import Record, record_of
from sentinel.model.text import counted

QUERIES = (
    Column("rule", lambda made: made["title"]),
    Column("query", lambda made: "\n".join(made["queries"]) or f"– {made['failure']}", grow=True),
    Column("not the same", lambda made: "; ".join(made["warnings"]), grow=True),
)
ATTACK = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command(epilog="Example: sentinel rules convert rules/windows --target esql --pipeline ecs_windows")
@PATHS
@click.option("--target", required=True, help="Back end: lucene, eql, esql, elastalert, splunk, splunk_spl2, …")
@click.option("--output", default="default", show_default=True, help="Which of the back end's outputs.")
@click.option("--pipeline", "pipelines", multiple=True, help="Installed pipeline or YAML file; repeatable.")
@click.option("--attack", type=ATTACK, help="ATT&CK's data (enterprise-attack.json), for outputs that name techniques.")
@PLACEHOLDERS
@asks("content", "form")
def convert(
    asked: Asked, paths: tuple[Path, ...], placeholders: tuple[str, ...], pipelines: tuple[str, ...], **given: object
) -> int:
    """Convert rules to another query language, with a warning wherever the query is known not to mean the same.

    Queries come on stdout, warnings on stderr (and in the records of --format json). Nothing is downloaded. Exit 3
    when a rule could not be converted.
    """
    work = desk(asked, paths, placeholders)
    wanted = Wanted(pipelines=pipelines, placeholders=filled(placeholders), **given)  # type: ignore[arg-type]  # click's own types
    ruleset = work.load()
    say_all(str(refused.fault) for refused in ruleset.refused)
    partial = _print(convert_rules(ruleset, work.base, wanted), wanted.target, asked.form)
    return ExitCode.PARTIAL if partial or ruleset.refused else ExitCode.CLEAN


def _print(made: Iterator[Conversion], target: str, form: str) -> bool:
    """Print each conversion as it is made, and the counts at the end; return whether any failed."""
    counts = {"converted": 0, "failed": 0, "warned": 0}

    def records() -> Iterator[Record]:
        for one in made:
            counts["failed" if one.failure else "converted"] += 1
            counts["warned"] += bool(one.warnings)
            if form in {"table", "csv"}:
                say_all(f"{one.path}: warning: {what}" for what in one.warnings)
            if one.failure:
                say(f"{one.path}: not converted: {one.failure}")
            yield record_of(one)

    if form == "table":
        for record in records():
            click.echo("\n".join(record["queries"]), nl=bool(record["queries"]))
    else:
        emit(records(), QUERIES, form)
    _say_counts(counts, target)
    return bool(counts["failed"])


def _say_counts(counts: dict[str, int], target: str) -> None:
    total = counts["converted"] + counts["failed"]
    share = f" ({counts['converted'] / total:.2%})" if total else ""
    say(f"{counts['converted']:,} of {counted(total, 'rule')} converted{share}, {counts['warned']:,} with warnings")
    if not known(target):
        say(f"nothing is known here of how queries of '{target}' differ from the rules: no warning is no promise")

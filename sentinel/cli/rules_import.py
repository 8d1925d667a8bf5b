"""`sentinel rules import`: the rules of others, whole or not at all, and never over a site's own edits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say
from sentinel.detect.archive import read_archive
from sentinel.detect.imports import Plan, carry_out, plan_import
from sentinel.model.records import record_of
from sentinel.model.text import counted

CHANGES = (
    Column("how", lambda change: change["how"]),
    Column("file", lambda change: change["path"], grow=True),
    Column("title", lambda change: change["title"], grow=True),
    Column("why", lambda change: change["reason"], grow=True),
)
SOURCE = click.Path(path_type=Path, exists=True)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("import", epilog="Example: sentinel rules import sigma-master.zip --into site/rules/sigmahq --dry-run")
@click.argument("source", type=SOURCE)
@click.option("--into", type=FOLDER, required=True, help="Folder for the rules; made where it is not there.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@asks("form")
def import_rules(asked: Asked, source: Path, into: Path, dry_run: bool) -> int:  # noqa: FBT001 -- click passes options by name
    """Import rules from SOURCE: a zip, a tar (also .gz, .xz, .bz2) or a checkout, such as SigmaHQ's.

    Shows what is added, changed (in meaning), reworded and removed. Files that were edited here are kept as they are,
    and exit 3 says so. Licences come along, and imported.json says what came from where.
    """
    plan = plan_import(read_archive(source), into.resolve())
    emit((record_of(change) for change in plan.changes if change.how != "same"), CHANGES, asked.form)
    if not dry_run:
        _carry_out(plan)
    counts = Counter(change.how for change in plan.changes)
    say(", ".join(f"{count:,} {how}" for how, count in counts.most_common()))
    for reason, count in sorted(plan.source["skipped"].items()):
        say(f"not taken: {counted(count, 'file')}, {reason}")
    return ExitCode.PARTIAL if counts["kept"] else ExitCode.CLEAN


def _carry_out(plan: Plan) -> None:
    try:
        carry_out(plan)
    except OSError as error:
        raise click.FileError(str(plan.into), error.strerror or "cannot be written") from error

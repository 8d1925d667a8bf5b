"""`sentinel detect`: Sigma rules over log files on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.summary import say_all, say_warnings, say_watch
from sentinel.detect.engine import Engine
from sentinel.detect.readers.recognise import FORMATS
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch, name_of
from sentinel.model.records import Record, hit_record
from sentinel.model.severity import Severity

HITS = (
    Column("time (UTC)", lambda hit: (hit["event"]["time"] or "–")[:19]),
    Column("level", lambda hit: hit["rule"]["level"]),
    Column("rule", lambda hit: hit["rule"]["title"], grow=True),
    Column("source", lambda hit: f"{hit['event']['source']}:{hit['event']['record']}"),
)
LOGS = click.Path(path_type=Path, exists=True, allow_dash=True)
RULES = click.Path(path_type=Path, exists=True)


@click.command(epilog="Example: sentinel detect Security.evtx sysmon.jsonl.zst --rules rules --format jsonl")
@click.argument("files", nargs=-1, required=True, type=LOGS)
@click.option("--rules", "rules", multiple=True, type=RULES, help="Rule file or folder; repeatable.")
@click.option("--placeholder", "placeholders", multiple=True, metavar="NAME=VALUE", help="Fill in %NAME%; repeatable.")
@click.option(
    "--input-format", "kind", type=click.Choice([*FORMATS]), help="Format of all files (default: by content)."
)
@asks("content", "form", "fail_on", "quiet")
def detect(
    asked: Asked, files: tuple[Path, ...], rules: tuple[Path, ...], placeholders: tuple[str, ...], kind: str | None
) -> int:
    """Apply Sigma rules to logs: files, folders, archives, or `-` for standard input.

    Hits come on stdout as they are found. What was not looked at (rules refused, files or records that could not be
    read) is told on stderr, and the exit code is then 3.
    """
    content = asked.content_folder()
    with asked.progress.busy("Loading rules"):
        folders, base = (rules, Path.cwd()) if rules else ([content / "rules"], content)
        ruleset = load_rules(folders, base, _filled(placeholders))
    say_warnings(ruleset.warnings)
    watching = Watch(Engine(ruleset, load_routes(content)))
    logs = [Log(name_of(path), [path], format=kind) for path in files]
    levels: list[Severity] = []

    def hits() -> Iterator[Record]:
        for alert in watching.alerts(logs, asked.progress.track):
            levels.append(alert.rule.level)
            yield hit_record(alert)

    emit(hits(), HITS, asked.form)
    say_all(f"{file.name}: {file.format}, {file.handled:,} records" for file in watching.files)
    partial = say_watch(watching.sources, watching.ledger(), watching.unreadable)
    return asked.exit_code(levels, partial=partial)


def _filled(given: tuple[str, ...]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise click.UsageError(f"--placeholder takes NAME=VALUE, not '{pair}'")
        values.setdefault(name.strip("%"), []).append(value)
    return values

"""`sentinel detect`: Sigma rules over log files on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import click

from sentinel.cli.explanations import below, called, explained, short
from sentinel.cli.keeping import keeping
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, emit_as_found
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.summary import say_all, say_files, say_warnings, say_watch
from sentinel.cli.writing import outputs
from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.detect.fast.crew import usual_processes
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.readers.recognise import FORMATS
from sentinel.detect.routes import load_routes, unused_mappings
from sentinel.detect.rule import RuleSet
from sentinel.detect.streams import name_of
from sentinel.detect.watch import Feed, Log, Watch
from sentinel.model.alerts import Alert
from sentinel.model.explained import Called
from sentinel.model.records import Record, hit_record
from sentinel.model.severity import Severity


def titled(hit: Record) -> str:
    """Return the rule's title, and of a correlation's alert whether it is told again or is so no more."""
    if hit["status"] != "current":
        return f"{hit['rule']['title']} ({hit['status']})"
    return f"{hit['rule']['title']} (revision {hit['revision']})" if hit["revision"] > 1 else str(hit["rule"]["title"])


HITS = (
    Column("time (UTC)", lambda hit: (hit["event"]["time"] or "–")[:19], width=19),
    Column("level", lambda hit: hit["rule"]["level"], width=8),
    Column("rule", titled, grow=True, width=50),
    Column("source", lambda hit: f"{hit['event']['source']}:{hit['event']['record']}"),
)
WHY = Column("explanation", lambda hit: "; ".join(hit["explanation"]))
LOGS = click.Path(path_type=Path, exists=True, allow_dash=True)
INPUT_FORMAT = click.option(
    "--input-format", "kind", type=click.Choice([*FORMATS]), help="Format of all files (default: by content)."
)


@click.command(epilog="Example: sentinel detect Security.evtx sysmon.jsonl.zst --rules rules --write html=hits.html")
@click.argument("files", nargs=-1, required=True, type=LOGS)
@RULES
@PLACEHOLDERS
@INPUT_FORMAT
@asks("explain", "store", "content", "form", "fail_on", "no_cache", "quiet", "writes", "ledger", "save", "processes")
def detect(
    asked: Asked,
    files: tuple[Path, ...],
    rules: tuple[Path, ...],
    placeholders: tuple[str, ...],
    kind: str | None,
) -> int:
    """Apply Sigma rules to logs: files, folders, archives, or `-` for standard input.

    Hits come on stdout as they are found. What was not looked at (rules refused or broken, files or records that could
    not be read, logs cut off, files of no log source that is connected) is told on stderr, and the exit code is then 3.
    """
    return tell_alerts(asked, compiled_rules(asked, rules, placeholders), logs_of(files, kind), (*files, *rules))


def tell_alerts(asked: Asked, compiled: Compiled, logs: Sequence[Log | Feed], inputs: Sequence[Path]) -> int:
    """Apply rules to logs, print hits as they are found and what was not looked at; return the exit code.

    `inputs` are files that nothing may be written over.
    """
    kept, processes = keeping(asked), asked.processes or usual_processes()
    routes = load_routes(asked.content_folder())
    engine = FastEngine(compiled.ruleset, routes, compiled.alarms, cache=asked.rule_cache(), pace=Pace(processes))
    watching = Watch(engine, kept.memory if kept else None)
    levels: list[Severity] = []
    alerts = watching.alerts(logs, asked.progress.track)
    with (
        outputs(asked, inputs, watching, kept) as keep,
        closing(alerts),
    ):  # closed first: only then is known what was not read
        columns = (*HITS, WHY) if asked.explain and asked.form == "csv" else HITS
        emit_as_found(_records(alerts, levels, keep, (asked, called(compiled.ruleset))), columns, asked.form, below)
    say_all(_notes(engine, logs))
    lost = say_files(watching.files)
    partial = say_watch(watching.sources, watching.ledger(), watching.unreadable)
    return asked.exit_code(levels, partial=partial or lost)


def _notes(engine: FastEngine, logs: Sequence[Log | Feed]) -> Iterator[str]:
    if engine.hindrance:
        yield f"the fast engine could not be used, so this took longer: {engine.hindrance}"
    yield from (f"{log.name}: {one.told}" for log in logs if isinstance(log, Feed) for one in log.counted)


def loaded(asked: Asked, rules: tuple[Path, ...], placeholders: Iterable[str]) -> RuleSet:
    """Return the rules that were asked for, or those that are shipped."""
    return compiled_rules(asked, rules, placeholders).ruleset


def compiled_rules(asked: Asked, rules: tuple[Path, ...], placeholders: Iterable[str]) -> Compiled:
    """Do the same, and return what wakes them with them."""
    content = asked.content_folder()
    with asked.progress.busy("Loading rules"):
        folders, base = (rules, Path.cwd()) if rules else ([content / "rules"], content)
        compiled = compile_rules(folders, base, filled(placeholders), asked.rule_cache())
    say_warnings(compiled.ruleset.warnings)
    say_all(f"{path}: not used: log sources are taken from --content alone" for path in unused_mappings(rules, content))
    return compiled


def logs_of(files: tuple[Path, ...], kind: str | None = None) -> list[Log]:
    """Return each path as a log of its own, under a name that no other one has."""
    names = [name_of(path) for path in files]
    return [
        Log(name if names.count(name) == 1 else str(path), [path], format=kind)
        for name, path in zip(names, files, strict=True)
    ]


def _records(
    alerts: Iterable[Alert], levels: list[Severity], keep: Callable[[Alert], None], how: tuple[Asked, Called]
) -> Iterator[Record]:
    asked, names = how
    cut = short if asked.form == "table" else str
    for alert in alerts:
        if alert.status == "current":
            levels.append(alert.rule.level)
        keep(alert)
        yield hit_record(alert, explained(alert, cut, names) if asked.explain else None)

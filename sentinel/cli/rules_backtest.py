"""`sentinel rules backtest`: what a change of rules would have changed in the alerts of logs that are there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sentinel import backtesting
from sentinel.cli.app import ExitCode
from sentinel.cli.clusters import From, reads_from
from sentinel.cli.detect import LOGS, logs_of
from sentinel.cli.explanations import short
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, clean, emit
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.summary import say, say_watch
from sentinel.detect.compiled import compile_rules
from sentinel.detect.narrow.plan import Plan, make_plan
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.watch import Feed, Log
from sentinel.model.backtest import Difference
from sentinel.model.records import record_of

DIFFERENCES = (
    Column("rule", lambda found: found["title"], grow=True),
    Column("is", lambda found: found["change"]),
    Column("added", lambda found: str(found["added"])),
    Column("gone", lambda found: str(found["gone"])),
    Column("same", lambda found: str(found["same"])),
)
RULES = click.Path(path_type=Path, exists=True)


@click.command(epilog="Example: sentinel rules backtest --old rules --new my-rules archive/2026-10/*.jsonl.zst")
@click.argument("logs", nargs=-1, type=LOGS)
@reads_from
@click.option("--old", multiple=True, required=True, type=RULES, help="Rule file or folder as it was; repeatable.")
@click.option("--new", multiple=True, required=True, type=RULES, help="Rule file or folder as it is to be; repeatable.")
@PLACEHOLDERS
@asks("content", "form", "no_cache", "quiet")
def backtest(
    asked: Asked,
    logs: tuple[Path, ...],
    source: From,
    old: tuple[Path, ...],
    new: tuple[Path, ...],
    placeholders: tuple[str, ...],
) -> int:
    """Run old and new rules over the same LOGS, and show per rule which alerts come, go and stay.

    With `--from`, over the records of an Elasticsearch index: what a rule would have said, before it is in use.

    Alerts are compared by the fingerprint of their event, those of a correlation by group and time. An alert that
    goes is shown with the part of the new condition that is false. Exit 3 when something was not looked at: the
    difference is then not the whole one.
    """
    content, values, cache = asked.content_folder(), filled(placeholders), asked.rule_cache()
    with asked.progress.busy("Loading rules"):
        before, after = (compile_rules(paths, Path.cwd(), values, cache).ruleset for paths in (old, new))
    plan = make_plan(RuleSet((*before.rules, *after.rules), ()), load_routes(content))
    done = backtesting.backtest(before, after, content, _logs(logs, source, plan), asked.progress.track, cache)
    show(done.differences, asked.form)
    for entry in done.old_refused:
        say(f"{entry.path}: of the old rules, not loaded: {entry.reason}")
    for entry in done.old_partly:
        say(f"{entry.path}: of the old rules, counted only in part: {entry.reason}")
    partial = say_watch(done.sources, done.ledger, done.unreadable)
    return ExitCode.PARTIAL if partial or done.old_refused or done.old_partly else ExitCode.CLEAN


def _logs(files: tuple[Path, ...], source: From, plan: Plan | None) -> list[Log | Feed]:
    if not (files or source.url):
        raise click.UsageError("name logs, or a cluster with --from")
    return [*logs_of(files), *([source.feed(plan)] if source.url else [])]


def show(differences: Sequence[Difference], form: str) -> None:
    """Print what came and went for each rule, for people with a few examples."""
    records = [record_of(one) for one in differences]
    emit(records, DIFFERENCES, form)
    if form == "table":
        for record in records:
            for word in ("added", "gone"):
                for example in record[f"examples_{word}"]:
                    click.echo(clean(_example(record["title"], word, example)))
        total = {word: sum(record[word] for record in records) for word in ("added", "gone", "same")}
        say(", ".join(f"{count:,} alerts {word}" for word, count in total.items()))


def _example(title: str, word: str, example: dict[str, Any]) -> str:
    matched = ", ".join(f"{met['field']} {met['by']}" for met in example["matched"][:3])
    told = example["why"] or matched or "what is absent"
    return f"{word}: {title}: {example['source']}:{example['record']} {(example['time'] or '')[:19]}: {short(told)}"

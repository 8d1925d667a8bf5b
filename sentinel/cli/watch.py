"""`sentinel watch`: rules over what comes into an index, and an account of every stretch of it."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.clusters import Over, watches
from sentinel.cli.detect import HITS, compiled_rules
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, emit, emit_as_found
from sentinel.cli.placeholders import PLACEHOLDERS
from sentinel.cli.summary import say
from sentinel.errors import StoreError
from sentinel.model.records import Record, hit_record, record_of
from sentinel.model.severity import Severity
from sentinel.model.text import counted
from sentinel.watching import Looked, Means, Runner


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


WINDOWS = (
    Column("window (UTC)", lambda item: f"{item['start'][:19]} to {item['end'][11:19]}".replace("T", " ")),
    Column("state", lambda item: item["state"]),
    Column("records", lambda item: _number(item["records"])),
    Column("alerts", lambda item: _number(item["alerts"])),
    Column("tries", lambda item: str(item["tries"])),
    Column("of", lambda item: f"{item['site']}: {item['target']}", grow=True),
    Column("why", lambda item: item["reason"], grow=True),
)
OWED = click.option("--owed", is_flag=True, help="Only those that are not looked at yet.")


@click.group()
def watch() -> None:
    """Watch over what comes into Elasticsearch: window after window, each looked at to its end or still owed."""


@watch.command("run", epilog="Example: sentinel watch run --from https://elastic.example:9200 --save klinikken --once")
@watches
@RULES
@PLACEHOLDERS
@asks("store", "content", "form", "fail_on", "no_cache", "quiet")
def run_watch(asked: Asked, over: Over, rules: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """Apply rules to all that comes in, and print each new alert once; alerts and windows are kept in the store.

    Several runners may share a store. A window that could not be read to its end stays owed and is tried again, and
    one in which more records turn up later is looked at again. With `--once` the exit code is 3 where any is owed.
    """
    reader, beat = over.open()
    compiled = compiled_rules(asked, rules, placeholders)
    means = Means(compiled, asked.content_folder(), asked.rule_cache(), lambda: datetime.now(UTC))
    who = f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"
    runner = Runner(reader, asked.open_store(), over.site, beat, means, who)
    levels: list[Severity] = []
    emit_as_found(_rounds(runner, asked, levels, None if over.once else over.every), HITS, asked.form, lambda _hit: ())
    return asked.exit_code(levels, partial=not _is_whole(runner))


@watch.command("windows", epilog="Example: sentinel watch windows --owed")
@OWED
@asks("store", "form")
def windows(asked: Asked, owed: bool) -> int:  # noqa: FBT001 -- click's flag
    """List the windows of every watch: looked at, or owed and why. The exit code is 3 where any is owed."""
    found = list(asked.open_store().all_windows())
    emit((record_of(one) for one in found if one.state == "owed" or not owed), WINDOWS, asked.form)
    late = sum(one.state == "owed" for one in found)
    say(f"{counted(len(found), 'window')}, {late:,} owed")
    return ExitCode.PARTIAL if late else ExitCode.CLEAN


def _rounds(runner: Runner, asked: Asked, levels: list[Severity], every: float | None) -> Iterator[Record]:
    while True:
        for looked in runner.round(asked.progress.track):
            _tell(looked)
            levels += (alert.rule.level for alert in looked.new if alert.status == "current")
            yield from map(hit_record, looked.new)
        if runner.uncounted:
            say(f"not looked for records that came late: {runner.uncounted}")
        if every is None:
            return
        time.sleep(every)


def _tell(looked: Looked) -> None:
    window = looked.window
    span = f"{window.start:%Y-%m-%d %H:%M:%S} to {window.end:%H:%M:%S} UTC"
    if window.state == "owed":
        say(f"{span}: owed, try {window.tries}: {window.reason}")
        return
    say(f"{span}: {counted(window.records or 0, 'record')}, {counted(len(looked.new), 'new alert')}")


def _is_whole(runner: Runner) -> bool:
    """Tell what is owed and what no window holds; return whether nothing is."""
    late = sum(one.state == "owed" for one in runner.windows.listed())
    say(f"{counted(late, 'window')} owed")
    try:
        undated = runner.undated()
    except StoreError as error:
        say(f"not looked for records of no window: {error}")
        return False
    if undated:
        say(f"{counted(undated, 'record')} of no window: without {runner.beat.field}")
    return not (late or undated or runner.uncounted)

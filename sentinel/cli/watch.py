"""`sentinel watch`: rules over what comes into an index, and an account of every stretch of it."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from sentinel.cli.app import ExitCode
from sentinel.cli.back_call import load_set
from sentinel.cli.clusters import Over, watches
from sentinel.cli.detect import HITS, compiled_rules
from sentinel.cli.follow import Follow, follows
from sentinel.cli.mirror import follow
from sentinel.cli.options import RULES, Asked, asks
from sentinel.cli.output import Column, emit, emit_as_found
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.summary import say, say_broken, say_refused
from sentinel.cli.tail import watch_files
from sentinel.cli.watch_back import list_changes, say_unsearched, search_back
from sentinel.cli.watch_rules import watch_rules
from sentinel.detect.reach import NEVER
from sentinel.errors import StoreError
from sentinel.mirroring import Follower
from sentinel.model.records import Record, hit_record, record_of
from sentinel.model.severity import Severity
from sentinel.model.skipped import FOREIGN
from sentinel.model.text import counted
from sentinel.model.windows import SET_ASIDE
from sentinel.watching import Looked, Means, Runner

UNJUDGED = (SET_ASIDE, "failed", "truncated", "refused", "no-route")
"""States of rules that were not looked at in a window, or in part."""


@dataclass(slots=True)
class Seen:
    """What a call has seen so far: how grave its alerts are, and whether anything was not looked at."""

    levels: list[Severity] = field(default_factory=list)
    gaps: bool = False
    undated: int = 0


def _gaps(item: Mapping[str, Any]) -> str:
    """Return what was not looked at in a window that is done."""
    lost = [f"{count:,} skipped ({reason})" for reason, count in sorted(item["skipped"].items())]
    return ", ".join((*lost, *(f"{item['rules'][state]:,} {state}" for state in UNJUDGED if state in item["rules"])))


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


WINDOWS = (
    Column("window (UTC)", lambda item: f"{item['start'][:19]} to {item['end'][11:19]}".replace("T", " ")),
    Column("state", lambda item: item["state"]),
    Column("records", lambda item: _number(item["records"])),
    Column("alerts", lambda item: _number(item["alerts"])),
    Column("not looked at", _gaps, grow=True),
    Column("tries", lambda item: str(item["tries"])),
    Column("of", lambda item: f"{item['site']}: {item['target']}", grow=True),
    Column("why", lambda item: item["reason"], grow=True),
)
OWED = click.option("--owed", is_flag=True, help="Only those that are not looked at yet.")


@click.group()
def watch() -> None:
    """Watch over what comes into Elasticsearch, or into files here: each window is looked at to its end or owed."""


watch.add_command(watch_rules)
watch.add_command(list_changes)
watch.add_command(search_back)


@watch.command("run", epilog="Example: sentinel watch run --from https://elastic.example:9200 --save klinikken --once")
@watches
@follows
@RULES
@PLACEHOLDERS
@asks("store", "content", "form", "fail_on", "no_cache", "quiet")
def run_watch(asked: Asked, over: Over, follow: Follow, rules: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    """Apply rules to all that comes in, and print each new alert once; alerts and windows are kept in the store.

    Of a cluster, or with `--logs` or `--site` of files and folders that are still written: what is new in them, once,
    also where they are renamed, copied, cut off or packed. An interrupt ends it with all kept that was done.

    Several runners may share a store. A window that could not be read to its end stays owed and is tried again, and
    one in which more records turn up later is looked at again. With `--once` the exit code is 3 where any is owed, and
    where a record or a rule was not looked at.
    """
    if follow.is_meant(over):
        return watch_files(asked, over, follow, rules, placeholders)
    return _watch_index(asked, over, rules, placeholders)


@watch.command("windows", epilog="Example: sentinel watch windows --owed")
@OWED
@asks("store", "form")
def windows(asked: Asked, owed: bool) -> int:  # noqa: FBT001 -- click's flag
    """List the windows of every watch: looked at, or owed and why. The exit code is 3 where any is owed."""
    found = list(asked.open_store().all_windows())
    emit((record_of(one) for one in found if one.state == "owed" or not owed), WINDOWS, asked.form)
    late = sum(one.state == "owed" for one in found)
    skipped = sum(sum(one.skipped.values()) for one in found)
    say(f"{counted(len(found), 'window')}, {late:,} owed, {counted(skipped, 'record')} skipped")
    return ExitCode.PARTIAL if late else ExitCode.CLEAN


def _watch_index(asked: Asked, over: Over, rules: tuple[Path, ...], placeholders: tuple[str, ...]) -> int:
    reader, beat = over.open()
    store = asked.open_store()
    follower = over.follower(store)
    compiled = compiled_rules(asked, rules, placeholders)
    load = partial(load_set, asked, rules, filled(placeholders), ruleset=compiled.ruleset)
    say_unsearched(store.back(over.save_as(), over.index), load)
    means = Means(
        compiled, asked.content_folder(), asked.rule_cache(), lambda: datetime.now(UTC), time.perf_counter_ns, say
    )
    who = f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"
    runner = Runner(reader, store, over.save_as(), beat, means, who)
    seen = Seen(gaps=_tell_unable(runner))
    rounds = _rounds(runner, asked, seen, None if over.once else over.every, follower)
    emit_as_found(rounds, HITS, asked.form, lambda _hit: ())
    late = sum(one.state == "owed" for one in runner.windows.listed())
    say(f"{counted(late, 'window')} owed")
    _tell_undated(runner, seen)
    unmirrored = follower.owed() if follower else 0
    return asked.exit_code(seen.levels, partial=bool(seen.gaps or late or runner.uncounted or unmirrored))


def _rounds(
    runner: Runner, asked: Asked, seen: Seen, every: float | None, follower: Follower | None
) -> Iterator[Record]:
    while True:
        for looked in runner.round(asked.progress.track):
            seen.gaps |= _tell(looked)
            seen.levels += (alert.rule.level for alert in looked.new if alert.status == "current")
            yield from map(hit_record, looked.new)
        if runner.uncounted:
            say(f"not looked for records that came late: {runner.uncounted}")
        if follower is not None:
            follow(follower)
        if every is None:
            return
        _tell_undated(runner, seen)
        time.sleep(every)


def _tell_unable(runner: Runner) -> bool:
    """Tell which rules no window is looked at for; return whether there are any."""
    unable = runner.unable()
    refused, broken = say_refused(unable), say_broken(unable)
    return bool(refused or broken)


def _tell(looked: Looked) -> bool:
    """Tell what came of a window; return whether a record or a rule of it was not looked at."""
    window = looked.window
    span = f"{window.start:%Y-%m-%d %H:%M:%S} to {window.end:%H:%M:%S} UTC"
    if window.state == "owed":
        say(f"{span}: owed, try {window.tries}: {window.reason}")
        return False
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(window.skipped.items()))
    told = f"{span}: {counted(window.records or 0, 'record')}, {counted(len(looked.new), 'new alert')}"
    say(told + (f", skipped: {reasons}" if reasons else ""))
    aside = window.rules.get(SET_ASIDE, 0)
    if aside:
        say(f"{counted(aside, 'rule')} set aside and not looked at: see `sentinel watch rules --set-aside`")
    broken = say_broken(entry for entry in looked.ledger if entry.state not in NEVER and entry.rule not in looked.aside)
    return bool(broken or aside) or any(reason not in FOREIGN for reason in window.skipped)


def _tell_undated(runner: Runner, seen: Seen) -> None:
    """Tell how many records no window holds, when that is news."""
    if runner.breaker.is_open:  # told already, and nothing more is asked
        seen.gaps = True
        return
    try:
        undated = runner.undated()
    except StoreError as error:
        say(f"not looked for records of no window: {error}")
        seen.gaps = True
        return
    if undated != seen.undated:
        say(f"{counted(undated, 'record')} of no window: without {runner.beat.field}")
    seen.gaps |= bool(undated)
    seen.undated = undated

"""`sentinel watch run` over files and folders of this machine, where there is no cluster."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from uuid import uuid4

import click

from sentinel.cli.back_call import load_set, target_of
from sentinel.cli.clusters import Over
from sentinel.cli.detect import HITS
from sentinel.cli.follow import Follow, is_given
from sentinel.cli.options import Asked
from sentinel.cli.output import emit_as_found
from sentinel.cli.placeholders import values_of
from sentinel.cli.summary import say, say_all, say_broken, say_refused
from sentinel.cli.watch_back import say_unsearched
from sentinel.detect.compiled import compile_rules
from sentinel.detect.reach import NEVER
from sentinel.errors import StoreError
from sentinel.model.records import Record, hit_record
from sentinel.model.severity import Severity
from sentinel.model.skipped import FOREIGN
from sentinel.model.text import counted
from sentinel.settings import read_site
from sentinel.tailing import Read, Tail, Tools

EVERY = 10.0
MINUTES = 60.0
MOST_ROUNDS = 5
"""Rounds of `--once`: of copies that grow, the second round knows more."""


def watch_files(
    asked: Asked, over: Over, follow: Follow, rules: tuple[Path, ...], placeholders: tuple[str, ...]
) -> int:
    """Follow logs, print each new alert once, and say what was not looked at; return the exit code."""
    site = read_site(follow.site_file) if follow.site_file else None
    key = over.save_as(site.file.organisation.number if site else "")
    store = asked.open_store(site)
    content = asked.content_folder(site)
    values = values_of(site, store, key, placeholders)
    with asked.progress.busy("Loading rules"):
        folders, base = (rules, Path.cwd()) if rules else ([content / "rules"], content)
        compiled = compile_rules(folders, base, values, asked.rule_cache())
    archive = follow.archive_of(site)
    if archive or site is None:
        back = store.back(key, target_of((archive,) if archive else follow.logs))
        say_unsearched(back, partial(load_set, asked, rules, values, site, compiled.ruleset))
    else:
        say(f"{key}: without an archive there is nothing to search changed rules back over")
    length = timedelta(minutes=over.minutes if is_given("minutes") else MINUTES)
    tools = Tools(compiled, content, asked.rule_cache(), _now, _new_id, length)
    tail = Tail(key, follow.tailed(site), store, tools, follow.open_archive(site, store, key))
    call = _Call(tail, asked, None if over.once else over.every if is_given("every") else EVERY)
    with call.interruptible():
        emit_as_found(call.rounds(), HITS, asked.form, lambda _hit: ())
    call.end()
    if call.stop.is_set():
        raise click.Abort
    return asked.exit_code(call.levels, partial=call.partial)


@dataclass(slots=True)
class _Call:
    """One call of the command: what it has seen so far, and whether somebody asked it to stop."""

    tail: Tail
    asked: Asked
    every: float | None
    stop: threading.Event = field(default_factory=threading.Event)
    levels: set[Severity] = field(default_factory=set)
    partial: bool = False

    def rounds(self) -> Iterator[Record]:
        """Yield each new alert; once, or until somebody asks to stop."""
        unable = self.tail.unable()
        refused, broken = say_refused(unable), say_broken(unable)
        self.partial |= bool(refused or broken)
        number = 0
        while not self.stop.is_set():
            number += 1
            read = yield from self._round()
            self._tell_notes()
            if self.every is not None:
                self.stop.wait(self.every)
            elif not (read or self.tail.waiting) or number >= MOST_ROUNDS:
                return

    def end(self) -> None:
        """Keep how long was looked, and tell what was not looked at."""
        try:
            self.tail.close()
        except StoreError as error:
            say(f"not kept how long was looked: {error}")
            self.partial = True
        self._tell_notes()
        owed, behind, absent = self.tail.owed(), self.tail.behind(), self.tail.absent()
        say_all(f"{name}: owed: {why}" for name, why in owed.items())
        say_all(f"owed: {line}" for line in behind)
        say_all(f"{name}: nothing ever came" for name in absent)
        lost = self.tail.archive.lost if self.tail.archive else []
        self.partial |= bool(owed or behind or absent or lost)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """End at the next step where somebody interrupts or ends the process; at once where they do it again."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def note(number: int, _frame: FrameType | None) -> None:
            self.stop.set()
            signal.signal(number, before[signal.Signals(number)] or signal.SIG_DFL)

        try:
            for number in before:
                signal.signal(number, note)
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)

    def _round(self) -> Generator[Record, None, bool]:
        read = False
        try:
            for step in self.tail.round(self.asked.progress.track, at_once=self.every is None):
                read = True
                self._tell(step)
                self.levels |= {alert.rule.level for alert in step.new if alert.status == "current"}
                yield from map(hit_record, step.new)
                if self.stop.is_set():
                    break
        except StoreError as error:
            say(f"not kept, and read again: {error}")
            self.partial = True
        return read

    def _tell(self, step: Read) -> None:
        for source in step.sources:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(source.skipped.items()))
            say(f"{source.source}: {counted(source.handled, 'record')}" + (f", skipped: {reasons}" if reasons else ""))
            self.partial |= any(reason not in FOREIGN for reason in source.skipped)
        self.partial |= say_broken(entry for entry in step.ledger if entry.state not in NEVER)

    def _tell_notes(self) -> None:
        say_all(self.tail.notes)
        self.tail.notes.clear()


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid4().hex

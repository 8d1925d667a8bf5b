"""`--write FORMAT=FILE` and `--ledger FILE`: alerts and ledgers in files that other programs read."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import click
import orjson

from sentinel import __version__
from sentinel.cli.explanations import called, explained
from sentinel.cli.keeping import Keeping
from sentinel.cli.options import Asked
from sentinel.cli.summary import say
from sentinel.detect.watch import Watch
from sentinel.errors import RenderError
from sentinel.model.alerts import Alert, LedgerEntry, LogSource, RuleState
from sentinel.model.explained import Called
from sentinel.model.records import hit_record, record_of
from sentinel.model.text import counted
from sentinel.share.about import About, Writer
from sentinel.share.ocsf import write_ocsf
from sentinel.share.page import write_page
from sentinel.share.spool import Spool
from sentinel.share.timeline import write_timeline
from sentinel.share.timesketch import write_timesketch


def write_jsonl(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield `sentinel.hit/1`, one a line."""
    del about
    for alert in alerts:
        yield orjson.dumps(hit_record(alert), option=orjson.OPT_APPEND_NEWLINE).decode()


def write_explained(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield the same, each with its explanation."""
    for alert in alerts:
        yield orjson.dumps(
            hit_record(alert, explained(alert, names=about.called)), option=orjson.OPT_APPEND_NEWLINE
        ).decode()


WRITERS: Mapping[str, Writer] = {
    "csv": write_timeline,
    "html": write_page,
    "jsonl": write_jsonl,
    "ocsf": write_ocsf,
    "timesketch": write_timesketch,
}

EXPLAINING = {**WRITERS, "jsonl": write_explained}
"""With `--explain`: the other formats tell what matched at all times."""

WORDS: Mapping[RuleState, str] = {
    "failed": "broke on an event",
    "truncated": "saw only a part of a log that is cut off",
    "suppressed": "had hits that a filter took away",
    "field-absent": "could not have fired, since fields needed were never there",
    "source-absent": "saw no event of the log source asked for",
    "no-route": "asked for a log source that nobody has connected",
    "refused": "not loaded",
}

DEVICES = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))
"""What stands there may be the file behind standard output, which must not be taken from under it."""
Files: TypeAlias = list[tuple[Path, Iterable[str]]]
Keep: TypeAlias = Callable[[Alert], None]


@contextmanager
def outputs(asked: Asked, inputs: Sequence[Path], watching: Watch, kept: Keeping | None = None) -> Iterator[Keep]:
    """Give what keeps alerts while a watch runs; save and write them at its end, and also where it is interrupted.

    Nothing is written over `inputs`: files, and folders of files, that are read.
    """
    targets, whole = _targets(asked), False
    must_be_free([*(str(path) for _, path in targets), asked.ledger], inputs)
    with Spool() as spool:
        try:
            yield spool.add if targets or kept else _forget
            whole = True
        finally:
            if kept:
                kept.save(spool, watching.correlator.learnt() if whole else None)
            ledger = watching.ledger() if targets or asked.ledger else ()
            about = _about(watching, ledger, whole=whole)
            files: Files = [(path, writer(spool, about)) for writer, path in targets]
            save_all(files + ([(Path(asked.ledger), ledger_lines(ledger))] if asked.ledger else []))


def save_all(files: Files) -> None:
    """Write each file, also where another one cannot be; RenderError with all that could not."""
    wrong = []
    for path, parts in files:
        try:
            save(path, parts)
        except RenderError as error:
            wrong.append(str(error))
    if wrong:
        raise RenderError("\n".join(wrong))


def must_be_free(names: Iterable[str | None], inputs: Sequence[Path] = ()) -> None:
    """Refuse, before anything is read, files that cannot be written, or only at the cost of others."""
    taken: set[Path] = set()
    for name in filter(None, names):
        try:
            wrong = _why_not(Path(name), taken, inputs)
        except OSError as error:
            wrong = f"cannot be written: {error.strerror}"
        if wrong:
            raise click.UsageError(f"{name}: {wrong}")


def export(asked: Asked, alerts: Iterable[Alert], names: Called) -> None:
    """Write alerts that are kept in the store; `names` is what people call the rules."""
    targets = _targets(asked)
    must_be_free(str(path) for _, path in targets)
    with Spool() as spool:
        for alert in alerts:
            spool.add(alert)
        about = About(datetime.now(UTC), __version__, called=names)
        save_all([(path, writer(spool, about)) for writer, path in targets])


def save(path: Path, parts: Iterable[str]) -> None:
    """Write a file whole or not at all, through a link that stands for it; RenderError where that cannot be."""
    half, target = "", path.resolve()
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=target.parent, delete=False) as file:
            half = file.name
            file.writelines(parts)
        Path(half).chmod(0o666 & ~_umask())
        Path(half).replace(target)
    except OSError as error:
        raise RenderError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if half:
            Path(half).unlink(missing_ok=True)
    say(f"wrote {path}")


def ledger_lines(ledger: Iterable[LedgerEntry]) -> Iterator[str]:
    """Yield `sentinel.ledger/1`, one a line."""
    for entry in ledger:
        yield orjson.dumps(record_of(entry), option=orjson.OPT_APPEND_NEWLINE).decode()


def _targets(asked: Asked) -> list[tuple[Writer, Path]]:
    found, writers = [], EXPLAINING if asked.explain else WRITERS
    for text in asked.writes:
        form, equals, name = text.partition("=")
        if form not in WRITERS or not (equals and name):
            raise click.UsageError(f"--write takes FORMAT=FILE with one of {', '.join(WRITERS)}, not '{text}'")
        found.append((writers[form], Path(name)))
    return found


def _why_not(name: Path, taken: set[Path], inputs: Sequence[Path]) -> str:
    path = name.resolve()
    twice = path in taken
    taken.add(path)
    if not name.absolute().parent.is_dir():
        return f"there is no folder {name.parent}"
    if twice:
        return "two things cannot be written to one file"
    if name.absolute().parent in DEVICES or (path.exists() and not path.is_file()):
        return "is no file that can be written whole"
    if not path.exists():
        return ""
    return "is among what is read, and would be lost" if any(path.is_relative_to(i.resolve()) for i in inputs) else ""


def _about(watching: Watch, ledger: Iterable[LedgerEntry], *, whole: bool) -> About:
    unseen = [] if whole else ["Interrupted: what came after is not known."]
    unseen += watching.unreadable
    unseen += [line for source in watching.sources for line in _unseen(source)]
    counts = Counter(entry.state for entry in ledger)
    unseen += [f"{counted(counts[state], 'rule')}: {words}" for state, words in WORDS.items() if counts[state]]
    read = tuple(map(_read, watching.sources))
    return About(datetime.now(UTC), __version__, read, tuple(unseen), called(watching.engine.ruleset))


def _read(source: LogSource) -> str:
    span = f", {source.first:%Y-%m-%d %H:%M} to {source.last:%Y-%m-%d %H:%M} UTC" if source.first else ""
    return f"{source.source}: {counted(source.handled, 'record')} ({source.format or 'no format'}){span}"


def _unseen(source: LogSource) -> Iterator[str]:
    for reason, count in source.skipped.items():
        yield f"{source.source}: {count:,} skipped, {reason}"


def _forget(_alert: Alert) -> None:
    """Keep nothing: no file was asked for."""


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""`sentinel ingest`: logs of this machine into Elasticsearch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from sentinel.cli.app import ExitCode
from sentinel.cli.clusters import Into, takes_in
from sentinel.cli.detect import INPUT_FORMAT, LOGS, logs_of
from sentinel.cli.options import Asked, asks
from sentinel.cli.summary import say, say_all, say_sources
from sentinel.detect.narrow.words import Wording
from sentinel.detect.routes import load_routes
from sentinel.elastic.bulk import Refused
from sentinel.errors import RenderError
from sentinel.ingesting import Ingest
from sentinel.model.records import record_of
from sentinel.model.rejects import Reject
from sentinel.model.text import counted

if TYPE_CHECKING:
    from io import BufferedWriter

REJECTS = click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("rejected.jsonl"),
    show_default=True,
    help="Where records go that the cluster refuses; added to, and readable by you alone.",
)


@click.command(epilog="Example: sentinel ingest /var/log/nginx --to https://elastic.example:9200 --keep-days 365")
@click.argument("files", nargs=-1, required=True, type=LOGS)
@takes_in
@REJECTS
@INPUT_FORMAT
@asks("content", "quiet")
def ingest(asked: Asked, files: tuple[Path, ...], into: Into, rejects: Path, kind: str | None) -> int:
    """Take logs into Elasticsearch: files, folders, archives, or `-` for standard input.

    What is there already is not written twice, so an intake that was cut off is simply done again. Records that could
    not be read, or that the cluster refused, are counted and told, and the exit code is then 3.
    """
    loader = into.open()
    with _into(rejects) as reject:
        wording = Wording(load_routes(asked.content_folder()).deciding)
        taking = Ingest(loader, into.namespace, reject, wording=wording)
        try:
            taking.take(logs_of(files, kind), asked.progress.track)
        finally:
            _tell(taking, rejects)
    return ExitCode.CLEAN if taking.is_whole else ExitCode.PARTIAL


def _tell(taking: Ingest, rejects: Path) -> None:
    say_all(taking.unreadable)
    say_sources(taking.sources)
    say(f"{counted(taking.created, 'record')} written, {taking.there:,} there already, {taking.refused:,} refused")
    if taking.refused:
        say(f"{rejects}: what the cluster refused, and why; it holds whole records")


@contextmanager
def _into(path: Path) -> Iterator[Callable[[Refused], None]]:
    """Give what adds a refused record to a file, which is made, for its owner alone, with the first one."""
    file: BufferedWriter | None = None

    def reject(one: Refused) -> None:
        nonlocal file
        try:
            if file is None:
                file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
            file.write(_line(one))
            file.flush()
        except OSError as error:
            raise RenderError(f"{path}: cannot be written: {error.strerror}") from error

    try:
        yield reject
    finally:
        if file is not None:
            file.close()


def _line(one: Refused) -> bytes:
    """Return `sentinel.reject/1`, one a line."""
    document, body = one.document, orjson.loads(one.document.body)
    reject = Reject(document.id, document.source, document.record, one.status, one.kind, one.why, body)
    return orjson.dumps(record_of(reject), option=orjson.OPT_APPEND_NEWLINE)

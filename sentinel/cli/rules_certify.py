"""`sentinel rules certify`: rules over the same events by both engines, and what came of it kept beside each rule."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from sentinel.authoring import Desk
from sentinel.certifying import Compared, Given, There, check_queries
from sentinel.certifying import certify as compare
from sentinel.cli.app import ExitCode
from sentinel.cli.clusters import CLUSTER
from sentinel.cli.detect import logs_of
from sentinel.cli.options import Asked, asks
from sentinel.cli.output import Column, emit
from sentinel.cli.placeholders import PLACEHOLDERS, filled
from sentinel.cli.rules_check import PATHS, desk
from sentinel.cli.summary import say, say_all
from sentinel.detect.convert import Wanted
from sentinel.detect.routes import load_routes
from sentinel.detect.samples import IGNORE, MATCH, sample_path
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import access, connect
from sentinel.elastic.pages import Reader
from sentinel.elastic.template import prepare
from sentinel.elastic.trial import Trial, is_prepared, remove_streams, server_of
from sentinel.model.certificates import Certificate
from sentinel.model.records import Record, record_of
from sentinel.model.text import counted

CERTIFIED = (
    Column("rule", lambda one: one["title"], grow=True),
    Column("events", lambda one: f"{one['events']:,}"),
    Column("hits", lambda one: f"{one['hits']:,}"),
    Column("differ", lambda one: f"{one['differ']:,}"),
    Column("converted query", lambda one: _query(one["query"]), grow=True),
)
TARGET = "lucene"


@click.command(epilog="Example: sentinel rules certify rules/windows --against https://elastic.example:9200 --queries")
@PATHS
@click.option("--against", "url", metavar="URL", help=CLUSTER)
@click.option(
    "--events", "events", multiple=True, type=click.Path(path_type=Path, exists=True), help="Logs beside the samples."
)
@click.option("--queries", is_flag=True, help="Ask the queries too that `rules convert` makes for Kibana.")
@click.option("--pipeline", "pipelines", multiple=True, help="For these queries, as with `rules convert`; repeatable.")
@PLACEHOLDERS
@asks("store", "content", "form", "quiet")
def certify(asked: Asked, paths: tuple[Path, ...], url: str | None, **given: tuple[str, ...]) -> int:
    """Run rules over the same events here and by way of an Elasticsearch cluster, and keep whether both agree.

    The events are the samples beside the rules, the logs of --events, and changed copies of both. They are taken into
    a data stream of their own, which is removed afterwards where that is allowed.
    Exit 3 where anything differs, or a rule could not be compared.
    """
    work = desk(asked, paths, given["placeholders"])
    store = asked.open_store()  # what cannot be kept need not be found out
    queries = Wanted(TARGET, pipelines=given["pipelines"], placeholders=filled(given["placeholders"]))
    compared, found = _compare(asked, _given(work, given["events"]), url, queries if given["queries"] else None)
    store.certificates().save(found)
    return _tell(compared, found, asked.form)


def _compare(
    asked: Asked, given: Given, url: str | None, queries: Wanted | None
) -> tuple[Compared, Sequence[Certificate]]:
    client, occasion = connect(access(url, os.environ)), uuid4().hex[:12]
    if not is_prepared(client):
        prepare(client)
    reader = Reader(client, time.sleep)
    there = There(reader, Loader(client, time.sleep), server_of(client), f"certify.{occasion}")
    trial = Trial(client, f"sentinel-certify-{occasion}")
    made = datetime.now(UTC).replace(microsecond=0)
    try:
        with tempfile.TemporaryDirectory(prefix="sentinel-certify-") as folder:
            compared = compare(given, there, Path(folder), made, asked.progress.track)
        found = (
            list(check_queries(given, compared, trial, queries))
            if queries and compared.certificates
            else list(compared.certificates)
        )
    finally:
        left = remove_streams(client, there.target) + ([] if not queries or trial.remove() else [trial.name])
        say_all(f"left in the cluster, since it does not let us remove it: {name}" for name in left)
    return compared, found


def _given(work: Desk, events: tuple[str, ...]) -> Given:
    ruleset = work.load()
    places = [one.location.path for part in (ruleset.rules, ruleset.correlations) for one in part]
    wanted = {sample_path(place, ending): None for place in places for ending in (MATCH, IGNORE)}
    samples = [work.base / path for path in wanted if (work.base / path).is_file()]
    named = logs_of(tuple(Path(path) for path in events))
    return Given(ruleset, load_routes(work.content), work.base, work.content, samples, named)


def _tell(compared: Compared, found: Sequence[Certificate], form: str) -> int:
    emit(map(record_of, found), CERTIFIED, form)
    say_all(f"{one.path}: not certified: {one.reason}" for one in compared.uncertified)
    say_all(
        f"{one.title}: 0 hits among {counted(one.events, 'event')}: that both agree proves little"
        for one in found
        if not one.hits and not one.differ
    )
    if compared.here.skipped:
        say(f"{counted(compared.here.skipped, 'record')} of the events could not be read, by either side")
    counts = Counter("differ" if one.differ else "agree" for one in found)
    odd = sum(bool(one.query and one.query.differs) for one in found)
    queries = f", {odd:,} with a converted query that differs" if any(one.query for one in found) else ""
    say(
        f"{counted(len(compared.noting.events), 'event')}: {counts['agree']:,} rules agree, {counts['differ']:,} differ"
        f"{queries}, {len(compared.uncertified):,} not certified"
    )
    return ExitCode.PARTIAL if counts["differ"] or odd or compared.uncertified else ExitCode.CLEAN


def _query(query: Record | None) -> str:
    if query is None:
        return ""
    if query["failure"]:
        return f"no answer: {query['failure']}"
    return (
        f"{query['missing']:,} missing, {query['extra']:,} more" if query["missing"] or query["extra"] else "the same"
    )

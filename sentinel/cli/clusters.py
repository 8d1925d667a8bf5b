"""Options that name an Elasticsearch cluster and what is written to or read from it, each set as one noun."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import click

from sentinel.cli.moments import a_moment
from sentinel.detect.narrow.plan import Plan
from sentinel.detect.watch import Feed
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import access, connect
from sentinel.elastic.mirror import Mirror
from sentinel.elastic.mirror import stream_of as stream_of_alerts
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import STREAMS, prepare, stream_of
from sentinel.mirroring import TYPES, Follower
from sentinel.searching import Search, feed
from sentinel.store.store import Store
from sentinel.watching import Beat, Bounds

Command = Callable[..., int]
CLUSTER = "The cluster (default: SENTINEL_ELASTICSEARCH_URL)."


@dataclass(frozen=True, slots=True)
class Into:
    """Where records are taken in: the cluster, the last part of the data streams' name, and what holds of new ones."""

    url: str | None
    namespace: str
    keep_days: int | None
    replicas: int | None

    def open(self) -> Loader:
        """Return what writes, with the index template in its place."""
        stream_of("x", self.namespace)  # a wrong name is told before anything is sent
        client = connect(access(self.url, os.environ))
        prepare(client, self.keep_days, self.replicas)
        return Loader(client, time.sleep)

    def follower(self, store: Store, site: str | None = None) -> Follower:
        """Return what brings the data stream of alerts up to a store; nothing is sent yet."""
        reached, stream = access(self.url, os.environ), stream_of_alerts(self.namespace)
        mirror = Mirror(connect(reached), stream, TYPES, self.keep_days, self.replicas)
        return Follower(store, mirror, f"{urlsplit(reached.url).netloc}/{stream}", lambda: datetime.now(UTC), site)


@dataclass(frozen=True, slots=True)
class From:
    """What is read: indices of a cluster, and the span of a field of dates."""

    url: str | None
    index: str
    since: datetime | None
    until: datetime | None
    time_field: str

    in_full: bool = False

    def feed(self, plan: Plan | None = None) -> Feed:
        """Return it as a log, without records that no rule of a plan is about; nothing is read yet."""
        return feed(self.reader(), self.search(), None if self.in_full else plan)

    def reader(self) -> Reader:
        """Return what reads; nothing is sent yet."""
        return Reader(connect(access(self.url, os.environ)), time.sleep)

    def search(self) -> Search:
        """Return what is asked for."""
        if self.since and self.until and self.since >= self.until:
            raise click.UsageError("--since is not before --until")
        return Search(self.index, Span(self.time_field, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Over:
    """What is watched over, for which site: an index from a moment on, in windows of some minutes."""

    site: str | None
    url: str | None
    index: str
    since: datetime | None
    time_field: str
    minutes: float
    delay: float
    every: float
    once: bool
    most_alerts: int
    set_aside_after: int
    mirror: str | None

    def follower(self, store: Store) -> Follower | None:
        """Return what mirrors the site's alerts to the same cluster, where that is asked for."""
        return None if self.mirror is None else Into(self.url, self.mirror, None, None).follower(store, self.site)

    def save_as(self, otherwise: str = "") -> str:
        """Return the name of the site."""
        if not (self.site or otherwise):
            raise click.UsageError("Missing option '--save'.")
        return self.site or otherwise

    def open(self) -> tuple[Reader, Beat]:
        """Return what reads, and how it is watched over; without `--since`, from now on."""
        self.save_as()  # told before anything is asked
        first = self.since or datetime.now(UTC).replace(microsecond=0)
        length, delay = timedelta(minutes=self.minutes), timedelta(seconds=self.delay)
        reader = Reader(connect(access(self.url, os.environ)), time.sleep)
        bounds = Bounds(self.most_alerts, self.set_aside_after)
        return reader, Beat(self.index, first, self.time_field, length, delay, bounds=bounds)


def watches(command: Command) -> Command:
    """Give a command the options of a watch; it receives them as `over`."""
    return _gathered(command, "over", Over, _OVER)


def takes_in(command: Command) -> Command:
    """Give a command the options of an intake; it receives them as `into`."""
    return _gathered(command, "into", Into, _INTO)


def reads_from(command: Command) -> Command:
    """Give a command the options of a search; it receives them as `source`."""
    return _gathered(command, "source", From, _FROM)


def _gathered(command: Command, name: str, noun: type[Into | From | Over], options: tuple[Any, ...]) -> Command:
    @functools.wraps(command)
    def gathered(*words: object, **given: Any) -> int:  # noqa: ANN401 -- click passes every option by name
        own = {key: given.pop(key) for key in noun.__dataclass_fields__}
        return command(*words, **given, **{name: noun(**own)})

    for option in reversed(options):
        gathered = option(gathered)
    return gathered


_INTO = (
    click.option("--to", "url", metavar="URL", help=CLUSTER),
    click.option("--namespace", default="default", show_default=True, help="Last part of the data streams' name."),
    click.option("--keep-days", type=click.IntRange(1, 36_500), help="Delete records after these (default: never)."),
    click.option("--replicas", type=click.IntRange(0, 10), help="Copies of each shard (default: the cluster's own)."),
)
_FROM = (
    click.option("--from", "url", metavar="URL", help=CLUSTER),
    click.option("--index", default=STREAMS, show_default=True, help="Index, data stream or pattern to read."),
    click.option("--since", callback=a_moment, metavar="MOMENT", help="First moment of records, as in Oslo."),
    click.option("--until", callback=a_moment, metavar="MOMENT", help="The moment that they end before."),
    click.option("--time-field", default="@timestamp", show_default=True, help="What these two look at."),
    click.option("--in-full", is_flag=True, help="Read every record, also where the index can say which may matter."),
)
_OVER = (
    click.option("--save", "site", metavar="SITE", help="Keep alerts and windows under this name."),
    _FROM[0],
    _FROM[1],
    click.option(
        "--since", callback=a_moment, metavar="MOMENT", help="Where a new watch begins, as in Oslo (default: now)."
    ),
    click.option(
        "--time-field", default="event.ingested", show_default=True, help="The date that says when a record came in."
    ),
    click.option(
        "--minutes", type=click.FloatRange(0.02, 1440), default=5, show_default=True, help="Length of new windows."
    ),
    click.option(
        "--delay", type=click.FloatRange(0, 86_400), default=90, show_default=True, help="Seconds to wait after each."
    ),
    click.option(
        "--every", type=click.FloatRange(0.1, 86_400), default=60, show_default=True, help="Seconds between rounds."
    ),
    click.option("--once", is_flag=True, help="Look at what is owed now, and end."),
    click.option(
        "--most-alerts",
        type=click.IntRange(1, 1_000_000),
        default=1_000,
        show_default=True,
        help="Of one rule in a window; all above are only counted, in an alert of their own.",
    ),
    click.option(
        "--set-aside-after",
        type=click.IntRange(0, 1_000),
        default=3,
        show_default=True,
        help="Windows in a row in which a rule broke or took too long; 0: never.",
    ),
    click.option(
        "--mirror",
        metavar="[NAMESPACE]",
        is_flag=False,
        flag_value="default",
        help="Also keep alerts in the cluster's data stream alerts-sentinel-NAMESPACE (default).",
    ),
)

"""Rules over a window of events in a real Elasticsearch: ours beside one query for each rule, on the same server.

`python bench/bench_elastic.py [--events N] [--rules N,N,…] [--ours N,N,…]`: so many of SigmaHQ's rules, taken from all
of them at even distances; of `--ours` no query a rule is asked, which takes long.
Needs Java, Maven and SigmaHQ's rules in ../shared/data.
One query a rule is what ElastAlert 2 does; the queries are pySigma's (Lucene), over an index with a keyword for each
field, and ask for a count and the first ten hits. Ours is asked as `search` asks (narrowed where that pays), and in
full. Requests, bytes of answers, records read, and seconds by the clock; machine code is made before, as it is once
for each installation. Nothing is said if both of ours do not raise the same alerts.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from bench.bench_detect import CACHE, unpacked
from bench.corpora.write import cached
from sentinel.content import root
from sentinel.detect.compiled import compile_rules
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.narrow.plan import make_plan
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Log, Watch
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare
from sentinel.ingesting import Ingest
from sentinel.native import machine_code
from sentinel.searching import Search, feed
from tests.elastic.faults import Between, between
from tests.elastic.server import running

T = TypeVar("T")
JVM = "-Xms1g\n-Xmx1g\n"
STREAM = "logs-sentinel.jsonl-bench"
FOREIGN = "bench-keywords"
KINDS = ("string", "long", "double", "boolean")


@dataclass
class Spent:
    """What went over the line."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    hits: int = 0
    refused: int = 0
    read: int = 0
    found: frozenset[str] = frozenset()


def main() -> None:
    """Fill the server once, and print a line for each number of rules."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=200_000)
    options.add_argument("--rules", default="500,1500,3700", type=_numbers)
    options.add_argument("--ours", default="", type=_numbers)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as name:
        Path(name).chmod(0o755)
        rules = sorted(path for folder in unpacked("rules", Path(name) / "rules") for path in folder.rglob("*.yml"))
        log = cached(CACHE, "all", asked.events)
        (Path(name) / "server").mkdir(mode=0o755)
        with running(Path(name) / "server", JVM) as url:
            client = connect(Access(url))
            fill(client, log, asked.events)
            cache = RuleCache(Path(name) / "cache")
            machine_code("detect", cache)
            with between(url, lambda _path, _body: "") as proxy:
                for count in asked.ours:
                    ways(proxy, spread(rules, count), asked.events, cache)
                for count in asked.rules:
                    compare(proxy, spread(rules, count), asked.events, cache)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def fill(client: Elasticsearch, log: Path, events: int) -> None:
    """Take the log in, ours and as an index of somebody else."""
    prepare(client, replicas=0)
    for namespace in ("before", "bench"):  # a server that has just started takes longer
        began = time.perf_counter()
        taking = Ingest(Loader(client, time.sleep), namespace, print)
        taking.take([Log("log", [log], format="jsonl")], silent)
        seconds = time.perf_counter() - began
        rate = taking.created / seconds
        print(f"taken in: {taking.created:,} of {events:,} events in {seconds:.1f} s, {rate:,.0f} a second")
    keyword = {"type": "keyword", "ignore_above": 8191}
    templates = [{kind: {"match_mapping_type": kind, "mapping": keyword}} for kind in KINDS]
    settings = {"number_of_replicas": 0, "mapping.total_fields.limit": 10_000}
    mappings = {"dynamic_templates": templates, "date_detection": False}
    client.indices.create(index=FOREIGN, settings=settings, mappings=mappings)
    operations: list[Any] = []
    with log.open("rb") as lines:
        for line in lines:
            operations += [b'{"create":{}}', line]
            if len(operations) >= 2_000:
                client.bulk(index=FOREIGN, operations=operations)
                operations = []
    if operations:
        client.bulk(index=FOREIGN, operations=operations)
    client.indices.refresh(index=[FOREIGN, STREAM])


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.split(",") if one]


def spread(rules: Sequence[Path], count: int) -> list[Path]:
    """Return some of the rules at even distances: their order is that of what they are for."""
    number = min(count, len(rules))
    return [rules[place * len(rules) // number] for place in range(number)]


def compare(proxy: Between, rules: Sequence[Path], events: int, cache: RuleCache) -> None:
    """Print what our ways and a query for each rule take."""
    ours = ways(proxy, rules, events, cache)
    theirs = spend(proxy, partial(query_each, rules))
    tell("a query a rule", theirs)
    for name, spent in ours.items():
        more, longer = theirs.requests / spent.requests, theirs.seconds / spent.seconds
        print(f"  a query a rule against {name}: {more:.0f} × requests, {longer:.1f} × time")


def ways(proxy: Between, rules: Sequence[Path], events: int, cache: RuleCache) -> dict[str, Spent]:
    """Print and return what our two ways take; their alerts must be the same."""
    print(f"{len(rules):,} rules, {events:,} events")
    narrow = spend(proxy, partial(read_and_judge, rules, cache, in_full=False))
    full = spend(proxy, partial(read_and_judge, rules, cache, in_full=True))
    if narrow.found != full.found:
        raise SystemExit(f"{len(full.found ^ narrow.found):,} alerts differ between narrowed and in full")
    found = {"ours": narrow, "ours, in full": full}
    for name, spent in found.items():
        tell(name, spent)
    return found


def tell(name: str, spent: Spent) -> None:
    """Print what one way took."""
    print(
        f"  {name:15} {spent.requests:6,} requests {spent.bytes / 1e6:8.1f} MB {spent.seconds:8.1f} s"
        f"  {spent.read:8,} records read  {spent.hits:,} hits, {spent.refused:,} rules not run",
        flush=True,
    )


def spend(proxy: Between, work: Callable[[Elasticsearch, Spent], None]) -> Spent:
    """Count what a piece of work sends and how long it takes; the counting server between costs both sides the same."""
    proxy.done.clear()
    proxy.answered, spent = 0, Spent()
    began = time.perf_counter()
    work(connect(Access(proxy.url)), spent)
    spent.seconds, spent.requests, spent.bytes = time.perf_counter() - began, proxy.done[""], proxy.answered
    return spent


def read_and_judge(
    rules: Sequence[Path], cache: RuleCache, client: Elasticsearch, spent: Spent, *, in_full: bool
) -> None:
    """Read of the window what the rules may be about, or all of it, and judge it; rules are loaded anew."""
    compiled = compile_rules(rules, Path(os.path.commonpath(rules)), {})
    routes = load_routes(root())
    log = feed(
        Reader(client, time.sleep), Search(STREAM, Span()), None if in_full else make_plan(compiled.ruleset, routes)
    )
    watching = Watch(FastEngine(compiled.ruleset, routes, compiled.alarms, cache=cache))
    spent.found = frozenset(alert.id for alert in watching.alerts([log], silent))
    (source,) = watching.sources
    spent.hits, spent.refused = len(spent.found), len(compiled.ruleset.refused)
    spent.read = log.counted[0].given if log.counted else source.handled
    if watching.unreadable:
        raise SystemExit("; ".join(watching.unreadable))


def query_each(rules: Sequence[Path], client: Elasticsearch, spent: Spent) -> None:
    """Send a query for each rule; converting them is not timed by itself, as it is done once in practice."""
    for query in converted(rules, spent):
        try:
            asked = {"query_string": {"query": query, "analyze_wildcard": True}}
            answer = client.search(index=FOREIGN, query=asked, size=10, track_total_hits=True)
            spent.hits += int(answer["hits"]["total"]["value"])
        except (ApiError, TransportError):  # refused, or no answer within a minute
            spent.refused += 1


def converted(rules: Sequence[Path], spent: Spent) -> Iterator[str]:
    """Yield pySigma's Lucene queries; a rule that it cannot convert is counted as not run."""
    from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError

    backend = LuceneBackend()
    for path in rules:
        try:
            yield from map(str, backend.convert(SigmaCollection.from_yaml(path.read_text(encoding="utf-8"))))
        except (SigmaError, NotImplementedError, ValueError):
            spent.refused += 1


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    """Show nothing."""
    return iter(items)


if __name__ == "__main__":
    main()

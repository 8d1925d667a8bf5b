"""A day's backlog of message records: taken in, and evaluated from the index, narrowed and in full.

`python -m bench.bench_messages [--records N] [--rules DIR …]`. Needs Java and Maven. A day is 2.3 million records of
about 500 bytes (bench/corpora/messages.py), one in a thousand with a fault; the rules are ours and those of
bench/message_rules.yml. To be evaluated in under 40 minutes. Seconds by the clock, machine code made before, as it is
once for each installation; it ends with an error if both ways do not raise the same alerts.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from elasticsearch import Elasticsearch

from bench.corpora.messages import A_DAY, messages
from bench.corpora.write import SEED, write
from sentinel.content import root
from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.narrow.plan import make_plan
from sentinel.detect.narrow.words import Wording
from sentinel.detect.routes import Route, Routes, load_routes
from sentinel.detect.rule import LogSourceKey
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Log, Watch
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare
from sentinel.ingesting import Ingest
from sentinel.native import machine_code
from sentinel.searching import Search, feed
from tests.elastic.server import running

T = TypeVar("T")
HERE = Path(__file__).resolve().parent
STREAM = "logs-sentinel.jsonl-messages"
JVM = "-Xms1g\n-Xmx1g\n"
FAULTS = 0.001
MINUTES = 40
EDI = Route("edi.ebxml", LogSourceKey("edi", "helsenett", "ebxml"), (("event.dataset", frozenset({"edi.ebxml"})),))


def main() -> None:
    """Fill a server and evaluate what is in it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=A_DAY // 10)
    options.add_argument("--rules", type=Path, nargs="*", default=[root() / "rules"])
    asked = options.parse_args()
    found = load_routes(root())
    routes = Routes((*found.routes, EDI), found.not_routed)
    compiled = compile_rules([*asked.rules, HERE / "message_rules.yml"], HERE.parent, {})
    with tempfile.TemporaryDirectory(prefix="sentinel-bench-") as name:
        Path(name).chmod(0o755)
        log, server = Path(name) / "messages.jsonl", Path(name) / "server"
        with log.open("wb") as out:
            count, size = write(out, messages(asked.records, SEED, FAULTS))
        print(f"{count:,} records of {size / count:.0f} bytes, {len(compiled.ruleset.rules):,} rules")
        server.mkdir(mode=0o755)
        with running(server, JVM) as url:
            client = connect(Access(url))
            take_in(client, log, routes)
            cache = RuleCache(Path(name) / "cache")
            machine_code("detect", cache)
            evaluate(client, compiled, routes, cache)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def take_in(client: Elasticsearch, log: Path, routes: Routes) -> None:
    """Take the records in, and print how long that took."""
    prepare(client, replicas=0)
    began = time.perf_counter()
    taking = Ingest(Loader(client, time.sleep), "messages", print, wording=Wording(routes.deciding))
    taking.take([Log("log", [log], format="jsonl")], silent)
    seconds = time.perf_counter() - began
    print(f"taken in: {taking.created:,} in {seconds:.1f} s, {taking.created / seconds:,.0f} a second")


def evaluate(client: Elasticsearch, compiled: Compiled, routes: Routes, cache: RuleCache) -> None:
    """Evaluate all records both ways, and print how long each took."""
    plan = make_plan(compiled.ruleset, routes)
    alerts: dict[str, set[str]] = {}
    for way, asked in (("narrowed", plan), ("in full", None)):
        log = feed(Reader(client, time.sleep), Search(STREAM, Span()), asked)
        watching = Watch(FastEngine(compiled.ruleset, routes, compiled.alarms, cache=cache))
        began = time.perf_counter()
        alerts[way] = {alert.id for alert in watching.alerts([log], silent)}
        seconds = time.perf_counter() - began
        (source,) = watching.sources
        records = source.handled + sum(one.left for one in log.counted)
        day = A_DAY / records * seconds / 60
        print(
            f"{way:9} {source.handled:10,} of {records:,} records read, {seconds:.1f} s, {len(alerts[way]):,} alerts; "
            f"a day at this pace: {day:.1f} of {MINUTES} minutes"
        )
        if watching.unreadable:
            raise SystemExit("; ".join(watching.unreadable))
    if alerts["narrowed"] != alerts["in full"]:
        raise SystemExit("the two ways raise other alerts")


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    """Show nothing."""
    return iter(items)


if __name__ == "__main__":
    main()

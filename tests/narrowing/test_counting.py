"""Records of ours are narrowed before they are read: never one too few, and nothing is said that was not seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from elasticsearch import Elasticsearch

from sentinel.content import root
from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.narrow.plan import make_plan
from sentinel.detect.routes import load_routes
from sentinel.detect.watch import Log, Watch
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare
from sentinel.ingesting import Ingest
from sentinel.model.alerts import LedgerEntry
from sentinel.narrowing import counting
from sentinel.searching import Search, feed
from tests.detect.rules import rule
from tests.elastic.waiting import no_wait
from tests.shared import ROOT
from tests.test_searching import silent

Record = dict[str, Any]
SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational"}
HOSTILE = '"}},{"match_all":{}} .* @&~#<1-9> \\ mimikatz æøå'


@pytest.fixture
def client(elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Elasticsearch:
    monkeypatch.setattr(counting, "FEW", 1)
    client = connect(Access(elasticsearch_url))
    prepare(client, replicas=0)
    return client


def started(command: str, number: int, **more: object) -> Record:
    time = f"2026-11-{1 + number % 20:02}T08:00:00Z"
    return {**SYSMON, "EventID": 1, "CommandLine": f"{command} {number}", "TimeCreated": time, **more}


def taken_in(client: Elasticsearch, folder: Path, records: Sequence[Record]) -> tuple[str, Log]:
    """Take records in, and return the index and the same as a file."""
    path, namespace = folder / "log.jsonl", f"t{uuid4().hex}"
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in records))
    log = Log("log", [path], format="jsonl")
    Ingest(Loader(client, no_wait), namespace, lambda one: pytest.fail(one.why)).take([log], silent)
    target = f"logs-sentinel.*-{namespace}"
    client.indices.refresh(index=target)
    return target, log


def compiled(
    folder: Path, *detections: str, logsource: str = "category: process_creation\nproduct: windows"
) -> Compiled:
    (folder / "rules").mkdir(exist_ok=True)
    text = "---\n".join(rule(number, one, logsource) for number, one in enumerate(detections))
    (folder / "rules" / f"{uuid4().hex}.yml").write_text(text)
    return compile_rules([folder / "rules"], folder, {})


def searched(
    client: Elasticsearch, target: str, rules: Compiled
) -> tuple[set[str], tuple[LedgerEntry, ...], Counted | None, Watch]:
    """Return ids of alerts, the ledger, and what was counted where less than all was read."""
    routes = load_routes(root())
    log = feed(Reader(client, time.sleep), Search(target, Span()), make_plan(rules.ruleset, routes))
    watching = Watch(FastEngine(rules.ruleset, routes, rules.alarms))
    alerts = {alert.id for alert in watching.alerts([log], silent)}
    assert watching.unreadable == []
    return alerts, watching.ledger(), log.counted[0] if log.counted else None, watching


def told(log: Log, rules: Compiled) -> tuple[set[str], tuple[LedgerEntry, ...]]:
    """Return what the reference engine says of the file."""
    watching = Watch(Engine(rules.ruleset, load_routes(root())))
    alerts = {alert.id for alert in watching.alerts([log], silent)}
    return alerts, watching.ledger()


def test_only_what_a_rule_may_be_about_is_read_and_all_of_it_is_told(client: Elasticsearch, tmp_path: Path) -> None:
    records = [started("notepad", number) for number in range(300)]
    records += [started(word, 1_000) for word in ("c:\\mimikatz.exe", "xMIMIKATZx", "mimikat")]
    records += [{**SYSMON, "EventID": 3, "CommandLine": "mimikatz"}, {"CommandLine": "mimikatz"}]
    target, log = taken_in(client, tmp_path, records)
    rules = compiled(tmp_path, "selection: {CommandLine|contains: mimikatz}\ncondition: selection")

    alerts, (entry,), counted, watching = searched(client, target, rules)
    expected, (seen,) = told(log, rules)

    assert counted is not None
    assert (counted.given, counted.records, len(alerts)) == (2, 305, 2)
    assert alerts == expected
    assert (entry.state, entry.events, entry.hits) == (seen.state, seen.events, seen.hits) == ("evaluated", 303, 2)
    assert entry.sources[0].windows == seen.sources[0].windows
    assert "gave 2 of 305 records" in entry.reason
    (source,) = watching.sources
    assert (source.handled, source.skipped, source.datasets) == (2, {}, ("windows.sysmon",))
    assert str(source.first) == "2026-11-01 08:00:00+00:00"


def test_a_log_source_that_is_not_there_is_called_absent_as_if_all_was_read(
    client: Elasticsearch, tmp_path: Path
) -> None:
    target, log = taken_in(client, tmp_path, [started("notepad", number) for number in range(300)])
    rules = compiled(tmp_path, "selection: {a: b}\ncondition: selection", logsource="product: linux\nservice: auditd")

    alerts, ledger, counted, _ = searched(client, target, rules)

    assert (alerts, counted and counted.given) == (set(), 0)
    assert ledger == told(log, rules)[1]
    assert ledger[0].state == "source-absent"


def test_filters_that_take_hits_away_are_counted_as_before(client: Elasticsearch, tmp_path: Path) -> None:
    target, log = taken_in(
        client, tmp_path, [started(f"notepad {'evil ' * (number < 9)}", number) for number in range(99)]
    )
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "filter.yml").write_text(
        "title: Not ours\nid: 00000000-0000-4000-8000-00000000000f\n"
        "logsource: {category: process_creation, product: windows}\n"
        "filter: {rules: any, selection: {CommandLine|endswith: ' 3'}, condition: not selection}\n"
    )
    rules = compiled(tmp_path, "selection: {CommandLine|contains: evil}\ncondition: selection")

    alerts, (entry,), counted, _ = searched(client, target, rules)
    expected, (seen,) = told(log, rules)

    assert counted is not None
    assert alerts == expected
    assert (entry.suppressed, entry.hits) == (seen.suppressed, seen.hits) == (1, 8)


def test_one_record_whose_words_are_not_known_has_all_read(client: Elasticsearch, tmp_path: Path) -> None:
    target, _ = taken_in(client, tmp_path, [started("notepad", number) for number in range(300)])
    rules = compiled(tmp_path, "selection: {CommandLine|contains: mimikatz}\ncondition: selection")
    assert searched(client, target, rules)[2] is not None

    other = {
        "@timestamp": "2026-11-01",
        "sentinel": {"shape": 1, "words": ["mimikatz"]},
        "fields": started("mimikatz", 1),
    }
    client.index(index=target.replace("*", "jsonl"), document=other, op_type="create", refresh=True)

    alerts, _, counted, _ = searched(client, target, rules)
    assert (len(alerts), counted) == (1, None)


def test_what_rules_say_is_never_a_query(client: Elasticsearch, tmp_path: Path) -> None:
    records = [started("notepad", number) for number in range(300)]
    target, log = taken_in(client, tmp_path, [*records, started(HOSTILE, 1), started("mimikatz", 1)])
    quoted = orjson.dumps(HOSTILE.replace("*", "\\*")).decode()
    ways = [f"selection: {{CommandLine|{how}: {quoted}}}" for how in ("contains", "startswith", "contains|all")]
    ways += [f"selection: [{quoted}]", f"selection: {{EventID: {quoted}}}"]
    ways += [
        f"selection: {{CommandLine|re: {orjson.dumps(one).decode()}}}" for one in (".*mimi(katz|dogs)", '"}}(abc|def)')
    ]
    rules = compiled(tmp_path, *(f"{one}\ncondition: selection" for one in ways))
    assert rules.ruleset.refused == ()

    alerts, _, counted, _ = searched(client, target, rules)

    assert counted is not None
    assert counted.given == 2
    assert alerts == told(log, rules)[0]
    assert len(alerts) == 6


@pytest.mark.slow
def test_our_own_rules_say_the_same_of_a_clinic_one_by_one(client: Elasticsearch) -> None:
    namespace = f"t{uuid4().hex}"
    log = Log("logs", [ROOT / "examples" / "clinic" / "logs"])
    Ingest(Loader(client, no_wait), namespace, lambda one: pytest.fail(one.why)).take([log], silent)
    client.indices.refresh(index=f"logs-sentinel.*-{namespace}")
    every = compile_rules([ROOT / "rules"], ROOT, {})
    watching = Watch(FastEngine(every.ruleset, load_routes(root()), every.alarms))
    expected = {alert.id: alert.rule.id for alert in watching.alerts([log], silent)}
    narrowed, wrong = 0, list[str]()
    for folder in sorted(path for path in (ROOT / "rules").iterdir() if path.is_dir() and path.name[0] != "_"):
        rules = compile_rules([folder], ROOT, {})
        alerts, _, counted, _ = searched(client, f"logs-sentinel.*-{namespace}", rules)
        known = {one.ref.id for one in rules.ruleset.rules} | {one.ref.id for one in rules.ruleset.correlations}
        missing = {one for one, by in expected.items() if by in known} - alerts
        narrowed += counted is not None
        wrong += [f"{folder.name}: {one}" for one in missing]
    assert wrong == []
    assert narrowed > 3

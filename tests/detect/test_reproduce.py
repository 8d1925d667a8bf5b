from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from sentinel import __version__
from sentinel.detect.alerts import raise_alert
from sentinel.detect.correlate import Correlator
from sentinel.detect.engine import Engine
from sentinel.detect.reproduce import Today, reproduce, reproduce_from
from sentinel.detect.routes import load_routes
from sentinel.detect.watch import Log, Watch
from sentinel.model.alerts import Alert
from sentinel.model.events import Event
from sentinel.model.reproduction import Reproduction
from tests.detect.logs import SYSMON, event
from tests.detect.rules import rule, rules
from tests.shared import ROOT

T = TypeVar("T")
ROUTES = load_routes(ROOT)
EVENT = event(Channel=SYSMON, EventID=1, Image="C:\\blåbær.exe", Level=4, Odd=[1, None, "x"])
WRITTEN = rule(1, "a: {Image|endswith: BLÅBÆR.exe}\ncondition: a")


def nothing(_rule: str) -> tuple[Alert, ...]:
    return ()


@pytest.fixture
def alert(tmp_path: Path) -> Alert:
    (hit,) = Engine(rules(tmp_path, WRITTEN), ROUTES).run([EVENT])
    return raise_alert(hit)


def test_the_same_rule_and_evidence_give_the_same_alert(alert: Alert, tmp_path: Path) -> None:
    told = reproduce(alert, rules(tmp_path, WRITTEN), ROUTES, nothing)

    assert (told.outcome, told.differences) == ("same", ())


def test_another_engine_is_told_and_is_still_the_same_alert(alert: Alert, tmp_path: Path) -> None:
    told = reproduce(replace(alert, engine=""), rules(tmp_path, WRITTEN), ROUTES, nothing)

    assert told.outcome == "same"
    assert [(one.what, one.then, one.now) for one in told.differences] == [("engine", "not noted", __version__)]


def test_a_changed_rule_that_still_fires_is_another_alert(alert: Alert, tmp_path: Path) -> None:
    changed = rules(tmp_path, rule(1, "a: {Image|contains: BLÅBÆR.exe}\ncondition: a"))
    told = reproduce(alert, changed, ROUTES, nothing)

    assert told.outcome == "differs"
    assert [one.what for one in told.differences] == ["rule hash", "alert id", "matched"]
    assert told.differences[0].then == alert.rule.hash


def test_a_rule_that_does_not_fire_any_more_says_why(alert: Alert, tmp_path: Path) -> None:
    told = reproduce(
        alert, rules(tmp_path, rule(1, "a: {Image|endswith: tyttebær.exe}\ncondition: a")), ROUTES, nothing
    )

    assert told.outcome == "silent"
    assert "tyttebær.exe" in told.reason
    assert [one.what for one in told.differences] == ["rule hash"]


def test_a_rule_of_another_log_source_says_so(alert: Alert, tmp_path: Path) -> None:
    moved = rule(1, "a: {Image|endswith: BLÅBÆR.exe}\ncondition: a", "category: webserver")

    assert "webserver" in reproduce(alert, rules(tmp_path, moved), ROUTES, nothing).reason


def test_a_rule_that_is_gone_or_refused_could_not_be_tried(alert: Alert, tmp_path: Path) -> None:
    gone = reproduce(alert, rules(tmp_path, rule(2, "a: {Image: x}\ncondition: a")), ROUTES, nothing)
    refused = reproduce(alert, rules(tmp_path, rule(1, "a: {Image|nonsense: x}\ncondition: a")), ROUTES, nothing)

    assert (gone.outcome, gone.reason) == ("unknown", f"no rule here has the id {alert.rule.id}")
    assert refused.outcome == "unknown"
    assert "rules.yml" in refused.reason
    assert "nonsense" in refused.reason


def test_evidence_that_was_changed_is_not_the_same(alert: Alert, tmp_path: Path) -> None:
    changed = replace(alert, fields={**alert.fields, "User": "someone"})
    told = reproduce(changed, rules(tmp_path, WRITTEN), ROUTES, nothing)

    assert told.outcome == "differs"
    assert "fingerprint of the event" in [one.what for one in told.differences]


BURST = """title: Burst
id: 00000000-0000-4000-8000-000000000009
status: test
level: high
correlation:
  type: event_count
  rules: [00000000-0000-4000-8000-000000000001]
  group-by: [User]
  timespan: 5m
  condition: {gte: 3}
  generate: true
"""


def burst(folder: Path, more: int = 0) -> tuple[Alert, list[Alert]]:
    """Return the alert of a correlation, and those of the hits behind it."""
    ruleset = rules(folder, WRITTEN, BURST)
    engine = Engine(ruleset, ROUTES)
    correlator = Correlator(ruleset)
    alerts = []
    for number in range(3 + more):
        time = datetime(2026, 10, 14, 12, 0, number, tzinfo=UTC)
        fields = {**EVENT.fields, "User": "Åse", "EventRecordID": number}
        for hit in engine.run([Event("a", str(number), time, fields)]):
            correlator.add(hit)
            alerts.append(raise_alert(hit))
    (found,) = correlator.settle()
    return found, alerts


def test_a_correlation_comes_out_again_of_the_alerts_of_its_hits(tmp_path: Path) -> None:
    found, alerts = burst(tmp_path)
    told = reproduce(found, rules(tmp_path, WRITTEN, BURST), ROUTES, lambda _rule: alerts)

    assert (told.outcome, told.reason, told.differences) == ("same", "", ())


def test_a_correlation_that_asks_for_more_is_silent_and_one_that_asks_for_less_differs(tmp_path: Path) -> None:
    found, alerts = burst(tmp_path)
    more = reproduce(found, rules(tmp_path, WRITTEN, BURST.replace("gte: 3", "gte: 4")), ROUTES, lambda _rule: alerts)
    less = reproduce(found, rules(tmp_path, WRITTEN, BURST.replace("gte: 3", "gte: 2")), ROUTES, lambda _rule: alerts)

    assert (more.outcome, [one.what for one in more.differences]) == ("silent", ["rule hash"])
    assert (less.outcome, less.differences[0].what) == ("differs", "rule hash")


def test_a_correlation_whose_hits_are_not_kept_could_not_be_tried(tmp_path: Path) -> None:
    found, alerts = burst(tmp_path)
    told = reproduce(found, rules(tmp_path, WRITTEN, BURST), ROUTES, lambda _rule: alerts[:2])

    assert (told.outcome, told.reason) == ("unknown", "kept as alerts with their events are 2 of 3 hits behind it")


def quiet(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def written(folder: Path, name: str, *minutes: int) -> Log:
    """Write a log with an event at each minute that the rule of a burst finds."""
    path = folder / name
    lines = [
        {**EVENT.fields, "UtcTime": f"2026-10-14 12:{minute:02}:00.000", "User": "Åse", "EventRecordID": minute}
        for minute in minutes
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return Log(name, [path])


def raised(folder: Path, *logs: Log) -> Alert:
    """Return the one alert of the correlation that logs give."""
    ruleset = rules(folder, WRITTEN, BURST)
    found = list(Watch(Engine(ruleset, ROUTES)).alerts(logs, quiet))
    [alert] = [one for one in found if one.correlation]
    return alert


def test_a_correlation_comes_out_again_of_the_logs(tmp_path: Path) -> None:
    logs = written(tmp_path, "a.jsonl", 0, 3), written(tmp_path, "b.jsonl", 1, 30)
    alert, today = raised(tmp_path, *logs), Today(rules(tmp_path, WRITTEN, BURST), ROUTES)

    assert reproduce_from(alert, today, reversed(logs), quiet) == Reproduction(alert.id, alert.rule.id, "same")
    for log in logs:
        told = reproduce_from(alert, today, [log], quiet)
        assert (told.outcome, told.reason) == ("unknown", "these logs give no such alert")


def test_logs_that_hold_another_burst_or_more_of_it_give_what_differs(tmp_path: Path) -> None:
    first, more = written(tmp_path, "a.jsonl", 0, 1, 3), written(tmp_path, "b.jsonl", 4)
    alert, today = raised(tmp_path, first), Today(rules(tmp_path, WRITTEN, BURST), ROUTES)
    other = replace(today, ruleset=rules(tmp_path, WRITTEN, BURST.replace("gte: 3", "gte: 2")))

    grown = reproduce_from(alert, today, [first, more], quiet)
    changed = reproduce_from(alert, other, [first], quiet)

    assert (grown.outcome, grown.differences[-1].what) == ("differs", "hits behind it")
    assert (changed.outcome, [one.what for one in changed.differences][:1]) == ("differs", ["rule hash"])


def test_what_could_not_be_read_is_told(tmp_path: Path) -> None:
    log = written(tmp_path, "a.jsonl", 0, 1, 3)
    alert, today = raised(tmp_path, log), Today(rules(tmp_path, WRITTEN, BURST), ROUTES)
    (tmp_path / "empty").write_bytes(b"")

    whole = reproduce_from(alert, today, [log, Log("empty", [tmp_path / "empty"])], quiet)
    gone = reproduce_from(alert, Today(rules(tmp_path, WRITTEN), ROUTES), [log], quiet)

    assert (whole.outcome, whole.reason) == ("same", "empty: is empty")
    assert (gone.outcome, gone.reason) == ("unknown", f"no rule here has the id {alert.rule.id}")


def test_the_alert_of_a_rule_comes_out_of_its_log(tmp_path: Path) -> None:
    log = written(tmp_path, "a.jsonl", 0, 1)
    today = Today(rules(tmp_path, WRITTEN), ROUTES)
    found = list(Watch(Engine(today.ruleset, ROUTES)).alerts([log], quiet))

    assert [reproduce_from(one, today, [log], quiet).outcome for one in found] == ["same", "same"]

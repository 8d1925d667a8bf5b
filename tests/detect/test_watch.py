from __future__ import annotations

import gc
import gzip
import json
import os
import weakref
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sentinel.content import root
from sentinel.detect.amend import micros
from sentinel.detect.correlate import State
from sentinel.detect.days import Day
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Feed, Log, Watch
from sentinel.errors import InputError, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.native import machine_code
from tests.detect.kept import Kept
from tests.detect.rules import rule, rules
from tests.detect.streams import correlation

T = TypeVar("T")
DAY = datetime(2026, 10, 1, tzinfo=UTC)


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def own_watch() -> Watch:
    return Watch(Engine(load_rules([root() / "rules"], root()), load_routes(root())))


def test_in_is_handled_plus_skipped_for_every_log(tmp_path: Path) -> None:
    log = tmp_path / "mixed.jsonl"
    log.write_bytes(b'{"EventID": 1}\nnot json\n[1]\n\xff\xfe\n{"EventID": 2}\n')
    watch = own_watch()
    list(watch.alerts([Log("mixed", [log])], silent))

    (source,) = watch.sources
    assert (source.handled, sum(source.skipped.values())) == (2, 3)


@pytest.mark.parametrize("engine", [Engine, FastEngine])
def test_records_that_no_rule_can_look_at_are_counted_file_by_file(
    engine: type[Engine | FastEngine], tmp_path: Path
) -> None:
    known, unknown = b'{"Channel": "Security", "EventID": 1}\n', b'{"who": "knows"}\n{"who": ["else"]}\n'
    for name, lines in (("a.jsonl", known), ("b.jsonl", unknown), ("c.jsonl", known * 2 + unknown)):
        (tmp_path / name).write_bytes(lines)
    watch = Watch(engine(load_rules([root() / "rules"], root()), load_routes(root())))
    list(watch.alerts([Log("logs", [tmp_path]), Log("again", [tmp_path / "b.jsonl"])], silent))

    assert [(file.handled, file.unknown) for file in watch.files] == [(1, 0), (2, 2), (4, 2), (2, 2)]


def test_a_file_that_is_no_log_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    picture, log = tmp_path / "a.png", tmp_path / "b.jsonl"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    log.write_bytes(b'{"EventID": 1}\n')
    watch = own_watch()
    list(watch.alerts([Log("both", [picture, log])], silent))

    assert [trouble.split(":")[0] for trouble in watch.unreadable] == ["a.png"]
    assert (watch.sources[0].handled, watch.sources[0].skipped) == (1, {"unreadable": 1})


def test_alerts_come_out_while_the_log_is_still_being_read(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    event = (root() / "rules/windows/windows_whoami_all.match.jsonl").read_bytes().splitlines()[0]
    taken = count()

    def counting(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            next(taken)
            yield item

    log.write_bytes(event + b"\n" + b'{"EventID": 1}\n' * 1000)
    watch = own_watch()

    assert len(list(islice(watch.alerts([Log("log", [log])], counting), 1))) == 1
    assert next(taken) < 10


def written(path: Path, *hours: int) -> Path:
    path.write_text("".join(f'{{"@timestamp": "{(DAY + timedelta(hours=hour)).isoformat()}"}}\n' for hour in hours))
    return path


def test_a_log_that_begins_late_or_ends_early_has_gaps_there(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", 10, 11, 12)
    log = Log("a", [path], timedelta(hours=6), DAY, DAY + timedelta(days=1))
    watch = own_watch()
    list(watch.alerts([log], silent))

    assert watch.sources[0].gaps == (
        (DAY, DAY + timedelta(hours=10)),
        (DAY + timedelta(hours=12), DAY + timedelta(days=1)),
    )


def test_a_log_that_never_came_is_absent_and_has_no_gaps() -> None:
    watch = own_watch()
    list(watch.alerts([Log("a", [], timedelta(hours=6), DAY, DAY + timedelta(days=1))], silent))

    (source,) = watch.sources
    assert (source.handled, source.gaps, source.first, source.format) == (0, (), None, "")


def test_a_gap_does_not_depend_on_how_a_log_is_cut_into_files(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.jsonl", 0, 1), written(tmp_path / "b.jsonl", 20, 21)
    watch = own_watch()
    list(watch.alerts([Log("a", [second, first], timedelta(hours=6))], silent))

    assert watch.sources[0].gaps == ((DAY + timedelta(hours=1), DAY + timedelta(hours=20)),)
    assert watch.sources[0].format == "jsonl"


def test_the_same_event_in_two_files_is_one_alert(tmp_path: Path) -> None:
    event = (root() / "rules/windows/windows_whoami_all.match.jsonl").read_bytes().splitlines()[0] + b"\n"
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(event)
    logs = [Log("a", [tmp_path / "a.jsonl"]), Log("b", [tmp_path / "b.jsonl"])]

    alerts = list(own_watch().alerts(logs, silent))

    assert len(alerts) == len({alert.id for alert in alerts}) == len(list(own_watch().alerts(logs[:1], silent)))


def test_a_log_that_is_cut_off_is_truncated_from_the_day_of_the_cut_for_the_rules_it_fed(tmp_path: Path) -> None:
    event = (root() / "rules/windows/windows_whoami_all.match.jsonl").read_bytes().splitlines()[0]
    packed = gzip.compress(event + b"\n" + b'{"EventID": 1}\n' * 2)
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(packed[:-8])
    watch = own_watch()

    assert [alert.source for alert in watch.alerts([Log("clients", [log])], silent)] != []
    entry = next(entry for entry in watch.engine.ledger() if entry.hits)

    assert (entry.state, entry.reason) == ("truncated", "log.jsonl.gz: truncated")
    assert [(one.source, one.state) for one in entry.sources] == [("clients", "truncated")]


def correlating(tmp_path: Path, state: State | None = None, **more: Any) -> Watch:  # noqa: ANN401 -- fields of a correlation
    """Watch for processes of one folder, and for three of them by one user within a minute."""
    (tmp_path / "rules").mkdir(exist_ok=True)
    loaded = rules(tmp_path / "rules", rule(1, "s:\n  Image|contains: tool\ncondition: s"))
    (base,) = loaded.rules
    burst = correlation(
        "k", "event_count", (base.ref.id,), group_by=("Image",), timespan=timedelta(minutes=1), location=base.location
    )
    both = replace(loaded, correlations=(burst,), **more)
    return Watch(Engine(both, load_routes(root())), state)


def processes(path: Path, *seconds: int, channel: str = "Microsoft-Windows-Sysmon/Operational") -> Path:
    """Write process creations; of 4688 rules see NewProcessName as Image."""
    name, number = ("Image", 1) if "Sysmon" in channel else ("NewProcessName", 4688)
    events = [
        {
            "EventID": number,
            "Channel": channel,
            "TimeCreated": (DAY + timedelta(seconds=second)).isoformat(),
            name: "Tool",
        }
        for second in seconds
    ]
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def test_correlations_see_the_hits_of_all_logs_whatever_their_order(tmp_path: Path) -> None:
    first = processes(tmp_path / "a.jsonl", 0, 200)
    second = processes(tmp_path / "b.jsonl", 50, 20, channel="Security")
    watch = correlating(tmp_path)
    alerts = list(watch.alerts([Log("a", [first]), Log("b", [second])], silent))

    (alert,) = [one for one in alerts if one.correlation]
    assert len(alerts) == 5
    assert alert.correlation is not None
    assert [one.source for one in alert.correlation.members] == ["a.jsonl", "b.jsonl", "b.jsonl"]
    entry = watch.ledger()[-1]
    assert (entry.rule, entry.state, entry.events, entry.hits) == ("k", "evaluated", 4, 1)


def test_hits_that_only_feed_a_correlation_are_no_alerts(tmp_path: Path) -> None:
    log = processes(tmp_path / "a.jsonl", 0, 1, 2)
    watch = correlating(tmp_path, silent=frozenset({"00000000-0000-4000-8000-000000000001"}))

    assert [alert.rule.id for alert in watch.alerts([Log("a", [log])], silent)] == ["k"]


def test_a_window_goes_on_from_one_run_to_the_next(tmp_path: Path) -> None:
    kept = Kept()
    for number, seconds in enumerate([(0, 1), (2, 3), (0, 1)]):
        watch = correlating(tmp_path, kept)
        log = Log("a", [processes(tmp_path / f"{number}.jsonl", *seconds)], late=timedelta(minutes=5))
        kept.save([one for one in watch.alerts([log], silent) if one.correlation], watch.correlator)

    (alert,) = kept.alerts.values()
    assert alert.correlation is not None
    assert (alert.correlation.total, alert.revision) == (4, 1)


@pytest.mark.parametrize(("late", "line"), [(None, None), (timedelta(minutes=1), DAY + timedelta(seconds=40))])
def test_only_logs_that_say_how_late_they_may_be_let_anything_be_forgotten(
    tmp_path: Path, late: timedelta | None, line: datetime | None
) -> None:
    logs = [
        Log("a", [processes(tmp_path / "a.jsonl", 10**6)], late=timedelta(0)),
        Log("b", [processes(tmp_path / "b.jsonl", 100)], late=late),
    ]
    watch = correlating(tmp_path)
    list(watch.alerts(logs, silent))

    assert watch.correlator.learnt().line == (None if line is None else micros(line) - 1)


@pytest.mark.parametrize(("second", "alerts", "late"), [(45, 1, 0), (44, 1, 0), (41, 0, 1)])
def test_a_record_may_be_exactly_as_late_as_allowed(tmp_path: Path, second: int, alerts: int, late: int) -> None:
    """The newest record is that of second 104, and a minute is allowed: what is of second 44 still counts."""
    kept, told = Kept(), []
    for number, seconds in enumerate([(42, 43, 104), (second,)]):
        watch = correlating(tmp_path, kept)
        log = Log("a", [processes(tmp_path / f"{number}.jsonl", *seconds)], late=timedelta(minutes=1))
        told = [one for one in watch.alerts([log], silent) if one.correlation]
        kept.save(told, watch.correlator)

    (account,) = watch.correlator.account()
    assert (len(told), account.outcomes.get("too_late", 0)) == (alerts, late)


def test_a_log_that_is_left_half_way_is_cut_off_for_the_rules_it_fed(tmp_path: Path) -> None:
    event = (root() / "rules/windows/windows_whoami_all.match.jsonl").read_bytes().splitlines()[0] + b"\n"
    log = tmp_path / "log.jsonl"
    log.write_bytes(event * 3)
    watch = own_watch()
    alerts = watch.alerts([Log("log", [log])], silent)
    next(alerts)
    alerts.close()

    assert {entry.state for entry in watch.engine.ledger() if entry.hits} == {"truncated"}
    assert [source.handled for source in watch.sources] == [1]


def test_a_folder_is_read_below_and_every_file_is_named(tmp_path: Path) -> None:
    event = (root() / "rules/windows/windows_whoami_all.match.jsonl").read_bytes().splitlines()[0] + b"\n"
    folder = tmp_path / "logs"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "x.jsonl").write_bytes(event)
    (folder / "a.json").write_bytes(b"[" + event + b"]")
    (folder / "notes.txt").write_bytes(b"remember the milk\n")
    os.mkfifo(folder / "pipe")
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("in.jsonl", event)
    watch = own_watch()
    list(watch.alerts([Log("logs", [folder])], silent))

    assert [(file.name, file.format, file.handled) for file in watch.files] == [
        ("logs/a.json", "json", 1),
        ("logs/z.zip/in.jsonl", "jsonl", 1),
        ("logs/b/x.jsonl", "jsonl", 1),
    ]
    assert [trouble.split(":")[0] for trouble in watch.unreadable] == ["logs/notes.txt"]
    assert watch.sources[0].skipped == {"unreadable": 1, "not-a-file": 1}
    assert watch.sources[0].format == "json, jsonl"


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    watch = own_watch()
    list(watch.alerts([Log("logs", [tmp_path])], silent))

    assert watch.unreadable == [f"{tmp_path.name}: is a folder without files"]


def test_a_format_that_is_told_is_that_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b'{"a": 1}\n')
    (tmp_path / "b").write_bytes(b"a,b\n1,2\n")
    watch = own_watch()
    list(watch.alerts([Log("both", [tmp_path], format="jsonl")], silent))

    assert [(file.format, file.handled) for file in watch.files] == [("jsonl", 1), ("jsonl", 0)]
    assert watch.sources[0].skipped == {"not-json": 2}


def test_both_engines_fill_the_same_ledger(tmp_path: Path) -> None:
    """All samples of our own rules as one log, with lines among them that are cut or no JSON."""
    lines = [line for path in sorted((root() / "rules").rglob("*.jsonl")) for line in path.read_bytes().splitlines()]
    log = tmp_path / "all.jsonl"
    log.write_bytes(b"\n".join([*lines, b"{broken", *lines[::-7]]) + b"\n")
    ruleset, routes = load_rules([root() / "rules"], root()), load_routes(root())
    ledgers = []
    for kind in (Engine, FastEngine):
        watch = Watch(kind(ruleset, routes))
        list(watch.alerts([Log("all", [log])], silent))
        ledgers.append(watch.ledger())

    assert sum(entry.hits for entry in ledgers[0]) > 200
    assert ledgers[1] == ledgers[0]


def test_events_of_another_store_are_a_log_like_others(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_bytes(
        json.dumps({"EventID": 1102, "Channel": "Security", "Provider_Name": "Microsoft-Windows-Eventlog"}).encode()
        + b"\n"
    )
    events = list(read_log(log, "a.jsonl", Tally("a")))

    def given(tally: Tally) -> Iterator[Event]:
        tally.handled += 1
        yield from events

    from_file, from_store = own_watch(), own_watch()
    expected = [alert.id for alert in from_file.alerts([Log("a", [log])], silent)]
    assert [alert.id for alert in from_store.alerts([Feed("a", given, "elsewhere")], silent)] == expected != []
    assert (from_store.sources[0].handled, from_store.sources[0].format) == (1, "elsewhere")


def test_what_a_store_counted_and_did_not_give_is_in_the_ledger(tmp_path: Path) -> None:
    ruleset = rules(
        tmp_path,
        rule(1, "a: {Nowhere: x}\ncondition: a", "product: windows"),
        rule(2, "a: {Nowhere: x}\ncondition: a", "product: linux\nservice: auditd"),
    )
    routes = load_routes(root())
    key, counted = ruleset.rules[0].logsource, list[Counted]()
    days = Counter[Day]({DAY.date(): 7, None: 2})

    def given(tally: Tally) -> Iterator[Event]:
        counted.append(Counted(9, 1, days, {key: days}, frozenset(routes.routes[:1]), DAY, DAY + timedelta(hours=1)))
        tally.handled += 1
        yield Event("log", "1", DAY, {"EventID": 1, "Channel": "Security"})

    watch = Watch(Engine(ruleset, routes))
    list(watch.alerts([Feed("a", given, counted=counted)], silent))

    windows, linux = watch.ledger()
    assert (windows.state, windows.events, windows.missing) == ("evaluated", 9, ())
    assert "asked of the index, which gave 1 of 9 records" in windows.reason
    assert [(one.first, one.events) for one in windows.sources[0].windows] == [(DAY.date(), 7), (None, 2)]
    assert (linux.state, linux.events) == ("source-absent", 0)
    (source,) = watch.sources
    assert (source.handled, source.first, source.last) == (1, DAY, DAY + timedelta(hours=1))


def test_a_store_that_cannot_give_all_is_told_and_its_rules_are_cut_off() -> None:
    event = Event(
        "log", "1", DAY, {"EventID": 1102, "Channel": "Security", "Provider_Name": "Microsoft-Windows-Eventlog"}
    )

    def given(tally: Tally) -> Iterator[Event]:
        tally.handled += 1
        yield event
        raise InputError(Location("logs-*"), "not read to its end: no answer")

    watch = own_watch()
    alerts = list(watch.alerts([Feed("logs-*", given)], silent))

    assert len(alerts) == 1, "what was found before counts"
    assert watch.unreadable == ["logs-*: not read to its end: no answer"]
    assert {entry.state for entry in watch.ledger() if entry.events} == {"truncated"}


@pytest.mark.parametrize("records", [0, 10, 30_000])
def test_what_a_watch_worked_with_is_free_at_once(records: int, tmp_path: Path) -> None:
    """An engine holds tens of megabytes: a runner makes one for each window, and would fill the machine."""
    log = tmp_path / "web.jsonl"
    line = '{"event.dataset": "web.access", "cs-uri-stem": "/%s", "cs-method": "GET", "more": "%s"}\n'
    log.write_text("".join(line % (number, "x" * 100) for number in range(records)), encoding="utf-8")
    events = [Event("x", str(number), DAY, {"event.dataset": "web.access"}) for number in range(records)]
    engine = FastEngine(load_rules([root() / "rules"], root()), load_routes(root()))
    matcher, watching = weakref.ref(engine.matcher), Watch(engine)
    machine_code("detect", None)  # where it is compiled, the compiler leaves something behind
    gc.collect()
    gc.disable()
    try:
        list(watching.alerts([Log("web", [log]), Feed("x", lambda _tally: events)], silent))
        watching.ledger()
        del engine, watching
        assert matcher() is None
    finally:
        gc.enable()

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import TypeVar

from sentinel.content import root
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log, Watch

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

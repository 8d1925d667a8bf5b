from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from sentinel.detect.backtest import ONLY_FEEDS, Backtest
from sentinel.detect.backtest_correlations import NOT_MET
from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.watch import Log, Watch
from tests.detect.rules import rule
from tests.detect.test_backtest import WEB, compare, counts, in_silence, pair, web
from tests.shared import ROOT


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


BURST = """title: Burst {user}
id: 00000000-0000-4000-8000-0000000000ff
correlation: {{type: event_count, rules: [{rule}], group-by: [user], timespan: 1m, condition: {{gte: {least}}}, {more}}}
level: high
"""
ONE = "00000000-0000-4000-8000-000000000001"


def burst(least: int, more: str = "generate: false") -> str:
    return BURST.format(user="of one user", rule=ONE, least=least, more=more)


def moments(user: str, count: int) -> list[dict[str, object]]:
    return [web(a="1", user=user, n=n, **{"@timestamp": f"2026-10-14T01:00:{n:02}Z"}) for n in range(count)]


def test_alerts_of_correlations_come_and_go(tmp_path: Path, routes: Routes) -> None:
    made = rule(1, "sel: {a: '1'}\ncondition: sel", WEB)
    old, new = pair(tmp_path, [made, burst(2)], [made, burst(4)])
    both = compare(tmp_path, old, new, routes, [*moments("kari", 5), *moments("ola", 3), *moments("åse", 1)])

    [found] = both.differences()
    assert (found.title, found.change, found.added, found.gone, found.same) == ("Burst of one user", "changed", 0, 1, 1)
    assert (found.examples_gone[0].why, found.examples_gone[0].record) == (NOT_MET, "7")
    assert [(entry.title, entry.state, entry.events) for entry in both.ledger()] == [
        ("Rule 1", "evaluated", 9), ("Burst of one user", "evaluated", 9),
    ]  # fmt: skip
    assert both.old_partly() == ()


def test_an_alert_that_begins_later_is_the_same_alert(tmp_path: Path, routes: Routes) -> None:
    """Without the first hits another one is the first; nobody would call the burst another one."""
    old, new = pair(
        tmp_path,
        [rule(1, "sel: {a: '1'}\ncondition: sel", WEB), burst(3)],
        [rule(1, "sel: {a: '1'}\nfirst: {n|lt: 2}\ncondition: sel and not first", WEB), burst(3)],
    )

    [found] = compare(tmp_path, old, new, routes, moments("kari", 6)).differences()
    assert (found.added, found.gone, found.same) == (0, 0, 1)


def test_a_correlation_changes_with_the_rule_below_it(tmp_path: Path, routes: Routes) -> None:
    old, new = pair(
        tmp_path,
        [rule(1, "sel: {a: '1'}\ncondition: sel", WEB), burst(3)],
        [rule(1, "sel: {a: '1'}\nown: {user: kari}\ncondition: sel and not own", WEB), burst(3)],
    )

    [found] = compare(tmp_path, old, new, routes, [*moments("kari", 3), *moments("ola", 3)]).differences()
    assert (found.title, found.change, found.gone, found.same) == ("Burst of one user", "changed", 1, 1)


def test_what_only_feeds_a_correlation_now_is_an_alert_that_goes(tmp_path: Path, routes: Routes) -> None:
    made = rule(1, "sel: {a: '1'}\ncondition: sel", WEB)
    old, new = pair(tmp_path, [made], [made, burst(3)])

    alone, together = compare(tmp_path, old, new, routes, moments("kari", 3)).differences()
    assert (alone.title, alone.change, alone.gone, alone.examples_gone[0].why) == ("Rule 1", "same", 3, ONLY_FEEDS)
    assert (together.title, together.change, together.added) == ("Burst of one user", "new", 1)
    back = Backtest(new, old, routes)
    deque(Watch(back).alerts([Log("log.jsonl", [tmp_path / "log.jsonl"])], in_silence), maxlen=0)
    assert counts(back.differences()) == {"Rule 1": ("same", 3, 0, 0), "Burst of one user": ("gone", 0, 1, 0)}

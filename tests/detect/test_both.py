from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import both as module
from sentinel.detect.alerts import fingerprint
from sentinel.detect.both import Both
from sentinel.detect.engine import Engine
from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.model.events import Event, Value
from tests.cli.test_rules_check import RULE
from tests.shared import ROOT

KEY = "5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11"
START = datetime(2026, 11, 1, tzinfo=UTC)
ROUTES = load_routes(ROOT)


def event(number: int, method: str, path: str = "/blåbær") -> Event:
    fields: dict[str, Value] = {"event.dataset": "web.access", "cs-uri-stem": path, "cs-method": method, "n": number}
    return Event("x", str(number), START + timedelta(hours=number), fields)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[RuleSet, RuleSet]:
    folder = tmp_path_factory.mktemp("rules")
    found = []
    for name, text in (("old", RULE), ("new", RULE.replace("cs-method: POST", "cs-method: [GET, PUT]"))):
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        found.append(load_rules([folder / f"{name}.yml"], folder))
    return found[0], found[1]


EVENTS = st.lists(
    st.builds(
        event, st.integers(0, 20), st.sampled_from(["GET", "POST", "PUT", "HEAD"]), st.sampled_from(["/", "/BLÅBÆR"])
    )
)


@given(EVENTS, st.integers(0, 20))
def test_what_comes_and_goes_is_what_each_set_says_by_itself(
    sets: tuple[RuleSet, RuleSet], events: list[Event], first: int
) -> None:
    since = START + timedelta(hours=first)
    both = Both((sets[0], ROUTES), (sets[1], ROUTES), frozenset([KEY]), since)

    assert list(both.run(events, "log")) == []
    told = both.take()

    looked = [one for one in events if one.time and one.time >= since]
    old, new = ({fingerprint(hit.event) for hit in Engine(part, ROUTES).run(looked)} for part in sets)
    found = {side: {one.alert.event_id for one in told.found if one.side == side} for side in ("added", "gone")}
    assert found == {"added": new - old, "gone": old - new}
    assert told.same[KEY] == len(old & new)
    assert both.take().found == []


def test_only_rules_that_are_named_are_compared(sets: tuple[RuleSet, RuleSet]) -> None:
    both = Both((sets[0], ROUTES), (sets[1], ROUTES), frozenset())
    list(both.run([event(1, "GET"), event(2, "POST")]))

    assert both.take().found == []
    assert both.ledger() == ()


def test_each_side_has_a_mapping_of_its_own(sets: tuple[RuleSet, RuleSet]) -> None:
    both = Both((sets[0], Routes(())), (sets[0], ROUTES), frozenset([KEY]))
    list(both.run([event(1, "POST")]))

    assert [(one.side, one.rule) for one in both.take().found] == [("added", KEY)]
    assert {entry.state for entry in both.ledger()} == {"evaluated", "no-route"}


def test_what_is_more_than_is_kept_is_counted(sets: tuple[RuleSet, RuleSet], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    both = Both((RuleSet((), ()), ROUTES), (sets[0], ROUTES), frozenset([KEY]))
    list(both.run([event(number, "POST") for number in range(5)]))

    told = both.take()

    assert (len(told.found), dict(told.beyond)) == (2, {f"added {KEY}": 3})


def test_a_log_is_read_as_by_any_engine(sets: tuple[RuleSet, RuleSet], tmp_path: Path) -> None:
    from sentinel.detect.watch import Log, Watch

    (tmp_path / "log.jsonl").write_bytes(
        b'{"event.dataset": "web.access", "cs-uri-stem": "/bl\xc3\xa5b\xc3\xa6r", "cs-method": "PUT"}\n'
    )
    both = Both((sets[0], ROUTES), (sets[1], ROUTES), frozenset([KEY]))
    watching = Watch(both)

    assert list(watching.alerts([Log("x", [tmp_path / "log.jsonl"])], lambda _label, items: iter(items))) == []
    assert [one.side for one in both.take().found] == ["added"]
    assert watching.sources[0].handled == 1

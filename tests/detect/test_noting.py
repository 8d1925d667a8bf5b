from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.noting import Noting
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.errors import InputError
from sentinel.model.events import Event
from tests.cli.test_rules_check import RULE
from tests.shared import ROOT

EVENTS = [
    Event("x", "1", None, {"event.dataset": "web.access", "cs-uri-stem": "/blåbær", "cs-method": "POST"}),
    Event("x", "2", None, {"event.dataset": "something else", "cs-method": "POST"}),
]


def test_it_finds_what_the_reference_evaluator_finds_and_remembers_the_events(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(RULE, encoding="utf-8")
    ruleset, routes = load_rules([tmp_path], tmp_path), load_routes(ROOT)
    noting = Noting(ruleset, routes)

    assert list(noting.run(EVENTS, "log")) == list(Engine(ruleset, routes).run(EVENTS, "log"))
    assert noting.events.keys() == set(map(fingerprint, EVENTS))
    assert noting.of(ruleset.rules[0].logsource) == {fingerprint(EVENTS[0])}
    assert [entry.hits for entry in noting.ledger()] == [1]


def test_there_is_an_end_to_what_it_remembers(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(RULE, encoding="utf-8")
    noting = Noting(load_rules([tmp_path], tmp_path), load_routes(ROOT), most=1)

    with pytest.raises(InputError, match="more than 1 events"):
        list(noting.run(EVENTS))

from __future__ import annotations

from itertools import islice

import pytest

from sentinel.content import root
from sentinel.detect.asides import note_aside, without
from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.detect.engine import Engine
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.ledger import Ledger
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

CONTENT = root()
LOG = CONTENT / "examples" / "clinic" / "logs" / "lv-epj-security.jsonl.zst"


@pytest.fixture(scope="module", params=["fresh", "cached"])
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """Return the shipped rules; those out of a cache read their conditions when they are first asked for."""
    if request.param == "fresh":
        return compile_rules([CONTENT / "rules"], CONTENT, {})
    cache = RuleCache(tmp_path_factory.mktemp("rules"))
    compile_rules([CONTENT / "rules"], CONTENT, {}, cache)
    return compile_rules([CONTENT / "rules"], CONTENT, {}, cache)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return list(islice(read_log(LOG, "log", Tally("log")), 7_000))


def hits(engine: Engine | FastEngine, events: list[Event]) -> list[tuple[str, str]]:
    return sorted((hit.rule.id, hit.event.record) for hit in engine.run(events, "log"))


def test_all_rules_but_those_set_aside_find_what_they_found(compiled: Compiled, events: list[Event]) -> None:
    routes = load_routes(CONTENT)
    found = hits(Engine(compiled.ruleset, routes), events)
    aside = {found[0][0]: "set aside", found[-1][0]: "set aside"}
    ruleset = without(compiled.ruleset, aside)
    wanted = [one for one in found if one[0] not in aside]
    fast = FastEngine(ruleset, routes, compiled.alarms, pace=Pace(small=False))

    assert len(wanted) < len(found)
    assert hits(Engine(ruleset, routes), events) == wanted
    assert hits(fast, events) == wanted


def test_they_stay_known_by_number_and_meaning(compiled: Compiled) -> None:
    aside = {compiled.ruleset.rules[3].ref.id: "why"}

    left = without(compiled.ruleset, aside)

    assert [rule.ref for rule in left.rules] == [rule.ref for rule in compiled.ruleset.rules]
    assert left.correlations == compiled.ruleset.correlations


def test_the_ledger_says_why_only_where_there_was_something_to_look_at(compiled: Compiled, events: list[Event]) -> None:
    engine = Engine(compiled.ruleset, load_routes(CONTENT))
    aside = {rule.ref.id: "set aside since yesterday" for rule in compiled.ruleset.rules}
    note_aside(engine.accounts, "log", aside)
    list(engine.run(events, "log"))

    states = {entry.state for entry in engine.ledger()}
    assert states == {"failed", "source-absent"}
    assert {entry.reason for entry in engine.ledger() if entry.state == "failed"} == {"set aside since yesterday"}
    assert isinstance(engine.accounts, Ledger)

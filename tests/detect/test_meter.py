from __future__ import annotations

from itertools import count
from pathlib import Path

from sentinel.content import root
from sentinel.detect.engine import Engine
from sentinel.detect.meter import BILLION, Meter
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from tests.detect.logs import event
from tests.detect.rules import rule, rules
from tests.detect.test_ledger import PROCESS


def test_each_question_to_a_rule_is_counted_with_the_time_it_took() -> None:
    ticks = count(0, BILLION // 2)
    meter = Meter(lambda: next(ticks))

    for number in (4, 7, 4):
        meter.note(number, meter.clock())

    assert dict(meter.asked) == {4: 2, 7: 1}
    assert (meter.seconds(4), meter.seconds(7), meter.seconds(1)) == (1.0, 0.5, 0.0)


def test_the_engine_measures_rules_of_the_log_source_and_no_others(tmp_path: Path) -> None:
    loaded: RuleSet = rules(
        tmp_path, rule(1, "a: {Image: y}\ncondition: a"), rule(2, "a: {Image|contains: z}\ncondition: a")
    )
    engine = Engine(loaded, load_routes(root()))
    engine.accounts.meter = Meter(lambda: 0)

    list(engine.run([event(PROCESS)] * 3))

    assert dict(engine.accounts.meter.asked) == {0: 3, 1: 3}

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from sentinel.backtesting import backtest
from sentinel.content import root
from sentinel.detect.sigma import load_rules
from sentinel.detect.watch import Log
from tests.shared import ROOT

T = TypeVar("T")
LOG = ROOT / "examples" / "clinic" / "logs" / "web-access.jsonl.gz"


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def test_a_set_of_rules_compared_with_itself_differs_in_nothing() -> None:
    rules = load_rules([ROOT / "rules"], ROOT)

    found = backtest(rules, rules, root(), [Log("web", [LOG])], silent)

    assert [one for one in found.differences if one.added or one.gone] == []
    assert sum(source.handled for source in found.sources) > 0
    assert found.unreadable == ()


def test_a_log_that_is_not_there_is_told(tmp_path: Path) -> None:
    rules = load_rules([ROOT / "rules"], ROOT)

    found = backtest(rules, rules, root(), [Log("none", [tmp_path / "none.jsonl"])], silent)

    assert found.unreadable or all(source.handled == 0 for source in found.sources)

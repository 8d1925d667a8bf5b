from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sentinel.detect.engine import Engine
from sentinel.detect.fast.databases import WORTH, Databases
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.fast.scanner import Expression, Scanner
from sentinel.detect.routes import Routes
from sentinel.detect.rule_cache import RuleCache
from tests.detect.fast.mutations import compact
from tests.detect.fast.twins import said
from tests.detect.rules import rule, rules

NEEDLES = [b"needle%d" % number for number in range(WORTH)]
EXPRESSIONS = [Expression(rb"ki+osk\d", caseless=True), Expression(rb"^a", caseless=False)]
TEXT = b"a needle7 NEEDLE29 KIIOSK1 kiosk needle"


@pytest.fixture
def cache(tmp_path: Path) -> RuleCache:
    return RuleCache(tmp_path / "cache")


class Refusing(Scanner):
    """Compiles nothing."""

    @classmethod
    def _compiled(cls, patterns: Sequence[bytes], flags: int | Sequence[int], *, literal: bool) -> Scanner:
        raise AssertionError(patterns, flags, literal)


class Plain(Scanner):
    """Compiles no expression."""

    @classmethod
    def expressions(cls, expressions: Sequence[Expression]) -> Scanner:
        raise AssertionError(expressions)


def found(databases: Databases) -> list[object]:
    return [databases.literals(NEEDLES).scan(TEXT), databases.expressions(EXPRESSIONS).scan(TEXT)]


WANTED = [Scanner.literals(NEEDLES).scan(TEXT), Scanner.expressions(EXPRESSIONS).scan(TEXT)]


def test_what_was_kept_finds_what_was_compiled(cache: RuleCache) -> None:
    first = Databases(cache)

    assert all(WANTED)
    assert found(first) == found(Databases()) == found(first) == WANTED
    first.save()
    assert found(Databases(cache)) == WANTED


def test_what_was_kept_is_not_compiled_again(cache: RuleCache) -> None:
    first = Databases(cache)
    found(first)
    first.save()

    assert found(Databases(cache, Refusing)) == WANTED
    with pytest.raises(AssertionError):
        Databases(cache, Refusing).literals([*NEEDLES[1:], b"other"])
    with pytest.raises(AssertionError):
        Databases(cache, Refusing).expressions([EXPRESSIONS[0], Expression(rb"^a", caseless=True)])
    with pytest.raises(AssertionError):
        Databases(None, Refusing).literals(NEEDLES)


@pytest.mark.parametrize("data", [b"", b"rubbish", b"no database" * 9_000])
def test_rubbish_in_the_cache_is_passed_over(cache: RuleCache, data: bytes) -> None:
    first = Databases(cache)
    found(first)
    first.save()
    names = [path.name.removeprefix("sentinel-").removesuffix(".rules") for path in cache.folder.iterdir()]
    for name in names:
        cache.save(name, data)

    assert len(names) == 2
    assert found(Databases(cache)) == WANTED


def test_few_needles_are_not_kept(cache: RuleCache) -> None:
    first = Databases(cache)
    first.literals(NEEDLES[1:])
    first.save()

    assert not cache.folder.exists()


def test_an_expression_that_does_not_compile_is_refused_as_ever(cache: RuleCache) -> None:
    with pytest.raises(ValueError, match=r"."):
        Databases(cache).expressions([Expression(b"(", caseless=False)])


def test_an_engine_keeps_its_databases_once_a_log_is_read(cache: RuleCache, tmp_path: Path, routes: Routes) -> None:
    ruleset = rules(tmp_path, rule(1, r"a: {CommandLine|re: '^[xy]\d+$'}" + "\ncondition: a", "product: windows"))
    event = {"Channel": "Security", "EventID": 4688}
    lines = [{**event, "CommandLine": f"{'x' if number % 50 == 0 else 'z'}{number}"} for number in range(3_000)]
    log = b"\n".join(map(compact, lines))
    wanted = said(Engine(ruleset, routes), [log])
    first, second = (FastEngine(ruleset, routes, cache=cache, pace=Pace(small=False)) for _ in range(2))

    assert len(wanted.hits) == 60
    assert said(first, [log]).differences(wanted) == []
    second.matcher.databases._scanners = Plain
    assert said(second, [log]).differences(wanted) == []

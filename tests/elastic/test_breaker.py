from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sentinel.elastic.breaker import FIRST, LONGEST, PATIENCE, Breaker
from sentinel.elastic.cluster import ClusterBusyError
from sentinel.errors import StoreError

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
BUSY = ClusterBusyError("logs: refused with 429")


def opened() -> tuple[Breaker, list[str]]:
    told: list[str] = []
    breaker = Breaker(told.append)
    for _ in range(PATIENCE):
        breaker.note(BUSY, NOW)
    return breaker, told


def busy() -> None:
    raise BUSY


def refused() -> None:
    raise StoreError("logs: refused with 404")


def never() -> None:
    pytest.fail("asked while it was open")


def test_it_opens_after_troubles_in_a_row_and_says_so_once() -> None:
    breaker, told = opened()
    breaker.note(BUSY, NOW)

    assert breaker.is_open
    (line,) = told
    assert "refused with 429" in line


@pytest.mark.parametrize("between", [None, StoreError("no such index")])
def test_an_answer_in_between_begins_anew(between: Exception | None) -> None:
    told: list[str] = []
    breaker = Breaker(told.append)
    for ending in (*[BUSY] * (PATIENCE - 1), between, *[BUSY] * (PATIENCE - 1)):
        breaker.note(ending, NOW)

    assert not breaker.is_open
    assert told == []


def test_nothing_is_asked_before_the_pause_is_over_and_then_one_request() -> None:
    breaker, told = opened()
    asked: list[int] = []

    assert not breaker.may_ask(never, lambda: NOW + FIRST - timedelta(seconds=1))
    assert breaker.may_ask(lambda: asked.append(1), lambda: NOW + FIRST)
    assert (asked, breaker.is_open, told[1:]) == ([1], False, [])
    assert breaker.may_ask(never, lambda: NOW + FIRST), "closed, it asks nothing by itself"
    breaker.note(None, NOW)
    assert told[1:] == ["the cluster answers again"]


def test_the_pause_grows_up_to_a_limit_without_a_word() -> None:
    breaker, told = opened()
    now, pauses = NOW + FIRST, []
    for _ in range(12):
        assert not breaker.may_ask(busy, lambda: now)  # noqa: B023 -- called at once
        assert breaker.until is not None
        pauses.append(breaker.until - now)
        now = breaker.until

    assert pauses[:3] == [2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert pauses[-1] == LONGEST
    assert len(told) == 1


def test_a_cluster_that_only_answers_small_requests_is_given_longer_rests_without_a_word() -> None:
    breaker, told = opened()
    now, rests = NOW, []
    for _ in range(4):
        assert breaker.until is not None
        now = breaker.until
        assert breaker.may_ask(lambda: None, lambda: now)  # noqa: B023 -- called at once
        breaker.note(BUSY, now)
        assert breaker.until is not None
        rests.append(breaker.until - now)

    assert rests == [2 * FIRST, 4 * FIRST, 8 * FIRST, 16 * FIRST]
    assert len(told) == 1


def test_a_refusal_is_an_answer() -> None:
    breaker, _ = opened()

    assert breaker.may_ask(refused, lambda: NOW + FIRST)
    assert not breaker.is_open

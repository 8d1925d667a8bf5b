"""How much correlations keep in memory, and that no hit is lost for want of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.correlate import Correlator, Room
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit
from tests.detect.brute import Found, reference
from tests.detect.kept import Kept
from tests.detect.streams import START, correlations, hit, ruleset, streams
from tests.detect.test_correlate import BURST, hits


def test_a_long_burst_needs_no_more_room_than_its_window() -> None:
    correlator = Correlator(ruleset(BURST), room=Room(in_group=40))
    for number, one in enumerate(hits("a", *range(2000), g="x")):
        correlator.add(one)
        assert sum(len(group.points) for group in correlator._running["k"].groups.values()) <= 40, number
    (alert,) = correlator.settle()

    assert alert.correlation is not None
    assert (alert.correlation.total, alert.correlation.start) == (2000, START)
    assert correlator.account()[0].left_out == {}


@pytest.mark.parametrize(
    ("room", "left_out"),
    [(Room(in_group=30), 20), (Room(points=30), 20), (Room(groups=0), 50)],
)
def test_what_finds_no_room_is_counted_and_the_account_says_truncated(room: Room, left_out: int) -> None:
    correlator = Correlator(ruleset(BURST), room=room)
    for one in hits("a", *(number / 100 for number in range(50)), g="x"):
        correlator.add(one)
    correlator.settle()
    (account,) = correlator.account()

    assert account.left_out == {"overflow": left_out}
    assert account.truncated


def test_after_a_full_window_there_is_room_again() -> None:
    correlator = Correlator(ruleset(BURST), room=Room(in_group=30))
    for one in hits("a", *(number / 100 for number in range(50)), *range(100, 110), g="x"):
        correlator.add(one)

    totals = [alert.correlation.total for alert in correlator.settle() if alert.correlation]
    assert totals == [30, 10]


@settings(max_examples=600)
@given(correlations(), streams(), st.randoms(use_true_random=False), st.integers(2, 40), st.booleans())
def test_with_little_room_nothing_comes_too_late_and_what_finds_room_is_found(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random, room: int, remembers: bool
) -> None:
    """Hits are put aside and taken in by time, so their order of arrival costs nothing."""
    mixed = [*stream, *chance.sample(stream, len(stream) // 2)]
    chance.shuffle(mixed)
    kept = Kept()
    correlator = Correlator(ruleset, kept if remembers else None, room=Room(points=room, groups=room))
    for one in mixed:
        correlator.add(one)
    kept.save(correlator.settle(), correlator)
    left_out = [account.left_out for account in correlator.account()]

    assert not any(one.get("too_late") for one in left_out)
    assert sum(account.hits for account in correlator.account()) >= len(
        [one for one in mixed if any(one.rule.id in c.rules for c in ruleset.correlations)]
    )
    if not any(one.get("overflow") for one in left_out):
        assert whole(kept.found()) == whole(reference(ruleset, stream))


def whole(found: set[Found]) -> set[tuple[object, ...]]:
    """Return episodes without their hits, of which an alert that went on after a part was closed names some."""
    return {(one.rule, one.group, one.start, one.first, one.last, len(one.hits)) for one in found}


@pytest.mark.parametrize("way", ["in order", "one log after another", "backwards"])
def test_a_burst_is_found_however_many_hits_came_before(way: str) -> None:
    room = Room(points=400, groups=200)
    noise = [hit("a", number, number, g=f"g{number % 500}") for number in range(5000)]
    burst = hits("a", 5000, 5001, 5002, g="x")
    order = {"in order": [*noise, *burst], "one log after another": [*burst, *noise[::2], *noise[1::2]],
             "backwards": [*burst, *reversed(noise)]}[way]  # fmt: skip
    correlator = Correlator(ruleset(BURST), room=room)
    most = 0
    for one in order:
        correlator.add(one)
        most = max(most, sum(len(group.points) for group in correlator._running["k"].groups.values()))
    (alert,) = correlator.settle()

    assert alert.fields == {"g": "x"}
    assert correlator.account()[0].outcomes == {"new": 5003}
    assert most <= room.points // 2
    assert correlator._points <= room.points

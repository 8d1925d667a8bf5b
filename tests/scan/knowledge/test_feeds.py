from __future__ import annotations

from datetime import date

from sentinel.model.knowledge import Feed
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.knowledge.feeds import FEEDS, age, feed_from, is_old
from sentinel.scan.knowledge.formats import LONG, WHOLE
from sentinel.scan.knowledge.merge import TRUSTED
from sentinel.scan.knowledge.told import Intake


def test_a_feed_is_old_after_its_days() -> None:
    feed = Feed("kev", date(2026, 10, 1), 1, {}, "x", "y")

    assert (age(feed, date(2026, 10, 31)), is_old(feed, date(2026, 10, 31))) == (30, False)
    assert is_old(feed, date(2026, 11, 1))
    assert not is_old(Feed("unheard-of", date(1990, 1, 1), 1, {}, "", ""), date(2026, 1, 1))


def test_every_format_is_of_a_feed_and_every_feed_has_a_format() -> None:
    assert {one.feed for one in WHOLE} | {one.feed for one in LONG} == set(FEEDS)
    assert set(TRUSTED) | {"endoflife"} == set(FEEDS)


def test_what_was_read_becomes_a_feed() -> None:
    tally = Tally("kev", 3)
    tally.skip(Skipped("kev", "entry 1", "no-cve"))
    feed = feed_from(Intake("kev", date(2026, 11, 20), tally), date(2026, 11, 18))

    assert (feed.kept, feed.skipped, feed.dated) == (3, {"no-cve": 1}, date(2026, 11, 18))

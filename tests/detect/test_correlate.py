from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.alerts import fingerprint
from sentinel.detect.condition import And
from sentinel.detect.correlate import Correlator
from sentinel.detect.correlation import AllOf, Happened, Limits, NotSo
from sentinel.detect.rule import LogSourceKey, Rule, RuleSet
from sentinel.errors import Location
from sentinel.model.alerts import Alert, Amendment, Hit
from sentinel.model.events import Value
from tests.detect.brute import reference
from tests.detect.kept import Kept, run
from tests.detect.streams import START, correlation, correlations, hit, ref, ruleset, streams


def content(kept: Kept) -> object:
    """Return all that is current, without how it came to be and which copy of an event came first."""

    def told(alert: Alert) -> object:
        assert alert.correlation is not None
        members = tuple(replace(one, source="", record="") for one in alert.correlation.members)
        return replace(alert, source="", record="", revision=1, change=None,
                       correlation=replace(alert.correlation, members=members))  # fmt: skip

    return {id_: told(alert) for id_, alert in kept.alerts.items() if alert.status == "current"}


@settings(max_examples=1500)
@given(correlations(), streams())
def test_what_is_found_is_what_the_reference_finds(ruleset: RuleSet, stream: list[Hit]) -> None:
    assert run(ruleset, [stream]).found() == reference(ruleset, stream)


@settings(max_examples=600)
@given(correlations(), streams(), st.randoms(use_true_random=False), st.integers(1, 6), st.booleans())
def test_order_batches_duplicates_and_restarts_change_nothing(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random, size: int, restart: bool
) -> None:
    expected = run(ruleset, [stream])
    mixed = [*stream, *chance.sample(stream, len(stream) // 2)]
    chance.shuffle(mixed)
    batches = [mixed[at : at + size] for at in range(0, len(mixed), size)]
    kept = run(ruleset, batches, restart=restart)

    assert content(kept) == content(expected)
    assert kept.found() == reference(ruleset, stream)


@settings(max_examples=600)
@given(correlations(), streams(), st.randoms(use_true_random=False), st.integers(1, 6), st.integers(2, 4))
def test_runs_that_overtake_each_other_find_together_what_one_run_finds(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random, size: int, runs: int
) -> None:
    """Each run looks at its batches over what was kept when it began, and again where others kept theirs meanwhile."""
    mixed = [*stream, *chance.sample(stream, len(stream) // 2)]
    chance.shuffle(mixed)
    batches = [mixed[at : at + size] for at in range(0, len(mixed), size)]
    kept, turn = Kept(), 0
    working: list[tuple[Correlator, tuple[Alert, ...], int]] = []
    while batches or working:
        if batches and ((len(working) < runs and chance.random() < 0.7) or not working):
            correlator = Correlator(ruleset, kept.copy(), keeps=True)
            for one in batches.pop():
                correlator.add(one)
            working.append((correlator, correlator.settle(), turn))
            continue
        correlator, alerts, seen = working.pop(chance.randrange(len(working)))
        if seen != turn:
            correlator = correlator.over(kept.copy())
            alerts = correlator.settle()
        kept.save(alerts, correlator)
        turn += 1

    assert content(kept) == content(run(ruleset, [stream]))
    assert kept.found() == reference(ruleset, stream)


@given(correlations(), streams(), st.integers(0, 24))
def test_what_became_of_each_hit_is_the_same_when_it_is_taken_in_again(
    ruleset: RuleSet, stream: list[Hit], first: int
) -> None:
    kept = Kept()
    before = Correlator(ruleset, kept)
    for one in stream[:first]:
        before.add(one)
    late = Correlator(ruleset, kept.copy(), keeps=True)
    for one in stream[first:]:
        late.add(one)
    late.settle()
    kept.save(before.settle(), before)
    straight = Correlator(ruleset, kept.copy())
    for one in stream[first:]:
        straight.add(one)

    again = late.over(kept.copy())

    assert again.settle() == straight.settle()
    assert again.account() == straight.account()


@settings(max_examples=300)
@given(correlations(), streams(12), st.randoms(use_true_random=False))
def test_after_every_batch_what_is_current_is_what_the_reference_finds_so_far(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random
) -> None:
    chance.shuffle(stream)
    kept = Kept()
    correlator = Correlator(ruleset, kept)
    for number, one in enumerate(stream, 1):
        correlator.add(one)
        kept.save(correlator.settle(), correlator)
        assert kept.found() == reference(ruleset, stream[:number])


@settings(max_examples=600)
@given(correlations(), streams(), st.randoms(use_true_random=False), st.integers(0, 8), st.integers(1, 5))
def test_late_hits_within_the_allowed_time_change_nothing_though_old_ones_are_forgotten(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random, lateness: int, size: int
) -> None:
    allowed = timedelta(seconds=lateness)
    arrivals = [(hit.event.time + chance.random() * allowed, hit) for hit in stream if hit.event.time]
    arriving = [hit for _, hit in sorted(arrivals, key=itemgetter(0))]
    kept, newest = Kept(), None
    for at in range(0, len(arriving), size):
        correlator = Correlator(ruleset, kept)
        for one in arriving[at : at + size]:
            assert one.event.time is not None
            newest = max(newest or one.event.time, one.event.time)
            correlator.add(one)
        assert newest is not None
        line = newest - allowed - timedelta(microseconds=1)
        alerts = correlator.settle(line)
        correlator.freeze(line)
        kept.save(alerts, correlator)
        assert not any(account.left_out.get("too_late") for account in correlator.account())
        assert kept.found() == reference(ruleset, arriving[: at + size], line)
    last = Correlator(ruleset, kept)
    kept.save(last.settle(), last)
    assert kept.found() == reference(ruleset, stream)


def current(kept: Kept) -> list[Alert]:
    return [alert for alert in kept.alerts.values() if alert.status == "current"]


def hits(rule: str, *seconds: float, **fields: Value) -> list[Hit]:
    return [hit(rule, second, second, **fields) for second in seconds]


BURST = correlation("k", "event_count", ("a",), group_by=("g",))


def test_a_group_is_not_another_group() -> None:
    pair = correlation("k", "temporal", ("a", "b"), group_by=("g",))
    apart = [*hits("a", 1, g="x"), *hits("b", 2, g="y")]

    assert run(ruleset(pair), [apart]).alerts == {}
    assert len(run(ruleset(pair), [[*apart, *hits("b", 3, g="X")]]).alerts) == 1


def test_a_burst_is_one_alert_however_long_and_a_pause_makes_two() -> None:
    kept = run(ruleset(BURST), [hits("a", *range(0, 100, 3), *range(200, 210), g="x")])
    told = [(alert.correlation.total, alert.correlation.start) for alert in current(kept) if alert.correlation]

    assert told == [(34, START), (10, START + timedelta(seconds=200))]


def test_an_alert_that_grows_is_the_same_alert_and_says_what_was_added() -> None:
    kept = run(ruleset(BURST), [hits("a", 1, 2, 3, g="x"), hits("a", 4, 5, g="x")])

    (alert,) = kept.alerts.values()
    added = tuple(fingerprint(one.event) for one in hits("a", 4, 5, g="x"))
    assert (alert.revision, alert.change) == (2, Amendment(added=2, removed=0, events=added))
    assert alert.time == START + timedelta(seconds=3)


def test_a_late_event_completes_an_alert() -> None:
    kept = run(ruleset(BURST), [hits("a", 1, 3, g="x"), hits("a", 2, g="x")])

    assert [(alert.revision, alert.change) for alert in kept.alerts.values()] == [(1, None)]


def test_what_is_delivered_again_is_told_again_and_is_no_news() -> None:
    kept = Kept()
    tellings = []
    for _ in range(3):
        correlator = Correlator(ruleset(BURST), kept)
        for one in hits("a", 1, 2, 3, g="x"):
            correlator.add(replace(one, event=replace(one.event, source="copy.jsonl")))
        told = correlator.settle()
        kept.save(told, correlator)
        tellings.append(told)

    assert tellings[0] == tellings[1] == tellings[2]
    assert len(tellings[0]) == 1


def test_a_group_that_no_hit_came_to_is_not_told_again() -> None:
    kept = run(ruleset(BURST), [hits("a", 1, 2, 3, g="x")])
    correlator = Correlator(ruleset(BURST), kept)
    for one in hits("a", 1, g="y"):
        correlator.add(one)

    assert correlator.settle() == ()


def test_a_late_event_before_the_first_moves_the_alert_to_another_id_and_both_say_so() -> None:
    kept = run(ruleset(BURST), [hits("a", 5, 6, 7, g="x"), hits("a", 4, g="x")])

    old, new = kept.alerts.values()
    assert (old.status, old.superseded_by, old.revision) == ("superseded", new.id, 2)
    assert new.change is not None
    assert (new.status, new.revision, new.change.added, new.change.replaces) == ("current", 1, 1, (old.id,))
    assert content(kept) == content(run(ruleset(BURST), [hits("a", 4, 5, 6, 7, g="x")]))


def test_a_late_event_that_joins_two_alerts_leaves_one_amended_and_one_superseded() -> None:
    kept = run(ruleset(BURST), [hits("a", 1, 2, 3, 20, 21, 22, g="x"), hits("a", 11, 12, 13, g="x")])

    first, second = kept.alerts.values()
    assert (first.status, first.revision, second.status, second.superseded_by) == ("current", 2, "superseded", first.id)
    assert first.change is not None
    assert (first.change.added, first.change.replaces) == (6, (second.id,))


def test_an_alert_that_a_late_event_unmakes_is_withdrawn_and_may_come_back() -> None:
    alone = correlation("k", "temporal", ("a", "b"), condition=AllOf((Happened("a"), NotSo(Happened("b")))))
    kept = run(ruleset(alone), [hits("a", 5), hits("b", 4)])

    (alert,) = kept.alerts.values()
    assert (alert.status, alert.revision) == ("withdrawn", 2)
    kept = run(ruleset(alone), [hits("a", 5), hits("b", 4), hits("a", 30)])
    assert [one.status for one in kept.alerts.values()] == ["withdrawn", "current"]


def test_what_a_late_event_could_unmake_is_told_only_when_none_may_come_any_more() -> None:
    alone = correlation("k", "temporal", ("a", "b"), condition=AllOf((Happened("a"), NotSo(Happened("b")))))
    kept = Kept()
    first = Correlator(ruleset(alone), kept)
    first.add(hit("a", 5))
    kept.save(first.settle(START + timedelta(seconds=4)), first)
    assert kept.alerts == {}

    second = Correlator(ruleset(alone), kept)  # a restart while the window waits
    assert len(second.settle(START + timedelta(seconds=5))) == 1


def test_a_correlation_feeds_another_by_its_own_group_only() -> None:
    upper = correlation("u", "temporal_ordered", ("k", "b"), group_by=("g",), timespan=timedelta(seconds=5))
    stream = [*hits("a", *range(30), g="x", h="1"), *hits("b", 33, g="x", h="2"), *hits("b", 33, g="y")]
    kept = run(ruleset(BURST, upper), [stream])

    (alert,) = [alert for alert in current(kept) if alert.rule.id == "u"]
    assert alert.correlation is not None
    assert alert.correlation.group == {"g": "x"}
    assert [one.rule for one in alert.correlation.members] == ["k", "b"]
    elsewhere = correlation("u", "temporal", ("k", "b"), group_by=("h",))
    assert {one.rule.id for one in run(ruleset(BURST, elsewhere), [stream]).alerts.values()} == {"k"}


def test_a_burst_counts_once_in_the_correlation_above_it() -> None:
    upper = correlation("u", "event_count", ("k",), timespan=timedelta(minutes=10))
    two = [*hits("a", *range(50), g="x"), *hits("a", *range(50), g="y")]

    assert {one.rule.id for one in run(ruleset(BURST, upper), [two]).alerts.values()} == {"k"}
    three = run(ruleset(BURST, upper), [[*two, *hits("a", *range(60, 70), g="x")], hits("a", *range(100, 104), g="z")])
    assert [one.correlation.total for one in current(three) if one.correlation and one.rule.id == "u"] == [4]


def test_a_burst_that_goes_on_after_its_beginning_is_forgotten_is_still_counted_once() -> None:
    upper = correlation("u", "event_count", ("k", "b"), timespan=timedelta(seconds=4), condition=Limits((("gte", 1),)))
    kept = Kept()
    for end in range(10, 70, 10):
        correlator = Correlator(ruleset(BURST, upper), kept)
        for one in hits("a", *range(end - 10, end), g="x"):
            correlator.add(one)
        alerts = correlator.settle(START + timedelta(seconds=end - 1))
        correlator.freeze(START + timedelta(seconds=end - 1))
        kept.save(alerts, correlator)

    assert [(one.rule.id, one.correlation.total, one.revision) for one in current(kept) if one.correlation] == [
        ("k", 60, 6),
        ("u", 1, 6),
    ]


def test_a_silent_correlation_feeds_and_is_no_alert() -> None:
    upper = correlation("u", "event_count", ("k",), condition=Limits((("gte", 1),)))
    kept = run(ruleset(BURST, upper, silent=frozenset({"k"})), [hits("a", 1, 2, 3, g="x")])

    assert [alert.rule.id for alert in kept.alerts.values()] == ["u"]


def test_aliases_make_one_key_of_different_fields() -> None:
    pair = correlation("k", "temporal", ("a", "b"), group_by=("who",), aliases={"who": {"a": "user", "b": "account"}})
    kept = run(ruleset(pair), [[hit("a", 1, user="Åse"), hit("b", 2, account="åse"), hit("b", 2, account="Kåre")]])

    assert [alert.fields for alert in kept.alerts.values()] == [{"who": "åse"}]


def test_what_the_rules_of_a_log_source_call_by_another_name_is_seen() -> None:
    correlator = Correlator(ruleset(BURST), None, lambda event: {**event.fields, "g": event.fields["old"]})
    for one in hits("a", 1, 2, 3, old="x"):
        correlator.add(one)

    assert [alert.fields for alert in correlator.settle()] == [{"g": "x"}]


def test_a_change_of_a_rule_below_is_another_alert() -> None:
    key = LogSourceKey(None, "windows", None)
    one, other = (
        RuleSet((Rule(replace(ref("a"), hash=digest), Location("x.yml"), key, And(()), frozenset()),), (), (BURST,))
        for digest in ("1", "2")
    )
    stream = hits("a", 1, 2, 3, g="x")

    assert not run(one, [stream]).alerts.keys() & run(other, [stream]).alerts.keys()


def test_every_hit_is_accounted_for() -> None:
    counted = correlation("k", "value_sum", ("a",), group_by=("g",), condition=Limits((("gte", 3),)))
    lists: list[Value] = [str(number) for number in range(65)]
    correlator = Correlator(ruleset(counted))
    given = [hit("a", 1, g="x"), hit("a", 1, g="x"), hit("a", None, g="x"), hit("a", 1), hit("a", 1, g=None)]
    for one in [*given, hit("a", 1, g="x", n="much"), hit("a", 1, g=lists), hit("z", 1, g="x")]:
        correlator.add(one)
    (account,) = correlator.account()

    assert account.outcomes == {
        "new": 1, "known": 1, "without_time": 1, "without_group": 2, "without_value": 1, "overflow": 1,
    }  # fmt: skip
    assert account.hits == 7


def test_hits_that_come_too_late_are_counted() -> None:
    correlator = Correlator(ruleset(BURST))
    for one in hits("a", 100, g="x"):
        correlator.add(one)
    correlator.settle()
    correlator.freeze(START + timedelta(seconds=90))
    for one in [*hits("a", 90, 89, g="x"), *hits("a", 80, g="y"), *hits("a", 91, g="y")]:
        correlator.add(one)
    (account,) = correlator.account()

    assert account.left_out == {"too_late": 3}
    assert account.truncated


def test_nothing_is_found_in_nothing() -> None:
    assert Correlator(ruleset(BURST)).settle() == ()
    assert Correlator(ruleset()).settle() == ()

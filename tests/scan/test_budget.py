from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.budget import NEVER, Budget, HostBudget, Pace, at_once, budget_of, next_host, shuffled
from sentinel.scan.profiles import Limits
from sentinel.scan.scope import Host
from tests.scan.scopes import clinical

LIMITS = st.builds(
    lambda packets, host, total, gap: Limits(
        host_packets=packets, run_packets=300, host_per_second=host, total_per_second=total, host_gap_seconds=gap,
        hosts_at_once=4, udp_messages=1, addresses=256,
    ),
    st.integers(1, 80), st.floats(0.5, 50), st.floats(0.5, 100), st.floats(0, 2),
)  # fmt: skip


@given(LIMITS, st.lists(st.tuples(st.integers(0, 3), st.integers(1, 8), st.floats(0, 3)), max_size=80), st.integers())
def test_no_second_and_no_run_ever_holds_more_than_the_limits(
    limits: Limits, wishes: list[tuple[int, int, float]], seed: int
) -> None:
    budget = Budget({str(n): HostBudget(limits) for n in range(4)}, Pace(limits.total_per_second), 300, Random(seed))
    now, sent = 0.0, list[tuple[float, str, int]]()
    for number, packets, idle in wishes:
        host = str(number)
        now += idle
        pause = budget.wait(host, packets, now)
        if pause == NEVER:
            continue
        now += pause
        again = budget.wait(host, packets, now)
        if again > 1e-6:  # the wait is enough
            raise AssertionError((pause, again))
        now += again
        budget.spend(host, packets, now)
        sent.append((now, host, packets))
    for at, host, _ in sent:
        _within(sent, at, limits.total_per_second, None)
        _within(sent, at, limits.host_per_second, host)
    for host in budget.hosts:
        mine = [(at, count) for at, who, count in sent if who == host]
        assert sum(count for _, count in mine) <= limits.host_packets
        gaps = [later[0] - earlier[0] for earlier, later in pairwise(mine)]
        assert all(gap >= limits.host_gap_seconds - 1e-6 for gap in gaps)
    assert sum(count for _, _, count in sent) <= 300
    for earlier, later in pairwise(sent):
        assert later[0] - earlier[0] >= earlier[2] / limits.total_per_second - 1e-6


def _within(sent: list[tuple[float, str, int]], start: float, rate: float, host: str | None) -> None:
    """Assert that no second from `start` holds more than `rate`; one action alone may be more than a second's worth."""
    inside = [count for at, who, count in sent if start <= at < start + 1 - 1e-6 and host in {None, who}]
    assert sum(inside) <= max(rate + 1e-6, *inside)


def test_what_is_more_than_a_second_holds_waits_for_as_long_as_it_is_worth() -> None:
    pace = Pace(2.0)
    pace.spend(2, 100.0)

    assert pace.wait(8, 100.0) == 4.0
    assert pace.wait(8, 104.0) == 0.0
    assert Pace(0.0).wait(1, 0.0) == NEVER


def test_what_was_sent_long_ago_is_forgotten() -> None:
    pace = Pace(10.0)
    for second in range(1_000):
        pace.spend(2, float(second))

    assert len(pace.sent) < 20


def test_a_spent_budget_never_comes_back() -> None:
    budget = budget_of(clinical("10.0.0.7"), Random(1))
    budget.spend("10.0.0.7", 39, 0.0)

    assert budget.wait("10.0.0.7", 1, 100.0) == 0.0
    assert budget.wait("10.0.0.7", 2, 1e9) == NEVER
    assert not budget.affords("10.0.0.7", 2)


def test_a_clinical_host_gets_one_datagram() -> None:
    budget = budget_of(clinical("10.0.0.7"), Random(1))

    assert [budget.datagram("10.0.0.7") for _ in range(3)] == [True, False, False]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", "unknown", "MR", "CT"])), max_size=30),
    st.integers(1, 6),
)
def test_two_devices_of_one_make_are_never_asked_side_by_side(listed: list[tuple[int, str]], most: int) -> None:
    waiting = list({str(n): Host(str(n), "net", (), kind) for n, kind in listed}.values())
    busy: dict[str, Host] = {}
    while host := next_host(waiting, busy, most):
        waiting.remove(host)
        busy[host.address] = host
    kinds = [host.kind for host in busy.values() if host.kind]
    assert len(kinds) == len(set(kinds))
    assert len(busy) <= most
    assert len(busy) == most or all(host.kind in kinds for host in waiting)


def test_the_order_is_by_chance_and_the_same_for_one_seed() -> None:
    scope = clinical(*(f"10.0.0.{number}" for number in range(1, 40)))

    assert shuffled(scope.hosts, Random(5)) == shuffled(scope.hosts, Random(5))
    assert shuffled(scope.hosts, Random(5)) != scope.hosts
    assert set(shuffled(scope.hosts, Random(5))) == set(scope.hosts)
    assert at_once(scope) == 8

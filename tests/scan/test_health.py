from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.health import Answer, Health, Measured, Stop


def opened(seconds: float, at: float = 0.0, port: int = 104) -> Measured:
    return Measured(port, "open", seconds, at)


def test_three_answers_that_are_three_times_slower_and_fifty_milliseconds_more_stop_a_host() -> None:
    health = Health()
    health.connected("a", "a", opened(0.010))
    told = [health.connected("a", "a", opened(0.081)) for _ in range(3)]

    assert told[:2] == [[], []]
    assert [(stop.level, stop.what) for stop in told[2]] == [("host", "a")]
    assert "took longer than 80 ms to answer, 3 times; at first it took 10.0 ms" in told[2][0].why
    assert health.stops("a", "a") == told[2][0]
    assert health.stops("b", "b") is None


def test_just_fast_enough_is_no_reason() -> None:
    health = Health()
    health.connected("a", "a", opened(0.010))

    assert [health.connected("a", "a", opened(0.080)) for _ in range(50)] == [[]] * 50


def test_a_port_that_was_open_and_is_not_any_more_stops_a_host_at_once() -> None:
    for answer in ("closed", "filtered"):
        health = Health()
        health.connected("a", "a", opened(0.01))
        assert (
            health.connected("a", "a", Measured(104, answer, 0.01, 1.0))[0].why
            == f"port 104 was open and is {answer} now"
        )


def test_a_port_that_was_never_open_says_nothing() -> None:
    health = Health()
    health.connected("a", "a", opened(0.01))

    assert health.connected("a", "a", Measured(22, "closed", 0.01, 1.0)) == []


def test_resets_in_a_row_are_a_storm() -> None:
    health = Health()

    assert [bool(health.reset("a", "a", 0.0)) for _ in range(3)] == [False, False, True]


def test_two_of_one_make_within_ten_minutes_stop_the_make() -> None:
    health = Health()
    health.unwell("a", "MR", "x", 0.0)
    stops = health.unwell("b", "MR", "x", 600.0)

    assert [(stop.level, stop.what) for stop in stops] == [("host", "b"), ("kind", "MR")]
    assert health.stops("c", "MR")
    assert health.stops("c", "CT") is None


def test_two_of_one_make_further_apart_do_not() -> None:
    health = Health()
    health.unwell("a", "MR", "x", 0.0)

    assert [stop.level for stop in health.unwell("b", "MR", "x", 600.1)] == ["host"]


def test_three_devices_stop_the_run_whatever_they_are() -> None:
    health = Health()
    for number, name in enumerate("abc"):
        stops = health.unwell(name, name, "x", number * 10_000.0)

    assert ("run", "") in {(stop.level, stop.what) for stop in stops}
    assert health.stops("zzz", "zzz")


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["open", "closed", "filtered", "reset", "unwell"]),
        st.floats(0, 5),
        st.integers(1, 3),
        st.floats(0, 400),
    ),
    max_size=60,
)
KINDS = {"a": "MR", "b": "MR", "c": "CT", "d": "d"}


@given(EVENTS)
def test_what_is_stopped_stays_stopped_and_each_stop_is_told_once(
    events: list[tuple[str, str, float, int, float]],
) -> None:
    health, now, told = Health(), 0.0, list[Stop]()
    for address, what, seconds, port, idle in events:
        now += idle
        told += _feed(health, address, what, Measured(port, _answer(what), seconds, now))
        stopped = {(stop.level, stop.what) for stop in told}
        assert stopped == set(health.stopped)
        for host, kind in KINDS.items():
            left_alone = bool(stopped & {("run", ""), ("kind", kind), ("host", host)})
            assert bool(health.stops(host, kind)) == left_alone
        hosts = {name for level, name in stopped if level == "host"}
        assert (("run", "") in stopped) == (len(hosts) >= 3)
    assert len(told) == len({(stop.level, stop.what) for stop in told})


def _answer(what: str) -> Answer:
    return "closed" if what == "closed" else "filtered" if what == "filtered" else "open"


def _feed(health: Health, address: str, what: str, seen: Measured) -> list[Stop]:
    if what == "reset":
        return health.reset(address, KINDS[address], seen.at)
    if what == "unwell":
        return health.unwell(address, KINDS[address], "x", seen.at)
    return health.connected(address, KINDS[address], seen)


def test_what_an_earlier_run_stopped_stays_so() -> None:
    health = Health()
    health.restore([Stop("kind", "MR", "x")])

    assert health.stops("new", "MR") == Stop("kind", "MR", "x")

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.errors import ScopeError
from sentinel.model.assets import Observation
from sentinel.scan.conduct import Conduct
from sentinel.scan.health import Answer
from sentinel.scan.plan import Plan, Step
from sentinel.scan.probelog import Verified, read_log, unfinished
from sentinel.scan.reply import Reply
from sentinel.scan.scope import Scope
from sentinel.scan.workers.order import NmapOrder, orders
from sentinel.scan.workers.watched import RunNmap, Watched
from tests.scan.lines import Time, gate
from tests.scan.scopes import OPEN, compiled, head, network, target


def scope(*hosts: str, ports: str = "[22, 80]", more: str = "") -> Scope:
    text = head() + network("it", "it-gentle", "10.1.0.0/24") + target("it", hosts, f"{{connect = {ports}}}", more)
    return replace(compiled(text), signed_by="kari")


def told(order: NmapOrder) -> tuple[list[Observation], int]:
    """Play an nmap that finds port 22 of everybody open, and 80 closed."""
    return [
        Observation("nmap.service", address, {"state": state}, OPEN, "nmap", "import", "tcp", port)
        for address in order.hosts
        for port, state in ((22, "open"), (80, "closed"))
    ], 0


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(over: Scope, answer: Callable[[Step], tuple[Answer, float]], run: RunNmap = told) -> Watched:
        conduct = Conduct(Plan(over, (), ()), gate(over, tmp_path, Time()), lambda step: reply(*answer(step)))
        made.append(Watched(conduct, run))
        return made[-1]

    yield make
    for one in made:
        one.conduct.gate.log.close()


def reply(answer: Answer, seconds: float) -> Reply:
    return Reply(answer=answer, result="silent", seconds=seconds, packets=4)


def well(step: Step) -> tuple[Answer, float]:
    return ("open" if step.grant.port == 22 else "closed"), 0.01


def all_of(one: Watched, over: Scope) -> list[Observation]:
    return list(one.all(orders(over, OPEN)))


def test_each_host_is_looked_at_before_and_after_and_nmaps_part_is_in_the_log(
    watched: Callable[..., Watched], tmp_path: Path
) -> None:
    over = scope("10.1.0.1", "10.1.0.2")
    one = watched(over, well)
    seen = all_of(one, over)

    assert len(seen) == 4
    assert (one.most, one.packets, dict(one.left), one.blind) == (16, 16, {}, [])
    entries = list(read_log(tmp_path / "p.jsonl", Verified()))
    nmaps = [entry.facts for entry in entries if entry.kind == "probe" and entry.facts.get("by") == "nmap"]
    assert [(facts["address"], facts["port"], facts["result"]) for facts in nmaps] == [
        ("10.1.0.1", 22, "open"), ("10.1.0.1", 80, "closed"), ("10.1.0.2", 22, "open"), ("10.1.0.2", 80, "closed"),
    ]  # fmt: skip
    assert [entry.kind for entry in entries].index("nmap") == 8  # two looks, four plans, each before anything is sent
    assert unfinished(entries) == []
    assert one.conduct.gate.budget.hosts["10.1.0.1"].sent == 8


def test_a_host_that_gets_slower_is_looked_at_again_and_stopped(watched: Callable[..., Watched]) -> None:
    over = scope("10.1.0.1")
    times = iter([0.01, 0.5, 0.5, 0.5])
    one = watched(over, lambda _step: ("open", next(times)))
    all_of(one, over)

    assert "took longer than" in one.conduct.gate.closed("10.1.0.1")
    assert list(times) == []


def test_one_slow_answer_is_not_the_end(watched: Callable[..., Watched]) -> None:
    over = scope("10.1.0.1")
    times = iter([0.01, 0.5, 0.01])
    one = watched(over, lambda _step: ("open", next(times)))
    all_of(one, over)

    assert (one.conduct.gate.closed("10.1.0.1"), list(times)) == ("", [])


def test_a_port_that_nmap_found_open_and_is_not_any_more_stops_the_host(watched: Callable[..., Watched]) -> None:
    over = scope("10.1.0.1")
    one = watched(over, lambda _step: ("closed", 0.01))
    all_of(one, over)

    assert "port 22 was open to nmap and is closed now" in one.conduct.gate.closed("10.1.0.1")


def test_three_that_suffer_end_the_run_and_the_next_group_is_not_begun(watched: Callable[..., Watched]) -> None:
    hosts = [f"10.1.0.{number}" for number in range(1, 18)]
    over = scope(*hosts)
    called: list[NmapOrder] = []

    def run(order: NmapOrder) -> tuple[list[Observation], int]:
        called.append(order)
        return told(order)

    before: set[str] = set()

    def ever_slower(step: Step) -> tuple[Answer, float]:
        known = step.grant.address in before
        before.add(step.grant.address)
        return "open", 0.5 if known else 0.01

    one = watched(over, ever_slower, run)
    all_of(one, over)

    assert [order.hosts for order in called] == [tuple(hosts[:8])]
    assert sum(one.left.values()) == 2 * 9
    assert all("stopped (run)" in why for why in one.left)


def test_a_health_port_that_is_shut_keeps_nmap_away(watched: Callable[..., Watched]) -> None:
    over = scope("10.1.0.1", more="health_port = 443\n")
    one = watched(over, lambda _step: ("closed", 0.01), lambda _order: pytest.fail("nmap was started"))
    all_of(one, over)

    assert list(one.left.items()) == [
        ("port 443 is closed: how the device is cannot be seen, so nmap is not let near it", 2)
    ]


def test_nobody_to_be_watched_by_is_told(watched: Callable[..., Watched]) -> None:
    over = scope("10.1.0.1")
    one = watched(over, lambda _step: ("filtered", 0.9), lambda _order: ([], 0))
    all_of(one, over)

    assert one.blind == ["10.1.0.1"]


def test_an_nmap_that_cannot_be_run_is_an_error_and_what_was_found_before_is_kept(
    watched: Callable[..., Watched], tmp_path: Path
) -> None:
    over = scope(*(f"10.1.0.{number}" for number in range(1, 10)))
    called: list[NmapOrder] = []

    def run(order: NmapOrder) -> tuple[list[Observation], int]:
        called.append(order)
        if len(called) > 1:
            raise ScopeError("nmap: gone")
        return told(order)

    one = watched(over, well, run)
    seen = all_of(one, over)
    assert (len(seen), dict(one.left), one.conduct.gate.why_killed) == (16, {"nmap: gone": 2}, "nmap: gone")
    assert unfinished(read_log(tmp_path / "p.jsonl", Verified())) == []


def test_the_first_call_that_fails_is_an_error(watched: Callable[..., Watched]) -> None:
    def run(_order: NmapOrder) -> tuple[list[Observation], int]:
        raise ScopeError("nmap program was not found")

    over = scope("10.1.0.1")
    with pytest.raises(ScopeError, match="not found"):
        all_of(watched(over, well, run), over)


def test_devices_of_one_make_are_never_in_one_call() -> None:
    over = scope("10.1.0.1", "10.1.0.2", "10.1.0.3", more='kind = "skriver"\n')

    assert [len(order.hosts) for order in orders(over, OPEN)] == [1, 1, 1]

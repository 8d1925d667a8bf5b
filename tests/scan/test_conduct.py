from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import ScopeError
from sentinel.model.scans import LogEntry
from sentinel.scan.conduct import Asked, Came, Conduct, NotAsked, about_reply, hidden
from sentinel.scan.gate import Gate
from sentinel.scan.plan import Step
from sentinel.scan.probelog import Verified, read_log
from sentinel.scan.reply import Reply
from sentinel.scan.scope import Scope
from tests.scan.lines import gate, planned
from tests.scan.scopes import clinical

Behave = Callable[[Step], Reply]


def well(_step: Step) -> Reply:
    return Reply(answer="open", result="answered", seconds=0.001, packets=4)


class Bench:
    """A run whose wire is a function, with its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gate: Gate | None = None

    def run(self, scope: Scope, behave: Behave) -> list[Came]:
        self.gate = gate(scope, self.folder)
        self.conduct = Conduct(planned(scope), self.gate, behave)
        return list(self.conduct.run())

    def log(self) -> list[LogEntry]:
        return list(read_log(self.folder / "p.jsonl", Verified()))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    if made.gate:
        made.gate.log.close()


def test_every_step_of_every_host_is_carried_out_once(bench: Bench) -> None:
    scope = clinical(*(f"10.0.0.{number}" for number in range(1, 9)))
    came = bench.run(scope, well)

    wanted = [step for host in planned(scope).hosts for step in host.steps]
    assert sorted(str(one.step.grant) for one in came) == sorted(str(step.grant) for step in wanted)
    assert all(isinstance(one, Asked) for one in came)
    assert [entry.kind for entry in bench.log()].count("probe") == len(wanted)


def test_a_line_is_written_before_and_after_each_probe(bench: Bench) -> None:
    seen: list[str] = []

    def behave(step: Step) -> Reply:
        seen.append(bench.log()[-1].kind)
        return replace(well(step), sent=[b"\0\xff"])

    bench.run(clinical("10.0.0.7"), behave)

    assert set(seen) == {"begun"}
    probes = [entry.facts for entry in bench.log() if entry.kind == "probe"]
    assert [facts["sent"] for facts in probes] == [["00ff"]] * 3
    assert [facts["probe_n"] for facts in probes] == [1, 2, 3]


def test_alike_devices_are_never_asked_side_by_side_and_others_are(bench: Bench) -> None:
    scope = clinical(*(f"10.0.0.{number}" for number in range(1, 7)))
    kinds = {f"10.0.0.{n}": "MR" if n <= 3 else "CT" for n in range(1, 7)}
    scope = replace(scope, hosts=tuple(replace(host, kind=kinds[host.address]) for host in scope.hosts))
    busy: list[str] = []
    together: set[frozenset[str]] = set()
    lock = threading.Lock()

    def behave(step: Step) -> Reply:
        with lock:
            busy.append(step.grant.address)
            together.add(frozenset(busy))
        time.sleep(0.02)
        with lock:
            busy.remove(step.grant.address)
        return well(step)

    bench.run(scope, behave)

    assert max(len(group) for group in together) == 2
    assert all(len({kinds[one] for one in group}) == len(group) for group in together)


def test_a_device_whose_health_cannot_be_seen_is_asked_nothing(bench: Bench) -> None:
    asked: list[Step] = []

    def behave(step: Step) -> Reply:
        asked.append(step)
        return Reply(answer="filtered", result="filtered", packets=1)

    came = bench.run(clinical("10.0.0.7"), behave)

    assert len(asked) == 1
    assert [type(one) for one in came] == [Asked, NotAsked, NotAsked]
    assert all("how the device is cannot be seen" in one.why for one in came if isinstance(one, NotAsked))


def test_a_step_that_sent_nothing_was_not_asked(bench: Bench) -> None:
    came = bench.run(clinical("10.0.0.7"), lambda _step: Reply(note="Network is unreachable"))

    assert [one.why for one in came if isinstance(one, NotAsked)] == ["Network is unreachable"] * len(came)


def test_a_device_that_dies_is_left_alone_at_once(bench: Bench) -> None:
    asked: list[str] = []

    def behave(step: Step) -> Reply:
        asked.append(step.probe.name)
        return well(step) if len(asked) < 2 else Reply(answer="open", result="lost", packets=4)

    came = bench.run(clinical("10.0.0.7"), behave)

    assert asked == ["health", "dicom"]
    assert [one.why for one in came if isinstance(one, NotAsked)] == [
        "stopped (host): port 4242 stopped answering in the middle"
    ]
    assert [entry.facts["level"] for entry in bench.log() if entry.kind == "stop"] == ["host"]


def test_two_of_one_make_stop_the_make_and_the_others_are_not_asked(bench: Bench) -> None:
    died: set[str] = set()

    def behave(step: Step) -> Reply:
        if step.probe.name == "dicom":
            died.add(step.grant.address)
            return Reply(answer="open", result="lost", packets=4)
        return well(step)

    came = bench.run(clinical(*(f"10.0.0.{number}" for number in range(1, 9))), behave)

    assert len(died) == 2
    assert {one.step.grant.address for one in came if isinstance(one, Asked)} == died
    assert len({one.step.grant.address for one in came}) == 8  # each of the others says why it was not asked


def test_an_interrupt_ends_the_run_and_keeps_what_came(bench: Bench) -> None:
    def behave(step: Step) -> Reply:
        if step.probe.name == "dicom":
            bench.conduct.interrupt()
        return well(step)

    came = bench.run(clinical("10.0.0.7", "10.0.0.8"), behave)

    assert bench.conduct.interrupted
    assert [one for one in came if isinstance(one, Asked)]
    assert {one.why for one in came if isinstance(one, NotAsked)} == {"interrupted by a person"}
    assert len(came) == 6


def test_a_step_that_may_not_be_begun_is_logged_and_told(bench: Bench) -> None:
    def behave(_step: Step) -> Reply:
        raise ScopeError("not allowed")

    came = bench.run(clinical("10.0.0.7"), behave)

    assert [one.why for one in came if isinstance(one, NotAsked)] == ["not allowed"] * 3
    assert [entry.facts["result"] for entry in bench.log() if entry.kind == "probe"] == ["not begun"]


def test_a_fault_of_our_own_ends_the_run(bench: Bench) -> None:
    def behave(_step: Step) -> Reply:
        raise ZeroDivisionError

    bench.run(clinical("10.0.0.7", "10.0.0.8"), behave)
    assert bench.gate
    assert "a fault of our own (test_conduct.py:" in bench.gate.why_killed


def test_whoever_reads_no_further_ends_the_run(bench: Bench) -> None:
    scope = clinical("10.0.0.7", "10.0.0.8")
    bench.gate = gate(scope, bench.folder)
    conduct = Conduct(planned(scope), bench.gate, well)
    running = conduct.run()
    next(running)
    running.close()  # type: ignore[attr-defined]  # it is a generator

    assert bench.gate.killed.is_set()


def test_secrets_are_struck_out_of_the_log_and_counted() -> None:
    secrets = {"snmp_community": "lyngvik"}
    facts = about_reply(Reply(sent=[b"0\4\7lyngvik", b"open"], inside=[b"lyngviklyngvik"]), secrets)

    assert b"lyngvik".hex() not in str(facts)
    assert facts["sent"] == [b"0\4\7*******".hex(), b"open".hex()]
    assert facts["secrets_hidden"] == 2
    assert hidden(b"x", {"a": ""}) == b"x"


OUTCOMES = st.sampled_from(
    [
        Reply("open", "answered", 0.001, packets=4), Reply("open", "answered", 0.9, packets=4),
        Reply("open", "lost", packets=4), Reply("open", "reset", packets=4),
        Reply("closed", "closed", packets=1), Reply("filtered", "filtered", packets=1),
    ]
)  # fmt: skip


@given(st.lists(OUTCOMES, max_size=60), st.lists(st.sampled_from(["unknown", "MR", "CT", ""]), min_size=6, max_size=6))
def test_whatever_devices_do_the_log_shows_that_what_was_stopped_was_left_alone(
    replies: list[Reply], kinds: list[str]
) -> None:
    scope = clinical(*(f"10.0.0.{number}" for number in range(1, 7)), probes="{dicom = [104, 4242]}")
    hosts = tuple(replace(host, kind=kind) for host, kind in zip(scope.hosts, kinds, strict=True))
    scope, waiting, lock = replace(scope, hosts=hosts), list(replies), threading.Lock()
    with tempfile.TemporaryDirectory() as folder:
        passing = gate(scope, Path(folder))

        def behave(step: Step) -> Reply:
            passing.check(step.grant)  # as the wire does, last of all
            with lock:
                return waiting.pop(0) if waiting else well(step)

        came = list(Conduct(planned(scope), passing, behave).run())
        passing.log.close()
        seen = Verified()
        entries = list(read_log(Path(folder) / "p.jsonl", seen))
    asked = [entry for entry in entries if entry.kind == "probe" and entry.facts["result"] != "not begun"]
    stops = [entry for entry in entries if entry.kind == "stop"]
    begun = {entry.facts["probe_n"]: entry.n for entry in entries if entry.kind == "begun"}
    alike = {host.address: host.alike for host in scope.hosts}
    late = [
        (stop.facts, probe.facts["address"])
        for stop in stops
        for probe in asked
        if begun[probe.facts["probe_n"]] > stop.n and _concerns(stop, probe.facts["address"], alike)
    ]
    assert (seen.faults, late) == ([], [])
    assert len(came) == sum(len(host.steps) for host in planned(scope).hosts)
    assert sum(isinstance(one, Asked) for one in came) == len(asked)
    assert {(stop.facts["level"], stop.facts["what"]) for stop in stops} == set(passing.health.stopped)


def _concerns(stop: LogEntry, address: str, alike: dict[str, str]) -> bool:
    return stop.facts["what"] in {"host": {address}, "kind": {alike[address]}, "run": {""}}[stop.facts["level"]]

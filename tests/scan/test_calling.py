from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.errors import ScopeError
from sentinel.scan import never
from sentinel.scan.calling import AskAll, Called, call_all
from sentinel.scan.conduct import Conduct, NotAsked
from sentinel.scan.health import Stop
from sentinel.scan.plan import CallStep, records_of
from sentinel.scan.probelog import Verified, read_log
from sentinel.scan.reply import Heard, Reply
from sentinel.scan.results import Gathered
from sentinel.scan.segments import asked_before
from tests.scan.lines import Time, gate, planned
from tests.scan.probes.test_mdns import answer
from tests.scan.scopes import OPEN
from tests.scan.test_segments import listening


def conduct(folder: Path) -> Conduct:
    plan = planned(replace(listening(), signed_by="kari"))
    return Conduct(plan, gate(plan.scope, folder, Time()), lambda step: pytest.fail(f"no host is asked: {step}"))


def heard(*datagrams: bytes, outside: int = 0) -> AskAll:
    """Return a wire on which these answers come to each question."""

    def ask(one: CallStep, _over: Callable[[], bool]) -> Heard:
        told = Heard(Reply(sent=[one.step.first], packets=1, result="answered"), outside=outside)
        return replace(told, datagrams={f"10.0.0.{n}": [data] for n, data in enumerate(datagrams, 5)})

    return ask


def test_what_is_answered_becomes_observations_of_who_answered(tmp_path: Path) -> None:
    run = conduct(tmp_path)
    came = list(call_all(run, (), heard(answer("_dicom._tcp.local"), b"rubbish", outside=2)))
    gathered = Gathered("lyngvik/1", lambda: OPEN)
    seen = list(gathered.take(came))
    run.gate.log.close()

    assert [(one.kind, one.address, one.port, one.method) for one in seen] == [
        ("mdns.service", "10.0.0.5", 5353, "active")
    ]
    assert (gathered.summary().handled, gathered.packets, gathered.summary().silent) == (3, 3, ())
    assert gathered.unread["answers to mdns outside the scope"] == 2
    assert gathered.unread["answers to mdns not understood"] == 1
    begun, after = list(read_log(tmp_path / "p.jsonl", Verified()))[:2]
    assert (begun.kind, begun.facts["segment"], begun.facts["source"]) == ("begun", ["10.0.0.0/24"], "10.0.0.1")
    assert (after.facts["answered_by"], after.facts["outside"]) == (2, 2)
    assert "10.0.0.5" not in (tmp_path / "p.jsonl").read_text()


def test_the_log_keeps_a_second_question_of_the_day_away(tmp_path: Path) -> None:
    run = conduct(tmp_path)
    assert all(isinstance(one, Called) for one in call_all(run, (), heard()))
    before = list(asked_before(read_log(tmp_path / "p.jsonl", Verified())))
    again = list(call_all(run, before, lambda *_: pytest.fail("asked twice")))
    run.gate.log.close()

    assert len(before) == 3
    assert all(isinstance(one, NotAsked) and "once a day" in one.why for one in again)


def test_a_segment_that_holds_a_device_that_is_left_alone_is_not_asked(tmp_path: Path) -> None:
    run = conduct(tmp_path)
    run.gate.health.restore([Stop("host", "10.0.0.9", "slow"), Stop("kind", "pumpe", "two suffered")])
    came = list(call_all(run, (), lambda *_: pytest.fail("asked")))
    run.gate.log.close()

    assert len(came) == 3
    assert all("would reach 10.0.0.9, which is stopped: slow" in one.why for one in came if isinstance(one, NotAsked))


def test_what_could_not_be_sent_was_not_asked_and_may_be_asked_later(tmp_path: Path) -> None:
    def gone(_one: CallStep, _over: Callable[[], bool]) -> Heard:
        raise ScopeError("cannot ask all from 10.0.0.1: no such address")

    run = conduct(tmp_path)
    came = [*call_all(run, (), gone), *call_all(run, (), lambda *_: Heard(Reply(result="lost", note="unreachable")))]
    before = list(asked_before(read_log(tmp_path / "p.jsonl", Verified())))
    run.gate.log.close()

    assert {one.why for one in came if isinstance(one, NotAsked)} == {
        "cannot ask all from 10.0.0.1: no such address",
        "unreachable",
    }
    assert (len(came), before) == (6, [])


def test_a_person_who_ends_the_run_ends_the_questions(tmp_path: Path) -> None:
    run = conduct(tmp_path)
    run.interrupt()
    came = list(call_all(run, (), lambda *_: pytest.fail("asked after the end")))
    run.gate.log.close()

    assert [one.why for one in came if isinstance(one, NotAsked)] == ["interrupted by a person"] * 3


def test_the_plan_shows_each_question_and_its_hash_is_that_of_every_day() -> None:
    from random import Random

    from sentinel.scan.offered import OFFERED
    from sentinel.scan.plan import make_plan

    scope = replace(listening(), signed_by="kari")
    today, later = (make_plan(scope, OFFERED, Random(1), day) for day in ("2026-11-21", "2026-11-22"))
    shown = [(one.purpose, one.probe, one.packets, one.most) for one in records_of(today)]

    assert shown == [("to all", "mdns", 1, 1), ("to all", "ssdp", 1, 1), ("to all", "wsdiscovery", 1, 1)]
    assert (today.packets, today.hash) == (3, later.hash)
    assert today.calls[2].step.first != later.calls[2].step.first  # a message id is never used twice
    assert today.hash != make_plan(replace(scope, calls=scope.calls[:2]), OFFERED, Random(1)).hash
    for one in today.calls:
        assert not never.refused_to_all(one.step.first, one.step.grant.address, one.step.grant.port)


def test_the_gate_lets_each_question_through_once(tmp_path: Path) -> None:
    run = conduct(tmp_path)
    grant = run.plan.calls[0].step.grant
    run.gate.datagram(grant)
    run.gate.take(grant, 1)
    with pytest.raises(ScopeError, match="all the datagrams it may have"):
        run.gate.datagram(grant)
    with pytest.raises(ScopeError, match="mdns to all of stue: its packet budget is spent"):
        run.gate.take(grant, 1)
    run.gate.log.close()

"""Carries a plan out: hosts in random order, a few side by side and never two alike, each watched as it is asked."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from sentinel.errors import ScopeError
from sentinel.scan.budget import at_once, next_host
from sentinel.scan.gate import Gate
from sentinel.scan.health import Measured
from sentinel.scan.plan import HostPlan, Plan, Step
from sentinel.scan.reply import Reply

Ask = Callable[[Step], Reply]
HEARD_EVERY = 0.2
HIDDEN = b"*"


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that was carried out."""

    step: Step
    reply: Reply


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A step that was not, and why: never the same as nothing found."""

    step: Step
    why: str


Came = Asked | NotAsked


@dataclass(slots=True)
class Conduct:
    """One run under way. `ask` carries a step out on the wire; `interrupted` says that a person ended it."""

    plan: Plan
    gate: Gate
    ask: Ask
    interrupted: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    came: SimpleQueue[Came | str] = field(default_factory=SimpleQueue)

    def interrupt(self) -> None:
        """End the run in order, because a person said so; what came before is kept.

        Only notes it, since a signal may come while a lock is held; the run sees it within HEARD_EVERY seconds.
        """
        self.interrupted = True

    def look(self) -> None:
        """Look whether a person, the stop file or the end of a window ends the run."""
        if self.interrupted:
            self.gate.kill("interrupted by a person")
        self.gate.look()

    def over(self) -> bool:
        """Say whether the run is ended; a fault of ours in looking ends it too."""
        self.look()
        return self.gate.killed.is_set()

    def run(self) -> Iterator[Came]:
        """Yield what came of each step as it comes, and of each that was not carried out, why."""
        waiting = {host.host.address: host for host in self.plan.hosts}
        busy: dict[str, HostPlan] = {}
        try:
            yield from self._run(waiting, busy)
        except BaseException:  # whoever reads the results gave up
            self.gate.kill("whoever asked gave up")
            while busy:
                busy.pop(str(self.came.get()), None)
            raise

    def _run(self, waiting: dict[str, HostPlan], busy: dict[str, HostPlan]) -> Iterator[Came]:
        most = at_once(self.plan.scope)
        while waiting or busy:
            try:
                self.look()
                self._begin(waiting, busy, most)
                came = self.came.get(timeout=HEARD_EVERY)
            except Empty:
                continue
            if isinstance(came, str):
                del busy[came]
            else:
                yield came

    def _begin(self, waiting: dict[str, HostPlan], busy: dict[str, HostPlan], most: int) -> None:
        """Begin as many hosts as may be asked side by side; after a stop each says at once that it was not asked."""
        while True:
            hosts = [plan.host for plan in waiting.values()]
            chosen = next_host(hosts, {address: plan.host for address, plan in busy.items()}, most)
            if chosen is None:
                return
            plan = busy[chosen.address] = waiting.pop(chosen.address)
            Thread(target=self._host, args=(plan,), daemon=True).start()

    def _host(self, plan: HostPlan) -> None:
        try:
            for came in host_steps(plan, self.gate, self.logged):
                self.came.put(came)
        except Exception as error:  # noqa: BLE001 -- whatever it is: nothing more is sent, and what was found is kept
            place = traceback.extract_tb(error.__traceback__)[-1]
            self.gate.kill(
                f"a fault of our own ({Path(place.filename).name}:{place.lineno}): {type(error).__name__}: {error}"
            )
        finally:
            self.came.put(plan.host.address)

    def logged(self, step: Step) -> Reply:
        """Carry a step out between two lines of the log, the first of them before anything is sent."""
        about = about_step(step, next(self.numbers))
        self.gate.log.add("begun", about)
        try:
            reply = self.ask(step)
        except ScopeError as error:
            self.gate.log.add("probe", {**about, "result": "not begun", "note": str(error), "sent": [], "packets": 0})
            raise
        self.gate.log.add("probe", {**about, **about_reply(reply, self.plan.scope.caller.secrets)})
        return reply


def host_steps(plan: HostPlan, gate: Gate, ask: Ask) -> Iterator[Came]:
    """Carry out the steps of one host in turn, and watch it; once it is to be left alone, say so for all that is left.

    Where its well-being has to be seen first and cannot be, nothing else is asked of it.
    """
    why, seen, before = "", False, ""
    for step in plan.steps:
        why = why or gate.closed(plan.host.address)
        if not why and step.health and not plan.host.health_port and before != "open":
            continue  # the port just asked is not open, so nothing about the device can be seen by it
        try:
            reply = None if why else ask(step)
        except ScopeError as error:
            why, reply = str(error), None
        if reply is None or not reply.packets:
            before, told = "", why or _unsent(step, reply)
            why = told if step.health and not seen else why
            yield NotAsked(step, told)
            continue
        before = reply.answer
        seen = seen or before == "open"
        watch(plan, step, reply, gate)
        if step.health and not seen:
            why = f"port {step.grant.port} is {reply.answer}: how the device is cannot be seen, so nothing is asked"
        yield Asked(step, reply)


def _unsent(step: Step, reply: Reply | None) -> str:
    """Say why nothing left: a step that sent no packet asked nothing, and its host was not silent."""
    note = reply.note if reply else ""
    return note or f"'{step.probe.name}' had nothing to send: it needs a secret that [caller] names"


def watch(plan: HostPlan, step: Step, reply: Reply, gate: Gate) -> None:
    """Tell the gate how a host took a step."""
    host = plan.host
    if step.probe.transport == "tcp" and reply.result != "halted":
        gate.connected(host, Measured(step.grant.port, reply.answer, reply.seconds, gate.clock.steady()))
    if reply.result == "reset":
        gate.reset(host)
    elif reply.result == "lost":
        gate.unwell(host, f"port {step.grant.port} stopped answering in the middle")


def about_step(step: Step, number: int) -> dict[str, Any]:
    """Return what the log says of a step before it is begun."""
    grant = step.grant
    return {
        "probe_n": number,
        "address": grant.address,
        "port": grant.port,
        "transport": grant.transport,
        "probe": grant.probe,
        "network": grant.network,
        "name": grant.name,
    }


def about_reply(reply: Reply, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return what the log says of it afterwards: the exact bytes, with secrets struck out and counted."""
    sent = [hidden(message, secrets) for message in reply.sent]
    inside = [hidden(message, secrets) for message in reply.inside]
    return {
        "result": reply.result,
        "answer": reply.answer,
        "seconds": round(reply.seconds, 6),
        "packets": reply.packets,
        "sent": [message.hex() for message in sent],
        "inside": [message.hex() for message in inside],
        "secrets_hidden": sum(a != b for a, b in zip(sent + inside, reply.sent + reply.inside, strict=True)),
        "received_bytes": reply.received,
        "note": reply.note,
    }


def hidden(message: bytes, secrets: Mapping[str, str]) -> bytes:
    """Return a message with each secret in it struck out, as long as before."""
    for secret in filter(None, secrets.values()):
        raw = secret.encode()
        message = message.replace(raw, HIDDEN * len(raw))
    return message

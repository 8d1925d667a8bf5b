"""Asks everybody on the segments of a plan, one question after the other, each in the log; no more than once a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sentinel.errors import ScopeError
from sentinel.model.scans import LogEntry
from sentinel.scan.addresses import single
from sentinel.scan.conduct import Conduct, NotAsked, about_reply, about_step
from sentinel.scan.plan import CallStep, Step, caller_on
from sentinel.scan.probes.everybody import learnt
from sentinel.scan.probes.exchange import Fact
from sentinel.scan.reply import Heard, Reply
from sentinel.scan.scope import Network
from sentinel.scan.segments import asked_lately

AskAll = Callable[[CallStep, Callable[[], bool]], Heard]
"""Sends the question, and hears the answers until it is over."""


@dataclass(frozen=True, slots=True)
class Called:
    """A question to everybody that was sent, and what those who answered let be known.

    `mute`: who answered, but not in this protocol. `outside` and `beyond` are datagrams that were not read.
    """

    step: Step
    reply: Reply
    facts: tuple[tuple[str, Fact], ...]
    mute: tuple[str, ...]
    outside: int
    beyond: int


def call_all(conduct: Conduct, before: Iterable[LogEntry], ask: AskAll) -> Iterator[Called | NotAsked]:
    """Yield what came of each question, and of each that was not sent, why. `before`: earlier ones, from the log."""
    earlier = tuple(before)
    for one in conduct.plan.calls:
        conduct.look()
        network = conduct.plan.scope.networks[one.call.grant.network]
        why = asked_lately(one.call, network, earlier, conduct.gate.clock.now())
        why = why or _reaches_stopped(conduct, network)
        why = f"all of '{network.name}' by {one.step.probe.name}: {why}" if why else ""
        why = why or (conduct.gate.why_killed if conduct.gate.killed.is_set() else "")
        if why:
            yield NotAsked(one.step, why)
            continue
        try:
            heard = _logged(conduct, one, ask)
        except ScopeError as error:
            yield NotAsked(one.step, str(error))
        else:
            yield _called(conduct, one, heard) if heard.reply.packets else NotAsked(one.step, heard.reply.note)


def _reaches_stopped(conduct: Conduct, network: Network) -> str:
    """Return which device that is left alone a question to all of a network would reach, or nothing."""
    for stop in conduct.gate.health.stopped.values():
        if stop.level == "host" and single(stop.what) in network:
            return f"would reach {stop.what}, which is stopped: {stop.why}"
    return ""


def _logged(conduct: Conduct, one: CallStep, ask: AskAll) -> Heard:
    """Ask between two lines of the log; how many answered is in it, and not who."""
    segment = [span.text for span in conduct.plan.scope.networks[one.call.grant.network].spans]
    about = {**about_step(one.step, next(conduct.numbers)), "segment": segment, "source": one.call.source}
    log = conduct.gate.log
    log.add("begun", about)
    try:
        heard = ask(one, conduct.over)
    except ScopeError as error:
        log.add("probe", {**about, "result": "not begun", "note": str(error), "sent": [], "packets": 0})
        raise
    counts = {"answered_by": len(heard.datagrams), "outside": heard.outside, "beyond": heard.beyond}
    log.add("probe", {**about, **about_reply(heard.reply, {}), **counts})
    return heard


def _called(conduct: Conduct, one: CallStep, heard: Heard) -> Called:
    step = one.step
    caller = caller_on(conduct.plan.scope.caller, one.call, conduct.plan.day)
    told = {who: learnt(step.probe, step.grant.target, caller, said) for who, said in heard.datagrams.items()}
    facts = tuple((who, fact) for who in sorted(told) for fact in told[who])
    mute = tuple(sorted(who for who, said in told.items() if not said))
    return Called(step, heard.reply, facts, mute, heard.outside, heard.beyond)

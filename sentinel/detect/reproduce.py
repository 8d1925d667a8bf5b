"""Raises an alert again from the event that it kept, and says what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sentinel import __version__
from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.correlate import Correlator
from sentinel.detect.correlation import Correlation
from sentinel.detect.engine import Engine
from sentinel.detect.explain import explain, sentence
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.routes import Routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.watch import Log, Watch
from sentinel.model.alerts import Alert, Correlated, Match, RuleRef
from sentinel.model.events import Event, Fields
from sentinel.model.reproduction import Difference, Reproduction
from sentinel.model.text import counted
from sentinel.model.track import Track

NOT_NOTED = "not noted"
Kept: TypeAlias = Callable[[str], Iterable[Alert]]


def reproduce(alert: Alert, ruleset: RuleSet, routes: Routes, kept: Kept) -> Reproduction:
    """Evaluate today's rule of the alert's id on the alert's own evidence, and compare what comes out with the alert.

    The evidence of a correlation's alert is in the alerts of its rules: `kept` gives those that are kept of a rule.
    """
    if alert.correlation is not None:
        return _correlated(alert, alert.correlation, Today(ruleset, routes), kept)
    rule = next((rule for rule in ruleset.rules if rule.ref.id == alert.rule.id), None)
    if rule is None:
        return Reproduction(alert.id, alert.rule.id, "unknown", _why_no_rule(alert, ruleset))
    event = _event(alert)
    raised = [raise_alert(hit) for hit in Engine(RuleSet((rule,), ()), routes).run([event])]
    found = (*_versions(alert, rule.ref), *_differences(alert, fingerprint(event), raised))
    if not raised:
        return Reproduction(alert.id, rule.ref.id, "silent", _why_silent(rule, event, routes), found)
    same = fingerprint(event) == alert.event_id and _is_same(alert, raised[0])
    return Reproduction(alert.id, rule.ref.id, "same" if same else "differs", "", found)


def _correlated(alert: Alert, told: Correlated, today: Today, kept: Kept) -> Reproduction:
    rule = next((one for one in today.ruleset.correlations if one.ref.id == alert.rule.id), None)
    if rule is None:
        return Reproduction(alert.id, alert.rule.id, "unknown", _why_no_rule(alert, today.ruleset))
    versions = tuple(_versions(alert, rule.ref))
    wanted = {(member.rule, member.event_id) for member in told.members}
    alerts = (one for name in {member.rule for member in told.members} for one in kept(name))
    events = {(one.rule.id, one.event_id): _event(one) for one in alerts if (one.rule.id, one.event_id) in wanted}
    if len(events) < told.total:
        why = f"kept as alerts with their events are {len(events):,} of {counted(told.total, 'hit')} behind it"
        return Reproduction(alert.id, rule.ref.id, "unknown", why, versions)
    raised = [one for one in today.correlate(rule, events.values()) if one.rule.id == rule.ref.id]
    new = next((one for one in raised if one.id == alert.id), raised[0] if raised else None)
    if new is None:
        return Reproduction(alert.id, rule.ref.id, "silent", "its hits do not meet it any more", versions)
    differences = (*versions, *_differences(alert, new.event_id, [new]))
    return Reproduction(alert.id, rule.ref.id, "same" if _is_same(alert, new) else "differs", "", differences)


def reproduce_from(alert: Alert, today: Today, logs: Iterable[Log], track: Track) -> Reproduction:
    """Look for the alert in the logs themselves: today's rule, and what it is made of, over all that they hold.

    What is not found may mean another rule, or logs that do not hold the evidence; that is `unknown`, with what could
    not be read.
    """
    part = today.ruleset.below(alert.rule.id)
    refs = {one.ref.id: one.ref for one in part.rules} | {one.ref.id: one.ref for one in part.correlations}
    ref = refs.get(alert.rule.id)
    if ref is None:
        return Reproduction(alert.id, alert.rule.id, "unknown", _why_no_rule(alert, today.ruleset))
    watching = Watch(FastEngine(part, today.routes))
    raised = [one for one in watching.alerts(logs, track) if _is_akin(alert, one)]
    new = next((one for one in raised if one.id == alert.id), raised[0] if raised else None)
    versions, unread = tuple(_versions(alert, ref)), "; ".join(watching.unreadable)
    if new is None:
        why = f"these logs give no such alert{unread and f'; {unread}'}"
        return Reproduction(alert.id, ref.id, "unknown", why, versions)
    found = (*_differences(alert, new.event_id, [new]), *_unequal(("hits behind it", _hits(alert), _hits(new))))
    return Reproduction(alert.id, ref.id, "differs" if found else "same", unread, (*versions, *found))


@dataclass(frozen=True, slots=True)
class Today:
    """The rules and log sources of today."""

    ruleset: RuleSet
    routes: Routes

    def correlate(self, correlation: Correlation, events: Iterable[Event]) -> Iterable[Alert]:
        """Return what a correlation makes of events."""
        rules = tuple(rule for rule in self.ruleset.rules if rule.ref.id in correlation.rules)
        ruleset = RuleSet(rules, (), (correlation,))
        correlator = Correlator(ruleset, None, self._view)
        for hit in Engine(ruleset, self.routes).run(events):
            correlator.add(hit)
        return correlator.settle()

    def _view(self, event: Event) -> Fields:
        fields = event.fields
        for route in self.routes.route(event):
            fields = route.view(fields)
        return fields


def _event(alert: Alert) -> Event:
    return Event(alert.source, alert.record, alert.time, alert.fields)


def _hits(alert: Alert) -> str:
    told = alert.correlation
    return f"{told.total:,}, {told.start} to {told.end}" if told else ""


def _is_akin(alert: Alert, new: Alert) -> bool:
    """Say whether a new alert tells of the same: the same event, or the same group at an overlapping time."""
    if new.rule.id != alert.rule.id or new.status != "current":
        return False
    then, now = alert.correlation, new.correlation
    if then is None or now is None:
        return new.event_id == alert.event_id
    return now.group == then.group and now.start <= then.end and then.start <= now.end


def _is_same(alert: Alert, new: Alert) -> bool:
    return new.id == alert.id and _matches(new.matched) == _matches(alert.matched)


def _versions(alert: Alert, rule: RuleRef) -> Iterator[Difference]:
    return _unequal(
        ("rule hash", alert.rule.hash, rule.hash),
        ("rule title", alert.rule.title, rule.title),
        ("rule level", alert.rule.level, rule.level),
        ("engine", alert.engine or NOT_NOTED, __version__),
    )


def _differences(alert: Alert, event: str, raised: Iterable[Alert]) -> Iterator[Difference]:
    yield from _unequal(("fingerprint of the event", alert.event_id, event))
    for new in raised:
        yield from _unequal(("alert id", alert.id, new.id), ("matched", _matches(alert.matched), _matches(new.matched)))


def _unequal(*pairs: tuple[str, str, str]) -> Iterator[Difference]:
    return (Difference(what, then, now) for what, then, now in pairs if then != now)


def _matches(matched: Iterable[Match]) -> str:
    return "; ".join(sorted(f"{one.field} {one.by}: {one.value}" for one in matched))


def _why_no_rule(alert: Alert, ruleset: RuleSet) -> str:
    refused = next((one for one in ruleset.refused if one.title == alert.rule.title), None)
    if refused is not None:
        return f"the rule is not loaded: {refused.fault}"
    return f"no rule here has the id {alert.rule.id}"


def _why_silent(rule: Rule, event: Event, routes: Routes) -> str:
    told = explain(rule, event, routes)
    parts = [sentence(view.first_false) for view in told.views if view.first_false]
    return told.reason or "; ".join(parts)

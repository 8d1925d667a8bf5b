"""Raises an alert again from the event that it kept, and says what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sentinel import __version__
from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.engine import Engine
from sentinel.detect.explain import explain, sentence
from sentinel.detect.routes import Routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.model.alerts import Alert, Match
from sentinel.model.events import Event
from sentinel.model.reproduction import Difference, Reproduction

NOT_NOTED = "not noted"


def reproduce(alert: Alert, ruleset: RuleSet, routes: Routes) -> Reproduction:
    """Evaluate today's rule of the alert's id on the alert's own fields, and compare what comes out with the alert."""
    rule = next((rule for rule in ruleset.rules if rule.ref.id == alert.rule.id), None)
    if rule is None:
        return Reproduction(alert.id, alert.rule.id, "unknown", _why_no_rule(alert, ruleset))
    event = Event(alert.source, alert.record, alert.time, alert.fields)
    same_event = fingerprint(event) == alert.event_id
    raised = [raise_alert(hit) for hit in Engine(RuleSet((rule,), ()), routes).run([event])]
    found = tuple(_differences(alert, rule, fingerprint(event), raised))
    if not raised:
        return Reproduction(alert.id, rule.ref.id, "silent", _why_silent(rule, event, routes), found)
    same = same_event and raised[0].id == alert.id and _matches(raised[0].matched) == _matches(alert.matched)
    return Reproduction(alert.id, rule.ref.id, "same" if same else "differs", "", found)


def _differences(alert: Alert, rule: Rule, event: str, raised: Iterable[Alert]) -> Iterator[Difference]:
    pairs = [
        ("rule hash", alert.rule.hash, rule.ref.hash),
        ("rule title", alert.rule.title, rule.ref.title),
        ("rule level", alert.rule.level, rule.ref.level),
        ("engine", alert.engine or NOT_NOTED, __version__),
        ("fingerprint of the event", alert.event_id, event),
    ]
    for new in raised:
        pairs += [("alert id", alert.id, new.id), ("matched", _matches(alert.matched), _matches(new.matched))]
    yield from (Difference(what, then, now) for what, then, now in pairs if then != now)


def _matches(matched: Iterable[Match]) -> str:
    return "; ".join(sorted(f"{one.field} {one.by}: {one.value}" for one in matched))


def _why_no_rule(alert: Alert, ruleset: RuleSet) -> str:
    if alert.correlation is not None:
        return f"it is of a correlation over {alert.correlation.total:,} hits, whose events it does not keep whole"
    refused = next((one for one in ruleset.refused if one.title == alert.rule.title), None)
    if refused is not None:
        return f"the rule is not loaded: {refused.fault}"
    return f"no rule here has the id {alert.rule.id}"


def _why_silent(rule: Rule, event: Event, routes: Routes) -> str:
    told = explain(rule, event, routes)
    parts = [sentence(view.first_false) for view in told.views if view.first_false]
    return told.reason or "; ".join(parts)

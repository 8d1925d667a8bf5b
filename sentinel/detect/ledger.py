"""Says for every rule whether it was looked at, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sentinel.detect.condition import And, FieldRef, FieldTest, Keyword, Node, Not, Or, fields
from sentinel.detect.evaluate import matches
from sentinel.detect.routes import Routes
from sentinel.detect.rule import Refused, Rule, RuleSet
from sentinel.model.alerts import LedgerEntry, RuleState


@dataclass(slots=True)
class Account:
    """What was counted for one rule. `complete` is False where not all names of fields could be noted."""

    events: int = 0
    hits: int = 0
    seen: set[str] = field(default_factory=set)
    complete: bool = True

    def add(self, events: int, seen: AbstractSet[str], *, complete: bool) -> None:
        """Add the events of one combination of log sources."""
        self.events += events
        self.seen |= seen
        self.complete = self.complete and complete


def entries(ruleset: RuleSet, routes: Routes, accounts: Sequence[Account]) -> tuple[LedgerEntry, ...]:
    """Return the entries of all rules, then of all refused documents, each in the order of the rule set."""
    evaluated = [_entry(rule, routes, account) for rule, account in zip(ruleset.rules, accounts, strict=True)]
    return (*evaluated, *map(_refused, ruleset.refused))


def possible(node: Node, seen: AbstractSet[str], *, outcome: bool) -> bool:
    """Say whether a condition could have come to `outcome` in events that hold no fields but those of `seen`.

    A test of a field that was never there has the one value that absence gives it; any other test may go both ways.
    So *no* is certain, and *yes* may still be wrong: a rule is never called impossible that could have fired.
    """
    match node:
        case Keyword():
            return True
        case FieldTest():
            return _leaf_possible(node, seen, outcome=outcome)
        case Not(item=item):
            return possible(item, seen, outcome=not outcome)
        case And(items=items) | Or(items=items):
            each = (possible(item, seen, outcome=outcome) for item in items)
            return all(each) if isinstance(node, And) is outcome else any(each)


def missing(node: Node, seen: AbstractSet[str], *, outcome: bool) -> frozenset[str]:
    """Return the absent fields that keep a condition from `outcome`, where it is not possible."""
    match node:
        case Keyword() | FieldTest():
            return fields(node) - seen
        case Not(item=item):
            return missing(item, seen, outcome=not outcome)
        case And(items=items) | Or(items=items):
            blocking = (item for item in items if not possible(item, seen, outcome=outcome))
            return frozenset().union(*(missing(item, seen, outcome=outcome) for item in blocking))


def _leaf_possible(test: FieldTest, seen: AbstractSet[str], *, outcome: bool) -> bool:
    if test.field not in seen:
        return (matches(test, {}) is not None) is outcome
    if not outcome:
        return True
    can = [not isinstance(one, FieldRef) or one.field in seen for one in test.tests]
    return all(can) if test.every else any(can)


def _entry(rule: Rule, routes: Routes, account: Account) -> LedgerEntry:
    state, reason, absent = _judge(rule, routes, account)
    return LedgerEntry(
        rule=rule.ref.id,
        title=rule.ref.title,
        path=str(rule.location),
        state=state,
        reason=reason,
        events=account.events,
        hits=account.hits,
        missing=absent,
    )


def _judge(rule: Rule, routes: Routes, account: Account) -> tuple[RuleState, str, tuple[str, ...]]:
    if not routes.has(rule.logsource):
        why = routes.why_not(rule.logsource) or "no events are known to be of its log source"
        return "no-route", f"{rule.logsource}: {why}", ()
    if not account.events:
        return "source-absent", f"no event of {rule.logsource} came", ()
    if account.complete and not possible(rule.condition, account.seen, outcome=True):
        absent = tuple(sorted(missing(rule.condition, account.seen, outcome=True)))
        return "field-absent", f"never seen: {', '.join(absent)}", absent
    return "evaluated", "", ()


def _refused(refused: Refused) -> LedgerEntry:
    fault = refused.fault
    return LedgerEntry("", refused.title, str(fault.location), "refused", f"{refused.kind}: {fault.what}")

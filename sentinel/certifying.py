"""Certifies rules: the same events by the reference evaluator here and by way of a cluster, rule by rule.

events: the samples beside the rules, logs that were named, and changed copies of both
here:   files → reference evaluator
there:  files → data stream of its own → read back → the engine that watches over clusters
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sentinel import __version__
from sentinel.detect.convert import Wanted, convert_rules
from sentinel.detect.correlation import Correlation
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.mutate import as_lines, mutated
from sentinel.detect.noting import Noting
from sentinel.detect.routes import Routes, mapping_of
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.watch import Feed, Log, Runs, Watch
from sentinel.elastic.bulk import Loader, Refused
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.trial import Trial, await_all
from sentinel.errors import StoreError
from sentinel.ingesting import Ingest
from sentinel.model.alerts import Alert, LedgerEntry, RuleState
from sentinel.model.certificates import MOST_NAMED, Certificate, QueryCheck, Uncertified
from sentinel.model.events import Fields
from sentinel.model.text import counted
from sentinel.model.track import Track
from sentinel.searching import Search, feed

COPIES = "changed-copies.jsonl"
MOST_CHANGED = 5
"""Events of the named logs that are changed for each rule that hits them; of samples every one is."""
_UNLOOKED: frozenset[RuleState] = frozenset({"failed", "truncated", "no-route", "refused"})


@dataclass(frozen=True, slots=True)
class Given:
    """What is compared: rules and where their paths begin, the content, the samples beside them, and named logs."""

    ruleset: RuleSet
    routes: Routes
    base: Path
    content: Path
    samples: Sequence[Path]
    logs: Sequence[Log]


@dataclass(frozen=True, slots=True)
class There:
    """A cluster: what reads it and writes to it, what it calls itself, and a namespace that nobody has used in it."""

    reader: Reader
    loader: Loader
    server: str
    namespace: str

    @property
    def target(self) -> str:
        """What the events of the occasion are found under."""
        return f"logs-sentinel.*-{self.namespace}"


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said: the events that each rule hit (of a correlation its alerts), and how far it looked."""

    hits: Mapping[str, frozenset[str]]
    ledger: Mapping[str, LedgerEntry]
    skipped: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to; `here` and `noting` are what a query can be held to."""

    certificates: tuple[Certificate, ...]
    uncertified: tuple[Uncertified, ...]
    here: Said
    noting: Noting


def certify(given: Given, there: There, work: Path, made: datetime, track: Track) -> Compared:
    """Compare every rule over the events; `work` is a private folder for changed copies of them.

    StoreError, InputError: nothing is certified, since one side could not be given all events.
    """
    whole = replace(given.ruleset, silent=frozenset())  # what only feeds correlations is compared as well
    logs = [*(Log(f"sample {path.name}", [path]) for path in given.samples), *given.logs]
    copies = _copies(whole, given, logs, work, track)
    noting = Noting(whole, given.routes)
    here = _said(noting, [*logs, copies], track)
    far = here  # of no event at all nothing is said, and no index is made
    if noting.events:
        _send(there, [*logs, copies], track)
        far = _said(FastEngine(whole, given.routes), [feed(there.reader, Search(there.target, Span()))], track)
    data = hashlib.sha256("\n".join(sorted(noting.events)).encode()).hexdigest()
    ground = Certificate("", "", "", __version__, mapping_of(given.content), there.server, made, data, 0, 0)
    everything: list[Rule | Correlation] = [*whole.rules, *whole.correlations]
    reasons = {rule.ref.id: _why_not(rule.ref.id, here, far) for rule in everything}
    return Compared(
        tuple(_certificate(rule, here, far, ground) for rule in everything if not reasons[rule.ref.id]),
        tuple(_uncertified(given.ruleset, everything, reasons)),
        here,
        noting,
    )


def check_queries(given: Given, compared: Compared, trial: Trial, wanted: Wanted) -> Iterator[Certificate]:
    """Ask each rule's converted query in an index with keyword fields, and put what it found into its certificate.

    The index holds events under the names that rules use, and a query is held to the events of its rule's log source:
    what differs then is what the query itself means. A correlation has no query of this kind, and is left as it is.
    """
    rules = {rule.ref.id: rule for rule in given.ruleset.rules}
    made = {one.rule: one for one in convert_rules(given.ruleset, given.base, wanted)}
    trial.fill(compared.noting.events.items())
    for one in compared.certificates:
        if one.rule not in rules:
            yield one
            continue
        own = compared.noting.of(rules[one.rule].logsource)
        check = QueryCheck(wanted.target, tuple(wanted.pipelines), events=len(own))
        conversion = made[one.rule]
        if conversion.failure:
            yield replace(one, query=replace(check, failure=f"not converted: {conversion.failure}"))
        else:
            yield replace(one, query=_asked(trial, conversion.queries, own, compared.here.hits[one.rule], check))


def _asked(trial: Trial, queries: Sequence[str], own: set[str], meant: frozenset[str], check: QueryCheck) -> QueryCheck:
    """Ask queries of which any may find an event, and say how far they find what is meant among a rule's own."""
    found: set[str] = set()
    try:
        for query in queries:
            found |= trial.ask(query) & own
    except StoreError as error:
        return replace(check, failure=str(error))
    held = own - trial.unheld
    missing, extra = sorted((meant & held) - found), sorted(found - meant)
    return replace(
        check,
        missing=len(missing),
        extra=len(extra),
        unheld=len(own & trial.unheld),
        missing_events=tuple(missing[:MOST_NAMED]),
        extra_events=tuple(extra[:MOST_NAMED]),
    )


def _copies(whole: RuleSet, given: Given, logs: Sequence[Log], work: Path, track: Track) -> Log:
    """Write changed copies of all samples, and of some hits of each rule in the named logs."""
    sampled = Noting(whole, given.routes)
    _said(sampled, logs[: len(given.samples)], track)
    changed: dict[str, Fields] = dict(sampled.events)
    counts = Counter[str]()
    for alert in Watch(Noting(whole, given.routes)).alerts(given.logs, track):
        if alert.correlation is None and counts[alert.rule.id] < MOST_CHANGED:
            counts[alert.rule.id] += 1
            changed[alert.event_id] = alert.fields
    fixed = frozenset(given.routes.deciding)
    path = work / COPIES
    with path.open("wb") as file:
        file.writelines(as_lines(copy for fields in changed.values() for copy in mutated(fields, fixed)))
    return Log(COPIES, [path] if changed else [], format="jsonl")


def _said(engine: Runs, logs: Iterable[Log | Feed], track: Track) -> Said:
    watching = Watch(engine)
    hits: dict[str, set[str]] = defaultdict(set)
    for alert in watching.alerts(logs, track):
        hits[alert.rule.id].add(_key(alert))
    if watching.unreadable:
        raise StoreError("nothing is certified: " + "; ".join(watching.unreadable))
    ledger = {entry.rule: entry for entry in watching.ledger() if entry.rule}
    skipped = sum(sum(source.skipped.values()) for source in watching.sources)
    return Said({rule: frozenset(hits[rule]) for rule in ledger}, ledger, skipped)


def _key(alert: Alert) -> str:
    return alert.event_id if alert.correlation is None else f"{alert.id} {alert.status}"


def _send(there: There, logs: Sequence[Log], track: Track) -> None:
    """Take all events into a data stream of their own; StoreError unless every one of them is found there."""
    refused: list[Refused] = []
    taking = Ingest(there.loader, there.namespace, refused.append)
    taking.take(logs, track)
    if refused or taking.unreadable:
        why = refused[0].kind if refused else taking.unreadable[0]
        raise StoreError(f"nothing is certified: the cluster refused {counted(len(refused), 'event')}: {why}")
    await_all(there.reader, there.target, taking.created)


def _why_not(rule: str, here: Said, far: Said) -> str:
    """Say why a comparison of a rule would mean nothing; empty where it means something."""
    for side, where in ((here, "here"), (far, "there")):
        entry = side.ledger.get(rule)
        if entry is None or entry.state in _UNLOOKED:
            return f"not looked at {where}: {entry.reason or entry.state if entry else 'no account of it'}"
    if not here.ledger[rule].events and not far.ledger[rule].events:
        return "no event of its log source: give some with --events"
    return ""


def _certificate(rule: Rule | Correlation, here: Said, far: Said, ground: Certificate) -> Certificate:
    ref, ours, theirs = rule.ref, here.hits[rule.ref.id], far.hits[rule.ref.id]
    return replace(
        ground,
        rule=ref.id,
        title=ref.title,
        hash=ref.hash,
        events=here.ledger[ref.id].events,
        hits=len(ours),
        differ=len(ours ^ theirs),
        only_here=tuple(sorted(ours - theirs)[:MOST_NAMED]),
        only_there=tuple(sorted(theirs - ours)[:MOST_NAMED]),
    )


def _uncertified(
    ruleset: RuleSet, rules: Iterable[Rule | Correlation], reasons: Mapping[str, str]
) -> Iterator[Uncertified]:
    for rule in rules:
        if why := reasons[rule.ref.id]:
            yield Uncertified(rule.ref.id, rule.ref.title, str(rule.location), why)
    for one in ruleset.refused:
        yield Uncertified("", one.title, str(one.fault.location), f"not loaded: {one.fault.what}")

"""Says item by item what an assessment holds (GDPR art. 35, WP 248 rev.01 Annex 2); there is no one percentage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.entries import Check, ItemEntry
from sentinel.comply.dpia.events import high
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.wording import day, listed
from sentinel.model.compliance import Reference
from sentinel.model.dpia import FearedEvent, Item, ItemState
from sentinel.model.text import Text

Told: TypeAlias = tuple[ItemState, Text]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked through: the file, its judged events, the content, and the day."""

    file: DpiaFile
    events: tuple[FearedEvent, ...]
    pack: Pack
    as_of: date

    def say(self, key: str, **values: object) -> Text:
        """Return one of the content's sentences about an item."""
        return self.pack.wording.text(f"item.{key}", **values)

    def part(self, name: str) -> Text:
        """Return what a part of an item is called."""
        return self.pack.wording.text(f"part.{name}")


def items_of(seen: Looked) -> tuple[Item, ...]:
    """Return every item with its state and why."""
    return tuple(_item(entry, seen) for entry in seen.pack.items)


def _item(entry: ItemEntry, seen: Looked) -> Item:
    state, because = _state(entry, seen)
    source = Reference(entry.source.source, entry.source.place, entry.source.confidence)
    return Item(entry.id, entry.group, entry.title.text(), state, because, source)


def _state(entry: ItemEntry, seen: Looked) -> Told:
    """Return the state; what is said to be left out counts only where nothing is written of it."""
    state, because = CHECKS[entry.check](seen) if entry.check else _fields(entry.fields, seen)
    left = seen.file.not_relevant.get(entry.id, "")
    if left and entry.may_be_left and state == "missing":
        return "not_relevant", seen.say("not_relevant", reason=left.rstrip("."))
    open_ = seen.file.unfinished.get(entry.id, "")
    if open_ and state == "met":
        return "partly", seen.say("unfinished", reason=open_.rstrip("."))
    return state, because


def _fields(fields: Sequence[str], seen: Looked) -> Told:
    titles = {entry.field: entry.title.text() for entry in seen.pack.questions}
    lacking = [titles[field] for field in fields if not seen.file.told(field)]
    if not lacking:
        return "met", seen.say("met")
    if len(lacking) == len(fields):
        return "missing", seen.say("missing")
    return "partly", seen.say("partly", what=_names(lacking))


def _names(titles: Sequence[Text]) -> Text:
    nb, en = (listed([_low(title.say(language)) for title in titles], language) for language in ("nb", "en"))
    return Text(nb, en)


def _low(words: str) -> str:
    return words[:1].lower() + words[1:]


def _data(seen: Looked) -> Told:
    entries = seen.file.description.data
    whole = [entry for entry in entries if entry.what and entry.recipients and entry.retention]
    if not any(entry.what for entry in entries):
        return "missing", seen.say("missing")
    if len(whole) == len(entries):
        return "met", seen.say("met")
    return "partly", seen.say("data-partly", done=len(whole), total=len(entries))


def _of_events(seen: Looked, held: Callable[[FearedEvent], bool]) -> Told:
    lacking = [event.title for event in seen.events if not held(event)]
    if not lacking:
        return "met", seen.say("events-met")
    if len(lacking) == len(seen.events):
        return "missing", seen.say("missing")
    return "partly", seen.say("events-partly", what=_names(lacking))


def _measured(seen: Looked) -> Told:
    whole = {name for name, entry in seen.file.measures.items() if entry.title and entry.owner and entry.due}
    return _of_events(seen, lambda event: bool(event.measures) and whole.issuperset(event.measures))


def _residual(seen: Looked) -> Told:
    unseen = [event.title for event in seen.events if event.residual is None]
    left = high(seen.events)
    refused = [event.title for event in left if event.accepted is None]
    if unseen:
        return "missing", seen.say("residual-unseen", what=_names(unseen))
    if refused:
        return "missing", seen.say("residual-high", what=_names(refused))
    if left:
        return "met", seen.say("residual-accepted", what=_names([event.title for event in left]))
    return "met", seen.say("residual-low")


def _dpo(seen: Looked) -> Told:
    entry = seen.file.dpo
    if entry.designated == "no":
        known = bool(entry.because)
        said = seen.say("dpo-none", reason=entry.because.rstrip(".")) if known else seen.say("dpo-none-unreasoned")
        return ("not_relevant" if known else "missing"), said
    if not entry.advice:
        return "missing", seen.say("dpo-missing")
    if entry.date is None:
        return "partly", seen.say("dpo-undated")
    if entry.followed == "yes":
        return "met", seen.say("dpo-followed")
    if entry.followed == "no":
        known = bool(entry.because)
        said = seen.say("dpo-reasoned", reason=entry.because.rstrip(".")) if known else seen.say("dpo-overruled")
        return ("met" if known else "partly"), said
    return "partly", seen.say("dpo-open")


def _views(seen: Looked) -> Told:
    entry = seen.file.views
    if entry.asked == "yes":
        return ("met", seen.say("views-met")) if entry.who and entry.views else ("partly", seen.say("views-empty"))
    if entry.asked == "no" and entry.because:
        return "met", seen.say("views-none", reason=entry.because.rstrip("."))
    return "missing", seen.say("views-none-unreasoned" if entry.asked == "no" else "views-missing")


def _consultation(seen: Looked) -> Told:
    entry = seen.file.consultation
    if any(event.residual is None for event in seen.events):
        return "missing", seen.say("consultation-open")
    if not high(seen.events) and entry.sent is None:
        return "not_relevant", seen.say("consultation-no")
    if entry.sent is None:
        return "missing", seen.say("consultation-missing")
    if entry.answered is None:
        return "partly", seen.say("consultation-sent", day=_day(entry.sent))
    if not entry.outcome:
        return "partly", seen.say("consultation-answered", day=_day(entry.answered))
    return "met", seen.say("consultation-met", day=_day(entry.answered), reason=entry.outcome.rstrip("."))


def _approval(seen: Looked) -> Told:
    """Return whether management decided, on a day when it had the advice and the answer it was to decide upon."""
    entry = seen.file.approval
    parts = {"by": entry.by, "role": entry.role, "date": entry.date, "decision": entry.decision}
    lacking = [seen.part(name) for name, value in parts.items() if not value]
    if entry.date is None or lacking:
        empty = len(lacking) == len(parts)
        return ("missing", seen.say("missing")) if empty else ("partly", seen.say("partly", what=_names(lacking)))
    first = {"advice": seen.file.dpo.date, "answer": seen.file.consultation.answered}
    late = [seen.part(name) for name, when in first.items() if when and when > entry.date]
    if late:
        return "partly", seen.say("approval-early", day=_day(entry.date), what=_names(late))
    reason = entry.decision.rstrip(".")
    return "met", seen.say("approval-met", by=entry.by, role=entry.role, day=_day(entry.date), reason=reason)


def _review(seen: Looked) -> Told:
    when = seen.file.review
    if when is None:
        return "missing", seen.say("missing")
    if when < seen.as_of:
        return "partly", seen.say("review-passed", day=_day(when))
    return "met", seen.say("review-met", day=_day(when))


def _day(when: date) -> Text:
    return Text(day(when, "nb"), day(when, "en"))


CHECKS: Mapping[Check, Callable[[Looked], Told]] = {
    "data": _data,
    "sources": lambda seen: _of_events(seen, lambda event: any(event.sources)),
    "threats": lambda seen: _of_events(seen, lambda event: any(event.threats)),
    "impacts": lambda seen: _of_events(seen, lambda event: any(event.impacts)),
    "levels": lambda seen: _of_events(seen, lambda event: bool(event.before and event.after)),
    "measures": _measured,
    "residual": _residual,
    "dpo": _dpo,
    "views": _views,
    "consultation": _consultation,
    "approval": _approval,
    "review": _review,
}

"""Puts an assessment together: is it needed, what does it hold, what is left of the risk, and is it finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.completeness import Looked, items_of
from sentinel.comply.dpia.events import events_of, grave, high, measures_of
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.screening import screen
from sentinel.comply.wording import day
from sentinel.model.dpia import (
    Advice,
    Approval,
    Consultation,
    DataKind,
    Dpia,
    DpiaState,
    FearedEvent,
    Item,
    ItemState,
    Screening,
    Statement,
    Views,
)
from sentinel.model.text import Text

OPEN: tuple[ItemState, ...] = ("partly", "missing")
STATES: tuple[ItemState, ...] = ("met", "partly", "missing", "not_relevant")


def assess(file: DpiaFile, pack: Pack, as_of: date) -> Dpia:
    """Assess a file as it stands on a day."""
    screening, events = screen(file.screening, pack), events_of(file, pack)
    items = items_of(Looked(file, events, pack, as_of))
    counts = Counter(item.state for item in items)
    needless = screening.need == "not_needed" and not grave(events)
    state: DpiaState = "not_needed" if needless else _state(screening, items, events)
    open_ones = () if needless else tuple(_remains(screening, items, pack))
    remains = (*_begun(file, pack, as_of), *open_ones) if open_ones else ()
    measures = measures_of(file, as_of)
    return Dpia(
        case=file.case,
        title=file.title or file.case,
        organisation=file.organisation.name,
        number=file.organisation.number,
        as_of=as_of,
        made=file.made,
        in_use=file.in_use,
        state=state,
        because=pack.wording.text(f"state.{state}", count=len(remains)),
        screening=screening,
        statements=tuple(_statements(file, pack)),
        data=tuple(DataKind(e.what, e.recipients, e.retention) for e in file.description.data),
        matrix=pack.scale.matrix(),
        events=events,
        measures=measures,
        dpo=Advice(file.dpo.designated, file.dpo.advice, file.dpo.date, file.dpo.followed, file.dpo.because),
        views=Views(file.views.asked, file.views.who, file.views.views, file.views.because),
        consultation=Consultation(file.consultation.sent, file.consultation.answered, file.consultation.outcome),
        approval=Approval(file.approval.by, file.approval.role, file.approval.date, file.approval.decision),
        review=file.review,
        items=items,
        counts={name: counts[name] for name in STATES},
        remains=remains,
        before_start=tuple(measure.id for measure in measures if measure.state != "done"),
        content=pack.hash,
    )


def _statements(file: DpiaFile, pack: Pack) -> Iterator[Statement]:
    items = {field: item for item in pack.items for field in item.fields}
    for entry in pack.questions:
        item = items.get(entry.field)
        left_out = file.not_relevant.get(item.id, "") if item and item.may_be_left else ""
        yield Statement(entry.field, entry.title.text(), file.told(entry.field), left_out, optional=item is None)


def _state(screening: Screening, items: tuple[Item, ...], events: tuple[FearedEvent, ...]) -> DpiaState:
    """Return how it stands: never finished while an item is open, whatever the screening could not say."""
    open_ = {item.id: item.state for item in items if item.state in OPEN}
    if high(events) and "consultation" in open_:
        return "consult"
    if open_ == {"review": "partly"} and screening.need == "needed":
        return "review"
    return "unfinished" if open_ or screening.need != "needed" else "finished"


def _begun(file: DpiaFile, pack: Pack, as_of: date) -> Iterator[Text]:
    """Yield that the processing goes on already; what is to be done before it starts is late then."""
    when = file.in_use
    if when and when <= as_of:
        yield pack.wording.text("state.in-use", day=Text(day(when, "nb"), day(when, "en")))


def _remains(screening: Screening, items: tuple[Item, ...], pack: Pack) -> Iterator[Text]:
    """Yield what is open; a screening that leads out of an assessment that finds a high risk is one of these."""
    if screening.need == "unknown":
        yield screening.because
    if screening.need == "not_needed":
        yield pack.wording.text("state.contradicted")
    for item in items:
        if item.state in OPEN:
            title, why = item.title, item.because
            yield Text(f"{title.nb}: {why.nb}", f"{title.en}: {why.en}")

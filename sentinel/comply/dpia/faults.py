"""What an assessment's file may not say: each rule yields the keys that lead to it and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sentinel.comply.dpia.case import DpiaFile, EventEntry, MeasureEntry, ScreeningEntry
from sentinel.comply.dpia.entries import EXITS
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.screening import TWO_CRITERIA, large_scale
from sentinel.comply.files import meant

Wrong = Iterator[tuple[list[str | int], str]]


def wrong(file: DpiaFile, pack: Pack, as_of: date) -> Wrong:
    """Yield every fault of a file."""
    yield from _screening(file, pack)
    yield from _items(file, pack)
    yield from _days(file, as_of)
    for name, measure in file.measures.items():
        yield from _measure(name, measure, as_of)
    yield from _taken_twice(file)
    always = {kind.id for kind in pack.scale.events}
    for name, event in file.events.items():
        if (name in always) == bool(event.title):
            what = "has its title in the content" if name in always else "is your own, and needs 'title'"
            yield ["events", name], f"{name} {what}{'' if name in always else meant(name, always)}"
        yield from _event(name, event, file, as_of)


def _screening(file: DpiaFile, pack: Pack) -> Wrong:
    said, known = file.screening, pack.tests
    for name in said.answers:
        if name == "large-scale":
            yield ["screening", "answers", name], "is answered below 'scale'"
        elif name not in known:
            yield ["screening", "answers", name], f"unknown test '{name}'{meant(name, known)}"
    for name in said.why:
        if name not in {*known, TWO_CRITERIA, "large-scale"}:
            yield ["screening", "why", name], f"unknown test '{name}'{meant(name, known)}"
    yield from _unreasoned(said, pack.screening.own.id)
    if said.scale.judged in {"yes", "no"} and not said.why.get("large-scale"):
        yield ["screening", "scale", "judged"], "needs a reason in screening.why.large-scale"
    if said.scale.judged == "no" and large_scale(said.scale) == "yes":
        yield ["screening", "scale", "judged"], "is 'no', but the four answers above make it a large scale"
    if said.answers.get("art-special-data") == "yes" and said.answers.get("sensitive") == "no":
        yield ["screening", "answers", "sensitive"], "is 'no', but art-special-data is 'yes': health data are sensitive"


def _unreasoned(said: ScreeningEntry, own: str) -> Wrong:
    """Yield answers that lead out of an assessment and do not say why."""
    for name, answer in {**dict.fromkeys(EXITS, "yes"), own: "no"}.items():
        if said.answers.get(name) == answer and not said.why.get(name):
            yield ["screening", "answers", name], f"'{answer}' needs a reason in screening.why.{name}"


def _items(file: DpiaFile, pack: Pack) -> Wrong:
    items = {entry.id: entry for entry in pack.items}
    for key, names in (("not_relevant", file.not_relevant), ("unfinished", file.unfinished)):
        for name in names:
            if name not in items:
                yield [key, name], f"unknown item '{name}'{meant(name, items)}"
            elif key == "not_relevant" and not items[name].may_be_left:
                may = ", ".join(one for one, entry in items.items() if entry.may_be_left)
                yield [key, name], f"{name} belongs to every assessment; only {may} may be left out"


def _days(file: DpiaFile, as_of: date) -> Wrong:
    past = {
        ("made",): file.made,
        ("dpo", "date"): file.dpo.date,
        ("consultation", "sent"): file.consultation.sent,
        ("consultation", "answered"): file.consultation.answered,
        ("approval", "date"): file.approval.date,
    }
    for path, when in past.items():
        if when and when > as_of:
            yield list(path), f"{when} is after {as_of}, the day of the assessment"
    asked = file.consultation
    if asked.answered and (asked.sent is None or asked.answered < asked.sent):
        yield ["consultation", "answered"], "was answered before it was sent"
    if file.review and file.approval.date and file.review <= file.approval.date:
        yield ["review"], f"{file.review} is not after {file.approval.date}, the day of the decision"


def _measure(name: str, entry: MeasureEntry, as_of: date) -> Wrong:
    if entry.state == "done" and entry.done is None:
        yield ["measures", name, "state"], "'done' needs the day in 'done'"
    if entry.state != "done" and entry.done:
        yield ["measures", name, "done"], f"has a day, but the measure is '{entry.state}'"
    if entry.done and entry.done > as_of:
        yield ["measures", name, "done"], f"{entry.done} is after {as_of}: what is not carried out yet is not done"


def _taken_twice(file: DpiaFile) -> Wrong:
    """Yield what was taken from the organisation's own ROS more than once: one of the two would be forgotten."""
    first = dict[str, str]()
    for name, event in file.events.items():
        if event.ros and (other := first.setdefault(event.ros.risk, name)) != name:
            yield ["events", name, "ros", "risk"], f"'{event.ros.risk}' was taken already, as '{other}'"
    first = dict[str, str]()
    for name, measure in file.measures.items():
        if measure.ros and (other := first.setdefault(measure.ros, name)) != name:
            yield ["measures", name, "ros"], f"'{measure.ros}' was taken already, as '{other}'"


def _event(name: str, entry: EventEntry, file: DpiaFile, as_of: date) -> Wrong:
    for index, measure in enumerate(entry.measures):
        if measure not in file.measures:
            yield ["events", name, "measures", index], f"unknown measure '{measure}'{meant(measure, file.measures)}"
        elif measure in entry.measures[:index]:
            yield ["events", name, "measures", index], f"measure '{measure}' is named twice"
    yield from _step(name, entry)
    if entry.ros and entry.ros.date > as_of:
        yield ["events", name, "ros", "date"], f"{entry.ros.date} is after {as_of}, the day of the assessment"
    if entry.accepted:
        if entry.before is None:
            yield ["events", name, "accepted"], "nobody can accept a risk that nobody has judged"
        if entry.accepted.date > as_of:
            what = f"{entry.accepted.date} is after {as_of}, the day of the assessment"
            yield ["events", name, "accepted", "date"], what


def _step(name: str, entry: EventEntry) -> Wrong:
    """Yield what is wrong with what is to become of a risk."""
    before, after = entry.before, entry.after
    if after and before is None:
        yield ["events", name, "after"], "there is no 'before' to compare with"
    if before and after:
        if (after.likelihood < before.likelihood or after.severity < before.severity) and not entry.measures:
            yield ["events", name, "after"], "is better than before without a measure"
        if (after.likelihood > before.likelihood or after.severity > before.severity) and not after.because:
            yield ["events", name, "after"], "is worse than before: say why in 'because'"

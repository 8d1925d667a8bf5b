"""How an assessment of a breach is shown to a person: what follows and why, the duties, and what remains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from babel.numbers import format_decimal

from sentinel.cli.output import Column
from sentinel.comply.clocks import OSLO
from sentinel.model.breach import Applies, BreachAssessment, BreachSeverity, Duty, Outcome
from sentinel.model.clocks import DeadlineState
from sentinel.model.compliance import Confidence
from sentinel.model.records import Record
from sentinel.model.text import Language, Text

K = TypeVar("K", bound=str)

OUTCOMES: Mapping[Outcome, Text] = {
    "document": Text(
        "Skriv det i bruddregisteret; det trenger ikke meldes", "Write it in the register; it need not be notified"
    ),
    "notify": Text("Meld til Datatilsynet", "Notify Datatilsynet"),
    "tell": Text(
        "Meld til Datatilsynet og gi de registrerte beskjed", "Notify Datatilsynet and tell the persons concerned"
    ),
}
STATES: Mapping[DeadlineState, Text] = {
    "running": Text("løper", "running"),
    "near": Text("nær", "near"),
    "passed": Text("UTE", "PASSED"),
    "done": Text("gjort", "done"),
    "done_late": Text("gjort for sent", "done too late"),
}
APPLIES: Mapping[Applies, Text] = {
    "yes": Text("ja", "yes"),
    "no": Text("nei", "no"),
    "unknown": Text("finn ut", "find out"),
}
SURE: Mapping[Confidence, Text] = {
    "confirmed": Text("lest i kilde", "read in a source"),
    "known": Text("kjent, ikke lest på nytt", "known, not read again"),
    "unverified": Text("ikke bekreftet", "not confirmed"),
}


def columns(language: Language) -> tuple[Column, ...]:
    """Return the columns of the table of duties."""

    def heading(nb: str, en: str) -> str:
        return Text(nb, en).say(language)

    return (
        Column(heading("hvem", "whom"), lambda duty: duty["to"][language], grow=True),
        Column(heading("gjelder", "applies"), lambda duty: _said(APPLIES, duty["applies"], language)),
        Column(heading("frist", "due"), _due),
        Column(heading("timer igjen", "hours left"), _hours),
        Column(heading("status", "state"), lambda duty: _said(STATES, duty["state"], language)),
        Column(heading("hvor sikkert", "how sure"), lambda duty: _said(SURE, duty["law"]["confidence"], language)),
    )


def before(found: BreachAssessment, language: Language) -> Iterator[str]:
    """Yield what follows and why, each step of the severity, and what would change the outcome."""
    yield f"{found.case}: {OUTCOMES[found.decision.outcome].say(language)}"
    for ground in found.decision.grounds:
        yield f"  - {ground.why.say(language)} ({ground.source.source}, {ground.source.place})"
    yield from _severity(found.severity, language)
    if found.decision.would_change:
        yield Text("Dette alene ville endret utfallet:", "This alone would change the outcome:").say(language)
    for change in found.decision.would_change:
        yield f"  - {change.question}: {change.answer} → {OUTCOMES[change.outcome].say(language)}"
    yield ""


def _severity(found: BreachSeverity, language: Language) -> Iterator[str]:
    dpc, ei, cb, score = (_number(one, language) for one in (found.dpc, found.ei, found.cb, found.score))
    sum_of_it = f"DPC {dpc} × EI {ei} + CB {cb} = {score}"
    title, source = found.title.say(language), f"{found.source.source}, {SURE[found.source.confidence].say(language)}"
    heading = Text("Alvorlighet", "Severity").say(language)
    yield f"{heading}: {sum_of_it}, {title}: {found.means.say(language)} ({source})"
    for step in found.steps:
        unused = "" if step.counts else Text(" (en annen teller)", " (another one counts)").say(language)
        score = _number(step.score, language)
        yield f"  - {step.part} {score}  {step.question}: {step.answer} ({step.means.say(language)}){unused}"
    yield from (f"  ! {flag.say(language)}" for flag in found.flags)


def _number(value: float, language: Language, form: str = "0.##") -> str:
    return format_decimal(value, form, locale="nb" if language == "nb" else "en_GB")


def after(found: BreachAssessment, language: Language) -> Iterator[str]:
    """Yield what each duty that applies, or may, asks for, with its law and how sure that is."""
    yield ""
    for duty in found.duties:
        if duty.applies != "no" and duty.done is None:
            law = f"{duty.law.source} {duty.law.place}, {SURE[duty.law.confidence].say(language)}"
            yield f"{duty.to.say(language)}: {duty.what.say(language)} ({law})"


def behind(found: BreachAssessment, language: Language) -> Iterator[str]:
    """Yield deadlines and what remains, for stderr."""
    for duty in found.duties:
        if duty.deadline and duty.done is None and duty.hours_left is not None:
            yield _told(duty, duty.deadline.due, duty.hours_left, language)
    yield from (remaining.say(language) for remaining in found.remains)


def _told(duty: Duty, due: datetime, left: float, language: Language) -> str:
    when = f"{due.astimezone(OSLO):%Y-%m-%d %H:%M}"
    to, hours = duty.to.say(language), _number(abs(left), language, "0.0")
    if language == "nb":
        return f"{to}: frist {when}, {f'{hours} timer igjen' if left >= 0 else f'gikk ut for {hours} timer siden'}"
    return f"{to}: due {when}, {f'{hours} hours left' if left >= 0 else f'passed {hours} hours ago'}"


def _said(words: Mapping[K, Text], key: K | None, language: Language) -> str:
    return words[key].say(language) if key else ""


def _due(duty: Record) -> str:
    made = duty["deadline"]
    return f"{datetime.fromisoformat(made['due']).astimezone(OSLO):%Y-%m-%d %H:%M}" if made else ""


def _hours(duty: Record) -> str:
    return "" if duty["hours_left"] is None else f"{duty['hours_left']:.1f}"

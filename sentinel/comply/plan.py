"""The plan of action as content: what to do about each requirement, who does it, and what management has to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sentinel.comply.checklist import Checklist
from sentinel.comply.files import RequirementId, Spoken, meant, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.text import Text

ANSWERING, FINDING_OUT = "answering", "finding-out"
"""The steps that are no step of the file: answer what nobody answered, find out what nobody knew."""

Key = Annotated[str, Field(min_length=1, max_length=100)]
Minutes = Annotated[int, Field(gt=0, le=60 * 24 * 30, strict=True)]
Days = Annotated[int, Field(ge=0, le=730, strict=True)]


class HoursEntry(Schema):
    """A band of work: up to so many minutes, None for all above."""

    most: Minutes | None
    title: Spoken


class CostsEntry(Schema):
    """Bands of cost, the smallest first."""

    hours: Annotated[list[HoursEntry], Field(min_length=1)]
    money: Annotated[dict[Key, Spoken], Field(min_length=1)]


class StepEntry(Schema):
    """One thing to do.

    Without `checks`, `rules` and `missing_logs` it is proposed where one of the requirements it mends is not in place.
    With them it is proposed when one of them was seen (`*`: any log that is missing), and then takes the place of the
    general step. `{subjects}` in a text stands for the machines or logs it is about.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]+$")]
    title: Spoken
    why: Spoken
    who: Key
    minutes: Minutes
    effort: Spoken | None = None
    money: Key = "none"
    days: Days
    mends: Annotated[list[RequirementId], Field(min_length=1)]
    checks: tuple[Key, ...] = ()
    rules: tuple[Key, ...] = ()
    missing_logs: tuple[Key, ...] = ()
    urgent: Annotated[bool, Field(strict=True)] = False
    decision: Spoken | None = None


class AnsweringEntry(Schema):
    """What to do about requirements that nobody has assessed; `{count}` is their number."""

    title: Spoken
    title_one: Spoken
    why: Spoken
    who: Key
    minutes_each: Minutes
    days: Days


class FindingOutEntry(Schema):
    """What to do about requirements that were answered with «vet ikke»; `{people}` are those who usually know."""

    title: Spoken
    title_one: Spoken
    why: Spoken
    minutes_each: Minutes
    days: Days


class DecisionsEntry(Schema):
    """Sentences for what answers ask management; `{title}`, `{date}` and `{reason}` are filled in."""

    notice_days: Annotated[int, Field(gt=0, strict=True)]
    exception_ends: Spoken
    exception_ended: Spoken
    risk_ends: Spoken
    risk_ended: Spoken
    not_funded: Spoken
    planned: Spoken


class PlanFile(Schema):
    """The file `actions.yml`."""

    people: dict[str, Spoken]
    costs: CostsEntry
    answering: AnsweringEntry
    finding_out: FindingOutEntry
    decisions: DecisionsEntry
    steps: Annotated[list[StepEntry], Field(min_length=1)]


class PackPlanFile(Schema):
    """The file `actions.yml` of a pack; `who` is one of its roles, and bands of cost are those of Normen's file."""

    steps: Annotated[list[StepEntry], Field(min_length=1)]


_UNSAID = Text("", "")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, as content says it; `minutes` is the work, `days` the time until it is due."""

    id: str
    title: Text
    why: Text
    who: Text
    minutes: int
    effort: Text
    days: int
    mends: tuple[str, ...]
    checks: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    missing_logs: frozenset[str] = frozenset()
    urgent: bool = False
    decision: Text | None = None
    money: Text = _UNSAID

    @property
    def general(self) -> bool:
        """Whether it waits for no signal."""
        return not (self.checks or self.rules or self.missing_logs)


@dataclass(frozen=True, slots=True)
class Asking:
    """What to do about requirements that nobody answered, or that nobody knew; `who` is None where they say it."""

    title: Text
    title_one: Text
    why: Text
    who: Text | None
    minutes_each: int
    days: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in the order of the file, and the sentences for decisions by their key.

    `pack` and `of` are id and title of the pack it is for, empty for Normen.
    """

    steps: tuple[Step, ...]
    answering: Asking
    finding_out: Asking
    notice_days: int
    sentences: Mapping[str, Text]
    bands: tuple[tuple[int | None, Text], ...]
    money: Mapping[str, Text]
    pack: str = ""
    of: Text = _UNSAID

    def named(self, step: str) -> str:
        """Return the id of a step, which in a pack begins with the id of the pack."""
        return f"{self.pack}.{step}" if self.pack else step

    def titles(self) -> dict[str, Text]:
        """Return what every step is called, by its id; machines and counts that it is about are left open."""
        asking = {
            self.named(ANSWERING): self.answering.title_one,
            self.named(FINDING_OUT): self.finding_out.title_one,
        }
        return {**{step.id: _open(step.title) for step in self.steps}, **asking}

    def hours(self, minutes: int) -> Text:
        """Return the band of an amount of work."""
        return next(title for most, title in self.bands if most is None or minutes <= most)


def load_plan(base: Path, checklist: Checklist) -> Plan:
    """Read `checklists/actions.yml`, for Normen; raise ContentError with all faults."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "actions.yml", PlanFile, base, faults)
    if item:
        faults += _wrong(item, checklist.known())
    if faults or not item:
        raise ContentError(faults)
    value = item.value
    people, money = _texts(value.people), _texts(value.costs.money)
    return Plan(
        steps=tuple(_as_step(entry, people, money) for entry in value.steps),
        answering=_asking(value.answering, value.people[value.answering.who].text()),
        finding_out=_asking(value.finding_out, None),
        notice_days=value.decisions.notice_days,
        sentences={
            "exception_ends": value.decisions.exception_ends.text(),
            "exception_ended": value.decisions.exception_ended.text(),
            "risk_ends": value.decisions.risk_ends.text(),
            "risk_ended": value.decisions.risk_ended.text(),
            "not_funded": value.decisions.not_funded.text(),
            "planned": value.decisions.planned.text(),
        },
        bands=tuple((band.most, band.title.text()) for band in value.costs.hours),
        money=money,
    )


def load_pack_plan(base: Path, checklist: Checklist, normen: Plan) -> Plan:
    """Read the `actions.yml` of a pack; raise ContentError with all faults. All but the steps is as in Normen's plan.

    The id of each step begins with that of the pack, so that one file of a site tells what became of all.
    """
    faults: list[Fault] = []
    item = one(base / checklist.beside("actions.yml"), PackPlanFile, base, faults)
    if item:
        faults += _wrong_steps(item, checklist.known(), set(checklist.roles), set(normen.money))
    if faults or not item:
        raise ContentError(faults)
    plan = replace(
        normen, steps=(), pack=checklist.id, of=checklist.title, answering=replace(normen.answering, who=None)
    )
    steps = (_as_step(entry, checklist.roles, normen.money) for entry in item.value.steps)
    return replace(plan, steps=tuple(replace(step, id=plan.named(step.id)) for step in steps))


def _texts(said: Mapping[str, Spoken]) -> dict[str, Text]:
    return {name: one.text() for name, one in said.items()}


def _asking(entry: AnsweringEntry | FindingOutEntry, who: Text | None) -> Asking:
    return Asking(entry.title.text(), entry.title_one.text(), entry.why.text(), who, entry.minutes_each, entry.days)


def _open(title: Text) -> Text:
    return Text(title.nb.replace("{subjects}", "…"), title.en.replace("{subjects}", "…"))


def effort(minutes: int) -> Text:
    """Say an amount of work as a person would: minutes, hours, or days of work."""
    hours, days = (minutes + 30) // 60, (minutes + 225) // 450
    if minutes < 60:  # noqa: PLR2004 — an hour
        return Text(f"{minutes} minutter", f"{minutes} minutes")
    if minutes < 450:  # noqa: PLR2004 — a working day
        return Text("1 time" if hours == 1 else f"{hours} timer", "1 hour" if hours == 1 else f"{hours} hours")
    return Text("1 dag" if days == 1 else f"{days} dager", "1 day" if days == 1 else f"{days} days")


def _as_step(entry: StepEntry, people: Mapping[str, Text], money: Mapping[str, Text]) -> Step:
    return Step(
        id=entry.id,
        title=entry.title.text(),
        why=entry.why.text(),
        who=people[entry.who],
        minutes=entry.minutes,
        effort=entry.effort.text() if entry.effort else effort(entry.minutes),
        days=entry.days,
        mends=tuple(entry.mends),
        checks=frozenset(entry.checks),
        rules=frozenset(entry.rules),
        missing_logs=frozenset(entry.missing_logs),
        urgent=entry.urgent,
        decision=entry.decision.text() if entry.decision else None,
        money=money[entry.money],
    )


def _wrong(item: Item[PlanFile], known: frozenset[str]) -> Iterator[Fault]:
    value = item.value
    if value.answering.who not in value.people:
        yield item.document.fault(["answering", "who"], f"unknown person '{value.answering.who}'")
    yield from _wrong_steps(item, known, set(value.people), set(value.costs.money))
    yield from _wrong_costs(item)


def _wrong_steps(
    item: Item[PlanFile] | Item[PackPlanFile], known: frozenset[str], people: set[str], money: set[str]
) -> Iterator[Fault]:
    ids = Counter(step.id for step in item.value.steps)
    for index, step in enumerate(item.value.steps):
        where: list[str | int] = ["steps", index]
        if ids[step.id] > 1:
            yield item.document.fault([*where, "id"], f"step {step.id} is written {ids[step.id]} times")
        if step.who not in people:
            yield item.document.fault([*where, "who"], f"unknown person '{step.who}'{meant(step.who, people)}")
        if step.money not in money:
            yield item.document.fault([*where, "money"], f"unknown band '{step.money}'{meant(step.money, money)}")
        for name in step.mends:
            if name not in known:
                yield item.document.fault([*where, "mends"], f"unknown requirement '{name}'{meant(name, known)}")
    yield from _wrong_cover(item, known)


def _wrong_costs(item: Item[PlanFile]) -> Iterator[Fault]:
    """Yield bands that do not rise, or leave something in none of them."""
    most = [band.most for band in item.value.costs.hours]
    limits = [limit for limit in most[:-1] if limit is not None]
    if most[-1] is not None or len(limits) != len(most) - 1 or limits != sorted(set(limits)):
        yield item.document.fault(["costs", "hours"], "bands rise, and the last alone has no limit (null)")
    if "none" not in item.value.costs.money:
        yield item.document.fault(["costs", "money"], "band none is missing")


def _wrong_cover(item: Item[PlanFile] | Item[PackPlanFile], known: frozenset[str]) -> Iterator[Fault]:
    """Yield requirements that have no general step, or more than one: each gap needs exactly one thing to do."""
    general = [s for s in item.value.steps if not (s.checks or s.rules or s.missing_logs)]
    mended = Counter(name for step in general for name in step.mends)
    missing = sorted(known - set(mended))
    if missing:
        yield item.document.fault(["steps"], f"no general step mends {', '.join(missing)}")
    for name, count in sorted(mended.items()):
        if count > 1:
            yield item.document.fault(["steps"], f"{count} general steps mend {name}")
